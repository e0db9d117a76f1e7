/* SPDX-License-Identifier: MIT */
#include "recipe/keys.h"

#include "base/error.h"
#include "base/numbers.h"

#include <stdio.h>
#include <string.h>

enum { NAME = 80 };

/* Writes an element as "numbers[3]", after the array that holds it. */
static void name_element(const calib_values *values, size_t at, char out[NAME])
{
    size_t array = at - 1, i = 0;
    while (values->all[array].end <= at)
        array--;
    for (size_t each = array + 1; each < at; each = values->all[each].end)
        i++;
    snprintf(out, NAME, "%s[%zu]", values->all[array].key, i);
}

static int fail(const calib_values *values, const calib_value *value, const char *what)
{
    char element[NAME];
    if (!value->key)
        name_element(values, (size_t)(value - values->all), element);
    return calib_fail(CALIB_E_RECIPE, "%s, line %zu: \"%s\" is %s", calib_shown(values->name),
                      value->line, value->key ? value->key : element, what);
}

static const char *name_of(calib_json_kind kind)
{
    switch (kind) {
    case CALIB_JSON_OBJECT: return "an object";
    case CALIB_JSON_ARRAY: return "an array";
    case CALIB_JSON_STRING: return "a string";
    case CALIB_JSON_NUMBER: return "a number";
    case CALIB_JSON_NULL: return "null";
    default: return "true or false";
    }
}

static int fail_kind(const calib_values *values, const calib_value *value, const char *wanted)
{
    char what[80];
    snprintf(what, sizeof what, "%s, expected %s", name_of(value->kind), wanted);
    return fail(values, value, what);
}

int calib_key_number(const calib_values *values, const calib_value *value, uint64_t most,
                     uint64_t *out)
{
    bool is_string = value->kind == CALIB_JSON_STRING;
    if (!is_string && value->kind != CALIB_JSON_NUMBER)
        return fail_kind(values, value, "a whole number");
    size_t len = strlen(value->text);
    bool whole = len > 0 && calib_decimal_read(value->text, len, out) == len;
    if (!whole || (len > 1 && value->text[0] == '0'))
        return fail(values, value, "no whole number of 64 bits, zero or more");
    if (!is_string && *out > CALIB_KEY_EXACT)
        return fail(values, value, "a number above 2^53 - 1: write it as a string of digits");
    if (*out > most) {
        char what[80];
        snprintf(what, sizeof what, "%llu, the maximum is %llu", (unsigned long long)*out,
                 (unsigned long long)most);
        return fail(values, value, what);
    }
    return CALIB_OK;
}

void calib_key_number_write(uint64_t number, char out[CALIB_KEY_NUMBER_SIZE])
{
    const char *quote = number > CALIB_KEY_EXACT ? "\"" : "";
    snprintf(out, CALIB_KEY_NUMBER_SIZE, "%s%llu%s", quote, (unsigned long long)number, quote);
}

static int read_choice(const calib_values *values, const calib_value *value, const calib_key *key,
                       uint32_t *out)
{
    char list[160] = "";
    if (value->kind != CALIB_JSON_STRING)
        return fail_kind(values, value, "a string");
    for (uint32_t i = 0; key->words[i]; i++) {
        size_t used = strlen(list);
        *out = (uint32_t)key->number + i;
        if (strcmp(key->words[i], value->text) == 0)
            return CALIB_OK;
        snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "", key->words[i]);
    }
    return calib_fail(CALIB_E_RECIPE, "%s, line %zu: \"%s\" is \"%.80s\", it must be one of: %s",
                      calib_shown(values->name), value->line, key->name, value->text, list);
}

static int read_flag(const calib_values *values, const calib_value *value, const calib_key *key,
                     uint32_t *out)
{
    if (value->kind != CALIB_JSON_TRUE && value->kind != CALIB_JSON_FALSE)
        return fail_kind(values, value, "true or false");
    *out &= ~(uint32_t)key->number;
    if (value->kind == CALIB_JSON_TRUE)
        *out |= (uint32_t)key->number;
    return CALIB_OK;
}

/* One spelling alone, so that no byte of a lock can change unnoticed. */
static int read_hash(const calib_values *values, const calib_value *value, uint8_t *out)
{
    bool good = value->kind == CALIB_JSON_STRING && strspn(value->text, "0123456789abcdef") == 64 &&
                calib_hex_read(value->text, out, 32);
    return good ? CALIB_OK : fail(values, value, "not 64 lower-case hexadecimal digits");
}

static int read_value(const calib_values *values, size_t at, const calib_key *key, void *to)
{
    const calib_value *value = &values->all[at];
    switch (key->kind) {
    case CALIB_KEY_TEXT:
        *(const char **)to = value->text;
        return value->kind == CALIB_JSON_STRING ? CALIB_OK : fail_kind(values, value, "a string");
    case CALIB_KEY_NUMBER: return calib_key_number(values, value, key->number, to);
    case CALIB_KEY_CHOICE: return read_choice(values, value, key, to);
    case CALIB_KEY_FLAG: return read_flag(values, value, key, to);
    case CALIB_KEY_HASH: return read_hash(values, value, to);
    case CALIB_KEY_OBJECT:
        *(size_t *)to = at;
        return value->kind == CALIB_JSON_OBJECT ? CALIB_OK : fail_kind(values, value, "an object");
    case CALIB_KEY_ARRAY:
        *(size_t *)to = at;
        return value->kind == CALIB_JSON_ARRAY ? CALIB_OK : fail_kind(values, value, "an array");
    }
    return CALIB_OK;
}

static int read_member(const calib_values *values, size_t at, const calib_key *keys, size_t n,
                       void *to, uint64_t *given)
{
    const calib_value *value = &values->all[at];
    size_t i = 0;
    while (i < n && strcmp(keys[i].name, value->key) != 0)
        i++;
    if (i == n)
        return calib_fail(CALIB_E_RECIPE, "%s, line %zu: the key \"%s\" is unknown",
                          calib_shown(values->name), value->line, calib_shown(value->key));
    if (*given >> i & 1)
        return fail(values, value, "given twice");
    *given |= UINT64_C(1) << i;
    return read_value(values, at, &keys[i], (char *)to + keys[i].at);
}

int calib_keys_read(const calib_values *values, size_t object, const calib_key *keys, size_t n,
                    void *to, uint64_t *given)
{
    const calib_value *whole = &values->all[object];
    int status = CALIB_OK;
    *given = 0;
    if (whole->kind != CALIB_JSON_OBJECT)
        return fail_kind(values, whole, "an object");
    for (size_t at = object + 1; !status && at < whole->end; at = values->all[at].end)
        status = read_member(values, at, keys, n, to, given);
    for (size_t i = 0; !status && i < n; i++)
        if (keys[i].required && !(*given >> i & 1))
            return calib_fail(CALIB_E_RECIPE, "%s, line %zu: the key \"%s\" is missing",
                              calib_shown(values->name), whole->line, keys[i].name);
    return status;
}
