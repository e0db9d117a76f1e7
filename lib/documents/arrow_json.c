/* SPDX-License-Identifier: MIT */
#include "documents/arrow_json.h"

#include "base/error.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Dictionaries inside dictionaries can make little data endless. */
#define MAX_JSON ((size_t)1 << 30)

int calib_arrow_fail(const char *source, const char *why)
{
    return calib_fail(CALIB_E_RECORD, "%s: an Arrow array is invalid: %s", calib_shown(source),
                      why);
}

static int write_text(calib_buffer *out, const char *text)
{
    return calib_buffer_append(out, text, strlen(text));
}

static int write_escape(calib_buffer *out, unsigned char c)
{
    char escape[8];
    snprintf(escape, sizeof escape, c == '"' || c == '\\' ? "\\%c" : "\\u%04x", c);
    return write_text(out, escape);
}

static int write_string(calib_buffer *out, const char *text, size_t len)
{
    int status = write_text(out, "\"");
    for (size_t at = 0, begin = 0; at <= len && !status; at++) {
        bool plain =
            at < len && (unsigned char)text[at] >= 0x20 && text[at] != '"' && text[at] != '\\';
        if (plain)
            continue;
        status = calib_buffer_append(out, text + begin, at - begin);
        if (!status && at < len)
            status = write_escape(out, (unsigned char)text[at]);
        begin = at + 1;
    }
    return status ? status : write_text(out, "\"");
}

/* The decimal point is the locale's, and may be several bytes. */
static int write_float(calib_buffer *out, double value, int digits)
{
    char from[48], to[48];
    size_t n = 0;
    if (!isfinite(value))
        return write_text(out, "null");
    snprintf(from, sizeof from, "%.*g", digits, value);
    for (const char *at = from; *at;) {
        size_t plain = strspn(at, "0123456789+-e");
        memcpy(to + n, at, plain);
        n += plain;
        at += plain;
        size_t point = strcspn(at, "0123456789+-e");
        if (point > 0)
            to[n++] = '.';
        at += point;
    }
    return calib_buffer_append(out, to, n);
}

static int write_number(const calib_arrow_column *column, int64_t row, calib_arrow_type type,
                        calib_buffer *out)
{
    char text[32];
    if (type.kind == CALIB_ARROW_FLOAT)
        return write_float(out, calib_arrow_float(column, row), type.width == 4 ? 9 : 17);
    if (type.kind == CALIB_ARROW_SIGNED)
        snprintf(text, sizeof text, "%" PRId64, calib_arrow_signed(column, row));
    else
        snprintf(text, sizeof text, "%" PRIu64, calib_arrow_unsigned(column, row));
    return write_text(out, text);
}

static int write_list(const calib_arrow_column *column, int64_t row, calib_buffer *out)
{
    int64_t first, end;
    if (!calib_arrow_list(column, row, &first, &end))
        return calib_arrow_fail(column->source,
                                "the offsets of a list are not ascending, or beyond its child");
    calib_arrow_column child = calib_arrow_child(column, 0);
    int status = write_text(out, "[");
    for (int64_t i = first; i < end && !status; i++) {
        status = write_text(out, i > first ? "," : "");
        if (!status)
            status = calib_arrow_write_json(&child, i, out);
    }
    return status ? status : write_text(out, "]");
}

static int write_struct(const calib_arrow_column *column, int64_t row, calib_buffer *out)
{
    int status = write_text(out, "{");
    for (int64_t i = 0; i < column->schema->n_children && !status; i++) {
        calib_arrow_column child = calib_arrow_child(column, i);
        const char *name = child.schema->name ? child.schema->name : "";
        status = write_text(out, i > 0 ? "," : "");
        if (!status)
            status = write_string(out, name, strlen(name));
        if (!status)
            status = write_text(out, ":");
        if (!status)
            status = calib_arrow_write_json(&child, column->array->offset + row, out);
    }
    return status ? status : write_text(out, "}");
}

int calib_arrow_write_json(const calib_arrow_column *encoded, int64_t row, calib_buffer *out)
{
    calib_arrow_column column = *encoded;
    const char *text;
    size_t len;
    if (out->len > MAX_JSON)
        return calib_fail(CALIB_E_SIZE,
                          "%s: a row of the Arrow stream is larger than 1 GiB as JSON",
                          calib_shown(column.source));
    if (!calib_arrow_resolve(&column, &row))
        return calib_arrow_fail(column.source, "an index is beyond its dictionary");
    if (row < 0)
        return write_text(out, "null");
    calib_arrow_type type = calib_arrow_type_of(column.schema->format);
    switch (type.kind) {
    case CALIB_ARROW_BOOL:
        return write_text(out, calib_arrow_bool(&column, row) ? "true" : "false");
    case CALIB_ARROW_STRING:
    case CALIB_ARROW_STRING_VIEW:
        if (!calib_arrow_string(&column, row, &text, &len))
            return calib_arrow_fail(column.source, "a string is not inside its buffer");
        return write_string(out, text, len);
    case CALIB_ARROW_LIST:
    case CALIB_ARROW_FIXED_LIST: return write_list(&column, row, out);
    case CALIB_ARROW_STRUCT: return write_struct(&column, row, out);
    default: return write_number(&column, row, type, out);
    }
}
