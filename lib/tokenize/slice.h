/* SPDX-License-Identifier: MIT */
/* One slice of a text, between two exact cuts that are found so that every slice finds the same
 * ones. The joined ids of all slices are those of the whole text. */
#ifndef CALIB_TOKENIZE_SLICE_H
#define CALIB_TOKENIZE_SLICE_H

#include "tokenize/tokenize.h"

typedef struct calib_slice {
    calib_tokenize_request request;
    uint32_t index, count;
    uint64_t total;  /* bytes of the whole text */
    uint32_t next;   /* the border to be found: slice `next` begins at it */
    uint64_t window; /* bytes of the window that more text must fill; 0: none yet */
    uint64_t border; /* the border before `next` */
    uint64_t begin, end;
    uint64_t seen;         /* bytes of text received */
    uint64_t fed;          /* position in the text up to which the run has it */
    uint64_t kept_at;      /* position of `kept` in the text */
    calib_buffer kept;     /* text that may still be needed */
    calib_tokenizing *run; /* of the text from `begin` on */
} calib_slice;

/** `total` is the number of bytes of the whole text. The request's tokenizer must have cuts. */
void calib_slice_begin(calib_slice *slice, const calib_tokenize_request *request, uint32_t index,
                       uint32_t count, uint64_t total);

/** Takes the whole text from its start, block by block. Status as calib_tokenizing_feed(). */
int calib_slice_feed(calib_slice *slice, const char *text, size_t len);

/** As calib_tokenizing_settle(). */
int calib_slice_settle(calib_slice *slice, int status);

/** Encodes the rest: the text has ended. Status as calib_tokenizing_end(). A slice may have no
 *  tokens, unless it is the whole text. */
int calib_slice_end(calib_slice *slice);

void calib_slice_free(calib_slice *slice);

#endif
