/* SPDX-License-Identifier: MIT */
/* Loads with a token store, through the public functions: the ids equal those of a load without
 * one, and stored ids are found exactly if they are the right ones. */
#include "loads.h"

#include <sys/file.h>
#include <sys/wait.h>

static void test_miss_then_hit(void **state)
{
    (void)state;
    test_tokenizer w = {.fingerprint = 1};
    calib_tokenizer_vtable tok = test_vtable(&w);
    test_setup setup = setup_for(0);
    assert_int_equal(open_and_compare(&tok, setup), CALIB_CACHE_MISS);
    assert_int_equal(open_and_compare(&tok, setup), CALIB_CACHE_HIT);
    w.n_bytes = 0;
    calib_corpus *corpus;
    assert_ok(test_open(&tok, &setup, &corpus));
    assert_true(w.n_bytes < 2000); /* only the probe text */
    calib_corpus_close(corpus);
    assert_int_equal(open_and_compare(calib_bytes_tokenizer(), setup), CALIB_CACHE_MISS);
    assert_int_equal(open_and_compare(calib_bytes_tokenizer(), setup), CALIB_CACHE_HIT);
}

static void test_wide(void **state)
{
    (void)state;
    test_tokenizer w = {.fingerprint = 1, .modulus = 0x7ffffffc};
    calib_tokenizer_vtable tok = test_vtable(&w);
    assert_int_equal(open_and_compare(&tok, setup_for(0)), CALIB_CACHE_MISS);
    assert_int_equal(open_and_compare(&tok, setup_for(0)), CALIB_CACHE_HIT);
}

static void test_rows(void **state)
{
    (void)state;
    test_tokenizer w = {.fingerprint = 1};
    calib_tokenizer_vtable tok = test_vtable(&w);
    test_setup with = setup_for(0), without = setup_for(CALIB_NO_TOKEN_STORE);
    for (int i = 0; i < 3; i++)
        for (uint32_t rank = 0; rank < 3; rank++) {
            calib_sampling how = {.struct_size = sizeof how, .rank = rank, .world = 3};
            calib_samples *a, *b;
            assert_ok(test_load(&tok, 50, 64 + (size_t)i, 9, &with, &how, &a));
            assert_ok(test_load(&tok, 50, 64 + (size_t)i, 9, &without, &how, &b));
            assert_int_equal(a->n_rows, b->n_rows);
            assert_memory_equal(a->tokens, b->tokens, a->n_rows * a->seq_len * sizeof *a->tokens);
            assert_memory_equal(a->offsets, b->offsets, a->n_rows * sizeof *a->offsets);
            assert_memory_equal(a->corpus_sha256, b->corpus_sha256, 32);
            calib_samples_free(a);
            calib_samples_free(b);
        }
}

/* Everything that decides the ids is in the key. */
static void test_keys(void **state)
{
    (void)state;
    test_tokenizer w = {.fingerprint = 1};
    calib_tokenizer_vtable tok = test_vtable(&w);
    test_setup setup = setup_for(0), raw = setup;
    raw.source.flags = CALIB_RAW_BYTES;
    assert_int_equal(open_and_compare(&tok, setup), CALIB_CACHE_MISS);
    assert_int_equal(open_and_compare(&tok, raw), CALIB_CACHE_MISS);
    w.fingerprint = 2;
    assert_int_equal(open_and_compare(&tok, setup), CALIB_CACHE_MISS);
    setup.source.n_bytes--;
    assert_int_equal(open_and_compare(&tok, setup), CALIB_CACHE_MISS);
    setup.source.n_bytes++;
    text[1000] ^= 1;
    assert_int_equal(open_and_compare(&tok, setup), CALIB_CACHE_MISS);
    text[1000] ^= 1;
    assert_int_equal(open_and_compare(&tok, setup), CALIB_CACHE_HIT);
    setup.options.threads = 1, setup.options.max_memo_bytes = 1;
    assert_int_equal(open_and_compare(&tok, setup), CALIB_CACHE_HIT);
}

static void test_lying_fingerprint(void **state)
{
    (void)state;
    test_tokenizer w = {.fingerprint = 1};
    calib_tokenizer_vtable tok = test_vtable(&w);
    assert_int_equal(open_and_compare(&tok, setup_for(0)), CALIB_CACHE_MISS);
    w.salt = 99;
    assert_int_equal(open_and_compare(&tok, setup_for(0)), CALIB_CACHE_MISS);
    assert_int_equal(open_and_compare(&tok, setup_for(0)), CALIB_CACHE_HIT);
}

static void test_refused_probe(void **state)
{
    (void)state;
    test_tokenizer w = {.fingerprint = 1};
    calib_tokenizer_vtable tok = test_vtable(&w);
    w.refused = "<unk>";
    assert_int_equal(open_and_compare(&tok, setup_for(0)), CALIB_CACHE_MISS);
    assert_int_equal(open_and_compare(&tok, setup_for(0)), CALIB_CACHE_HIT);
    w.refused = NULL;
    assert_int_equal(open_and_compare(&tok, setup_for(0)), CALIB_CACHE_MISS);
}

static void test_off(void **state)
{
    (void)state;
    test_tokenizer w = {0};
    calib_tokenizer_vtable tok = test_vtable(&w);
    char path[400];
    assert_int_equal(open_and_compare(&tok, setup_for(0)), CALIB_CACHE_OFF);
    tok.fingerprint = NULL;
    assert_int_equal(open_and_compare(&tok, setup_for(0)), CALIB_CACHE_OFF);
    w.fingerprint = 1;
    tok.fingerprint = test_fingerprint;
    assert_int_equal(open_and_compare(&tok, setup_for(CALIB_NO_TOKEN_STORE)), CALIB_CACHE_OFF);
    assert_int_equal(folder_find(cache, "", path), 0);
    test_setup setup = setup_for(0);
    setup.options.cache_dir = "/dev/null/cache";
    assert_int_equal(open_and_compare(&tok, setup), CALIB_CACHE_OFF);
}

/* ---- sources ---- */

static pid_t feed(int fd)
{
    pid_t child = fork();
    if (child == 0) {
        for (size_t at = 0; at < sizeof text;) {
            ssize_t n = write(fd, text + at, sizeof text - at);
            if (n <= 0)
                _exit(1);
            at += (size_t)n;
        }
        _exit(0);
    }
    return child;
}

static uint32_t open_standard_input(const calib_tokenizer_vtable *tok, test_setup setup,
                                    calib_corpus *wanted)
{
    int ends[2], before = dup(0);
    assert_int_equal(pipe(ends), 0);
    pid_t child = feed(ends[1]);
    close(ends[1]);
    dup2(ends[0], 0);
    close(ends[0]);
    setup.source.bytes = NULL;
    setup.source.n_bytes = 0;
    setup.source.location = "-";
    calib_corpus *corpus;
    int status = test_open(tok, &setup, &corpus);
    dup2(before, 0);
    close(before);
    waitpid(child, NULL, 0);
    assert_ok(status);
    assert_same(corpus, wanted);
    uint32_t state = state_of(corpus);
    calib_corpus_close(corpus);
    return state;
}

static void test_sources(void **state)
{
    (void)state;
    test_tokenizer w = {.fingerprint = 1};
    calib_tokenizer_vtable tok = test_vtable(&w);
    test_setup setup = setup_for(CALIB_STORE_STDIN), from_path = setup;
    calib_corpus *memory, *corpus;
    char path[128];
    snprintf(path, sizeof path, "%s/text", cache);
    write_text(path);
    from_path.source = location_setup(path).source;
    assert_ok(test_open(&tok, &setup, &memory));
    assert_ok(test_open(&tok, &from_path, &corpus));
    assert_int_equal(state_of(corpus), CALIB_CACHE_HIT);
    assert_same(corpus, memory);
    calib_corpus_close(corpus);
    assert_int_equal(open_standard_input(&tok, setup, memory), CALIB_CACHE_HIT);
    folder_empty(cache);
    assert_int_equal(open_standard_input(&tok, setup, memory), CALIB_CACHE_MISS);
    assert_int_equal(open_standard_input(&tok, setup, memory), CALIB_CACHE_HIT);
    setup.options.flags = CALIB_NO_TOKEN_STORE;
    assert_int_equal(open_standard_input(&tok, setup, memory), CALIB_CACHE_OFF);
    calib_corpus_close(memory);
    unlink(path);
}

static void test_pins(void **state)
{
    (void)state;
    test_tokenizer w = {.fingerprint = 1};
    calib_tokenizer_vtable tok = test_vtable(&w);
    test_setup setup = setup_for(0);
    calib_corpus *corpus;
    assert_int_equal(open_and_compare(&tok, setup), CALIB_CACHE_MISS);
    setup.source.size_bytes = 1;
    assert_status(test_open(&tok, &setup, &corpus), CALIB_E_SIZE);
    setup.source.size_bytes = 0;
    setup.source.sha256 = "0000000000000000000000000000000000000000000000000000000000000000";
    assert_status(test_open(&tok, &setup, &corpus), CALIB_E_HASH);
    char *bad = malloc(TEXT_BYTES);
    memcpy(bad, text, TEXT_BYTES);
    bad[TEXT_BYTES - 1] = (char)0xff;
    setup = setup_for(0);
    setup.source.bytes = bad;
    assert_status(test_open(&tok, &setup, &corpus), CALIB_E_UTF8);
    assert_status(test_open(&tok, &setup, &corpus), CALIB_E_UTF8);
    free(bad);
}

/* ---- waiting ---- */

typedef struct watch {
    int n_waits;
    int answer; /* result of the progress callback during a wait */
} watch;

static int on_progress(void *ctx, uint32_t stage, uint64_t done, uint64_t total)
{
    watch *w = ctx;
    (void)done, (void)total;
    w->n_waits += stage == CALIB_STAGE_WAIT;
    return stage == CALIB_STAGE_WAIT ? w->answer : 0;
}

/* Somebody else holds the lock for ever: the wait ends by itself, and can be cancelled. */
static void test_waiting(void **state)
{
    (void)state;
    test_tokenizer w = {.fingerprint = 1};
    watch seen = {.answer = 42};
    calib_tokenizer_vtable tok = test_vtable(&w);
    test_setup setup = setup_for(0);
    char path[400];
    assert_int_equal(open_and_compare(&tok, setup), CALIB_CACHE_MISS);
    assert_int_equal(folder_find(cache, "", path), 1);
    assert_int_equal(unlink(path), 0);
    memcpy(path + strlen(path) - 4, ".lock", 6);
    int fd = open(path, O_RDWR | O_CREAT, 0600);
    assert_int_equal(flock(fd, LOCK_EX), 0);
    setup.options.progress = on_progress;
    setup.options.progress_ctx = &seen;
    calib_corpus *corpus;
    assert_status(test_open(&tok, &setup, &corpus), CALIB_E_CANCELLED);
    assert_int_equal(seen.n_waits, 1);
    setup.options.lock_timeout_ms = 300;
    seen = (watch){0};
    assert_int_equal(open_and_compare(&tok, setup), CALIB_CACHE_MISS);
    assert_true(seen.n_waits >= 3);
    close(fd);
    assert_int_equal(open_and_compare(&tok, setup), CALIB_CACHE_HIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_miss_then_hit),
        CASE(test_wide),
        CASE(test_rows),
        CASE(test_keys),
        CASE(test_lying_fingerprint),
        CASE(test_refused_probe),
        CASE(test_off),
        CASE(test_sources),
        CASE(test_pins),
        CASE(test_waiting),
    };
    return cmocka_run_group_tests(tests, loads_begin, loads_end);
}
