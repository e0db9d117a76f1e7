/* SPDX-License-Identifier: MIT */
/* Some ranks of a stable order of random words, without sorting the rest. */
#ifndef CALIB_SAMPLE_SELECT_H
#define CALIB_SAMPLE_SELECT_H

#include "base/progress.h"

enum { CALIB_WORDS_AT_ONCE = 1024 };

/** Takes the words [first, first + count), at most CALIB_WORDS_AT_ONCE. Non-zero stops. */
typedef int (*calib_word_sink)(void *ctx, const uint32_t *words, uint32_t first, uint32_t count);

/** Words that can be generated repeatedly, in blocks of any order. */
typedef struct calib_words {
    uint32_t n_all; /* at most 2^31 - 1 */
    int (*each)(const void *ctx, calib_word_sink sink, void *sink_ctx);
    const void *ctx;
} calib_words;

/**
 * Finds the indices of the words ranked [first, first + n), in order, ties by index: that range of
 * a stable argsort. Correct for any words. For random words it takes O(n_all) time, almost always
 * one pass, and memory for n plus about 16 times the square root of n_all.
 *
 * @param[out] order  a malloc'd array of n, also if n is 0
 * @return 0, E_NOMEM or E_CANCELLED
 */
int calib_select(const calib_words *words, uint32_t first, uint32_t n, calib_progress *progress,
                 uint32_t **order);

#endif
