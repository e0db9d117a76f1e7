/* SPDX-License-Identifier: MIT */
/* lib/json/: what it accepts and refuses, and what it makes of tokens. */
#include "json/json.h"

#include "test.h"

#include <string.h>

static const char *const names[] = {"ERROR", "END",    "{",      "}",    "[",     "]",
                                    "key",   "string", "number", "true", "false", "null"};

/* Writes the tokens of `len` bytes as text, each with its bytes. */
static void list_tokens(const char *text, size_t len, char *out, size_t size)
{
    calib_json json;
    calib_json_token token;
    size_t at = 0;
    calib_json_begin(&json, text, len);
    do {
        calib_json_next(&json, &token);
        int n = snprintf(out + at, size - at, "%s%s%s%.*s", at ? " " : "", names[token.kind],
                         token.text ? ":" : "", (int)token.len, token.text ? token.text : "");
        at += (size_t)n;
        assert_true(at < size);
    } while (token.kind != CALIB_JSON_ERROR && token.kind != CALIB_JSON_END);
    calib_json_kind again = calib_json_next(&json, &token);
    assert_string_equal(names[again], again == CALIB_JSON_END ? "END" : "ERROR");
}

static void gives_tokens(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"{}", "{ } END"},
        {" [ ] ", "[ ] END"},
        {"null", "null END"},
        {"\t\"a\"\r\n", "string:a END"},
        {"{\"a\":[1,-2.5e+3,true],\"\":{\"b\":false}}",
         "{ key:a [ number:1 number:-2.5e+3 true ] key: { key:b false } } END"},
        {"[\n        0,\n                \"x\"\n]", "[ number:0 string:x ] END"},
        {"{\"a\" : 1 , \"a\" : 2}", "{ key:a number:1 key:a number:2 } END"},
        {"[\"\\u00e9\\ud83d\\ude00\\\"\\/\"]", "[ string:\\u00e9\\ud83d\\ude00\\\"\\/ ] END"},
        {"0", "number:0 END"},
        {"-0.0E0", "number:-0.0E0 END"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char out[256];
        list_tokens(cases[i][0], strlen(cases[i][0]), out, sizeof out);
        assert_string_equal(out, cases[i][1]);
    }
}

static calib_json read_all(const char *text, size_t len)
{
    calib_json json;
    calib_json_token token;
    calib_json_begin(&json, text, len);
    while (calib_json_next(&json, &token) > CALIB_JSON_END)
        ;
    assert_int_equal(token.kind == CALIB_JSON_ERROR, json.why != NULL);
    return json;
}

static void refuses(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t at;
        const char *why;
    } cases[] = {
        {"", 0, "the text ends too early"},
        {"  ", 2, "the text ends too early"},
        {"\xef\xbb\xbf{}", 0, "a byte order mark stands before the value"},
        {"{} {}", 3, "something stands behind the value"},
        {"[1,]", 3, "a value is expected"},
        {"[,1]", 1, "a value is expected"},
        {"[1 2]", 3, "a comma or the end of the array is expected"},
        {"[1}", 2, "a comma or the end of the array is expected"},
        {"{\"a\":1]", 6, "a comma or the end of the object is expected"},
        {"{\"a\":1,}", 7, "the name of a member is expected"},
        {"{1:2}", 1, "the name of a member is expected"},
        {"{\"a\" 1}", 5, "a colon is expected"},
        {"{\"a\":}", 5, "a value is expected"},
        {"[1", 2, "a comma or the end of the array is expected"},
        {"01", 1, "something stands behind the value"},
        {"-", 1, "a number lacks a digit"},
        {"1.", 2, "a number lacks a digit"},
        {".5", 0, "a value is expected"},
        {"1e+", 3, "a number lacks a digit"},
        {"+1", 0, "a value is expected"},
        {"NaN", 0, "a value is expected"},
        {"nul", 0, "a value is expected"},
        {"'a'", 0, "a value is expected"},
        {"\"abc", 4, "a string has no end"},
        {"\"ab\\\"", 5, "a string has no end"},
        {"\"a\nb\"", 2, "a string holds a control character"},
        {"\"12345678\x1f\"", 9, "a string holds a control character"},
        {"\"\\x\"", 1, "an escape is wrong, or half of a surrogate pair"},
        {"\"\\u12g4\"", 1, "an escape is wrong, or half of a surrogate pair"},
        {"\"\\ud800\"", 1, "an escape is wrong, or half of a surrogate pair"},
        {"\"\\ud800\\ue000\"", 1, "an escape is wrong, or half of a surrogate pair"},
        {"\"\\ud800\\u0041\"", 1, "an escape is wrong, or half of a surrogate pair"},
        {"\"\\udc00\\ud800\"", 1, "an escape is wrong, or half of a surrogate pair"},
        {"\"\\u12", 1, "an escape is wrong, or half of a surrogate pair"},
        {"\"\x80\"", 1, "a string is not UTF-8"},
        {"\"\xc0\xaf\"", 1, "a string is not UTF-8"},
        {"\"\xe0\x9f\xbf\"", 1, "a string is not UTF-8"},
        {"\"\xed\xa0\x80\"", 1, "a string is not UTF-8"},
        {"\"\xf0\x8f\xbf\xbf\"", 1, "a string is not UTF-8"},
        {"\"\xf4\x90\x80\x80\"", 1, "a string is not UTF-8"},
        {"\"\xe4\xb8\"", 1, "a string is not UTF-8"},
        {"\"\xf0\x9f", 1, "a string is not UTF-8"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        calib_json json = read_all(cases[i].text, strlen(cases[i].text));
        assert_non_null(json.why);
        assert_string_equal(json.why, cases[i].why);
        assert_int_equal(json.at, cases[i].at);
    }
    assert_non_null(read_all("[\0]", 3).why);
    assert_non_null(read_all("\"\0\"", 3).why);
}

/* Every byte at every place of a string, beside the steps of eight. */
static void reads_every_byte(void **state)
{
    (void)state;
    for (size_t place = 1; place < 20; place++) {
        for (unsigned byte = 0; byte < 256; byte++) {
            char text[23];
            memset(text, 'a', sizeof text);
            text[0] = text[20] = '"';
            text[place] = (char)byte;
            bool bad = byte < 0x20 || byte == '"' || byte == '\\' || byte >= 0x80;
            /* The one byte behind it is a wrong escape, or the text goes on behind the string. */
            assert_int_equal(read_all(text, 21).why != NULL, bad);
        }
    }
}

static void bounds_depth(void **state)
{
    (void)state;
    char text[2 * CALIB_JSON_DEPTH + 2];
    memset(text, '[', CALIB_JSON_DEPTH);
    memset(text + CALIB_JSON_DEPTH, ']', CALIB_JSON_DEPTH);
    assert_null(read_all(text, 2 * CALIB_JSON_DEPTH).why);
    memset(text, '[', CALIB_JSON_DEPTH + 1);
    memset(text + CALIB_JSON_DEPTH + 1, ']', CALIB_JSON_DEPTH + 1);
    calib_json json = read_all(text, sizeof text);
    assert_string_equal(json.why, "arrays and objects are nested too deep");
    assert_int_equal(json.at, CALIB_JSON_DEPTH);
}

static calib_json_token only(const char *text)
{
    calib_json json;
    calib_json_token token;
    calib_json_begin(&json, text, strlen(text));
    assert_true(calib_json_next(&json, &token) > CALIB_JSON_END);
    return token;
}

static void unescapes(void **state)
{
    (void)state;
    static const struct {
        const char *text, *contents;
        size_t len;
    } cases[] = {
        {"\"\"", "", 0},
        {"\"abc\"", "abc", 3},
        {"\"a\\\\b\\\"c\\/\"", "a\\b\"c/", 6},
        {"\"\\b\\f\\n\\r\\t\"", "\b\f\n\r\t", 5},
        {"\"\\u0041\\u00e9\\u4e2D\\uFFFF\"", "A\xc3\xa9\xe4\xb8\xad\xef\xbf\xbf", 9},
        {"\"\\ud800\\udc00\\udbff\\udfff\"", "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", 8},
        {"\"x\\u0000y\"", "x\0y", 3},
        {"\"\\u07ff\\u0800\\u0080\\u007f\"", "\xdf\xbf\xe0\xa0\x80\xc2\x80\x7f", 8},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        calib_json_token token = only(cases[i].text);
        char out[64];
        assert_int_equal(calib_json_unescape(&token, out), cases[i].len);
        assert_memory_equal(out, cases[i].contents, cases[i].len);
        assert_int_equal(token.escaped, memchr(token.text, '\\', token.len) != NULL);
        if (strlen(cases[i].contents) == cases[i].len)
            assert_true(calib_json_equals(&token, cases[i].contents));
        assert_false(calib_json_equals(&token, "other"));
    }
    calib_json_token token = only("\"abc\"");
    assert_false(calib_json_equals(&token, "ab"));
    assert_false(calib_json_equals(&token, "abcd"));
    token = only("\"ab\\u0000\"");
    assert_false(calib_json_equals(&token, "ab"));
}

static void reads_integers(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool good;
        int64_t value;
    } cases[] = {
        {"0", true, 0},
        {"-0", true, 0},
        {"123", true, 123},
        {"-1", true, -1},
        {"9223372036854775807", true, INT64_MAX},
        {"-9223372036854775808", true, INT64_MIN},
        {"9223372036854775808", false, 0},
        {"-9223372036854775809", false, 0},
        {"100000000000000000000", false, 0},
        {"1.0", false, 0},
        {"1e2", false, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        calib_json_token token = only(cases[i].text);
        int64_t value = 0;
        assert_int_equal(calib_json_integer(&token, &value), cases[i].good);
        assert_int_equal(value, cases[i].value);
    }
}

static void skips(void **state)
{
    (void)state;
    static const char text[] = "[{\"a\":[1,{}],\"b\":2}, [[]], \"s\", 4]";
    calib_json json;
    calib_json_token token;
    calib_json_begin(&json, text, strlen(text));
    assert_int_equal(calib_json_next(&json, &token), CALIB_JSON_ARRAY);
    for (int i = 0; i < 3; i++) {
        calib_json_next(&json, &token);
        assert_true(calib_json_skip(&json, &token));
    }
    assert_int_equal(calib_json_next(&json, &token), CALIB_JSON_NUMBER);
    assert_int_equal(calib_json_next(&json, &token), CALIB_JSON_ARRAY_END);
    assert_int_equal(calib_json_next(&json, &token), CALIB_JSON_END);

    calib_json_begin(&json, "[1, ", 4);
    calib_json_next(&json, &token);
    assert_false(calib_json_skip(&json, &token));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_tokens),
        cmocka_unit_test(refuses),
        cmocka_unit_test(reads_every_byte),
        cmocka_unit_test(bounds_depth),
        cmocka_unit_test(unescapes),
        cmocka_unit_test(reads_integers),
        cmocka_unit_test(skips),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
