/* SPDX-License-Identifier: MIT */
#include "base/error.h"

#include "base/utf8.h"
#include "system/system.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static _Thread_local calib_error record = {.offset = -1};

calib_error *calib_error_record(void)
{
    return &record;
}

void calib_error_clear(void)
{
    record.status = 0;
    record.callback_result = 0;
    record.system_error = 0;
    record.http_status = 0;
    record.offset = -1;
    record.message[0] = '\0';
}

/* Messages quote file names, server replies and the system's texts. Control characters and bytes
 * that are not UTF-8, also a character cut off at the buffer's end, become question marks. The NUL
 * stops the check of a character that is cut off. */
static void clean(char *message)
{
    for (unsigned char *c = (unsigned char *)message; *c;) {
        size_t n = *c < 0x20 || *c == 0x7f ? 0 : calib_utf8_length(*c);
        if (n > 1 && calib_utf8_good_bytes(c, n) < n)
            n = 0;
        if (n == 0)
            *c = '?';
        c += n ? n : 1;
    }
}

static void CALIB_PRINTF(1, 0) set_message(const char *format, va_list arguments)
{
    int n = vsnprintf(record.message, sizeof record.message, format, arguments);
    if (n < 0)
        record.message[0] = '\0';
    clean(record.message);
}

static bool continues_character(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

void calib_shorten(const char *name, size_t len, char *out, size_t cap)
{
    if (cap == 0)
        return;
    bool whole = len < cap;
    size_t gap = !whole && cap > 8 ? 3 : 0;
    size_t head = whole ? len : gap ? (cap - gap) / 2 : cap - 1;
    size_t tail = gap ? cap - 1 - gap - head : 0;
    /* Cuts no character in two. */
    for (int i = 0; i < 3 && head > 0 && !whole && continues_character(name[head]); i++)
        head--;
    for (int i = 0; i < 3 && tail > 0 && continues_character(name[len - tail]); i++)
        tail--;
    memcpy(out, name, head);
    memcpy(out + head, "...", gap);
    memcpy(out + head + gap, name + len - tail, tail);
    out[head + gap + tail] = '\0';
}

const char *calib_shown(const char *name)
{
    static _Thread_local char buffers[2][CALIB_SHOWN];
    static _Thread_local unsigned next;
    size_t len = strlen(name);
    if (len < CALIB_SHOWN)
        return name;
    char *out = buffers[next++ % 2];
    calib_shorten(name, len, out, CALIB_SHOWN);
    return out;
}

int calib_fail(int status, const char *format, ...)
{
    calib_error_clear();
    record.status = status;
    va_list arguments;
    va_start(arguments, format);
    set_message(format, arguments);
    va_end(arguments);
    return status;
}

int calib_fail_within(const char *format, ...)
{
    calib_error error = record;
    char place[CALIB_SHOWN];
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(place, sizeof place, format, arguments);
    va_end(arguments);
    calib_fail(error.status, "%s: %s", n < 0 ? "" : place, error.message);
    memcpy(error.message, record.message, sizeof error.message);
    record = error;
    return record.status;
}

int calib_fail_memory(size_t n)
{
    return calib_fail(CALIB_E_NOMEM, "out of memory: cannot allocate %zu bytes", n);
}

static int status_of(calib_system_kind kind)
{
    switch (kind) {
    case CALIB_SYSTEM_NOT_FOUND: return CALIB_E_NOT_FOUND;
    case CALIB_SYSTEM_NOT_DIRECTORY: return CALIB_E_NOT_FOUND;
    case CALIB_SYSTEM_ACCESS: return CALIB_E_ACCESS;
    case CALIB_SYSTEM_IS_DIRECTORY: return CALIB_E_ARGUMENT;
    case CALIB_SYSTEM_NO_SPACE: return CALIB_E_NOSPACE;
    case CALIB_SYSTEM_NO_MEMORY: return CALIB_E_NOMEM;
    default: return CALIB_E_SYSTEM;
    }
}

int calib_fail_system(int error, const char *format, ...)
{
    calib_error_clear();
    record.status = status_of(calib_system_kind_of(error));
    record.system_error = error;
    va_list arguments;
    va_start(arguments, format);
    set_message(format, arguments);
    va_end(arguments);
    /* The reason comes last and always fits. */
    char reason[128];
    calib_system_text(error, reason, sizeof reason);
    size_t len = strlen(record.message), room = sizeof record.message - strlen(reason) - 3;
    if (len > room)
        len = room;
    snprintf(record.message + len, sizeof record.message - len, ": %s", reason);
    clean(record.message);
    return record.status;
}

int calib_last_error(calib_error *out)
{
    /* This function leaves the record as it is, so it cannot report its own failures there. */
    if (!out)
        return CALIB_E_ARGUMENT;
    size_t size = out->struct_size;
    size_t least = offsetof(calib_error, message) + sizeof out->message;
    if (size < least || size > 4096)
        return CALIB_E_ARGUMENT;
    memset(out, 0, size);
    memcpy(out, &record, least);
    out->struct_size = size;
    return CALIB_OK;
}

const char *calib_status_name(int status)
{
    switch (status) {
#define STATUS_NAME(name, number, text)                                                            \
    case number: return "CALIB_" #name;
        CALIB_STATUSES(STATUS_NAME)
    case CALIB_OK: return "CALIB_OK";
    default: return "CALIB_E_UNKNOWN";
    }
}

const char *calib_status_text(int status)
{
    switch (status) {
#define STATUS_TEXT(name, number, text)                                                            \
    case number: return text;
        CALIB_STATUSES(STATUS_TEXT)
    case CALIB_OK: return "success";
    default: return "unknown status";
    }
}
