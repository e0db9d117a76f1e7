/* SPDX-License-Identifier: MIT */
/* A tokenizer for these tests: a word with the spaces before it is one id, BOS and EOS stand at the
 * ends of the text, and before a space is an exact cut. It counts its calls. */
#ifndef CALIB_TESTS_STORE_WORDS_H
#define CALIB_TESTS_STORE_WORDS_H

#include <calib.h>
#include <stdatomic.h>
#include <string.h>

typedef struct words {
    atomic_ulong bytes;  /* of text encoded */
    uint32_t salt;       /* other ids */
    uint8_t fingerprint; /* 0: not known */
    uint32_t modulus;
} words;

static int words_encode(void *ctx, const char *text, size_t len, uint32_t flags, calib_emit_fn emit,
                        void *emit_ctx)
{
    words *w = ctx;
    int32_t bos = 1, eos = 2;
    atomic_fetch_add(&w->bytes, len);
    int stop = flags & CALIB_TEXT_BEGIN ? emit(emit_ctx, &bos, 1) : 0;
    for (size_t at = 0; at < len && !stop;) {
        uint32_t hash = 2166136261u ^ w->salt;
        do
            hash = (hash ^ (unsigned char)text[at++]) * 16777619u;
        while (at < len && text[at] != ' ');
        int32_t id = (int32_t)(3 + hash % (w->modulus ? w->modulus : 30000));
        stop = emit(emit_ctx, &id, 1);
    }
    return stop ? stop : flags & CALIB_TEXT_END ? emit(emit_ctx, &eos, 1) : 0;
}

static int words_cuts(void *ctx, const char *text, size_t len, uint32_t flags, size_t *offsets,
                      size_t cap, size_t *n)
{
    (void)ctx;
    (void)flags;
    for (size_t i = 1; i < len && *n < cap; i++)
        if (text[i] == ' ')
            offsets[(*n)++] = i;
    return 0;
}

static int words_fingerprint(void *ctx, uint8_t out[32])
{
    words *w = ctx;
    memset(out, w->fingerprint, 32);
    return w->fingerprint == 0;
}

static inline calib_tokenizer_vtable words_vtable(words *w)
{
    return (calib_tokenizer_vtable){
        .struct_size = sizeof(calib_tokenizer_vtable),
        .ctx = w,
        .encode = words_encode,
        .fingerprint = words_fingerprint,
        .cuts = words_cuts,
        .capabilities = CALIB_TOKENIZER_THREADS,
    };
}

/** Text of `len` bytes: words of all lengths, a few scripts, all kinds of line ends. */
static inline void words_text(char *text, size_t len, uint32_t seed)
{
    static const char *const parts[] = {" a",
                                        " word",
                                        " \xc3\xa9t\xc3\xa9",
                                        "ing",
                                        "\r\n",
                                        "\r",
                                        "\n",
                                        " \xe4\xb8\x96\xe7\x95\x8c",
                                        "   ",
                                        " 12,3",
                                        ".",
                                        " longerwordswithoutanyspaceinthem"};
    size_t at = 0;
    while (at < len) {
        seed = seed * 1664525u + 1013904223u;
        const char *part = parts[(seed >> 16) % (sizeof parts / sizeof *parts)];
        size_t n = strlen(part);
        if (n > len - at)
            part = "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz", n = len - at;
        memcpy(text + at, part, n);
        at += n;
    }
}

#endif
