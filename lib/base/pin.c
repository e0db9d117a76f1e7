/* SPDX-License-Identifier: MIT */
#include "base/pin.h"

#include "base/error.h"

int calib_fail_size(const char *shown, uint64_t size, uint64_t pin)
{
    return calib_fail(CALIB_E_SIZE, "%s has %llu bytes, the pin is %llu", calib_shown(shown),
                      (unsigned long long)size, (unsigned long long)pin);
}

int calib_fail_hash(const char *shown, const uint8_t is[CALIB_SHA256_SIZE],
                    const uint8_t pin[CALIB_SHA256_SIZE])
{
    char is_hex[CALIB_SHA256_HEX], pin_hex[CALIB_SHA256_HEX];
    calib_sha256_to_hex(is, is_hex);
    calib_sha256_to_hex(pin, pin_hex);
    return calib_fail(CALIB_E_HASH, "%s has SHA-256 %s, the pin is %s", calib_shown(shown), is_hex,
                      pin_hex);
}
