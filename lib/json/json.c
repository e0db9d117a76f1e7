/* SPDX-License-Identifier: MIT */
/* One function for each kind of token; calib_json_next() keeps the grammar between them. */
#include "json.h"

#include <string.h>

/* What may come next. */
enum { VALUE, FIRST_VALUE, FIRST_KEY, KEY, AFTER, FAILED };

static calib_json_kind fail(calib_json *json, calib_json_token *token, size_t at, const char *why)
{
    json->at = at;
    json->why = why;
    json->expects = FAILED;
    *token = (calib_json_token){.kind = CALIB_JSON_ERROR, .at = at};
    return CALIB_JSON_ERROR;
}

static const uint64_t ones = UINT64_C(0x0101010101010101);

enum { BLOCK = 32 };

/* Eight bytes, the first of them lowest. */
static uint64_t load8(const char *text)
{
    const unsigned char *c = (const unsigned char *)text;
    return (uint64_t)c[0] | (uint64_t)c[1] << 8 | (uint64_t)c[2] << 16 | (uint64_t)c[3] << 24 |
           (uint64_t)c[4] << 32 | (uint64_t)c[5] << 40 | (uint64_t)c[6] << 48 |
           (uint64_t)c[7] << 56;
}

/* Returns the index of the first of eight bytes that is not zero; 8 if there is none. */
static size_t first_set(uint64_t bytes)
{
    uint64_t below = (bytes & (0 - bytes)) - 1; /* the bits below the lowest one */
    return (size_t)(((below >> 7 & ones) * ones) >> 56);
}

static void skip_space(calib_json *json)
{
    size_t at = json->at, len = json->len, n = 8;
    const char *text = json->text;
    while (at < len &&
           (text[at] == ' ' || text[at] == '\n' || text[at] == '\r' || text[at] == '\t'))
        for (at++, n = 8; n == 8 && len - at >= 8; at += n) /* the indentation */
            n = first_set(load8(text + at) ^ ones * ' ');
    json->at = at;
}

/* Marks the first of eight bytes that is no plain character of a string, and perhaps bytes behind
 * it: a subtraction sets the highest bit of a byte that was smaller, and by the borrow perhaps that
 * of the next ones. Bytes outside ASCII have it already. */
static uint64_t special(uint64_t bytes)
{
    uint64_t quotes = (bytes ^ ones * '"') - ones;
    uint64_t slashes = (bytes ^ ones * '\\') - ones;
    uint64_t controls = bytes - ones * 0x20;
    return (bytes | quotes | slashes | controls) & ones * 0x80;
}

/* Returns true if a block is all plain characters of a string. Compilers use vectors for it. */
static bool is_plain(const char *block)
{
    unsigned char others = 0;
    for (size_t i = 0; i < BLOCK; i++) {
        signed char c = (signed char)block[i]; /* outside ASCII: negative */
        others |= (unsigned char)((c < 0x20) | (c == '"') | (c == '\\'));
    }
    return others == 0;
}

/* Returns the offset of the first byte at or behind `at` that is no plain character of a string:
 * the quote, an escape, a control character or a byte outside ASCII. */
static size_t skip_plain(const char *text, size_t at, size_t len)
{
    while (len - at >= BLOCK && is_plain(text + at))
        at += BLOCK;
    for (; len - at >= 8; at += 8) {
        uint64_t marks = special(load8(text + at));
        if (marks)
            return at + first_set(marks);
    }
    while (at < len) {
        unsigned char c = (unsigned char)text[at];
        if (c == '"' || c == '\\' || c < 0x20 || c >= 0x80)
            break;
        at++;
    }
    return at;
}

/* Returns the length of the character at `at`, which is not ASCII; 0 if it is not UTF-8 (RFC 3629,
 * section 4). */
static size_t character_length(const char *text, size_t at, size_t len)
{
    const unsigned char *c = (const unsigned char *)text + at;
    if (c[0] >= 0xc2 && c[0] < 0xe0)
        return len - at >= 2 && (c[1] & 0xc0) == 0x80 ? 2 : 0;
    size_t n = c[0] < 0xf0 ? 3 : 4;
    if (c[0] < 0xe0 || c[0] > 0xf4 || n > len - at)
        return 0;
    for (size_t i = 1; i < n; i++)
        if ((c[i] & 0xc0) != 0x80)
            return 0;
    bool overlong = (c[0] == 0xe0 && c[1] < 0xa0) || (c[0] == 0xf0 && c[1] < 0x90);
    bool surrogate = c[0] == 0xed && c[1] >= 0xa0;
    bool beyond = c[0] == 0xf4 && c[1] >= 0x90;
    return overlong || surrogate || beyond ? 0 : n;
}

/* Reads four hexadecimal digits; returns UINT32_MAX if they are none. */
static uint32_t read_hex(const char *text, size_t at, size_t len)
{
    uint32_t value = 0;
    if (len - at < 4)
        return UINT32_MAX;
    for (size_t i = at; i < at + 4; i++) {
        char c = text[i];
        uint32_t digit = c >= '0' && c <= '9'   ? (uint32_t)(c - '0')
                         : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a' + 10)
                         : c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A' + 10)
                                                : UINT32_MAX;
        if (digit == UINT32_MAX)
            return UINT32_MAX;
        value = value << 4 | digit;
    }
    return value;
}

/* Reads the escape whose backslash stands at `at` into `*c` and returns its length: both halves of
 * a pair of surrogates. Returns 0 if it is wrong. */
static size_t read_escape(const char *text, size_t at, size_t len, uint32_t *c)
{
    static const char meanings['t' + 1] = {['"'] = '"',  ['\\'] = '\\', ['/'] = '/',  ['b'] = '\b',
                                           ['f'] = '\f', ['n'] = '\n',  ['r'] = '\r', ['t'] = '\t'};
    unsigned char letter = len - at < 2 ? 0 : (unsigned char)text[at + 1];
    if (letter != 'u') {
        *c = letter < sizeof meanings ? (uint32_t)meanings[letter] : 0;
        return *c ? 2 : 0;
    }
    *c = read_hex(text, at + 2, len);
    if (*c < 0xd800 || (*c >= 0xe000 && *c <= 0xffff))
        return 6;
    if (*c >= 0xdc00 || len - at < 12 || text[at + 6] != '\\' || text[at + 7] != 'u')
        return 0;
    uint32_t low = read_hex(text, at + 8, len);
    if (low < 0xdc00 || low >= 0xe000)
        return 0;
    *c = 0x10000 + ((*c - 0xd800) << 10) + (low - 0xdc00);
    return 12;
}

/* Reads the string whose quote stands at json->at. */
static calib_json_kind read_string(calib_json *json, calib_json_token *token, calib_json_kind kind)
{
    const char *text = json->text;
    size_t len = json->len, begin = json->at + 1, at = begin;
    bool escaped = false;
    for (;;) {
        at = skip_plain(text, at, len);
        if (at == len)
            return fail(json, token, at, "a string has no end");
        unsigned char c = (unsigned char)text[at];
        size_t n = 0;
        uint32_t ignored;
        if (c == '"')
            break;
        if (c < 0x20)
            return fail(json, token, at, "a string holds a control character");
        if (c == '\\') {
            escaped = true;
            n = read_escape(text, at, len, &ignored);
            if (n == 0)
                return fail(json, token, at, "an escape is wrong, or half of a surrogate pair");
        }
        at += n;
        for (; at < len && (unsigned char)text[at] >= 0x80; at += n) {
            n = character_length(text, at, len);
            if (n == 0)
                return fail(json, token, at, "a string is not UTF-8");
        }
    }
    token->text = text + begin;
    token->len = at - begin;
    token->escaped = escaped;
    json->at = at + 1;
    return token->kind = kind;
}

static size_t skip_digits(const calib_json *json, size_t at)
{
    while (at < json->len && json->text[at] >= '0' && json->text[at] <= '9')
        at++;
    return at;
}

static bool is_one_of(const calib_json *json, size_t at, const char *two)
{
    return at < json->len && (json->text[at] == two[0] || json->text[at] == two[1]);
}

static calib_json_kind read_number(calib_json *json, calib_json_token *token)
{
    size_t begin = json->at + (json->text[json->at] == '-');
    size_t at = is_one_of(json, begin, "00") ? begin + 1 : skip_digits(json, begin);
    bool good = at > begin;
    if (good && is_one_of(json, at, "..")) {
        begin = at + 1;
        at = skip_digits(json, begin);
        good = at > begin;
    }
    if (good && is_one_of(json, at, "eE")) {
        begin = at + 1 + is_one_of(json, at + 1, "+-");
        at = skip_digits(json, begin);
        good = at > begin;
    }
    if (!good)
        return fail(json, token, at, "a number lacks a digit");
    token->text = json->text + json->at;
    token->len = at - json->at;
    json->at = at;
    return token->kind = CALIB_JSON_NUMBER;
}

static calib_json_kind read_word(calib_json *json, calib_json_token *token, const char *word,
                                 calib_json_kind kind)
{
    size_t n = strlen(word);
    if (json->len - json->at < n || memcmp(json->text + json->at, word, n) != 0)
        return fail(json, token, json->at, "a value is expected");
    json->at += n;
    return token->kind = kind;
}

static calib_json_kind open_nested(calib_json *json, calib_json_token *token, bool is_object)
{
    uint8_t bit = (uint8_t)(1u << json->depth % 8);
    if (json->depth == CALIB_JSON_DEPTH)
        return fail(json, token, json->at, "arrays and objects are nested too deep");
    uint8_t *byte = &json->is_object[json->depth / 8];
    *byte = (uint8_t)(is_object ? *byte | bit : *byte & ~bit);
    json->depth++;
    json->at++;
    json->expects = is_object ? FIRST_KEY : FIRST_VALUE;
    return token->kind = is_object ? CALIB_JSON_OBJECT : CALIB_JSON_ARRAY;
}

static bool is_in_object(const calib_json *json)
{
    size_t last = json->depth - 1;
    return json->is_object[last / 8] >> last % 8 & 1;
}

static calib_json_kind close_nested(calib_json *json, calib_json_token *token)
{
    token->kind = is_in_object(json) ? CALIB_JSON_OBJECT_END : CALIB_JSON_ARRAY_END;
    json->depth--;
    json->at++;
    json->expects = AFTER;
    return token->kind;
}

static calib_json_kind read_key(calib_json *json, calib_json_token *token)
{
    if (json->text[json->at] != '"')
        return fail(json, token, json->at, "the name of a member is expected");
    if (read_string(json, token, CALIB_JSON_KEY) == CALIB_JSON_ERROR)
        return CALIB_JSON_ERROR;
    skip_space(json);
    if (json->at == json->len || json->text[json->at] != ':')
        return fail(json, token, json->at, "a colon is expected");
    json->at++;
    json->expects = VALUE;
    return CALIB_JSON_KEY;
}

static calib_json_kind read_value(calib_json *json, calib_json_token *token)
{
    json->expects = AFTER;
    switch (json->text[json->at]) {
    case '"': return read_string(json, token, CALIB_JSON_STRING);
    case '{': return open_nested(json, token, true);
    case '[': return open_nested(json, token, false);
    case 't': return read_word(json, token, "true", CALIB_JSON_TRUE);
    case 'f': return read_word(json, token, "false", CALIB_JSON_FALSE);
    case 'n': return read_word(json, token, "null", CALIB_JSON_NULL);
    case '-':
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9': return read_number(json, token);
    default: return fail(json, token, json->at, "a value is expected");
    }
}

void calib_json_begin(calib_json *json, const char *text, size_t len)
{
    *json = (calib_json){.text = text, .len = len, .expects = VALUE};
    if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        json->why = "a byte order mark stands before the value";
        json->expects = FAILED;
    }
}

/* Reads what stands behind a value: a comma, after which another token must come, or the end of
 * the array, the object or the text. Returns true if `token` has been set. */
static bool read_after(calib_json *json, calib_json_token *token)
{
    bool at_end = json->at == json->len;
    if (json->depth == 0) {
        if (at_end)
            token->kind = CALIB_JSON_END;
        else
            fail(json, token, json->at, "something stands behind the value");
        return true;
    }
    bool is_object = is_in_object(json);
    char c = at_end ? '\0' : json->text[json->at];
    if (c == (is_object ? '}' : ']')) {
        close_nested(json, token);
        return true;
    }
    if (c != ',') {
        fail(json, token, json->at,
             is_object ? "a comma or the end of the object is expected"
                       : "a comma or the end of the array is expected");
        return true;
    }
    json->at++;
    json->expects = is_object ? KEY : VALUE;
    skip_space(json);
    return false;
}

calib_json_kind calib_json_next(calib_json *json, calib_json_token *token)
{
    *token = (calib_json_token){.kind = CALIB_JSON_ERROR, .at = json->at};
    if (json->expects == FAILED)
        return CALIB_JSON_ERROR;
    skip_space(json);
    token->at = json->at;
    if (json->expects == AFTER && read_after(json, token))
        return token->kind;
    token->at = json->at;
    if (json->at == json->len)
        return fail(json, token, json->at, "the text ends too early");
    char c = json->text[json->at];
    switch (json->expects) {
    case FIRST_VALUE: return c == ']' ? close_nested(json, token) : read_value(json, token);
    case FIRST_KEY: return c == '}' ? close_nested(json, token) : read_key(json, token);
    case KEY: return read_key(json, token);
    default: return read_value(json, token);
    }
}

bool calib_json_skip(calib_json *json, const calib_json_token *token)
{
    if (token->kind != CALIB_JSON_OBJECT && token->kind != CALIB_JSON_ARRAY)
        return token->kind != CALIB_JSON_ERROR;
    calib_json_token next;
    for (size_t depth = json->depth; json->depth >= depth;)
        if (calib_json_next(json, &next) == CALIB_JSON_ERROR)
            return false;
    return true;
}

static size_t write_utf8(uint32_t c, char *out)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = n - 1; i > 0; i--, c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3f));
    out[0] = (char)((0xf00u >> n & 0xf0) | c);
    return n;
}

/* Reads a character, or a stretch of them as it stands, at `*at` of a checked string. Returns the
 * number of bytes at `*from`, which may be `buffer`. */
static size_t read_part(const calib_json_token *token, size_t *at, const char **from,
                        char buffer[4])
{
    const char *begin = token->text + *at;
    uint32_t c;
    if (*begin == '\\') {
        *at += read_escape(token->text, *at, token->len, &c);
        *from = buffer;
        return write_utf8(c, buffer);
    }
    const char *end = (const char *)memchr(begin, '\\', token->len - *at);
    size_t n = end ? (size_t)(end - begin) : token->len - *at;
    *at += n;
    *from = begin;
    return n;
}

size_t calib_json_unescape(const calib_json_token *token, char *out)
{
    size_t len = 0;
    char buffer[4];
    const char *from;
    for (size_t at = 0; at < token->len;) {
        size_t n = read_part(token, &at, &from, buffer);
        memcpy(out + len, from, n);
        len += n;
    }
    return len;
}

bool calib_json_equals(const calib_json_token *token, const char *text)
{
    size_t left = strlen(text);
    char buffer[4];
    const char *from;
    for (size_t at = 0; at < token->len;) {
        size_t n = read_part(token, &at, &from, buffer);
        if (n > left || memcmp(text, from, n) != 0)
            return false;
        text += n;
        left -= n;
    }
    return left == 0;
}

bool calib_json_integer(const calib_json_token *token, int64_t *value)
{
    bool negative = token->len > 0 && token->text[0] == '-';
    uint64_t limit = (uint64_t)INT64_MAX + negative, sum = 0;
    for (size_t i = negative; i < token->len; i++) {
        char c = token->text[i];
        if (c < '0' || c > '9') /* a fraction or an exponent */
            return false;
        uint64_t digit = (uint64_t)(c - '0');
        if (sum > (limit - digit) / 10)
            return false;
        sum = sum * 10 + digit;
    }
    /* Without a conversion of a number that int64 does not have. */
    *value = !negative ? (int64_t)sum : sum ? -(int64_t)(sum - 1) - 1 : 0;
    return true;
}
