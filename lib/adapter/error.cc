/* SPDX-License-Identifier: MIT */
#include "error.h"

#include "structs.h"
#include "utf8.h"

#include <cerrno>
#include <cstdarg>
#include <cstddef>
#include <cstdio>
#include <cstring>

namespace CALIB_ADAPTER
{

namespace
{

thread_local calib_error record = {sizeof record, 0, 0, 0, 0, -1, {0}};

/* A message may quote a file name or a piece, and may be truncated. Replaces every byte that would
 * make it other than one line of UTF-8, and drops the blanks that some libraries' messages end in.
 */
CALIB_ADAPTER_FORMAT(1, 0) void set_message(const char *format, va_list arguments) noexcept;

void set_message(const char *format, va_list arguments) noexcept
{
    if (std::vsnprintf(record.message, sizeof record.message, format, arguments) < 0)
        record.message[0] = '\0';
    std::size_t n = std::strlen(record.message), len = 0;
    while (n > 0 && record.message[n - 1] == ' ')
        record.message[--n] = '\0';
    for (std::size_t at = 0; at < n; at += len) {
        char32_t c = first_character({record.message + at, n - at}, len);
        if (c < 0x20 || c == 0x7f || c == NO_CHARACTER)
            record.message[at] = '?';
    }
}

struct system_error {
    int number;
    int status;
    const char *text;
};

/* strerror() is not thread-safe, and its thread-safe variants differ between systems. */
const system_error &describe(int number) noexcept
{
    static const system_error known[] = {
        {ENOENT, CALIB_E_NOT_FOUND, "no such file or directory"},
        {ENOTDIR, CALIB_E_NOT_FOUND, "a part of the path is no directory"},
        {EACCES, CALIB_E_ACCESS, "permission denied"},
        {EPERM, CALIB_E_ACCESS, "operation not permitted"},
        {EISDIR, CALIB_E_ARGUMENT, "it is a directory"},
        {ENOMEM, CALIB_E_NOMEM, "out of memory"},
        {EMFILE, CALIB_E_SYSTEM, "too many open files"},
        {ENFILE, CALIB_E_SYSTEM, "too many open files in the system"},
        {EIO, CALIB_E_SYSTEM, "input/output error"},
        {ENAMETOOLONG, CALIB_E_SYSTEM, "the name is too long"},
        {ELOOP, CALIB_E_SYSTEM, "too many symbolic links"},
    };
    static const system_error other = {0, CALIB_E_SYSTEM, "the system's error"};
    for (const system_error &error : known)
        if (error.number == number)
            return error;
    return other;
}

} // namespace

void clear_error() noexcept
{
    record.status = 0;
    record.callback_result = 0;
    record.system_error = 0;
    record.http_status = 0;
    record.offset = -1;
    record.message[0] = '\0';
}

const calib_error &last_error() noexcept
{
    return record;
}

int fail(int status, const char *format, ...) noexcept
{
    clear_error();
    record.status = status;
    va_list arguments;
    va_start(arguments, format);
    set_message(format, arguments);
    va_end(arguments);
    return status;
}

int fail_system(int error_number, const char *format, ...) noexcept
{
    const system_error &error = describe(error_number);
    clear_error();
    record.status = error.status;
    record.system_error = error_number;
    va_list arguments;
    va_start(arguments, format);
    set_message(format, arguments);
    va_end(arguments);
    std::size_t len = std::strlen(record.message);
    std::snprintf(record.message + len, sizeof record.message - len, ": %s (%d)", error.text,
                  error_number);
    return record.status;
}

const char *last_message(void *) noexcept
{
    return record.status ? record.message : nullptr;
}

int copy_last_error(calib_error *out) noexcept
{
    constexpr std::size_t least = offsetof(calib_error, message) + sizeof out->message;
    if (!out)
        return CALIB_E_ARGUMENT;
    std::size_t size = out->struct_size;
    if (size < least || size > MOST_STRUCT_BYTES)
        return CALIB_E_ARGUMENT;
    std::memset(static_cast<void *>(out), 0, size);
    std::memcpy(static_cast<void *>(out), &record, least);
    out->struct_size = size;
    return CALIB_OK;
}

} // namespace CALIB_ADAPTER
