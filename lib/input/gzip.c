/* SPDX-License-Identifier: MIT */
/* gzip (RFC 1952) by zlib, which checks the CRC and the length of every member. */
#include "input/unpacker.h"

#include <calib.h>
#include <stdlib.h>
#include <zlib.h>

enum {
    LARGEST_WINDOW = 15,
    GZIP_ALONE = 16 /* added to the window: no zlib and no raw streams */
};

typedef enum gzip_place {
    IN_MEMBER,
    BEHIND_MEMBER,
    IN_PADDING /* zeros that fill up a block of a tape or a disk */
} gzip_place;

typedef struct gzip {
    z_stream stream;
    gzip_place place;
} gzip;

static void *gzip_open(void)
{
    gzip *self = calloc(1, sizeof *self);
    if (!self || inflateInit2(&self->stream, LARGEST_WINDOW + GZIP_ALONE) == Z_OK)
        return self;
    free(self);
    return NULL;
}

/* Returns true if stored bytes of a member are next. Skips padding. */
static bool enter_member(gzip *self, calib_flow *flow)
{
    if (self->place == IN_MEMBER)
        return true;
    for (; flow->n_in > 0 && *flow->in == '\0'; flow->n_in--, flow->in++)
        self->place = IN_PADDING;
    if (flow->n_in == 0)
        return false;
    if (self->place == IN_PADDING || *flow->in != '\x1f') {
        flow->fault = "other bytes than zeros follow its last member";
        return false;
    }
    self->place = IN_MEMBER;
    inflateReset(&self->stream);
    return true;
}

static int inflate_flow(z_stream *stream, calib_flow *flow)
{
    /* zlib does not change the input; its older headers lack the const. */
    stream->next_in = (Bytef *)(uintptr_t)flow->in;
    stream->avail_in = (uInt)flow->n_in;
    stream->next_out = (Bytef *)flow->out;
    stream->avail_out = (uInt)flow->n_out;
    int result = inflate(stream, Z_NO_FLUSH);
    flow->in += flow->n_in - stream->avail_in;
    flow->n_in = stream->avail_in;
    flow->out += flow->n_out - stream->avail_out;
    flow->n_out = stream->avail_out;
    return result;
}

static int gzip_step(void *state, calib_flow *flow)
{
    gzip *self = state;
    int result = Z_STREAM_END;
    while (result == Z_STREAM_END && flow->n_out > 0 && enter_member(self, flow)) {
        result = inflate_flow(&self->stream, flow);
        if (result == Z_STREAM_END)
            self->place = BEHIND_MEMBER;
    }
    flow->whole = self->place != IN_MEMBER;
    if (result == Z_MEM_ERROR)
        return CALIB_E_NOMEM;
    /* Z_BUF_ERROR says that a step had nothing to do. */
    if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR)
        flow->fault = self->stream.msg ? self->stream.msg : "no gzip member";
    return flow->fault ? CALIB_E_COMPRESSED : CALIB_OK;
}

static void gzip_close(void *state)
{
    gzip *self = state;
    if (!self)
        return;
    inflateEnd(&self->stream);
    free(self);
}

const calib_unpacker *calib_gzip(void)
{
    static const calib_unpacker unpacker = {
        .name = "gzip",
        .unit = "member",
        .feature = "zlib",
        .open = gzip_open,
        .step = gzip_step,
        .close = gzip_close,
    };
    return &unpacker;
}
