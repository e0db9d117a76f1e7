/* SPDX-License-Identifier: MIT */
/* Compares rows of an open corpus with plain loops over its tokens. */
#include "base/sha256.h"
#include "refuse.h"
#include "sample/permutation.h"

static calib_progress silent;
static uint32_t random_state = 12345;

static uint32_t next_random(uint32_t below)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state % below;
}

static char corpus_text[60000];

/* Opens the first `len` bytes of a text whose neighbouring rows differ. */
static calib_corpus *open_text(size_t len)
{
    for (size_t i = 0; i < sizeof corpus_text; i++)
        corpus_text[i] = (char)('!' + (i * 7 + i / 90 * 13 + i / 8100) % 90);
    test_setup setup = text_setup(corpus_text, len);
    calib_corpus *corpus;
    assert_ok(test_open(calib_bytes_tokenizer(), &setup, &corpus));
    return corpus;
}

/* Checks the block the slow way: the whole permutation, then row by row, token by token. */
static void check_block(const calib_samples *samples, size_t len, uint64_t seed)
{
    size_t seq_len = samples->seq_len;
    calib_threefry_key state = calib_threefry_seed(seed);
    uint32_t *order;
    uint32_t n_all = (uint32_t)(len / seq_len);
    assert_ok(calib_permutation(calib_threefry_split(&state), n_all, 0, n_all, &silent, &order));
    for (size_t row = 0; row < samples->n_rows; row++) {
        assert_int_equal(samples->offsets[row], order[row] * seq_len);
        for (size_t i = 0; i < seq_len; i++)
            assert_int_equal(samples->tokens[row * seq_len + i],
                             (unsigned char)corpus_text[order[row] * seq_len + i]);
    }
    free(order);
}

static void check_counts(const calib_samples *samples, int64_t n, size_t len)
{
    uint64_t there = len / samples->seq_len;
    uint64_t got = n <= 0 || (uint64_t)n > there ? there : (uint64_t)n;
    assert_int_equal(samples->struct_size, sizeof *samples);
    assert_int_equal(samples->n_rows, got);
    assert_int_equal(samples->n_sampled, got);
    assert_int_equal(samples->n_available, there);
    assert_int_equal(samples->n_tokens, len);
    assert_int_equal(samples->n_dropped, len % samples->seq_len);
    assert_int_equal(samples->n_asked, n);
    assert_null(samples->lengths);
    assert_int_equal((uintptr_t)samples->tokens % 64, 0);
}

static void gather_is_the_plain_loop(void **unused)
{
    (void)unused;
    for (int round = 0; round < 300; round++) {
        size_t len = 1 + next_random(sizeof corpus_text - 1);
        size_t seq_len = 1 + next_random(round % 3 ? 40 : (uint32_t)len);
        if (seq_len > len)
            seq_len = len;
        int64_t n = (int64_t)next_random(200) - 3;
        uint64_t seed = (uint64_t)next_random(UINT32_MAX) << (round % 40);
        calib_corpus *corpus = open_text(len);
        calib_samples *samples;
        assert_ok(calib_corpus_sample(corpus, n, seq_len, seed, NULL, &samples));
        check_counts(samples, n, len);
        check_block(samples, len, seed);
        calib_samples_free(samples);
        calib_corpus_close(corpus);
    }
}

static void all_of_them(void **unused)
{
    (void)unused;
    static const int64_t all[] = {0, -1, INT64_MIN, INT64_MAX, 13, 14};
    calib_corpus *corpus = open_text(103);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        calib_samples *samples;
        assert_ok(calib_corpus_sample(corpus, all[i], 8, 5, NULL, &samples));
        assert_int_equal(samples->n_rows, 12);
        check_counts(samples, all[i], 103);
        check_block(samples, 103, 5);
        calib_samples_free(samples);
    }
    calib_corpus_close(corpus);
}

static void shortfall(void **unused)
{
    (void)unused;
    calib_sampling strict = {.struct_size = sizeof strict, .flags = CALIB_SAMPLING_STRICT};
    calib_corpus *corpus = open_text(100);
    calib_samples *samples;
    assert_ok(calib_corpus_sample(corpus, 50, 10, 1, NULL, &samples));
    assert_int_equal(samples->n_rows, 10);
    assert_int_equal(samples->n_asked, 50);
    assert_int_equal(samples->n_available, 10);
    calib_samples_free(samples);
    assert_status(calib_corpus_sample(corpus, 11, 10, 1, &strict, &samples), CALIB_E_SHORTFALL);
    check_message(CALIB_E_SHORTFALL, "11 rows");
    assert_null(samples);
    static const int64_t enough[] = {10, 9, 0, -5};
    for (size_t i = 0; i < 4; i++) {
        assert_ok(calib_corpus_sample(corpus, enough[i], 10, 1, &strict, &samples));
        calib_samples_free(samples);
    }
    calib_corpus_close(corpus);
}

/* The ranks' blocks, joined in order, are the block of one process, for any remainder. */
static void check_ranks(calib_corpus *corpus, int64_t n, uint32_t world)
{
    calib_samples *whole, *share;
    assert_ok(calib_corpus_sample(corpus, n, 16, 77, NULL, &whole));
    size_t at = 0, most = 0, least = SIZE_MAX;
    for (uint32_t rank = 0; rank < world; rank++) {
        calib_sampling how = {.struct_size = sizeof how, .rank = rank, .world = world};
        assert_ok(calib_corpus_sample(corpus, n, 16, 77, &how, &share));
        assert_int_equal(share->n_sampled, whole->n_rows);
        assert_true(at + share->n_rows <= whole->n_rows);
        if (share->n_rows)
            assert_memory_equal(share->tokens, whole->tokens + at * 16,
                                share->n_rows * 16 * sizeof(int32_t));
        else
            assert_null(share->tokens);
        for (size_t i = 0; i < share->n_rows; i++)
            assert_int_equal(share->offsets[i], whole->offsets[at + i]);
        at += share->n_rows;
        assert_true(share->n_rows <= least); /* the first ranks take the remainder */
        least = share->n_rows;
        most = share->n_rows > most ? share->n_rows : most;
        calib_samples_free(share);
    }
    assert_int_equal(at, whole->n_rows);
    assert_true(most - least <= 1);
    calib_samples_free(whole);
}

static void ranks_cover(void **unused)
{
    (void)unused;
    calib_corpus *corpus = open_text(1000); /* 62 rows of 16 */
    for (uint32_t world = 1; world <= 7; world++)
        for (int64_t n = 0; n <= 65; n++)
            check_ranks(corpus, n, world);
    check_ranks(corpus, 3, 1000);
    calib_corpus_close(corpus);
}

static void last_rank_of_many(void **unused)
{
    (void)unused;
    calib_corpus *corpus = open_text(1000);
    calib_sampling how = {.struct_size = sizeof how, .rank = UINT32_MAX - 1, .world = UINT32_MAX};
    calib_samples *samples;
    assert_ok(calib_corpus_sample(corpus, 10, 16, 0, &how, &samples));
    assert_int_equal(samples->n_rows, 0);
    calib_samples_free(samples);
    calib_corpus_close(corpus);
}

static void skipped_keys(void **unused)
{
    (void)unused;
    calib_corpus *corpus = open_text(1000);
    calib_sampling how = {.struct_size = sizeof how, .skip = 2};
    calib_samples *samples;
    static const int64_t rows[] = {7, 1, 5, 9, 6, 3, 8, 2, 4, 0}; /* mlx, seed 123, two keys used */
    assert_ok(calib_corpus_sample(corpus, 10, 100, 123, &how, &samples));
    for (size_t i = 0; i < 10; i++)
        assert_int_equal(samples->offsets[i], rows[i] * 100);
    calib_samples_free(samples);
    how.skip = 200000;
    assert_ok(calib_corpus_sample(corpus, 10, 100, 123, &how, &samples));
    calib_samples_free(samples);
    calib_corpus_close(corpus);
}

static int32_t bos_is_99(void *ctx, uint32_t which)
{
    (void)ctx;
    return which == CALIB_SPECIAL_BOS ? 99 : -1;
}

static void bos_overwrites(void **unused)
{
    (void)unused;
    calib_tokenizer_vtable tok = *calib_bytes_tokenizer();
    tok.special_id = bos_is_99;
    test_setup setup = text_setup(corpus_text, 1000);
    calib_sampling how = {.struct_size = sizeof how, .bos = CALIB_BOS_OVERWRITE};
    calib_samples *plain, *samples;
    assert_ok(test_load(&tok, 7, 10, 3, &setup, NULL, &plain));
    assert_ok(test_load(&tok, 7, 10, 3, &setup, &how, &samples));
    for (size_t row = 0; row < 7; row++) {
        assert_int_equal(samples->tokens[row * 10], 99);
        assert_memory_equal(samples->tokens + row * 10 + 1, plain->tokens + row * 10 + 1, 36);
        assert_int_equal(samples->offsets[row], plain->offsets[row]);
    }
    calib_samples_free(plain);
    calib_samples_free(samples);
    setup = text_setup("!!!!", 4);
    tok.vocab_size = 99;
    refuse(&(attempt){.tok = &tok, .seq_len = 1, OF_SETUP(setup), .sampling = &how}, CALIB_E_ENCODE,
           "BOS");
    tok.special_id = NULL;
    refuse(&(attempt){.tok = &tok, .seq_len = 1, OF_SETUP(setup), .sampling = &how},
           CALIB_E_ARGUMENT, "BOS");
}

/* The rows are those of seq_len - 1, with BOS in front: no token is lost. */
static void bos_is_prepended(void **unused)
{
    (void)unused;
    enum { LEN = 10 };
    calib_tokenizer_vtable tok = *calib_bytes_tokenizer();
    tok.special_id = bos_is_99;
    test_setup setup = text_setup(corpus_text, 1000);
    calib_sampling how = {.struct_size = sizeof how, .bos = CALIB_BOS_PREPEND, .world = 3};
    calib_samples *plain, *part;
    size_t at = 0;
    assert_ok(test_load(&tok, 0, LEN - 1, 3, &setup, NULL, &plain));
    for (how.rank = 0; how.rank < how.world; how.rank++) {
        assert_ok(test_load(&tok, 0, LEN, 3, &setup, &how, &part));
        assert_int_equal(part->seq_len, LEN);
        assert_int_equal(part->n_available, plain->n_available);
        assert_int_equal(part->n_dropped, plain->n_dropped);
        for (size_t i = 0; i < part->n_rows; i++, at++) {
            assert_int_equal(part->tokens[i * LEN], 99);
            assert_memory_equal(part->tokens + i * LEN + 1, plain->tokens + at * (LEN - 1),
                                (LEN - 1) * sizeof(int32_t));
            assert_int_equal(part->offsets[i], plain->offsets[at]);
        }
        calib_samples_free(part);
    }
    assert_int_equal(at, 111);
    assert_int_equal(at, plain->n_rows);
    calib_samples_free(plain);
}

static void bos_needs_a_place(void **unused)
{
    (void)unused;
    calib_tokenizer_vtable tok = *calib_bytes_tokenizer();
    tok.special_id = bos_is_99;
    test_setup setup = text_setup("!!!!", 4);
    calib_sampling how = {.struct_size = sizeof how, .bos = CALIB_BOS_PREPEND};
    attempt a = {.tok = &tok, .seq_len = 1, OF_SETUP(setup), .sampling = &how};
    refuse(&a, CALIB_E_ARGUMENT, "seq_len is 1");
    a.seq_len = 6;
    refuse(&a, CALIB_E_TOO_SHORT, "4 tokens, fewer than one row of 5");
    a.seq_len = 5;
    tok.vocab_size = 99;
    refuse(&a, CALIB_E_ENCODE, "BOS");
    tok.special_id = NULL;
    refuse(&a, CALIB_E_ARGUMENT, "CALIB_BOS_PREPEND, but the tokenizer has no BOS");
}

static void token_ranges(void **unused)
{
    (void)unused;
    calib_corpus *corpus = open_text(500);
    int32_t ids[501];
    for (size_t first = 0; first <= 500; first += 7)
        for (size_t n = 0; first + n <= 500; n += 11) {
            ids[n] = -7;
            assert_ok(calib_corpus_tokens(corpus, first, n, ids));
            for (size_t i = 0; i < n; i++)
                assert_int_equal(ids[i], (unsigned char)corpus_text[first + i]);
            assert_int_equal(ids[n], -7);
        }
    static const struct {
        uint64_t first;
        size_t n;
    } beyond[] = {{0, 501}, {500, 1}, {501, 0}, {UINT64_MAX, 1}, {1, SIZE_MAX}, {UINT64_MAX, 0}};
    memset(ids, 0x77, sizeof ids);
    for (size_t i = 0; i < sizeof beyond / sizeof *beyond; i++) {
        assert_status(calib_corpus_tokens(corpus, beyond[i].first, beyond[i].n, ids),
                      CALIB_E_ARGUMENT);
        check_message(CALIB_E_ARGUMENT, "500");
        assert_int_equal(ids[0], 0x77777777);
    }
    assert_ok(calib_corpus_tokens(corpus, 500, 0, NULL));
    calib_corpus_close(corpus);
}

static void knows_its_corpus(void **unused)
{
    (void)unused;
    static const char text[] = "a\r\nb\rc\n";
    uint8_t hash[CALIB_SHA256_SIZE];
    assert_ok(calib_sha256_of(text, sizeof text - 1, hash));
    test_setup setup = text_setup(text, sizeof text - 1);
    for (uint32_t flags = 0; flags <= CALIB_RAW_BYTES; flags++) {
        calib_corpus *corpus;
        calib_info info = {.struct_size = sizeof info};
        calib_samples *samples;
        setup.source.flags = flags;
        assert_ok(test_open(calib_bytes_tokenizer(), &setup, &corpus));
        assert_ok(calib_corpus_info(corpus, &info));
        assert_string_equal(info.source, "memory");
        assert_int_equal(info.corpus_bytes, 7);
        assert_int_equal(info.text_bytes, flags ? 7 : 6);
        assert_int_equal(info.n_tokens, info.text_bytes);
        assert_int_equal(info.vocab_size, 256);
        assert_int_equal(info.has_fingerprint, 1);
        assert_int_equal(info.download, CALIB_CACHE_OFF);
        assert_memory_equal(info.corpus_sha256, hash, sizeof hash);
        assert_ok(calib_corpus_sample(corpus, 0, 1, 0, NULL, &samples));
        assert_memory_equal(samples->corpus_sha256, hash, sizeof hash);
        calib_samples_free(samples);
        calib_corpus_close(corpus);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gather_is_the_plain_loop),
        cmocka_unit_test(all_of_them),
        cmocka_unit_test(shortfall),
        cmocka_unit_test(ranks_cover),
        cmocka_unit_test(last_rank_of_many),
        cmocka_unit_test(skipped_keys),
        cmocka_unit_test(bos_overwrites),
        cmocka_unit_test(bos_is_prepended),
        cmocka_unit_test(bos_needs_a_place),
        cmocka_unit_test(token_ranges),
        cmocka_unit_test(knows_its_corpus),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
