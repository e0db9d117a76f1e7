/* SPDX-License-Identifier: MIT */
/* bits(key, n) of MLX as a source of words for select.c. */
#include "sample/permutation.h"

#include "sample/select.h"

typedef struct calib_bits {
    calib_threefry_key key;
    uint32_t n_all;
} calib_bits;

/* Words i and i + half + odd of bits(key, n_all) are one block, counter (i, i + half + odd). If the
 * count is odd, the middle word is the first word of counter (half, 0). */
static int each_word(const void *ctx, calib_word_sink sink, void *sink_ctx)
{
    enum { AT_ONCE = CALIB_WORDS_AT_ONCE };
    const calib_bits *bits = ctx;
    uint32_t first[AT_ONCE], second[AT_ONCE];
    uint32_t half = bits->n_all / 2, upper = half + (bits->n_all & 1);
    int status = 0;
    for (uint32_t at = 0; !status && at < half; at += AT_ONCE) {
        uint32_t count = half - at < AT_ONCE ? half - at : AT_ONCE;
        calib_threefry_blocks(bits->key, at, upper + at, count, first, second);
        status = sink(sink_ctx, first, at, count);
        if (!status)
            status = sink(sink_ctx, second, upper + at, count);
    }
    if (status || !(bits->n_all & 1))
        return status;
    uint32_t middle[2];
    calib_threefry_block(bits->key, half, 0, middle);
    return sink(sink_ctx, middle, half, 1);
}

int calib_permutation(calib_threefry_key key, uint32_t n_all, uint32_t first, uint32_t n,
                      calib_progress *progress, uint32_t **order)
{
    calib_bits bits = {key, n_all};
    calib_words words = {n_all, each_word, &bits};
    return calib_select(&words, first, n, progress, order);
}
