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
    assert_ok(calib_text_pass(&text, "\xff\r\n\0\r", 5));
    assert_int_equal(text.offset, 5);
    assert_false(text.translated);
    assert_ok(calib_text_end(&text));
}

enum { BINARY, STANDIN, GUESS };

/* Feeds the text with every combination of raw and pinned. */
static void refuse_kind(const char *bytes, size_t len, const char *is, const char *remedy, int kind)
{
    calib_buffer out = {0};
    for (int how = 0; how < 4; how++) {
        calib_text text = {.raw = how & 1, .pinned = how & 2};
        bool refused = kind == BINARY    ? !text.raw
                       : kind == STANDIN ? !text.pinned
                                         : !text.raw && !text.pinned;
        int status = text.raw ? calib_text_pass(&text, bytes, len)
                              : calib_text_feed(&text, bytes, len, &out);
        assert_status(status, refused ? CALIB_E_FORMAT : CALIB_OK);
        if (!refused)
            continue;
        assert_message(is);
        assert_message(remedy);
        assert_null(strstr(last_message(), "RAW"));
    }
    calib_buffer_free(&out);
}

/* Files of other kinds are named, with the remedy, and never with the advice to take them raw. */
static void other_kinds(void **unused)
{
    (void)unused;
    static const struct {
        const char *bytes, *is, *remedy;
        size_t len;
        int kind;
    } cases[] = {
        {"\x28\xb5\x2f\xfd\x04", "zstd-compressed", "zstd -d", 5, BINARY},
        {"\x50\x2a\x4d\x18\x04", "zstd-compressed", "zstd -d", 5, BINARY},
        {"\xfd"
         "7zXZ\0\0",
         "xz-compressed", "xz -d", 7, BINARY},
        {"\x5d\0\0\x80\0", "lzma-compressed", "xz -d", 5, BINARY},
        {"\x1f\x9d\x90", "compressed", "gzip -d", 3, BINARY},
        {"BZh91AY&SY\x11", "bzip2-compressed", "bzip2 -d", 11, BINARY},
        {"BZh61AY&SY\x11", "bzip2-compressed", "bzip2 -d", 11, BINARY},
        {"BZh9\x17\x72\x45\x38\x50\x90", "bzip2-compressed", "bzip2 -d", 10, BINARY},
        {"PK\3\4\x14", "a zip archive", "unzip", 5, BINARY},
        {"PAR1\x15\x04", "a Parquet table", "text column", 6, BINARY},
        {"GGUF\3\0\0\0", "a GGUF model", "name the file", 8, BINARY},
        {"version https://git-lfs.github.com/spec/v1\noid", "a Git LFS pointer", "git lfs pull", 46,
         STANDIN},
        {"\xef\xbb\xbfversion https://git-lfs.github.com/spec/v1\n", "a Git LFS pointer",
         "git lfs pull", 46, STANDIN},
        {" <!DOCTYPE HTML><p>", "a web page", "save the text", 19, STANDIN},
        {"\xef\xbb\xbf<html lang=en>", "a web page", "save the text", 17, STANDIN},
        {"<html\nlang=en>", "a web page", "save the text", 14, STANDIN},
        {"<!-- a > b -->\n<!DOCTYPE html>", "a web page", "save the text", 30, STANDIN},
        {"<?xml version='1.0'?><!DOCTYPE html PUBLIC>", "a web page", "save the text", 43, STANDIN},
        {"<head><title>302 Found", "a web page", "save the text", 22, STANDIN},
        {"\xff\xfeh\0i\0", "UTF-16", "iconv -f UTF-16", 6, GUESS},
        {"\xff\xfe\0\0h\0\0\0", "UTF-32", "iconv -f UTF-32", 8, GUESS},
        {"a\0b\0c\0d\0e\0f\0g\0h\0i\0j\0k\0l\0m\0n\0o\0p\0", "UTF-16 (little-endian)",
         "iconv -f UTF-16LE", 32, GUESS},
        {"\0\0\0a\0\0\0b\0\0\0c\0\0\0d", "UTF-32 (big-endian)", "iconv -f UTF-32BE", 16, GUESS},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        /* With a pin, only what cannot be text at all is refused; these are not UTF-8, either. */
        if (cases[c].bytes[0] == '\xff')
            continue;
        refuse_kind(cases[c].bytes, cases[c].len, cases[c].is, cases[c].remedy, cases[c].kind);
    }
    refuse_kind("\x1f\x8b\x08\0\0\0", 6, "gzip-compressed", "gzip -d", BINARY);
}

/* Fills `text` with a repeated record. */
static size_t repeat(char *text, size_t cap, const char *record, size_t len)
{
    size_t n = 0;
    for (; n + len <= cap; n += len)
        memcpy(text + n, record, len);
    return n;
}

/* Texts that only resemble other kinds pass. */
static void no_other_kinds(void **unused)
{
    (void)unused;
    static const char *const texts[] = {"PAR1 is a code",
                                        "PAR1\nfirst paragraph",
                                        "GGUF\n\nGGUF is a file format",
                                        "GGUF files",
                                        "BZh is no magic",
                                        "<htm",
                                        "<html5 is a tag",
                                        "<header>",
                                        "<!doctype xml>",
                                        "<!-- text -->",
                                        "<!-- open",
                                        "<?xml?><text/>",
                                        "version https://git",
                                        "PK",
                                        "\xef\xbb\xbf",
                                        "{",
                                        "7z",
                                        "%PDF"};
    static const struct {
        const char *record;
        size_t len;
    } records[] = {{"hello\0", 6}, {"12345\0", 6}, {"KEY100=valu\0", 12}, {"ab\0", 3}};
    static char many[6000];
    calib_buffer out = {0};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_ok(convert(texts[i], strlen(texts[i]), 4096, &out));
    for (size_t i = 0; i < sizeof records / sizeof *records; i++) {
        size_t n = repeat(many, sizeof many, records[i].record, records[i].len);
        assert_ok(convert(many, n, 4096, &out));
    }
    calib_buffer_free(&out);
}

/* Raw bytes are advised only for what may be a text in an 8-bit encoding. */
static void advice(void **unused)
{
    (void)unused;
    static const char wide[] = "\xe5\x65\x2c\x67\x9e\x8a\n\0\xe5\x65";
    calib_buffer out = {0};
    assert_status(convert("caf\xe9 au lait", 12, 4096, &out), CALIB_E_UTF8);
    assert_message("CALIB_RAW_BYTES");
    assert_status(convert(wide, sizeof wide - 1, 4096, &out), CALIB_E_UTF8);
    assert_null(strstr(last_message(), "RAW"));
    calib_buffer_free(&out);
}

static void json(void **unused)
{
    (void)unused;
    static const struct {
        const char *text;
        bool is;
    } cases[] = {{"{\"text\": \"a\"}\n{\"text\": \"b\"}\n", true},
                 {"{\"text\": \"a\"}\r\n{\"text\"", true},
                 {"\xef\xbb\xbf\n{\"text\": \"a\"}\n{\"text\"", true},
                 {"{\"text\": 1}", true},
                 {"[\"a\", \"b\"]\n[\"c\"]\n", true},
                 {"[\n  {\"text\": 1},\n", true},
                 {"{\n  \"text\": 1\n}\n", false},
                 {"{a}\n{b}\n", false},
                 {"[1] \"R output\"\n[2] \"more\"\n", false},
                 {"[a]\n[b]\n", false},
                 {"{\"text\": \"a\"}\nand more\n", false},
                 {"plain text\n", false}};
    calib_buffer out = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        calib_text text = {0};
        assert_ok(calib_text_feed(&text, cases[i].text, strlen(cases[i].text), &out));
        if (text.is_json != cases[i].is)
            fail_msg("is_json is %d for %s", text.is_json, cases[i].text);
    }
    calib_buffer_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(newlines),       cmocka_unit_test(bad_utf8),
        cmocka_unit_test(all_characters), cmocka_unit_test(raw_bytes_pass),
        cmocka_unit_test(other_kinds),    cmocka_unit_test(no_other_kinds),
        cmocka_unit_test(advice),         cmocka_unit_test(json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
