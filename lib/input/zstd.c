/* SPDX-License-Identifier: MIT */
/* Zstandard (RFC 8878) by libzstd, which checks the checksum of every frame that has one, and skips
 * the frames that are made to be skipped. */
#include "input/unpacker.h"

#include <calib.h>
#include <stdlib.h>
#include <zstd.h>
#include <zstd_errors.h>

/* zstd's own limit unless --long is given: the decompressor holds a window in memory. */
enum { LARGEST_WINDOW_LOG = 27 };

typedef struct zstd {
    ZSTD_DCtx *context;
    size_t first;  /* bytes that tell what a frame is */
    size_t wanted; /* bytes of the next step: to the end of a block, so that a fault has a place */
    bool behind;   /* a frame has ended here */
    bool passed;   /* a frame has ended */
} zstd;

static void zstd_close(void *state)
{
    zstd *self = state;
    if (!self)
        return;
    ZSTD_freeDCtx(self->context);
    free(self);
}

static void *zstd_open(void)
{
    zstd *self = calloc(1, sizeof *self);
    if (!self)
        return NULL;
    self->context = ZSTD_createDCtx();
    if (!self->context) {
        zstd_close(self);
        return NULL;
    }
    ZSTD_DCtx_setParameter(self->context, ZSTD_d_windowLogMax, LARGEST_WINDOW_LOG);
    self->first = self->wanted = ZSTD_initDStream(self->context);
    return self;
}

static int fail(const zstd *self, size_t result, calib_flow *flow)
{
    switch (ZSTD_getErrorCode(result)) {
    case ZSTD_error_memory_allocation: return CALIB_E_NOMEM;
    case ZSTD_error_frameParameter_windowTooLarge:
        flow->fault = "its window is larger than 128 MiB (zstd --long=27)";
        break;
    case ZSTD_error_prefix_unknown:
        flow->fault = self->passed ? "other bytes follow its last frame" : "no zstd frame";
        break;
    default: flow->fault = ZSTD_getErrorName(result); break;
    }
    return CALIB_E_COMPRESSED;
}

static int zstd_step(void *state, calib_flow *flow)
{
    zstd *self = state;
    flow->whole = self->behind;
    if (self->behind && flow->n_in == 0)
        return CALIB_OK;
    do {
        size_t n = flow->n_in < self->wanted ? flow->n_in : self->wanted;
        ZSTD_inBuffer in = {flow->in, n, 0};
        ZSTD_outBuffer out = {flow->out, flow->n_out, 0};
        size_t result = ZSTD_decompressStream(self->context, &out, &in);
        if (ZSTD_isError(result))
            return fail(self, result, flow);
        flow->in += in.pos;
        flow->n_in -= in.pos;
        flow->out += out.pos;
        flow->n_out -= out.pos;
        self->behind = result == 0;
        self->passed |= self->behind;
        self->wanted = self->behind ? self->first : result;
    } while (flow->n_in > 0 && flow->n_out > 0);
    flow->whole = self->behind;
    return CALIB_OK;
}

const calib_unpacker *calib_zstd(void)
{
    static const calib_unpacker unpacker = {
        .name = "zstd",
        .unit = "frame",
        .feature = "zstd",
        .open = zstd_open,
        .step = zstd_step,
        .close = zstd_close,
    };
    return &unpacker;
}
