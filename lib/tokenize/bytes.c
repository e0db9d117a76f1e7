/* SPDX-License-Identifier: MIT */
/* The byte tokenizer: every byte is its own token, so every place is an exact cut. It names only a
 * few of them because long segments are encoded faster than looked up. */
#include <calib.h>

enum { AT_ONCE = 1024, CUT_EVERY = 4096 };

static int encode(void *ctx, const char *text, size_t len, uint32_t flags, calib_emit_fn emit,
                  void *emit_ctx)
{
    (void)ctx;
    (void)flags;
    int32_t ids[AT_ONCE];
    for (size_t at = 0; at < len; at += AT_ONCE) {
        size_t n = len - at < AT_ONCE ? len - at : AT_ONCE;
        for (size_t i = 0; i < n; i++)
            ids[i] = (unsigned char)text[at + i];
        int stop = emit(emit_ctx, ids, n);
        if (stop)
            return stop;
    }
    return 0;
}

/* The contract asks for cuts between characters. Bytes that are not UTF-8 are cut anywhere. */
static size_t boundary(const char *text, size_t at)
{
    for (size_t back = 0; back <= 3 && back <= at; back++)
        if ((text[at - back] & 0xc0) != 0x80)
            return at - back;
    return at;
}

static int cuts(void *ctx, const char *text, size_t len, uint32_t flags, size_t *offsets,
                size_t cap, size_t *n)
{
    (void)ctx;
    (void)flags;
    size_t step = len > CUT_EVERY ? CUT_EVERY : (len + 1) / 2;
    *n = 0;
    for (size_t at = step; at < len && *n < cap; at += step)
        if (boundary(text, at) > 0)
            offsets[(*n)++] = boundary(text, at);
    return 0;
}

/* No library and no machine changes these ids: the fingerprint is the identity, too. */
static int fingerprint(void *ctx, uint8_t out[32])
{
    static const char identity[32] = "calib byte tokenizer, 256 ids";
    (void)ctx;
    for (size_t i = 0; i < sizeof identity; i++)
        out[i] = (uint8_t)identity[i];
    return 0;
}

static int32_t special_id(void *ctx, uint32_t which)
{
    (void)ctx;
    (void)which;
    return -1;
}

static int text_of(void *ctx, int32_t id, calib_text_fn put, void *put_ctx)
{
    (void)ctx;
    if (id < 0 || id > 255)
        return 1;
    char byte = (char)(unsigned char)id;
    return put(put_ctx, &byte, 1);
}

static int kind_of(void *ctx, int32_t id, uint32_t *kind)
{
    (void)ctx;
    *kind = id < 0 || id > 255 ? CALIB_KIND_NONE : CALIB_KIND_NORMAL;
    return 0;
}

static const calib_tokenizer_vtable bytes = {
    .struct_size = sizeof(calib_tokenizer_vtable),
    .encode = encode,
    .fingerprint = fingerprint,
    .identity = fingerprint,
    .special_id = special_id,
    .cuts = cuts,
    .text_of = text_of,
    .vocab_size = 256,
    .capabilities =
        CALIB_TOKENIZER_THREADS | CALIB_TOKENIZER_SELF_IDENTIFYING | CALIB_TOKENIZER_PARTS,
    .kind_of = kind_of,
};

const calib_tokenizer_vtable *calib_bytes_tokenizer(void)
{
    return &bytes;
}
