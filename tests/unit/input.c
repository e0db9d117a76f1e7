/* SPDX-License-Identifier: MIT */
/* gzip and zstd: whatever is done to the stored bytes, the text is right or an error says where. */
#include "input/input.h"
#include "base/error.h"
#include "packed.h"
#include "test.h"
#include "unpacked.h"

enum { N_WAYS = 2, LONG = 700000 };

static const struct {
    uint32_t reader;
    const calib_unpacker *(*unpacker)(void);
} ways[N_WAYS] = {{CALIB_READER_GZIP, calib_gzip}, {CALIB_READER_ZSTD, calib_zstd}};

static const char SHORT[] = "A short text, in which some words, some words are repeated.\n";
static char text[LONG];

static packed pack(int way, const void *from, size_t len)
{
    return way == 0 ? pack_gzip(from, len, 6) : pack_zstd(from, len, 3, 0);
}

/* Words in no order: a text that compresses like one. */
static int make_text(void **unused)
{
    (void)unused;
    static const char *const words[] = {"corpus", "row", "of", "the", "seed", "token", "\n", "a"};
    uint64_t state = 1;
    for (size_t at = 0; at < LONG;) {
        state = state * UINT64_C(6364136223846793005) + 1442695040888963407u;
        const char *word = words[state >> 61];
        size_t n = strlen(word) < LONG - at ? strlen(word) : LONG - at;
        memcpy(text + at, word, n);
        at += n;
        if (at < LONG)
            text[at++] = ' ';
    }
    return 0;
}

static calib_input input_of(const void *bytes, size_t len, uint32_t reader, int *status)
{
    calib_input input = {.name = "the test", .max_text_bytes = UINT64_MAX};
    *status = calib_reader_open_memory(&input.reader, bytes, len, input.name);
    if (!*status)
        *status = calib_input_begin(&input, reader);
    return input;
}

/* Reads one pass into `out`. */
static int read_pass(calib_input *input, calib_buffer *out)
{
    int status = calib_input_rewind(input);
    out->len = 0;
    while (!status && !input->ended) {
        const char *block;
        size_t len;
        status = calib_input_next(input, &block, &len);
        if (!status)
            status = calib_buffer_append(out, block, len);
    }
    return status;
}

/* A failure has its place. */
static int read_bytes(const void *bytes, size_t len, uint32_t reader, calib_buffer *out)
{
    int status;
    calib_error_clear();
    calib_input input = input_of(bytes, len, reader, &status);
    if (!status)
        status = read_pass(&input, out);
    int64_t offset = calib_error_record()->offset;
    if (status == CALIB_E_COMPRESSED && (offset < 0 || (uint64_t)offset > len))
        fail_msg("the offset is %lld of %zu", (long long)offset, len);
    calib_input_close(&input);
    return status;
}

static void assert_text(const calib_buffer *got, const void *expected, size_t len)
{
    assert_int_equal(got->len, len);
    assert_memory_equal(got->data, expected, len);
}

static void expect(const packed *bytes, uint32_t reader, const char *expected, size_t len)
{
    calib_buffer out = {0};
    assert_ok(read_bytes(bytes->data, bytes->len, reader, &out));
    assert_text(&out, expected, len);
    calib_buffer_free(&out);
}

static void expect_fault(const packed *bytes, uint32_t reader, int status, const char *says)
{
    calib_buffer out = {0};
    assert_status(read_bytes(bytes->data, bytes->len, reader, &out), status);
    assert_message(says);
    calib_buffer_free(&out);
}

/* ---- what is read ---- */

static void lengths(void **unused)
{
    (void)unused;
    static const size_t sizes[] = {1, 2, 1000, 262143, 262144, 262145, 524288, LONG};
    for (int way = 0; way < N_WAYS; way++)
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            packed bytes = pack(way, text, sizes[i]);
            expect(&bytes, CALIB_READER_AUTO, text, sizes[i]);
            expect(&bytes, ways[way].reader, text, sizes[i]);
            expect(&bytes, CALIB_READER_PLAIN, bytes.data, bytes.len);
            expect_fault(&bytes, ways[!way].reader, CALIB_E_COMPRESSED, "first bytes are others");
            free(bytes.data);
        }
}

static void steps(void **unused)
{
    (void)unused;
    static const size_t sizes[] = {1, 2, 3, 7, 100, LARGEST_STEP};
    enum { N = sizeof sizes / sizeof *sizes, LEN = 5000 };
    for (int way = 0; way < N_WAYS; way++) {
        packed bytes = pack(way, text, LEN), second = pack(way, SHORT, sizeof SHORT - 1);
        packed_add(&bytes, second.data, second.len);
        for (size_t i = 0; i < N * N; i++) {
            unpacked got = unpack_by(ways[way].unpacker(), bytes.data, bytes.len, sizes[i / N],
                                     sizes[i % N], SIZE_MAX);
            assert_ok(got.status);
            assert_true(got.whole && got.stored == bytes.len);
            assert_int_equal(got.text.len, LEN + sizeof SHORT - 1);
            assert_memory_equal(got.text.data, text, LEN);
            assert_memory_equal((char *)got.text.data + LEN, SHORT, sizeof SHORT - 1);
            calib_buffer_free(&got.text);
        }
        free(bytes.data);
        free(second.data);
    }
}

static void passes(void **unused)
{
    (void)unused;
    for (int way = 0; way < N_WAYS; way++) {
        int status;
        packed bytes = pack(way, text, LONG);
        calib_buffer out = {0};
        calib_input input = input_of(bytes.data, bytes.len, CALIB_READER_AUTO, &status);
        const char *block;
        size_t len;
        assert_ok(status);
        assert_ok(calib_input_next(&input, &block, &len)); /* a pass that is left in its middle */
        for (int pass = 0; pass < 3; pass++) {
            assert_ok(read_pass(&input, &out));
            assert_text(&out, text, LONG);
            assert_int_equal(input.reader.size, bytes.len);
        }
        calib_input_close(&input);
        calib_buffer_free(&out);
        free(bytes.data);
    }
}

/* Reads passes of a file or of memory while a thread hashes. */
static void hash_aside(calib_reader *reader, size_t len)
{
    uint8_t expected[CALIB_SHA256_SIZE];
    assert_ok(calib_sha256_of(text, len, expected));
    assert_ok(calib_reader_hash_aside(reader));
    for (int pass = 0; pass < 3; pass++) {
        const char *block;
        size_t n = 1, at = 0;
        assert_ok(calib_reader_rewind(reader));
        while (n > 0 && (pass != 1 || at < len / 2)) { /* one is left in its middle */
            assert_ok(calib_reader_next(reader, &block, &n));
            assert_memory_equal(block, text + at, n);
            at += n;
        }
        if (pass != 1)
            assert_memory_equal(reader->sha256, expected, sizeof expected);
    }
    calib_reader_close(reader);
}

static void aside(void **unused)
{
    (void)unused;
    enum { BLOCK = 256 * 1024 };
    static const size_t sizes[] = {1, BLOCK, BLOCK + 1, 2 * BLOCK - 1, 2 * BLOCK, LONG};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        calib_reader reader;
        calib_file *file;
        const char *ahead;
        size_t n;
        assert_ok(calib_reader_open_memory(&reader, text, sizes[i], "the test"));
        hash_aside(&reader, sizes[i]);
        assert_int_equal(calib_temporary_open(&file), 0);
        assert_int_equal(calib_file_write(file, text, sizes[i]), 0);
        assert_int_equal(calib_file_seek(file, 0), 0);
        assert_ok(calib_reader_open_file(&reader, file, "the test"));
        assert_ok(calib_reader_peek(&reader, 1, &ahead, &n));
        hash_aside(&reader, sizes[i]);
    }
}

static void several(void **unused)
{
    (void)unused;
    static const char skippable[] = "\x5f\x2a\x4d\x18\x03\0\0\0abc";
    for (int way = 0; way < N_WAYS; way++) {
        packed bytes = {0}, one = pack(way, text, 300000), none = pack(way, "", 0);
        packed rest = pack(way, text + 300000, LONG - 300000);
        packed_add(&bytes, none.data, none.len);
        packed_add(&bytes, one.data, one.len);
        packed_add(&bytes, none.data, none.len);
        if (way == 1)
            packed_add(&bytes, skippable, sizeof skippable - 1);
        packed_add(&bytes, rest.data, rest.len);
        if (way == 1)
            packed_add(&bytes, skippable, sizeof skippable - 1);
        expect(&bytes, CALIB_READER_AUTO, text, LONG);
        expect_fault(&none, CALIB_READER_AUTO, CALIB_E_EMPTY, "empty text");
        free(bytes.data), free(one.data), free(none.data), free(rest.data);
    }
    packed skipped = {0}, frame = pack_zstd(SHORT, sizeof SHORT - 1, 3, 0);
    packed_add(&skipped, skippable, sizeof skippable - 1);
    expect_fault(&skipped, CALIB_READER_AUTO, CALIB_E_EMPTY, "empty text");
    packed_add(&skipped, frame.data, frame.len);
    expect(&skipped, CALIB_READER_AUTO, SHORT, sizeof SHORT - 1);
    free(skipped.data), free(frame.data);
}

static void padding(void **unused)
{
    (void)unused;
    static const char zeros[600000];
    static const size_t sizes[] = {1, 512, sizeof zeros};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        packed bytes = pack_gzip(SHORT, sizeof SHORT - 1, 9);
        size_t len = bytes.len;
        packed_add(&bytes, zeros, sizes[i]);
        expect(&bytes, CALIB_READER_AUTO, SHORT, sizeof SHORT - 1);
        packed_add(&bytes, "\x1f", 1);
        expect_fault(&bytes, CALIB_READER_AUTO, CALIB_E_COMPRESSED, "other bytes than zeros");
        assert_int_equal(calib_error_record()->offset, len + sizes[i]);
        free(bytes.data);
    }
}

/* ---- what is refused ---- */

static void truncation(void **unused)
{
    (void)unused;
    calib_buffer out = {0};
    for (int way = 0; way < N_WAYS; way++) {
        packed bytes = pack(way, SHORT, sizeof SHORT - 1);
        for (size_t len = 1; len < bytes.len; len++)
            assert_status(read_bytes(bytes.data, len, ways[way].reader, &out), CALIB_E_COMPRESSED);
        assert_message("cut short");
        assert_int_equal(calib_error_record()->offset, bytes.len - 1);
        assert_ok(read_bytes(bytes.data, 0, ways[way].reader, &out)); /* the corpus refuses it */
        free(bytes.data);
    }
    calib_buffer_free(&out);
}

/* Both formats have a checksum; what it does not cover, such as the time in a gzip header, changes
 * nothing. */
static void flips(void **unused)
{
    (void)unused;
    calib_buffer out = {0};
    for (int way = 0; way < N_WAYS; way++) {
        packed bytes = pack(way, SHORT, sizeof SHORT - 1);
        size_t n_refused = 0;
        for (size_t bit = 0; bit < 8 * bytes.len; bit++) {
            bytes.data[bit / 8] ^= (char)(1 << bit % 8);
            int status = read_bytes(bytes.data, bytes.len, ways[way].reader, &out);
            if (status)
                assert_status(status, CALIB_E_COMPRESSED);
            else
                assert_text(&out, SHORT, sizeof SHORT - 1);
            n_refused += status != 0;
            bytes.data[bit / 8] ^= (char)(1 << bit % 8);
        }
        assert_in_range(n_refused, bytes.len * 8 / 2, bytes.len * 8);
        free(bytes.data);
    }
    calib_buffer_free(&out);
}

static void trailing(void **unused)
{
    (void)unused;
    static const char *const tails[] = {"\n", "text", "BZh91AY&SY and more", "\x1f\x8b",
                                        "\x28\xb5"};
    for (int way = 0; way < N_WAYS; way++)
        for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
            packed bytes = pack(way, SHORT, sizeof SHORT - 1);
            size_t len = bytes.len;
            packed_add(&bytes, tails[i], strlen(tails[i]));
            expect_fault(&bytes, CALIB_READER_AUTO, CALIB_E_COMPRESSED, "the test");
            assert_in_range(calib_error_record()->offset, len, bytes.len);
            free(bytes.data);
        }
}

static void windows(void **unused)
{
    (void)unused;
    packed bytes = pack_zstd(SHORT, sizeof SHORT - 1, 1, 27);
    expect(&bytes, CALIB_READER_AUTO, SHORT, sizeof SHORT - 1);
    free(bytes.data);
    bytes = pack_zstd(SHORT, sizeof SHORT - 1, 1, 28);
    expect_fault(&bytes, CALIB_READER_AUTO, CALIB_E_COMPRESSED, "larger than 128 MiB");
    free(bytes.data);
}

/* A bomb is refused also behind a text; a text that repeats itself is none. */
static void bombs(void **unused)
{
    (void)unused;
    enum { SIZE = 64 << 20 };
    char *large = calloc(SIZE, 1);
    assert_non_null(large);
    for (int way = 0; way < N_WAYS; way++) {
        packed bomb = pack(way, large, SIZE), bytes = pack(way, text, LONG);
        expect_fault(&bomb, CALIB_READER_AUTO, CALIB_E_COMPRESSED, "bomb");
        packed_add(&bytes, bomb.data, bomb.len);
        expect_fault(&bytes, CALIB_READER_AUTO, CALIB_E_COMPRESSED, "bomb");
        free(bomb.data), free(bytes.data);
    }
    for (size_t at = 0; at < SIZE / 2; at += 100)
        snprintf(large + at, 101, "{\"prompt\": \"%074zu\", \"n\": 1}", at);
    for (int way = 0; way < N_WAYS; way++) {
        packed bytes = pack(way, large, SIZE / 2);
        expect(&bytes, CALIB_READER_AUTO, large, SIZE / 2);
        free(bytes.data);
    }
    free(large);
}

static void limits(void **unused)
{
    (void)unused;
    calib_buffer out = {0};
    packed bytes = pack_gzip(text, LONG, 6);
    packed stored = {text, LONG};
    const packed *const both[] = {&bytes, &stored};
    for (int i = 0; i < 2; i++) {
        int status;
        calib_input input = input_of(both[i]->data, both[i]->len, CALIB_READER_AUTO, &status);
        input.max_text_bytes = LONG;
        assert_ok(read_pass(&input, &out));
        input.max_text_bytes = LONG - 1;
        assert_status(read_pass(&input, &out), CALIB_E_SIZE);
        assert_message("max_text_bytes, 699999 bytes");
        calib_input_close(&input);
    }
    calib_buffer_free(&out);
    free(bytes.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lengths), cmocka_unit_test(steps),    cmocka_unit_test(passes),
        cmocka_unit_test(several), cmocka_unit_test(padding),  cmocka_unit_test(truncation),
        cmocka_unit_test(flips),   cmocka_unit_test(trailing), cmocka_unit_test(windows),
        cmocka_unit_test(bombs),   cmocka_unit_test(limits),   cmocka_unit_test(aside),
    };
    return cmocka_run_group_tests(tests, make_text, NULL);
}
