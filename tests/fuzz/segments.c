/* SPDX-License-Identifier: MIT */
/* Tokenizing in segments: a tokenizer whose ids are its bytes' values, cut where the input says.
 * The ids are the text's bytes whatever is cut and remembered. */
#include "base/memory.h"
#include "target.h"
#include "tokenize/tokenize.h"
#include "tokenizers.h"

typedef struct places {
    test_tokenizer bytes;
    uint32_t mask; /* a place is a cut if hash(byte before, byte behind) & mask is 0 */
} places;

static int cuts(void *ctx, const char *text, size_t len, uint32_t flags, size_t *offsets,
                size_t cap, size_t *n)
{
    const places *where = ctx;
    (void)flags;
    *n = 0;
    for (size_t at = 1; at < len && *n < cap; at++) {
        uint32_t hash =
            (unsigned char)text[at - 1] * 2654435761u ^ (unsigned char)text[at] * 40503u;
        if (((hash >> 7) & where->mask) == 0)
            offsets[(*n)++] = at;
    }
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 4)
        return 0;
    places where = {{.ids = TEST_BYTES}, data[0]};
    calib_progress progress = {0};
    calib_buffer ids = {0};
    calib_tokenizer_vtable tok = {.struct_size = sizeof tok,
                                  .ctx = &where,
                                  .encode = test_encode,
                                  .cuts = cuts,
                                  .vocab_size = 256};
    calib_tokenize_request request = {
        .tok = &tok,
        .max_whole_bytes = 1 << 20,
        .max_memo_bytes = (uint64_t)data[1] << 12,
        .threads = 1,
        .progress = &progress,
        .sink = {.put = calib_ids_append, .ctx = &ids},
    };
    calib_tokenizing *run;
    MUST(calib_tokenizing_begin(&request, &run) == CALIB_OK);
    /* The text, over and over, so that segments are met again and stretches have ends. */
    size_t rounds = 1 + data[2] * (size_t)16 / size, len = size - 3;
    for (size_t i = 0; i < rounds; i++)
        MUST(calib_tokenizing_feed(run, (const char *)data + 3, len) == CALIB_OK);
    MUST(calib_tokenizing_end(run, true) == CALIB_OK);
    calib_tokenizing_free(run);
    MUST(ids.len == rounds * len * sizeof(int32_t));
    for (size_t i = 0; i < rounds * len; i++)
        MUST(((const int32_t *)ids.data)[i] == data[3 + i % len]);
    calib_buffer_free(&ids);
    return 0;
}
