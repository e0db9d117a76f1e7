/* SPDX-License-Identifier: MIT */
/* Runs a decompressor of lib/input/ with chosen sizes of steps. Needs no cmocka. */
#ifndef CALIB_TESTS_UNPACKED_H
#define CALIB_TESTS_UNPACKED_H

#include "base/memory.h"
#include "input/unpacker.h"

#include <calib.h>

/** The result of a run: the text, free it; the status; where the run ended. */
typedef struct unpacked {
    calib_buffer text;
    int status;
    size_t stored; /* bytes used */
    bool whole;
} unpacked;

enum { LARGEST_STEP = 4096 };

/** Gives `n_in` bytes and room for `n_out`, at most LARGEST_STEP, to each step. Stops when there
 * are more than `limit` bytes of text. */
static inline unpacked unpack_by(const calib_unpacker *unpacker, const void *bytes, size_t len,
                                 size_t n_in, size_t n_out, size_t limit)
{
    unpacked got = {0};
    char room[LARGEST_STEP];
    size_t given = 0;
    calib_flow flow = {0};
    bool full = false;
    void *state = unpacker->open();
    while (!got.status && got.text.len <= limit && (given < len || flow.n_in > 0 || full)) {
        if (flow.n_in == 0 && !full) {
            flow.in = (const char *)bytes + given;
            flow.n_in = n_in < len - given ? n_in : len - given;
            given += flow.n_in;
        }
        flow.out = room;
        flow.n_out = n_out;
        got.status = unpacker->step(state, &flow);
        full = flow.n_out == 0;
        if (calib_buffer_append(&got.text, room, n_out - flow.n_out))
            got.status = CALIB_E_NOMEM;
    }
    unpacker->close(state);
    got.stored = given - flow.n_in;
    got.whole = flow.whole;
    return got;
}

#endif
