/* SPDX-License-Identifier: MIT */
#include "recipe/value.h"

#include "base/error.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

static size_t count_lines(const char *text, size_t from, size_t to)
{
    size_t n = 0;
    for (size_t i = from; i < to; i++)
        n += text[i] == '\n';
    return n;
}

static int fail(const char *name, const char *text, size_t at, const char *why)
{
    return calib_fail(CALIB_E_RECIPE, "%s, line %zu: %s", calib_shown(name),
                      1 + count_lines(text, 0, at), why);
}

/* Checks the text and counts its values, so that one allocation has room for all. */
static int count(const char *name, const char *text, size_t len, size_t *n)
{
    calib_json json;
    calib_json_token token;
    calib_json_begin(&json, text, len);
    calib_json_kind kind = calib_json_next(&json, &token);
    if (kind != CALIB_JSON_ERROR && kind != CALIB_JSON_OBJECT)
        return fail(name, text, token.at, "a recipe is a JSON object");
    for (*n = 0; kind != CALIB_JSON_ERROR && kind != CALIB_JSON_END; ++*n)
        kind = calib_json_next(&json, &token);
    return kind == CALIB_JSON_ERROR ? fail(name, text, json.at, json.why) : CALIB_OK;
}

/* The text of every value is followed by a byte that belongs to no other, so strings of `len` + 1
 * bytes have room for all of them with their NULs. */
static const char *copy(const calib_json_token *token, char **to, bool *has_nul)
{
    char *begin = *to;
    size_t n = calib_json_unescape(token, begin);
    *has_nul |= memchr(begin, '\0', n) != NULL;
    begin[n] = '\0';
    *to = begin + n + 1;
    return begin;
}

static int fill(calib_values *values, const char *text, size_t len)
{
    size_t open[CALIB_JSON_DEPTH], depth = 0, line = 1, before = 0;
    char *to = values->strings;
    const char *key = NULL;
    bool has_nul = false;
    calib_json json;
    calib_json_token token;
    calib_json_begin(&json, text, len);
    while (calib_json_next(&json, &token) != CALIB_JSON_END) {
        line += count_lines(text, before, token.at);
        before = token.at;
        if (token.kind == CALIB_JSON_OBJECT_END || token.kind == CALIB_JSON_ARRAY_END) {
            values->all[open[--depth]].end = values->n;
            continue;
        }
        const char *string = token.text ? copy(&token, &to, &has_nul) : NULL;
        if (has_nul)
            return fail(values->name, text, token.at, "a string holds U+0000");
        if (token.kind == CALIB_JSON_KEY) {
            key = string;
            continue;
        }
        if (token.kind == CALIB_JSON_OBJECT || token.kind == CALIB_JSON_ARRAY)
            open[depth++] = values->n;
        size_t end = values->n + 1;
        values->all[values->n++] = (calib_value){token.kind, key, string, line, end};
        key = NULL;
    }
    return CALIB_OK;
}

int calib_values_read(const char *name, const char *text, size_t len, calib_values *out)
{
    *out = (calib_values){.name = name};
    size_t n = 0, n_bytes;
    int status = count(name, text, len, &n);
    if (status)
        return status;
    if (!calib_size_mul(n, sizeof *out->all, &n_bytes))
        return calib_fail_memory(SIZE_MAX);
    out->all = malloc(n_bytes);
    out->strings = malloc(len + 1);
    if (!out->all || !out->strings)
        return calib_fail_memory(n_bytes + len);
    return fill(out, text, len);
}

void calib_values_free(calib_values *values)
{
    free(values->all);
    free(values->strings);
    *values = (calib_values){0};
}
