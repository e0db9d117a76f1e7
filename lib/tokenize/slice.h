/* SPDX-License-Identifier: MIT */
/* One slice of a text: between two exact cuts, found so that every slice finds the same ones. The
 * ids of all slices, joined, are those of the whole text. */
#ifndef CALIB_TOKENIZE_SLICE_H
#define CALIB_TOKENIZE_SLICE_H

#include "tokenize/tokenize.h"

typedef struct calib_slice {
    calib_tokenize_request request;
    uint32_t index, count;
    uint64_t total;  /* bytes of the whole text */
    uint32_t next;   /* the border that is looked for: slice `next` begins at it */
    uint64_t window; /* bytes of the window that is waited for; 0: none is */
    uint64_t border; /* the one before it */
    uint64_t begin, end;
    uint64_t seen;         /* bytes of text taken */
    uint64_t fed;          /* bytes of text given to the run, or before it */
    uint64_t kept_at;      /* where `kept` begins in the text */
    calib_buffer kept;     /* text that may still be needed */
    calib_tokenizing *run; /* from `begin` on */
} calib_slice;

/** The request's tokenizer has cuts; `total` is the whole text's bytes. */
void calib_slice_begin(calib_slice *slice, const calib_tokenize_request *request, uint32_t index,
                       uint32_t count, uint64_t total);

/** Takes the whole text from its start, block by block. Status as calib_tokenizing_feed(). */
int calib_slice_feed(calib_slice *slice, const char *text, size_t len);

/** As calib_tokenizing_settle(). */
int calib_slice_settle(calib_slice *slice, int status);

/** The text has ended. Status as calib_tokenizing_end(). A slice may have no tokens, but for one
 * that is the whole text. */
int calib_slice_end(calib_slice *slice);

void calib_slice_free(calib_slice *slice);

#endif
