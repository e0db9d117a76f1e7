/* SPDX-License-Identifier: MIT */
/* The adapter's own record of the thread's last error, and the border that no exception passes. */
#ifndef CALIB_SENTENCEPIECE_ERROR_H
#define CALIB_SENTENCEPIECE_ERROR_H

#include <calib.h>

#include <exception>
#include <new>
#include <stdexcept>

namespace calib_sp
{

/** Records the failure and returns `status`. The message is one line without a final period. */
int fail(int status, const char *format, ...) noexcept __attribute__((format(printf, 2, 3)));

/** The same with the status of an errno; its meaning is appended. */
int fail_system(int error_number, const char *format, ...) noexcept
    __attribute__((format(printf, 2, 3)));

void clear_error() noexcept;
const calib_error &last_error() noexcept;

/** Runs `body` and turns what it throws into a status: E_NOMEM, or `otherwise`. */
template <typename Body> int border(int otherwise, Body &&body) noexcept
{
    try {
        return body();
    } catch (const std::bad_alloc &) {
        return fail(CALIB_E_NOMEM, "out of memory");
    } catch (const std::length_error &) {
        return fail(CALIB_E_NOMEM, "out of memory: a size is beyond what can be allocated");
    } catch (const std::exception &error) {
        return fail(otherwise, "SentencePiece failed: %s", error.what());
    } catch (...) {
        return fail(otherwise, "SentencePiece failed with an unknown exception");
    }
}

} // namespace calib_sp

#endif
