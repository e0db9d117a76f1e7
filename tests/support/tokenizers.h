/* SPDX-License-Identifier: MIT */
/* Tokenizers for the tests: one struct says which ids they give, where they may be cut, how they
 * fail, and counts their calls. Needs no cmocka. */
#ifndef CALIB_TESTS_TOKENIZERS_H
#define CALIB_TESTS_TOKENIZERS_H

#include <calib.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

typedef enum test_ids {
    /** A word with the space before it is one id; BOS 1 and EOS 2 stand at the ends of the text
     *  (CALIB_TEXT_NO_SPECIAL: neither). A word with a 'z' and more than two letters gives an id
     * per byte, " mute" gives none. CALIB_TEXT_PARSE_SPECIAL and _PLAIN give other ids. Cuts:
     * before each space. */
    TEST_WORDS,
    /** A line is one id, its length. Cuts: after each newline. */
    TEST_LINES,
    /** A byte is one id, its value. Cuts: after each newline. */
    TEST_BYTES,
    /** The ids, the cuts and the reasons of `real`. */
    TEST_REAL
} test_ids;

typedef enum test_callback {
    TEST_ENCODE,
    TEST_CUTS,
    TEST_LAST_ERROR,
    TEST_FINGERPRINT,
    TEST_SPECIAL_ID,
    TEST_TEXT_OF,
    N_TEST_CALLBACKS
} test_callback;

/** What a failing callback returns. */
enum { TEST_FAILED = 77 };

/** Zero is the words tokenizer without a fingerprint. */
typedef struct test_tokenizer {
    test_ids ids;
    const calib_tokenizer_vtable *real; /* TEST_REAL */
    uint32_t salt;                      /* TEST_WORDS: other ids */
    uint32_t modulus;                   /* TEST_WORDS: ids are below 3 + modulus; 0: 60000 */
    size_t stride;                      /* TEST_BYTES: one id per so many bytes; 0: 1 */
    char silent;                        /* TEST_BYTES: a byte without an id; 0: none */
    uint8_t fingerprint;                /* each byte of it; 0: not known */
    uint32_t rare_cuts;                 /* names one place in so many; 0: all */
    size_t cut_margin;                  /* names no place so close to the end of the text shown */
    const char *refused, *refused_cuts; /* texts with this string fail; NULL: none do */
    const char *why;                    /* given by last_error */
    test_callback fails;                /* this callback fails ... */
    size_t fail_at;                     /* ... at this call, counted from 1; 0: at none */
    bool late;                          /* encode fails after it emitted all */
    atomic_size_t n_calls[N_TEST_CALLBACKS];
    atomic_size_t n_bytes; /* encoded */
} test_tokenizer;

/** Returns 24 random bits. */
static inline uint32_t test_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/** Counts a call; returns true if it must fail. */
static inline bool test_call(test_tokenizer *t, test_callback callback)
{
    size_t call = atomic_fetch_add(&t->n_calls[callback], 1) + 1;
    return callback == t->fails && call == t->fail_at;
}

/** Returns true if the call that must fail was made. */
static inline bool test_has_failed(const test_tokenizer *t)
{
    return t->fail_at && atomic_load(&t->n_calls[t->fails]) >= t->fail_at;
}

static inline void test_reset_calls(test_tokenizer *t)
{
    for (size_t i = 0; i < N_TEST_CALLBACKS; i++)
        atomic_store(&t->n_calls[i], 0);
}

static inline bool test_contains(const char *text, size_t len, const char *string)
{
    size_t n = strlen(string);
    const char *at = text, *end = text + len;
    while ((at = memchr(at, string[0], (size_t)(end - at))) && (size_t)(end - at) >= n) {
        if (memcmp(at, string, n) == 0)
            return true;
        at++;
    }
    return false;
}

/* ---- ids ---- */

static inline int32_t test_word_id(const test_tokenizer *t, const char *word, size_t len)
{
    uint32_t hash = 2166136261u ^ t->salt;
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ (unsigned char)word[i]) * 16777619u;
    return (int32_t)(3 + hash % (t->modulus ? t->modulus : 60000));
}

/** Other ids for text that is to be read in another way. */
static inline void test_reread(const test_tokenizer *t, uint32_t flags, int32_t *ids, size_t n)
{
    uint32_t by = flags / CALIB_TEXT_PARSE_SPECIAL, modulus = t->modulus ? t->modulus : 60000;
    for (size_t i = 0; i < n && by; i++)
        ids[i] = (int32_t)(3 + ((uint32_t)ids[i] - 3 + by) % modulus);
}

static inline int test_emit_word(const test_tokenizer *t, const char *word, size_t len,
                                 uint32_t flags, calib_emit_fn emit, void *emit_ctx)
{
    int32_t ids[512];
    bool by_bytes = len > 3 && len <= 512 && memchr(word, 'z', len);
    if (len == 5 && memcmp(word, " mute", 5) == 0)
        return 0;
    if (!by_bytes)
        ids[0] = test_word_id(t, word, len);
    for (size_t i = 0; by_bytes && i < len; i++)
        ids[i] = test_word_id(t, word + i, 1);
    test_reread(t, flags, ids, by_bytes ? len : 1);
    return emit(emit_ctx, ids, by_bytes ? len : 1);
}

static inline int test_emit_words(const test_tokenizer *t, const char *text, size_t len,
                                  uint32_t flags, calib_emit_fn emit, void *emit_ctx)
{
    const int32_t bos = 1, eos = 2;
    bool special = !(flags & CALIB_TEXT_NO_SPECIAL);
    int stop = special && (flags & CALIB_TEXT_BEGIN) ? emit(emit_ctx, &bos, 1) : 0;
    for (size_t at = 0; at < len && !stop;) {
        const char *space = memchr(text + at + 1, ' ', len - at - 1);
        size_t end = space ? (size_t)(space - text) : len;
        stop = test_emit_word(t, text + at, end - at, flags, emit, emit_ctx);
        at = end;
    }
    return stop || !special || !(flags & CALIB_TEXT_END) ? stop : emit(emit_ctx, &eos, 1);
}

static inline int test_emit_lines(const char *text, size_t len, calib_emit_fn emit, void *emit_ctx)
{
    int stop = 0;
    for (size_t at = 0; at < len && !stop;) {
        const char *end = memchr(text + at, '\n', len - at);
        size_t n = end ? (size_t)(end - text) + 1 - at : len - at;
        int32_t id = (int32_t)n;
        stop = emit(emit_ctx, &id, 1);
        at += n;
    }
    return stop;
}

static inline int test_emit_bytes(const test_tokenizer *t, const char *text, size_t len,
                                  calib_emit_fn emit, void *emit_ctx)
{
    enum { BLOCK = 1000 };
    int32_t ids[BLOCK];
    size_t stride = t->stride ? t->stride : 1;
    int stop = 0;
    for (size_t at = 0; at < len && !stop;) {
        size_t n = 0;
        for (; at < len && n < BLOCK; at += stride)
            if (!t->silent || text[at] != t->silent)
                ids[n++] = (unsigned char)text[at];
        stop = n ? emit(emit_ctx, ids, n) : 0;
    }
    return stop;
}

static inline int test_encode(void *ctx, const char *text, size_t len, uint32_t flags,
                              calib_emit_fn emit, void *emit_ctx)
{
    test_tokenizer *t = ctx;
    bool fails = test_call(t, TEST_ENCODE) || (t->refused && test_contains(text, len, t->refused));
    int result = 0;
    atomic_fetch_add(&t->n_bytes, len);
    if (fails && !t->late)
        return TEST_FAILED;
    switch (t->ids) {
    case TEST_WORDS: result = test_emit_words(t, text, len, flags, emit, emit_ctx); break;
    case TEST_LINES: result = test_emit_lines(text, len, emit, emit_ctx); break;
    case TEST_BYTES: result = test_emit_bytes(t, text, len, emit, emit_ctx); break;
    case TEST_REAL: result = t->real->encode(t->real->ctx, text, len, flags, emit, emit_ctx); break;
    }
    return fails && !result ? TEST_FAILED : result;
}

/* ---- cuts ---- */

static inline int test_cuts(void *ctx, const char *text, size_t len, uint32_t flags,
                            size_t *offsets, size_t cap, size_t *n)
{
    test_tokenizer *t = ctx;
    bool fails =
        test_call(t, TEST_CUTS) || (t->refused_cuts && test_contains(text, len, t->refused_cuts));
    *n = 0;
    if (t->ids == TEST_REAL) {
        int result = t->real->cuts(t->real->ctx, text, len, flags, offsets, cap, n);
        return fails ? TEST_FAILED : result;
    }
    for (size_t at = 1; at < len && len - at > t->cut_margin && *n < cap; at++) {
        bool cut = t->ids == TEST_WORDS ? text[at] == ' ' : text[at - 1] == '\n';
        if (cut && t->rare_cuts)
            cut =
                (uint32_t)test_word_id(t, text + at, len - at < 4 ? len - at : 4) % t->rare_cuts ==
                0;
        if (cut)
            offsets[(*n)++] = at;
    }
    return fails ? TEST_FAILED : 0;
}

/* ---- the other callbacks ---- */

static inline const char *test_last_error(void *ctx)
{
    test_tokenizer *t = ctx;
    if (test_call(t, TEST_LAST_ERROR))
        return NULL;
    return t->ids == TEST_REAL ? t->real->last_error(t->real->ctx) : t->why;
}

static inline int test_fingerprint(void *ctx, uint8_t out[32])
{
    test_tokenizer *t = ctx;
    memset(out, t->fingerprint, 32);
    return test_call(t, TEST_FINGERPRINT) ? TEST_FAILED : t->fingerprint == 0;
}

static inline int32_t test_special_id(void *ctx, uint32_t which)
{
    return test_call(ctx, TEST_SPECIAL_ID) || which != CALIB_SPECIAL_BOS ? -1 : 1;
}

static inline int test_text_of(void *ctx, int32_t id, calib_text_fn put, void *put_ctx)
{
    (void)id;
    return test_call(ctx, TEST_TEXT_OF) ? TEST_FAILED : put(put_ctx, "x", 1);
}

static inline uint32_t test_vocab_size(const test_tokenizer *t)
{
    switch (t->ids) {
    case TEST_WORDS: return 3 + (t->modulus ? t->modulus : 60000);
    case TEST_BYTES: return 256;
    case TEST_REAL: return t->real->vocab_size;
    default: return 0;
    }
}

/** Returns a vtable with all callbacks and CALIB_TOKENIZER_THREADS; tests take away or replace what
 *  they do not want. `t` may change while the vtable is in use. */
static inline calib_tokenizer_vtable test_vtable(test_tokenizer *t)
{
    return (calib_tokenizer_vtable){
        .struct_size = sizeof(calib_tokenizer_vtable),
        .ctx = t,
        .encode = test_encode,
        .last_error = test_last_error,
        .fingerprint = test_fingerprint,
        .special_id = test_special_id,
        .cuts = test_cuts,
        .text_of = test_text_of,
        .vocab_size = test_vocab_size(t),
        .capabilities = CALIB_TOKENIZER_THREADS,
    };
}

/** Fills `text` with words of all lengths, a few scripts and all kinds of line ends. */
static inline void test_words_text(char *text, size_t len, uint32_t seed)
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
