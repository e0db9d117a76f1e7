/* SPDX-License-Identifier: MIT */
/* Failures of a comparison with a pin. `shown` names the object in the message. */
#ifndef CALIB_BASE_PIN_H
#define CALIB_BASE_PIN_H

#include "base/sha256.h"

/** Records E_SIZE with both sizes, and returns it. */
int calib_fail_size(const char *shown, uint64_t size, uint64_t pin);

/** Records E_HASH with both hashes, and returns it. */
int calib_fail_hash(const char *shown, const uint8_t is[CALIB_SHA256_SIZE],
                    const uint8_t pin[CALIB_SHA256_SIZE]);

#endif
