/* SPDX-License-Identifier: MIT */
/* Only the ends of the elements are found here, by brackets and strings; each element is then read
 * by the one strict reader. An array that is not closed, and what stands outside it, is an error
 * that cannot be skipped. */
#include "documents/records.h"

#include "base/error.h"

enum { BEFORE, FIRST_ELEMENT, ELEMENT, BEHIND };

static const char mark[] = "\xef\xbb\xbf";

static const char *skip_plain(const char *at, const char *end)
{
    while (at < end && *at != '"' && *at != '\\')
        at++;
    return at;
}

/* Returns the first byte at or behind `at` that ends the element, or `end`. */
static const char *scan_element(calib_records *records, const char *at, const char *end)
{
    for (; at < end; at++) {
        if (records->in_string && !records->in_escape)
            at = skip_plain(at, end);
        if (at == end)
            break;
        char c = *at;
        if (records->in_escape) {
            records->in_escape = false;
        } else if (records->in_string) {
            records->in_string = c != '"';
            records->in_escape = c == '\\';
        } else if (records->depth == 0 && (c == ',' || c == ']')) {
            break;
        } else {
            records->in_string = c == '"';
            records->depth += c == '{' || c == '[';
            records->depth -= records->depth > 0 && (c == '}' || c == ']');
        }
    }
    return at;
}

static int end_element(calib_records *records, const char *text, size_t len, char end)
{
    bool first = records->state == FIRST_ELEMENT;
    calib_json_text element = {text, len, records->begin};
    records->begin += len + 1;
    records->state = end == ']' ? BEHIND : ELEMENT;
    calib_json_text_trim(&element);
    if (first && end == ']' && element.len == 0)
        return CALIB_OK;
    calib_place place = {records->name, "record", records->keeping->counts.records};
    return calib_records_take(records, &element, place);
}

/* Reads to the end of the element or of the block; `*at` is then behind it. */
static int read_element(calib_records *records, const char **at, const char *end)
{
    const char *text = *at, *stop = scan_element(records, text, end);
    size_t len = (size_t)(stop - text);
    *at = stop < end ? stop + 1 : end;
    if (stop < end && records->pending.len == 0)
        return end_element(records, text, len, *stop);
    int status = calib_buffer_append(&records->pending, text, len);
    if (status || stop == end)
        return status;
    len = records->pending.len;
    records->pending.len = 0;
    return end_element(records, records->pending.data, len, *stop);
}

/* Reads a byte outside the array, which stands at `at`. */
static int read_outside(calib_records *records, char c, uint64_t at)
{
    unsigned n_mark = records->n_mark;
    if (at == n_mark && n_mark < 3 && c == mark[n_mark]) {
        records->n_mark++;
        return CALIB_OK;
    }
    bool mark_is_good = n_mark == 0 || n_mark == 3;
    if (mark_is_good && calib_json_is_space(c))
        return CALIB_OK;
    if (records->state == BEFORE && mark_is_good && c == '[') {
        records->state = FIRST_ELEMENT;
        records->begin = at + 1;
        return CALIB_OK;
    }
    const char *shown = calib_shown(records->name);
    unsigned long long byte = at;
    if (records->state == BEHIND)
        return calib_fail(CALIB_E_RECORD, "%s: something stands behind the array, at byte %llu",
                          shown, byte);
    return calib_fail(CALIB_E_RECORD, "%s is not a JSON array: '[' is expected at byte %llu%s",
                      shown, byte, c == '{' ? "; for one record a line the format is JSONL" : "");
}

int calib_json_array_feed(calib_records *records, const char *text, size_t len)
{
    const char *at = text, *end = text + len;
    int status = CALIB_OK;
    while (at < end && !status) {
        if (records->state == FIRST_ELEMENT || records->state == ELEMENT) {
            status = read_element(records, &at, end);
        } else {
            uint64_t here = records->at + (uint64_t)(at - text);
            status = read_outside(records, *at++, here);
        }
    }
    records->at += len;
    return status;
}

int calib_json_array_end(calib_records *records)
{
    if (records->state == BEHIND)
        return CALIB_OK;
    return calib_fail(CALIB_E_RECORD, "%s %s", calib_shown(records->name),
                      records->state == BEFORE ? "has no JSON array"
                                               : "ends before its JSON array is closed");
}
