/* SPDX-License-Identifier: MIT */
/* What every C test needs. cmocka wants its four headers before it. */
#ifndef CALIB_TESTS_TEST_H
#define CALIB_TESTS_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "setup.h"

#include <calib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** The calling thread's last message. */
static inline const char *last_message(void)
{
    static _Thread_local calib_error error;
    error.struct_size = sizeof error;
    return calib_last_error(&error) ? "calib_last_error failed" : error.message;
}

#define assert_status(call, expected)                                                              \
    do {                                                                                           \
        int status_ = (call);                                                                      \
        if (status_ != (expected))                                                                 \
            fail_msg("%s gave %s (%s), expected %s", #call, calib_status_name(status_),            \
                     last_message(), calib_status_name(expected));                                 \
    } while (0)

#define assert_ok(call) assert_status(call, CALIB_OK)

/** The message of the last failure holds `text`. */
#define assert_message(text)                                                                       \
    do {                                                                                           \
        if (!strstr(last_message(), text))                                                         \
            fail_msg("\"%s\" is not in: %s", text, last_message());                                \
    } while (0)

#endif
