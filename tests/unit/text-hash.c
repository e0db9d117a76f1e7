/* SPDX-License-Identifier: MIT */
/* calib_source_info.text_sha256: of the text as the tokenizer gets it. */
#include "test.h"

#include "base/sha256.h"

#include <calib_documents.h>

typedef struct hash {
    uint8_t bytes[CALIB_SHA256_SIZE];
} hash;

static hash hash_of(const void *bytes, size_t len)
{
    hash out;
    assert_ok(calib_sha256_of(bytes, len, out.bytes));
    return out;
}

static hash text_hash(const test_setup *setup)
{
    calib_corpus *corpus;
    calib_source_info info = {.struct_size = sizeof info};
    hash out;
    assert_ok(test_open(calib_bytes_tokenizer(), setup, &corpus));
    assert_ok(calib_corpus_source(corpus, 0, &info));
    calib_corpus_close(corpus);
    memcpy(out.bytes, info.text_sha256, sizeof out.bytes);
    return out;
}

static void expect(const test_setup *setup, hash wanted)
{
    hash is = text_hash(setup);
    assert_memory_equal(is.bytes, wanted.bytes, sizeof is.bytes);
}

/* ---- one text ---- */

/* Longer than the blocks that it is read in, whose borders cut its characters apart. */
enum { LEN = 600001 };

static char text[LEN];

static test_setup unstored(const char *bytes, size_t len)
{
    test_setup setup = text_setup(bytes, len);
    setup.options.flags = CALIB_NO_TOKEN_STORE;
    return setup;
}

static void fill_text(void)
{
    for (size_t i = 0; i < LEN; i++)
        text[i] = i == 0 ? 'x' : i % 2 ? '\xc3' : '\xa9';
    text[LEN - 2] = text[LEN - 1] = 'y';
}

/* The text with `newline` of `len` bytes at byte `at`, the beginning of a character. */
static void check_newline(size_t at, const char *newline, size_t len)
{
    static char stored[LEN + 2], wanted[LEN + 2];
    memcpy(stored, text, at);
    memcpy(stored + at, newline, len);
    memcpy(stored + at + len, text + at, LEN - at);
    memcpy(wanted, text, at);
    wanted[at] = '\n';
    memcpy(wanted + at + 1, text + at, LEN - at);
    test_setup setup = unstored(stored, LEN + len);
    expect(&setup, hash_of(wanted, LEN + 1));
    setup.source.flags = CALIB_RAW_BYTES;
    expect(&setup, hash_of(stored, LEN + len));
}

static void translated_text(void **unused)
{
    (void)unused;
    static const size_t edges[] = {1, 256 * 1024, 2 * 256 * 1024};
    fill_text();
    test_setup setup = unstored(text, LEN);
    expect(&setup, hash_of(text, LEN));
    for (size_t i = 0; i < 3; i++)
        for (size_t at = edges[i] < 9 ? 1 : (edges[i] | 1) - 8; at < edges[i] + 9; at += 2) {
            check_newline(at, "\n", 1);
            check_newline(at, "\r", 1);
            check_newline(at, "\r\n", 2);
        }
    check_newline(LEN, "\r\n", 2);
}

static void slices_have_the_whole(void **unused)
{
    (void)unused;
    static const char lines[] = "one\r\ntwo\r\nthree\r\nfour\r\n";
    calib_documents each = {.struct_size = sizeof each, .format = CALIB_DOCUMENTS_LINES};
    for (int with = 0; with < 2; with++) {
        test_setup setup = unstored(lines, sizeof lines - 1);
        setup.source.documents = with ? &each : NULL;
        hash whole = text_hash(&setup);
        setup.options.n_slices = 3;
        for (setup.options.slice = 0; setup.options.slice < 3; setup.options.slice++)
            expect(&setup, whole);
    }
}

/* ---- documents ---- */

static void documents_by_their_text(void **unused)
{
    (void)unused;
    static const char head[] = "\3\0\0\0\0\0\0\0one"
                               "\0\0\0\0\0\0\0\0"
                               "\4\0\0\0\0\0\0\0"
                               "2\xc3\xa9\n";
    static const char tail[] = "\4\0\0\0\0\0\0\0"
                               "2\xc3\xa9\n"
                               "\3\0\0\0\0\0\0\0one";
    calib_documents documents = {.struct_size = sizeof documents,
                                 .format = CALIB_DOCUMENTS_JSONL,
                                 .flags = CALIB_DOCUMENTS_SKIP_MALFORMED};
    static const char lines[] =
        "{\"text\": \"one\"}\n{\"text\": \"\"}\n[]\n{\"text\":\"2\\u00e9\\n\"}";
    static const char array[] =
        "[{\"text\":\"2\xc3\xa9\\n\"}, {\"text\":\"\"}, {\"text\":\"one\"}]";
    test_setup setup = unstored(lines, sizeof lines - 1);
    setup.source.documents = &documents;
    hash wanted = hash_of(head, sizeof head - 1);
    expect(&setup, wanted);
    setup.options.threads = 3;
    expect(&setup, wanted);
    documents.max_tokens = 3; /* the tokenizer sees what it drops */
    expect(&setup, wanted);
    documents.max_tokens = 0;
    documents.join = " ";
    expect(&setup, wanted);
    documents.join = NULL;
    setup.source.bytes = array;
    setup.source.n_bytes = sizeof array - 1;
    documents.format = CALIB_DOCUMENTS_JSON;
    documents.min_chars = 1; /* and not what is dropped before it */
    expect(&setup, hash_of(tail, sizeof tail - 1));
    documents.strip = CALIB_STRIP_RIGHT;
    hash is = text_hash(&setup);
    assert_memory_not_equal(is.bytes, hash_of(tail, sizeof tail - 1).bytes, sizeof is.bytes);
}

static int put_parts(void *ctx, calib_put_fn put, void *put_ctx)
{
    int *n = ctx;
    if ((*n)++ > 0)
        return 1;
    int status = put(put_ctx, "a", 1, CALIB_TEXT_PARSE_SPECIAL);
    if (!status)
        status = put(put_ctx, "b", 1, CALIB_TEXT_PLAIN);
    return status ? status : put(put_ctx, "c", 1, CALIB_TEXT_PLAIN);
}

static void parts_with_their_flags(void **unused)
{
    (void)unused;
    static const char wanted[] = "\1\0\0\0\0\0\0\x08"
                                 "a"
                                 "\2\0\0\0\0\0\0\x90"
                                 "bc";
    int n = 0;
    calib_documents documents = {.struct_size = sizeof documents,
                                 .format = CALIB_DOCUMENTS_CALLBACK,
                                 .next = put_parts,
                                 .next_ctx = &n};
    test_setup setup = {
        .source = {.struct_size = sizeof(calib_source), .documents = &documents},
        .options = {.struct_size = sizeof(calib_options), .flags = CALIB_NO_TOKEN_STORE}};
    expect(&setup, hash_of(wanted, sizeof wanted - 1));
}

static int render(void *ctx, const char *record, size_t len, calib_put_fn put, void *put_ctx)
{
    (void)ctx;
    return put(put_ctx, record, len, 0);
}

/* The texts of lazy documents are not hashed. */
static void unknown_text(void **unused)
{
    (void)unused;
    calib_documents documents = {
        .struct_size = sizeof documents, .format = CALIB_DOCUMENTS_JSONL, .render = render};
    test_setup setup = unstored("{}\n", 3);
    setup.source.documents = &documents;
    expect(&setup, hash_of("\2\0\0\0\0\0\0\0{}", 10));
    documents.flags = CALIB_DOCUMENTS_LAZY;
    expect(&setup, (hash){{0}});
    documents.format = CALIB_DOCUMENTS_LINES;
    documents.render = NULL;
    expect(&setup, (hash){{0}});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(translated_text),
        cmocka_unit_test(slices_have_the_whole),
        cmocka_unit_test(documents_by_their_text),
        cmocka_unit_test(parts_with_their_flags),
        cmocka_unit_test(unknown_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
