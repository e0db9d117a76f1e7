/* SPDX-License-Identifier: MIT */
/* What must hold of a decompressor for every input: no crash, known statuses, and the same outcome
 * however the bytes are cut into steps. The first two bytes choose the sizes. */
#ifndef CALIB_TESTS_FUZZ_UNPACK_H
#define CALIB_TESTS_FUZZ_UNPACK_H

#include "target.h"
#include "unpacked.h"

static inline void fuzz_unpacker(const calib_unpacker *unpacker, const uint8_t *data, size_t size)
{
    enum { LIMIT = 1 << 18 };
    if (size < 2)
        return;
    size_t n_in = 1 + data[0] % 61u, n_out = 1 + data[1] * 16u;
    data += 2;
    size -= 2;
    unpacked whole = unpack_by(unpacker, data, size, size, LARGEST_STEP, LIMIT);
    unpacked parts = unpack_by(unpacker, data, size, n_in, n_out, LIMIT);
    MUST(whole.status == CALIB_OK || whole.status == CALIB_E_COMPRESSED);
    MUST(whole.stored <= size && parts.stored <= size);
    if (whole.text.len <= LIMIT && parts.text.len <= LIMIT) {
        MUST(whole.status == parts.status);
        MUST(whole.status || (whole.whole == parts.whole && whole.text.len == parts.text.len));
        MUST(whole.status || whole.text.len == 0 ||
             memcmp(whole.text.data, parts.text.data, whole.text.len) == 0);
    }
    calib_buffer_free(&whole.text);
    calib_buffer_free(&parts.text);
}

#endif
