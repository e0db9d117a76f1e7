/* SPDX-License-Identifier: MIT */
/* Newlines and UTF-8, with the input split into blocks of every size. */
#include "text/text.h"
#include "test.h"

/* Feeds `bytes` in blocks of at most `block` bytes. Returns the status of the first failure. */
static int convert(const char *bytes, size_t len, size_t block, calib_buffer *out)
{
    calib_text text = {0};
    out->len = 0;
    for (size_t at = 0; at < len; at += block) {
        size_t n = len - at < block ? len - at : block;
        int status = calib_text_feed(&text, bytes + at, n, out);
        if (status)
            return status;
    }
    return calib_text_end(&text);
}

static void newlines(void **unused)
{
    (void)unused;
    static const struct {
        const char *in, *out;
    } cases[] = {
        {"a\r\nb", "a\nb"},
        {"a\rb", "a\nb"},
        {"\r\r\n\n\r", "\n\n\n\n"},
        {"\r", "\n"},
        {"\r\n", "\n"},
        {"\n\r\n\r", "\n\n\n"},
        {"é\r\nü\r", "é\nü\n"},
        {"\xef\xbb\xbfx", "\xef\xbb\xbfx"},
        {"no newline", "no newline"},
    };
    calib_buffer out = {0};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++)
        for (size_t block = 1; block <= strlen(cases[c].in); block++) {
            assert_ok(convert(cases[c].in, strlen(cases[c].in), block, &out));
            assert_int_equal(out.len, strlen(cases[c].out));
            assert_memory_equal(out.data, cases[c].out, out.len);
        }
    calib_buffer_free(&out);
}

static void bad_utf8(void **unused)
{
    (void)unused;
    static const struct {
        const char *in;
        int64_t offset;
    } cases[] = {
        {"abc\x80", 3},           {"\xc0\x80", 0},
        {"\xc1\xbf", 0},          {"ab\xed\xa0\x80", 2},
        {"\xf4\x90\x80\x80", 0},  {"\xf5\x80\x80\x80", 0},
        {"\xe0\x9f\xbf", 0},      {"\xf0\x8f\xbf\xbf", 0},
        {"x\xe2\x82", 1},         {"xy\xff", 2},
        {"12345678\xc3(", 8},     {"\xe2\x28\xa1", 0},
        {"ok é \xf0\x9f\x98", 6},
    };
    calib_buffer out = {0};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++)
        for (size_t block = 1; block <= strlen(cases[c].in); block++) {
            assert_status(convert(cases[c].in, strlen(cases[c].in), block, &out), CALIB_E_UTF8);
            calib_error error = {.struct_size = sizeof error};
            assert_int_equal(calib_last_error(&error), 0);
            assert_int_equal(error.offset, cases[c].offset);
        }
    calib_buffer_free(&out);
}

/* Every Unicode scalar value passes, also if blocks end inside characters. */
static void all_characters(void **unused)
{
    (void)unused;
    static char all[0x110000 * 4];
    size_t n = 0;
    for (uint32_t c = 0; c < 0x110000; c++) {
        if ((c >= 0xd800 && c < 0xe000) || c == '\r')
            continue;
        if (c < 0x80) {
            all[n++] = (char)c;
        } else if (c < 0x800) {
            all[n++] = (char)(0xc0 | c >> 6);
            all[n++] = (char)(0x80 | (c & 63));
        } else if (c < 0x10000) {
            all[n++] = (char)(0xe0 | c >> 12);
            all[n++] = (char)(0x80 | (c >> 6 & 63));
            all[n++] = (char)(0x80 | (c & 63));
        } else {
            all[n++] = (char)(0xf0 | c >> 18);
            all[n++] = (char)(0x80 | (c >> 12 & 63));
            all[n++] = (char)(0x80 | (c >> 6 & 63));
            all[n++] = (char)(0x80 | (c & 63));
        }
    }
    calib_buffer out = {0};
    static const size_t blocks[] = {1, 7, 4096, sizeof all};
    for (size_t b = 0; b < 4; b++) {
        assert_ok(convert(all, n, blocks[b], &out));
        assert_int_equal(out.len, n);
        assert_memory_equal(out.data, all, n);
    }
    calib_buffer_free(&out);
}

static void raw_bytes_pass(void **unused)
{
    (void)unused;
    calib_text text = {.raw = true};
    calib_buffer out = {0};
    assert_ok(calib_text_feed(&text, "\xff\r\n\0\r", 5, &out));
    assert_ok(calib_text_end(&text));
    assert_int_equal(out.len, 5);
    assert_memory_equal(out.data, "\xff\r\n\0\r", 5);
    calib_buffer_free(&out);
}

/* Files of other kinds are named, with the remedy, and never with the advice to take them raw. */
static void other_kinds(void **unused)
{
    (void)unused;
    static const struct {
        const char *bytes, *is, *remedy;
        size_t len;
        bool is_text;
    } cases[] = {
        {"\x1f\x8b\x08\0\0\0", "gzip-compressed", "gzip -d", 6, false},
        {"\x28\xb5\x2f\xfd\x04", "zstd-compressed", "zstd -d", 5, false},
        {"\xfd"
         "7zXZ\0\0",
         "xz-compressed", "xz -d", 7, false},
        {"BZh91AY&SY\x11", "bzip2-compressed", "bzip2 -d", 11, false},
        {"PK\3\4\x14", "a zip archive", "unzip", 5, false},
        {"PAR1\x15\x04", "a Parquet table", "text column", 6, false},
        {"\xff\xfeh\0i\0", "UTF-16", "iconv -f UTF-16", 6, false},
        {"\xff\xfe\0\0h\0\0\0", "UTF-32", "iconv -f UTF-32", 8, false},
        {"a\0b\0c\0d\0e\0f\0g\0h\0i\0j\0k\0l\0m\0n\0o\0p\0", "UTF-16 (little-endian)",
         "iconv -f UTF-16LE", 32, false},
        {"\0\0\0a\0\0\0b\0\0\0c\0\0\0d", "UTF-32 (big-endian)", "iconv -f UTF-32BE", 16, false},
        {"version https://git-lfs.github.com/spec/v1\noid", "a Git LFS pointer", "git lfs pull", 46,
         true},
        {" <!DOCTYPE HTML><p>", "a web page", "save the text", 19, true},
        {"\xef\xbb\xbf<html lang=en>", "a web page", "save the text", 17, true},
    };
    calib_buffer out = {0};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        for (int pinned = 0; pinned < 2; pinned++) {
            calib_text text = {.pinned = pinned};
            bool refused = !pinned || !cases[c].is_text;
            assert_status(calib_text_feed(&text, cases[c].bytes, cases[c].len, &out),
                          refused ? CALIB_E_FORMAT : CALIB_OK);
            if (!refused)
                continue;
            assert_message(cases[c].is);
            assert_message(cases[c].remedy);
            assert_null(strstr(last_message(), "RAW"));
        }
        calib_text raw = {.raw = true};
        assert_ok(calib_text_feed(&raw, cases[c].bytes, cases[c].len, &out));
    }
    calib_buffer_free(&out);
}

/* Texts that only resemble other kinds pass. */
static void no_other_kinds(void **unused)
{
    (void)unused;
    static const char *const texts[] = {"PAR1 is a code",
                                        "BZh is no magic",
                                        "GGUF files",
                                        "<htm",
                                        "<!doctype xml>",
                                        "version https://git",
                                        "PK",
                                        "\xef\xbb\xbf",
                                        "{",
                                        "7z",
                                        "%PDF"};
    calib_buffer out = {0};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_ok(convert(texts[i], strlen(texts[i]), 4096, &out));
    assert_ok(convert("a\0b\0\0c", 6, 4096, &out));
    calib_buffer_free(&out);
}

static void json_lines(void **unused)
{
    (void)unused;
    static const struct {
        const char *text;
        bool is;
    } cases[] = {{"{\"text\": \"a\"}\n{\"text\": \"b\"}\n", true},
                 {"{\"text\": \"a\"}\r\n{\"text\"", true},
                 {"{\"text\": 1}", true},
                 {"{\n  \"text\": 1\n}\n", false},
                 {"{a}\n{b}\n", false},
                 {"{\"text\": \"a\"}\nand more\n", false},
                 {"plain text\n", false}};
    calib_buffer out = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        calib_text text = {0};
        assert_ok(calib_text_feed(&text, cases[i].text, strlen(cases[i].text), &out));
        assert_int_equal(text.is_jsonl, cases[i].is);
    }
    calib_buffer_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(newlines),       cmocka_unit_test(bad_utf8),
        cmocka_unit_test(all_characters), cmocka_unit_test(raw_bytes_pass),
        cmocka_unit_test(other_kinds),    cmocka_unit_test(no_other_kinds),
        cmocka_unit_test(json_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
