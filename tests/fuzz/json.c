/* SPDX-License-Identifier: MIT */
/* JSON: a document that is accepted reads the same when it is skipped, and when its strings are
 * unescaped. */
#include "json/json.h"
#include "target.h"

static void check_string(const calib_json_token *token, const char *end)
{
    MUST(token->text + token->len < end);
    char *out = malloc(token->len + 1);
    MUST(out);
    size_t n = calib_json_unescape(token, out);
    MUST(n <= token->len && (n == token->len) == !token->escaped);
    out[n] = '\0';
    MUST(calib_json_equals(token, out) == !memchr(out, '\0', n));
    free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    calib_json json;
    calib_json_token token;
    size_t last = 0;
    calib_json_begin(&json, text, size);
    while (calib_json_next(&json, &token) > CALIB_JSON_END) {
        int64_t value;
        MUST(token.at >= last && token.at < json.at && json.at <= size);
        last = token.at;
        if (token.kind == CALIB_JSON_KEY || token.kind == CALIB_JSON_STRING)
            check_string(&token, text + size);
        else if (token.kind == CALIB_JSON_NUMBER && calib_json_integer(&token, &value))
            MUST(value != 0 || memchr(token.text, '0', token.len));
    }
    bool good = token.kind == CALIB_JSON_END;
    MUST(good ? json.depth == 0 && json.at == size : json.why != NULL && json.at <= size);

    calib_json_begin(&json, text, size);
    calib_json_next(&json, &token);
    bool skipped = calib_json_skip(&json, &token);
    MUST(good == (skipped && calib_json_next(&json, &token) == CALIB_JSON_END));
    return 0;
}
