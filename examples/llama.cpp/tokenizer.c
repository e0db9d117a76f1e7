/* SPDX-License-Identifier: MIT */
#include "tokenizer.h"

#include <stdlib.h>
#include <string.h>

enum { TOO_LONG = 1, NO_MEMORY, REFUSED };

/* Several threads encode at once, each with a failure of its own. */
static _Thread_local const char *why;

static int fail(int code, const char *reason)
{
    why = reason;
    return code;
}

/* Returns the number of ids; if `cap` is too small, the negative number of those there are. */
static int32_t tokenize(const vocab_tokenizer *self, const char *text, size_t len, uint32_t flags,
                        llama_token *ids, size_t cap)
{
    bool add_special = !(flags & CALIB_TEXT_NO_SPECIAL);
    bool parse_special = flags & CALIB_TEXT_PARSE_SPECIAL;
    return llama_tokenize(self->vocab, text, (int32_t)len, ids, (int32_t)cap, add_special,
                          parse_special);
}

/* A text rarely has more ids than bytes, only if it is short and special tokens are added. */
static int encode(void *ctx, const char *text, size_t len, uint32_t flags, calib_emit_fn emit,
                  void *emit_ctx)
{
    if (llama_vocab_type(((vocab_tokenizer *)ctx)->vocab) == LLAMA_VOCAB_TYPE_NONE)
        return fail(REFUSED, "the model has no vocabulary"); /* llama.cpp would abort */
    if (len > INT32_MAX)
        return fail(TOO_LONG, "llama_tokenize takes texts of up to 2^31 - 1 bytes");
    size_t cap = len ? len : 1;
    llama_token *ids = malloc(cap * sizeof *ids);
    int32_t n = ids ? tokenize(ctx, text, len, flags, ids, cap) : 0;
    if (n < 0 && n != INT32_MIN) {
        free(ids);
        cap = (size_t)-n;
        ids = malloc(cap * sizeof *ids);
        n = ids ? tokenize(ctx, text, len, flags, ids, cap) : 0;
    }
    int failed = !ids    ? fail(NO_MEMORY, "no memory for the ids")
                 : n < 0 ? fail(REFUSED, "llama_tokenize gives more than 2^31 - 1 ids")
                         : emit(emit_ctx, ids, (size_t)n);
    free(ids);
    return failed;
}

static const char *last_error(void *ctx)
{
    (void)ctx;
    return why;
}

static int identity(void *ctx, uint8_t out[32])
{
    memcpy(out, ((vocab_tokenizer *)ctx)->identity, 32);
    return 0;
}

/* llama.h has -1 for "none", too, and does not tell UNK. */
static int32_t special_id(void *ctx, uint32_t which)
{
    const struct llama_vocab *vocab = ((vocab_tokenizer *)ctx)->vocab;
    switch (which) {
    case CALIB_SPECIAL_BOS: return llama_vocab_bos(vocab);
    case CALIB_SPECIAL_EOS: return llama_vocab_eos(vocab);
    case CALIB_SPECIAL_PAD: return llama_vocab_pad(vocab);
    default: return -1;
    }
}

static int text_of(void *ctx, int32_t id, calib_text_fn put, void *put_ctx)
{
    const struct llama_vocab *vocab = ((vocab_tokenizer *)ctx)->vocab;
    char piece[256];
    if (id < 0 || id >= llama_vocab_n_tokens(vocab))
        return fail(REFUSED, "no such id");
    int32_t n = llama_token_to_piece(vocab, id, piece, sizeof piece, 0, true);
    return n < 0 ? fail(TOO_LONG, "a piece of more than 256 bytes")
                 : put(put_ctx, piece, (size_t)n);
}

void vocab_tokenizer_init(vocab_tokenizer *self, const struct llama_vocab *vocab,
                          const uint8_t *identity_bytes)
{
    *self = (vocab_tokenizer){
        .vtable = {.struct_size = sizeof self->vtable,
                   .ctx = self,
                   .encode = encode,
                   .last_error = last_error,
                   .identity = identity_bytes ? identity : NULL,
                   .special_id = special_id,
                   .text_of = text_of,
                   .vocab_size = (uint32_t)llama_vocab_n_tokens(vocab),
                   .capabilities = CALIB_TOKENIZER_THREADS},
        .vocab = vocab,
    };
    if (identity_bytes)
        memcpy(self->identity, identity_bytes, sizeof self->identity);
}
