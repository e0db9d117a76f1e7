/* SPDX-License-Identifier: MIT */
/* Compresses texts for tests, by the libraries themselves. Needs no cmocka. */
#ifndef CALIB_TESTS_PACKED_H
#define CALIB_TESTS_PACKED_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

/** Compressed bytes; free `data`. */
typedef struct packed {
    char *data;
    size_t len;
} packed;

static inline void packed_must(int holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "%s failed\n", what);
    abort();
}

/** One gzip member. */
static inline packed pack_gzip(const void *text, size_t len, int level)
{
    z_stream stream = {0};
    packed_must(deflateInit2(&stream, level, Z_DEFLATED, 15 + 16, 8, 0) == Z_OK, "deflateInit2");
    size_t cap = deflateBound(&stream, (uLong)len);
    packed to = {malloc(cap), 0};
    packed_must(to.data != NULL, "malloc");
    stream.next_in = (Bytef *)(uintptr_t)text;
    stream.avail_in = (uInt)len;
    stream.next_out = (Bytef *)to.data;
    stream.avail_out = (uInt)cap;
    packed_must(deflate(&stream, Z_FINISH) == Z_STREAM_END, "deflate");
    to.len = stream.total_out;
    deflateEnd(&stream);
    return to;
}

/** One zstd frame with a checksum. A window other than 0 is asked for even by a short text. */
static inline packed pack_zstd(const void *text, size_t len, int level, int window_log)
{
    ZSTD_CCtx *context = ZSTD_createCCtx();
    size_t cap = ZSTD_compressBound(len) + 64;
    packed to = {malloc(cap), 0};
    packed_must(context && to.data, "ZSTD_createCCtx");
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level);
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    ZSTD_inBuffer in = {text, len, 0};
    ZSTD_outBuffer out = {to.data, cap, 0};
    if (window_log) {
        /* The size of the text is not known when the frame begins, so its window is the asked one.
         */
        ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, window_log);
        ZSTD_compressStream2(context, &out, &in, ZSTD_e_continue);
        ZSTD_compressStream2(context, &out, &in, ZSTD_e_flush);
    }
    packed_must(ZSTD_compressStream2(context, &out, &in, ZSTD_e_end) == 0, "ZSTD_compressStream2");
    to.len = out.pos;
    ZSTD_freeCCtx(context);
    return to;
}

/** Appends a copy of `bytes`. */
static inline void packed_add(packed *to, const void *bytes, size_t len)
{
    to->data = realloc(to->data, to->len + len);
    packed_must(to->data != NULL, "realloc");
    memcpy(to->data + to->len, bytes, len);
    to->len += len;
}

#endif
