/* SPDX-License-Identifier: MIT */
/* Model files: whatever opens gives the same ids for a text and for its parts. */
#include "target.h"

#include <calib_sentencepiece.h>

enum { MOST_IDS = 4096, MOST_CUTS = 512, WHOLE = CALIB_TEXT_BEGIN | CALIB_TEXT_END };

typedef struct id_list {
    int32_t ids[MOST_IDS];
    size_t n;
} id_list;

static int collect(void *ctx, const int32_t *ids, size_t n)
{
    id_list *list = ctx;
    if (n > MOST_IDS - list->n)
        return 1;
    memcpy(list->ids + list->n, ids, n * sizeof *ids);
    list->n += n;
    return 0;
}

/* A text with something of the input in it, where the last pieces and the rules' ends are. */
static size_t make_text(char *text, const uint8_t *data, size_t size)
{
    static const char fixed[] =
        "  Some text caf\xc3\xa9 e\xcc\x81 \xff\xe2\x96\x81 and  more\t12 <s> the "
        "thea b \xe6\x9d\xb1\xef\xac\x83\0";
    size_t n = size < 60 ? size : 60;
    memcpy(text, fixed, sizeof fixed - 1);
    memcpy(text + sizeof fixed - 1, data + (size > 200 ? size - 200 : 0), n);
    memcpy(text + sizeof fixed - 1 + n, " end ", 5);
    return sizeof fixed - 1 + n + 5;
}

static int encode_parts(const calib_tokenizer_vtable *tok, const char *text, size_t len,
                        id_list *list)
{
    size_t offsets[MOST_CUTS], n, start = 0;
    MUST(tok->cuts(tok->ctx, text, len, WHOLE, offsets, MOST_CUTS - 1, &n) == 0);
    offsets[n++] = len;
    for (size_t i = 0; i < n; i++) {
        uint32_t flags = (i == 0 ? CALIB_TEXT_BEGIN : 0u) | (i + 1 == n ? CALIB_TEXT_END : 0u);
        MUST(offsets[i] > start && offsets[i] <= len);
        int status = tok->encode(tok->ctx, text + start, offsets[i] - start, flags, collect, list);
        if (status)
            return status;
        start = offsets[i];
    }
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static id_list whole, parts;
    calib_sentencepiece_options options = {
        .struct_size = sizeof options, .model = data, .model_len = size};
    calib_sentencepiece *model = NULL;
    if (calib_sentencepiece_open(&options, &model))
        return 0;
    const calib_tokenizer_vtable *tok = calib_sentencepiece_vtable(model);
    if (tok->cuts) {
        char text[512];
        size_t len = make_text(text, data, size);
        whole.n = parts.n = 0;
        int status = tok->encode(tok->ctx, text, len, WHOLE, collect, &whole);
        MUST((status != 0) == (encode_parts(tok, text, len, &parts) != 0));
        MUST(status || (whole.n == parts.n &&
                        memcmp(whole.ids, parts.ids, whole.n * sizeof *whole.ids) == 0));
    }
    calib_sentencepiece_close(model);
    return 0;
}
