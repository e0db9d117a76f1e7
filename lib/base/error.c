/* SPDX-License-Identifier: MIT */
#include "base/error.h"

#include "base/system.h"
#include "base/utf8.h"

#include <errno.h>
#include <stdarg.h>
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

/* Bytes of the character at `c`; 0 when it is a control character or none. */
static size_t character(const unsigned char *c)
{
    size_t n = *c < 0x20 || *c == 0x7f ? 0 : calib_utf8_length(*c);
    return n > 1 && calib_utf8_good_bytes(c, n) < n ? 0 : n;
}

/* Messages quote names, server replies and the system's words: nothing in them may break the line,
 * or be no UTF-8, and neither may the cut at the buffer's end. The NUL ends what looks ahead. */
static void one_line(char *message)
{
    for (unsigned char *c = (unsigned char *)message; *c;) {
        size_t n = character(c);
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
    one_line(record.message);
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

int calib_fail_memory(size_t n)
{
    return calib_fail(CALIB_E_NOMEM, "out of memory: %zu bytes are not to be had", n);
}

static int status_of_errno(int error_number)
{
    switch (error_number) {
    case ENOENT: return CALIB_E_NOT_FOUND;
    case ENOTDIR: return CALIB_E_NOT_FOUND;
    case EACCES: return CALIB_E_ACCESS;
    case EPERM: return CALIB_E_ACCESS;
    case EROFS: return CALIB_E_ACCESS;
    case EISDIR: return CALIB_E_ARGUMENT;
    case ENOSPC: return CALIB_E_NOSPACE;
#ifdef EDQUOT
    case EDQUOT: return CALIB_E_NOSPACE;
#endif
    case ENOMEM: return CALIB_E_NOMEM;
    default: return CALIB_E_SYSTEM;
    }
}

int calib_fail_system(int error_number, const char *format, ...)
{
    calib_error_clear();
    record.status = status_of_errno(error_number);
    record.system_error = error_number;
    va_list arguments;
    va_start(arguments, format);
    set_message(format, arguments);
    va_end(arguments);
    size_t len = strlen(record.message);
    if (len + 3 < sizeof record.message) {
        memcpy(record.message + len, ": ", 3);
        calib_errno_text(error_number, record.message + len + 2, sizeof record.message - len - 2);
        one_line(record.message);
    }
    return record.status;
}

int calib_last_error(calib_error *out)
{
    /* The one function that leaves the record as it is, so it reports nothing there itself. */
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
