/* SPDX-License-Identifier: MIT */
#include "recipe/canonical.h"

#include <stdio.h>
#include <string.h>

static int put(calib_buffer *out, const char *text)
{
    return calib_buffer_append(out, text, strlen(text));
}

/* RFC 8785, 3.2.2.2: only what JSON requires is escaped. */
static int put_character(const char *at, calib_buffer *out)
{
    static const char named[] = "\"\\\b\f\n\r\t", names[] = "\"\\bfnrt";
    char escape[8];
    const char *found = strchr(named, *at);
    if (found) {
        snprintf(escape, sizeof escape, "\\%c", names[found - named]);
        return put(out, escape);
    }
    if ((unsigned char)*at >= 0x20)
        return calib_buffer_append(out, at, 1);
    snprintf(escape, sizeof escape, "\\u%04x", (unsigned)(unsigned char)*at);
    return put(out, escape);
}

int calib_canonical_string(const char *text, calib_buffer *out)
{
    int status = put(out, "\"");
    for (; !status && *text; text++)
        status = put_character(text, out);
    return status ? status : put(out, "\"");
}

static bool is_left_out(const char *key, const char *const *left_out)
{
    for (; *left_out; left_out++)
        if (strcmp(key, *left_out) == 0)
            return true;
    return false;
}

/* Returns the member whose key follows `key`, or is the first if that is NULL; 0 if there is none.
 * An object has few members, and no key twice. */
static size_t next_member(const calib_values *values, size_t object, const char *key,
                          const char *const *left_out)
{
    size_t best = 0;
    for (size_t at = object + 1; at < values->all[object].end; at = values->all[at].end) {
        const char *name = values->all[at].key;
        bool behind = !key || strcmp(name, key) > 0;
        if (behind && !is_left_out(name, left_out) &&
            (!best || strcmp(name, values->all[best].key) < 0))
            best = at;
    }
    return best;
}

/* Recipes are nested four deep. */
static int write_value(const calib_values *values, size_t at, const char *const *left_out,
                       calib_buffer *out);

static int write_object(const calib_values *values, size_t object, const char *const *left_out,
                        calib_buffer *out)
{
    const char *key = NULL;
    int status = put(out, "{");
    for (size_t at; !status && (at = next_member(values, object, key, left_out)) != 0;) {
        if (key)
            status = put(out, ",");
        key = values->all[at].key;
        if (!status)
            status = calib_canonical_string(key, out);
        if (!status)
            status = put(out, ":");
        if (!status)
            status = write_value(values, at, left_out, out);
    }
    return status ? status : put(out, "}");
}

static int write_array(const calib_values *values, size_t array, const char *const *left_out,
                       calib_buffer *out)
{
    int status = put(out, "[");
    for (size_t at = array + 1; !status && at < values->all[array].end; at = values->all[at].end) {
        if (at > array + 1)
            status = put(out, ",");
        if (!status)
            status = write_value(values, at, left_out, out);
    }
    return status ? status : put(out, "]");
}

static int write_value(const calib_values *values, size_t at, const char *const *left_out,
                       calib_buffer *out)
{
    const calib_value *value = &values->all[at];
    switch (value->kind) {
    case CALIB_JSON_OBJECT: return write_object(values, at, left_out, out);
    case CALIB_JSON_ARRAY: return write_array(values, at, left_out, out);
    case CALIB_JSON_STRING: return calib_canonical_string(value->text, out);
    case CALIB_JSON_NUMBER: return put(out, value->text);
    case CALIB_JSON_TRUE: return put(out, "true");
    case CALIB_JSON_FALSE: return put(out, "false");
    default: return put(out, "null");
    }
}

int calib_canonical_write(const calib_values *values, const char *const *left_out,
                          calib_buffer *out)
{
    return write_value(values, 0, left_out, out);
}
