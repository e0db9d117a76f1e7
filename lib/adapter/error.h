/* SPDX-License-Identifier: MIT */
/* The adapter library's own record of the thread's last error, and the guard that lets no exception
 * out of the library. */
#ifndef CALIB_ADAPTER_ERROR_H
#define CALIB_ADAPTER_ERROR_H

#include "adapter.h"

#include <calib.h>

#include <exception>
#include <new>
#include <stdexcept>

#ifdef __GNUC__
#define CALIB_ADAPTER_FORMAT(at, first) __attribute__((format(printf, at, first)))
#else
#define CALIB_ADAPTER_FORMAT(at, first)
#endif

namespace CALIB_ADAPTER
{

/** Records the failure and returns `status`. The message is one line without a final period. */
CALIB_ADAPTER_FORMAT(2, 3) int fail(int status, const char *format, ...) noexcept;

/** Like fail(), with the status that belongs to an errno. Appends the meaning of the errno. */
CALIB_ADAPTER_FORMAT(2, 3) int fail_system(int error_number, const char *format, ...) noexcept;

void clear_error() noexcept;
const calib_error &last_error() noexcept;

/** The `last_error` of a vtable: the message of the record, or NULL. */
const char *last_message(void *ctx) noexcept;

/** Copies the record into a caller's struct, as calib_last_error() does. 0, E_ARGUMENT. */
int copy_last_error(calib_error *out) noexcept;

/** Runs `body` and turns an exception into a status: E_NOMEM, or `otherwise`. */
template <typename Body> int guarded(int otherwise, Body &&body) noexcept
{
    try {
        return body();
    } catch (const std::bad_alloc &) {
        return fail(CALIB_E_NOMEM, "out of memory");
    } catch (const std::length_error &) {
        return fail(CALIB_E_NOMEM, "out of memory: a size is beyond what can be allocated");
    } catch (const std::exception &error) {
        return fail(otherwise, "the tokenizer failed: %s", error.what());
    } catch (...) {
        return fail(otherwise, "the tokenizer failed with an unknown exception");
    }
}

} // namespace CALIB_ADAPTER

#endif
