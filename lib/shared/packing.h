/* SPDX-License-Identifier: MIT */
/* Tells how a text is compressed, of the ways in which the core reads one. */
#ifndef CALIB_SHARED_PACKING_H
#define CALIB_SHARED_PACKING_H

#include <stddef.h>
#include <string.h>

typedef enum calib_packing {
    CALIB_PACKING_NONE = 0,
    CALIB_PACKING_GZIP = 1,
    CALIB_PACKING_ZSTD = 2
} calib_packing;

/** Bytes of a file that calib_packing_of() looks at. */
#define CALIB_PACKING_BYTES ((size_t)4)

/** Tells by the first bytes of a file, all of them or at least CALIB_PACKING_BYTES. No text in
 * UTF-8 begins like a gzip member or a zstd frame. */
static inline calib_packing calib_packing_of(const void *data, size_t len)
{
    const unsigned char *bytes = (const unsigned char *)data;
    if (len >= 2 && memcmp(bytes, "\x1f\x8b", 2) == 0)
        return CALIB_PACKING_GZIP;
    if (len >= 4 && memcmp(bytes, "\x28\xb5\x2f\xfd", 4) == 0)
        return CALIB_PACKING_ZSTD;
    /* A frame that readers skip: pzstd begins with one. */
    if (len >= 4 && (bytes[0] & 0xf0u) == 0x50 && memcmp(bytes + 1, "\x2a\x4d\x18", 3) == 0)
        return CALIB_PACKING_ZSTD;
    return CALIB_PACKING_NONE;
}

#endif
