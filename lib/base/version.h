/* SPDX-License-Identifier: MIT */
#ifndef CALIB_BASE_VERSION_H
#define CALIB_BASE_VERSION_H

#include <calib.h>

#define CALIB_TEXT_OF(number) #number
#define CALIB_JOIN_VERSION(major, minor, patch)                                                    \
    CALIB_TEXT_OF(major) "." CALIB_TEXT_OF(minor) "." CALIB_TEXT_OF(patch)

/** The string that calib_version() returns. */
#define CALIB_VERSION_STRING                                                                       \
    CALIB_JOIN_VERSION(CALIB_VERSION_MAJOR, CALIB_VERSION_MINOR, CALIB_VERSION_PATCH)

#endif
