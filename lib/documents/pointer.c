/* SPDX-License-Identifier: MIT */
#include "documents/pointer.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/numbers.h"

#include <stdlib.h>
#include <string.h>

/* Copies a reference token with its escapes replaced: ~1 is '/', ~0 is '~'. */
static int copy_step(const char *from, size_t len, char **out)
{
    char *to = malloc(len + 1);
    if (!to)
        return calib_fail_memory(len + 1);
    *out = to;
    for (size_t i = 0; i < len; i++) {
        if (from[i] == '~' && i + 1 < len && (from[i + 1] == '0' || from[i + 1] == '1'))
            *to++ = from[++i] == '0' ? '~' : '/';
        else if (from[i] != '~')
            *to++ = from[i];
        else
            return calib_fail(CALIB_E_ARGUMENT,
                              "field has a '~' without 0 or 1 behind it: in a JSON pointer ~0 "
                              "stands for '~' and ~1 for '/'");
    }
    *to = '\0';
    return CALIB_OK;
}

int calib_pointer_read(const char *field, calib_pointer *out)
{
    *out = (calib_pointer){0};
    size_t n = 1;
    for (const char *at = *field == '/' ? field + 1 : ""; *at; at++)
        n += *at == '/';
    out->steps = calloc(n, sizeof *out->steps);
    if (!out->steps)
        return calib_fail_memory(n * sizeof *out->steps);
    out->n_steps = n;
    int status = CALIB_OK;
    if (*field != '/')
        status = calib_string_copy(field, &out->steps[0]);
    for (size_t i = 0; *field == '/' && !status; i++) {
        size_t len = strcspn(++field, "/");
        status = copy_step(field, len, &out->steps[i]);
        field += len;
    }
    if (status)
        calib_pointer_free(out);
    return status;
}

void calib_pointer_free(calib_pointer *pointer)
{
    for (size_t i = 0; i < pointer->n_steps; i++)
        free(pointer->steps[i]);
    free(pointer->steps);
    *pointer = (calib_pointer){0};
}

/* The value whose first token was read last, and that has just been read. */
static calib_json_value value_of(const calib_json *json, const calib_json_token *token)
{
    return (calib_json_value){json->text + token->at, json->at - token->at, *token};
}

calib_json_value calib_json_read(calib_json *json)
{
    calib_json_token token;
    calib_json_next(json, &token);
    calib_json_skip(json, &token);
    return value_of(json, &token);
}

calib_json_value calib_json_find(calib_json *json, const char *key)
{
    calib_json_token token;
    calib_json_value found = {0};
    while (calib_json_next(json, &token) == CALIB_JSON_KEY) {
        bool is_it = calib_json_equals(&token, key);
        calib_json_value member = calib_json_read(json);
        if (is_it)
            found = member;
    }
    return found;
}

calib_json_value calib_json_member(const calib_json_value *value, const char *key)
{
    calib_json json;
    calib_json_token token;
    calib_json_begin(&json, value->text, value->len);
    return calib_json_next(&json, &token) == CALIB_JSON_OBJECT ? calib_json_find(&json, key)
                                                               : (calib_json_value){0};
}

/* Returns true for 0, or digits that begin with another one. */
static bool read_index(const char *step, uint64_t *index)
{
    size_t len = strlen(step);
    return len > 0 && calib_decimal_read(step, len, index) == len && (len == 1 || *step != '0');
}

static calib_json_value element(const calib_json_value *array, const char *step)
{
    calib_json json;
    calib_json_token bracket;
    calib_json_value found = {0};
    uint64_t index;
    if (!read_index(step, &index))
        return found;
    calib_json_begin(&json, array->text, array->len);
    calib_json_next(&json, &bracket);
    for (uint64_t i = 0; i <= index; i++) {
        found = calib_json_read(&json);
        if (found.token.kind == CALIB_JSON_ARRAY_END)
            return (calib_json_value){0};
    }
    return found;
}

/* Does the first step on the way, since records are mostly objects with their text in them. */
calib_json_value calib_pointer_find(const calib_pointer *pointer, calib_json *json,
                                    calib_json_value *root)
{
    calib_json_token token, end;
    calib_json_value at = {0};
    bool in_object = calib_json_next(json, &token) == CALIB_JSON_OBJECT && pointer->n_steps > 0;
    if (in_object)
        at = calib_json_find(json, pointer->steps[0]);
    else
        calib_json_skip(json, &token);
    *root = value_of(json, &token);
    if (calib_json_next(json, &end) != CALIB_JSON_END)
        return (calib_json_value){0};
    if (!in_object)
        at = *root;
    for (size_t i = in_object; i < pointer->n_steps && at.token.kind; i++)
        at = at.token.kind == CALIB_JSON_ARRAY ? element(&at, pointer->steps[i])
                                               : calib_json_member(&at, pointer->steps[i]);
    return at;
}
