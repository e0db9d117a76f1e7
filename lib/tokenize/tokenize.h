/* SPDX-License-Identifier: MIT */
/* Text to ids through the caller's vtable. Text comes in pieces, ids leave in order through a
 * sink; the stage knows nothing of files, network or rows. */
#ifndef CALIB_TOKENIZE_TOKENIZE_H
#define CALIB_TOKENIZE_TOKENIZE_H

#include "base/memory.h"
#include "base/progress.h"

/** Where ids go. 0, or a status with its error set. */
typedef struct calib_id_sink {
    int (*put)(void *ctx, const int32_t *ids, size_t n);
    void *ctx;
} calib_id_sink;

typedef struct calib_tokenizing {
    calib_tokenizer_vtable tok;
    uint64_t max_whole_bytes;
    uint64_t total; /* bytes of text expected, for progress; 0 = not known */
    calib_progress *progress;
    calib_id_sink sink;
    calib_buffer pending; /* text not yet encoded */
} calib_tokenizing;

/** Takes more text; the bytes are copied. 0 or any status of the tokenizer (see calib_open()). */
int calib_tokenizing_feed(calib_tokenizing *run, const char *text, size_t len);

/** The text has ended: the rest is encoded. Status as above. */
int calib_tokenizing_end(calib_tokenizing *run);

void calib_tokenizing_free(calib_tokenizing *run);

#endif
