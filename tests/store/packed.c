/* SPDX-License-Identifier: MIT */
/* A compressed source as a corpus: the same tokens, slices and stored tokens as its text. */
#include "packed.h"
#include "base/sha256.h"
#include "folder.h"
#include "slices.h"

static const char TEXT[] = "One line of the text,\nanother one,\r\nand a third: \xc3\xa9\n"
                           "The fourth and last line of the text is longer than others.\n";
static const char LINES[] = "One line of the text,\nanother one,\nand a third: \xc3\xa9\n"
                            "The fourth and last line of the text is longer than others.\n";

static packed pack(int way)
{
    return way == 0 ? pack_gzip(TEXT, sizeof TEXT - 1, 9) : pack_zstd(TEXT, sizeof TEXT - 1, 3, 0);
}

static void assert_tokens(const test_setup *setup, const char *bytes, size_t len)
{
    size_t n;
    int32_t *ids = tokens_of(calib_bytes_tokenizer(), setup, &n);
    assert_int_equal(n, len);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(ids[i], (unsigned char)bytes[i]);
    free(ids);
}

static calib_info info_of(const test_setup *setup)
{
    calib_corpus *corpus;
    calib_info info = {.struct_size = sizeof info};
    assert_ok(test_open(calib_bytes_tokenizer(), setup, &corpus));
    assert_ok(calib_corpus_info(corpus, &info));
    calib_corpus_close(corpus);
    return info;
}

/* However the text is stored, its own hash is that of the text. */
static void check_text_hash(const test_setup *setup)
{
    calib_corpus *corpus;
    calib_source_info info = {.struct_size = sizeof info};
    uint8_t hash[CALIB_SHA256_SIZE];
    assert_ok(calib_sha256_of(LINES, sizeof LINES - 1, hash));
    assert_ok(test_open(calib_bytes_tokenizer(), setup, &corpus));
    assert_ok(calib_corpus_source(corpus, 0, &info));
    assert_memory_equal(info.text_sha256, hash, sizeof hash);
    calib_corpus_close(corpus);
}

static void hashes_and_sizes(void **unused)
{
    (void)unused;
    for (int way = 0; way < 2; way++) {
        packed bytes = pack(way);
        test_setup setup = text_setup(bytes.data, bytes.len);
        uint8_t hash[CALIB_SHA256_SIZE];
        char hex[CALIB_SHA256_HEX];
        assert_ok(calib_sha256_of(bytes.data, bytes.len, hash));
        calib_sha256_to_hex(hash, hex);
        setup.source.sha256 = hex;
        setup.source.size_bytes = bytes.len;
        setup.options.flags = CALIB_NO_TOKEN_STORE;
        calib_info info = info_of(&setup);
        assert_int_equal(info.corpus_bytes, bytes.len);
        assert_int_equal(info.text_bytes, sizeof LINES - 1);
        assert_memory_equal(info.corpus_sha256, hash, sizeof hash);
        assert_tokens(&setup, LINES, sizeof LINES - 1);
        check_text_hash(&setup);
        hex[0] = hex[0] == '0' ? '1' : '0';
        calib_corpus *corpus;
        assert_status(test_open(calib_bytes_tokenizer(), &setup, &corpus), CALIB_E_HASH);
        free(bytes.data);
    }
}

static void raw_bytes(void **unused)
{
    (void)unused;
    packed bytes = pack(0);
    test_setup setup = text_setup(bytes.data, bytes.len);
    calib_corpus *corpus;
    setup.options.flags = CALIB_NO_TOKEN_STORE;
    setup.source.flags = CALIB_RAW_BYTES;
    assert_tokens(&setup, TEXT, sizeof TEXT - 1);
    setup.source.reader = CALIB_READER_PLAIN;
    assert_tokens(&setup, bytes.data, bytes.len);
    setup.source.flags = 0;
    assert_status(test_open(calib_bytes_tokenizer(), &setup, &corpus), CALIB_E_FORMAT);
    assert_message("gzip-compressed");
    setup.source.reader = CALIB_READER_ZSTD + 1;
    assert_status(test_open(calib_bytes_tokenizer(), &setup, &corpus), CALIB_E_ARGUMENT);
    assert_message("reader is 4");
    free(bytes.data);
}

/* Refused by name, with an offset or a name that tells the text from the file. */
static void inside(void **unused)
{
    (void)unused;
    packed once = pack(0), twice = pack_zstd(once.data, once.len, 3, 0);
    packed latin = pack_gzip("caf\xe9 au lait", 12, 6);
    calib_corpus *corpus;
    test_setup setup = text_setup(twice.data, twice.len);
    setup.options.flags = CALIB_NO_TOKEN_STORE;
    assert_status(test_open(calib_bytes_tokenizer(), &setup, &corpus), CALIB_E_FORMAT);
    assert_message("the text inside the text in memory is gzip-compressed");
    setup.source.bytes = latin.data;
    setup.source.n_bytes = latin.len;
    assert_status(test_open(calib_bytes_tokenizer(), &setup, &corpus), CALIB_E_UTF8);
    assert_message("the text inside");
    assert_message("at byte 3");
    free(once.data), free(twice.data), free(latin.data);
}

static void slices(void **unused)
{
    (void)unused;
    int32_t all[sizeof LINES];
    for (size_t i = 0; i < sizeof LINES - 1; i++)
        all[i] = (unsigned char)LINES[i];
    for (int way = 0; way < 2; way++) {
        packed bytes = pack(way);
        test_setup setup = text_setup(bytes.data, bytes.len);
        setup.options.flags = CALIB_NO_TOKEN_STORE;
        for (uint32_t n = 1; n < 7; n++)
            join_slices(calib_bytes_tokenizer(), setup, n, all, sizeof LINES - 1);
        free(bytes.data);
    }
}

/* The same stored bytes, read in another way, are another text: their tokens have another key. */
static void stored(void **unused)
{
    (void)unused;
    char cache[64];
    assert_true(folder_make(cache));
    for (int way = 0; way < 2; way++) {
        packed bytes = pack(way);
        test_setup setup = text_setup(bytes.data, bytes.len);
        setup.options.cache_dir = cache;
        setup.source.flags = CALIB_RAW_BYTES;
        for (int pass = 0; pass < 2; pass++) {
            uint32_t expected = pass == 0 ? CALIB_CACHE_MISS : CALIB_CACHE_HIT;
            setup.source.reader = CALIB_READER_AUTO;
            calib_info info = info_of(&setup);
            assert_int_equal(info.token_store, expected);
            assert_int_equal(info.text_bytes, sizeof TEXT - 1);
            assert_tokens(&setup, TEXT, sizeof TEXT - 1);
            setup.source.reader = CALIB_READER_PLAIN;
            info = info_of(&setup);
            assert_int_equal(info.token_store, expected);
            assert_int_equal(info.text_bytes, bytes.len);
            assert_tokens(&setup, bytes.data, bytes.len);
        }
        free(bytes.data);
    }
    assert_int_equal(folder_remove(cache), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hashes_and_sizes), cmocka_unit_test(raw_bytes), cmocka_unit_test(inside),
        cmocka_unit_test(slices),           cmocka_unit_test(stored),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
