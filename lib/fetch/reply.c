/* SPDX-License-Identifier: MIT */
#include "fetch/reply.h"

#include "base/numbers.h"

#include <string.h>

/* A part of a string, without a NUL. */
typedef struct view {
    const char *at;
    size_t len;
} view;

static view trim(view text)
{
    while (text.len && memchr(" \t", text.at[0], 2)) {
        text.at++;
        text.len--;
    }
    while (text.len && memchr(" \t\r\n", text.at[text.len - 1], 4))
        text.len--;
    return text;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool starts(view text, const char *word)
{
    size_t n = strlen(word);
    if (text.len < n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (lower(text.at[i]) != word[i])
            return false;
    return true;
}

static bool equals(view text, const char *word)
{
    return text.len == strlen(word) && starts(text, word);
}

static bool take_number(view *text, uint64_t *out)
{
    size_t n = calib_decimal_read(text->at, text->len, out);
    text->at += n;
    text->len -= n;
    return n > 0;
}

static bool take_char(view *text, char c)
{
    if (!text->len || *text->at != c)
        return false;
    text->at++;
    text->len--;
    return true;
}

/* Reads "bytes 0-99/1000". Ignores a range with an unknown total ("*"). */
static void read_range(calib_reply *reply, view value)
{
    uint64_t first = 0, last = 0, total = 0;
    if (reply->has_range)
        reply->contradicts = true;
    if (!starts(value, "bytes"))
        return;
    value = trim((view){value.at + 5, value.len - 5});
    bool good = take_number(&value, &first) && take_char(&value, '-') &&
                take_number(&value, &last) && take_char(&value, '/') &&
                take_number(&value, &total) && !value.len && first <= last && last < total;
    reply->has_range = good;
    reply->range_first = first;
    reply->range_last = last;
    reply->range_total = total;
}

/* Only a strong validator promises equal bytes (RFC 9110, 8.8.1). */
static void read_etag(calib_reply *reply, view value)
{
    reply->etag[0] = '\0';
    bool quoted = value.len >= 2 && value.at[0] == '"' && value.at[value.len - 1] == '"';
    if (!quoted || value.len >= sizeof reply->etag)
        return;
    for (size_t i = 1; i + 1 < value.len; i++)
        if ((unsigned char)value.at[i] <= ' ' || value.at[i] == '"' || value.at[i] == 0x7f)
            return;
    memcpy(reply->etag, value.at, value.len);
    reply->etag[value.len] = '\0';
}

static void read_field(calib_reply *reply, view name, view value, int64_t now)
{
    if (equals(name, "content-length")) {
        uint64_t length = 0;
        bool good = take_number(&value, &length) && !value.len;
        if (!good || (reply->has_length && length != reply->length))
            reply->contradicts = true;
        reply->has_length = true;
        reply->length = length;
    } else if (equals(name, "content-range")) {
        read_range(reply, value);
    } else if (equals(name, "etag")) {
        read_etag(reply, value);
    } else if (equals(name, "retry-after")) {
        view rest = value;
        uint64_t seconds;
        int64_t date = calib_http_date(value.at, value.len);
        if (take_number(&rest, &seconds) && !rest.len) {
            reply->has_retry_after = true;
            reply->retry_after_s = seconds;
        } else if (date >= 0) {
            reply->has_retry_after = true;
            reply->retry_after_s = date > now ? (uint64_t)(date - now) : 0;
        }
    } else if (equals(name, "content-type")) {
        reply->html = starts(value, "text/html") || starts(value, "application/xhtml");
    } else if (equals(name, "content-encoding")) {
        reply->coded = reply->coded || !(equals(value, "identity") || value.len == 0);
    } else if (equals(name, "transfer-encoding") && equals(value, "chunked")) {
        reply->chunked = true;
    } else if (equals(name, "transfer-encoding")) {
        reply->coded = reply->coded || !equals(value, "identity");
    }
}

void calib_reply_line(calib_reply *reply, const char *line, size_t len, int64_t now)
{
    view text = trim((view){line, len});
    if (starts(text, "http/")) {
        *reply = (calib_reply){.in_header = true, .http_version = 11};
        if (starts(text, "http/1.0"))
            reply->http_version = 10;
        const char *space = memchr(text.at, ' ', text.len);
        size_t skip = space ? (size_t)(space - text.at) : text.len;
        view rest = trim((view){text.at + skip, text.len - skip});
        uint64_t status;
        if (take_number(&rest, &status) && status < 1000)
            reply->http_status = (int)status;
        return;
    }
    if (!reply->in_header)
        return;
    if (text.len == 0) {
        reply->in_header = false;
        return;
    }
    const char *colon = memchr(text.at, ':', text.len);
    if (!colon)
        return;
    size_t n = (size_t)(colon - text.at);
    read_field(reply, (view){text.at, n}, trim((view){colon + 1, text.len - n - 1}), now);
}

int64_t calib_http_date(const char *text, size_t len)
{
    static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    const char *comma = len ? memchr(text, ',', len) : NULL;
    if (!comma)
        return -1;
    view rest = trim((view){comma + 1, len - (size_t)(comma + 1 - text)});
    uint64_t day, year, h, m, s;
    if (!take_number(&rest, &day) || !take_char(&rest, ' ') || rest.len < 3)
        return -1;
    int64_t month = 1;
    while (month <= 12 && !(lower(rest.at[0]) == names[3 * month - 3] &&
                            lower(rest.at[1]) == names[3 * month - 2] &&
                            lower(rest.at[2]) == names[3 * month - 1]))
        month++;
    rest = (view){rest.at + 3, rest.len - 3};
    bool good = month <= 12 && take_char(&rest, ' ') && take_number(&rest, &year) &&
                take_char(&rest, ' ') && take_number(&rest, &h) && take_char(&rest, ':') &&
                take_number(&rest, &m) && take_char(&rest, ':') && take_number(&rest, &s) &&
                equals(rest, " gmt");
    if (!good || h >= 24 || m >= 60 || s >= 61)
        return -1;
    if (day < 1 || day > 31 || year < 1970 || year > 9999)
        return -1;
    /* The days since 1970-01-01 of a Gregorian date (Howard Hinnant's days_from_civil). */
    int64_t y = (int64_t)year - (month <= 2), era = y / 400, of_era = y - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + (int64_t)day - 1;
    int64_t days = era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
    return days * 86400 + (int64_t)(h * 3600 + m * 60 + s);
}
