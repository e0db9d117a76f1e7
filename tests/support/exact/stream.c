/* SPDX-License-Identifier: MIT */
/* Tokenizes through the core, in batches: by calib_corpus_open(), as users do, and by feeding the
 * tokenizer's run in blocks of other sizes. */
#include "exact.h"
#include "setup.h"

#include "base/sha256.h"
#include "tokenize/tokenize.h"

/* Without a memo, with a memo that is always full, and with the default. */
const setting settings[] = {
    {1, 1, 0}, {2, 1, 0}, {8, 1, 0}, {1, 1 << 16, 0}, {2, 1 << 18, 0},  {8, 1 << 20, 0},
    {1, 0, 0}, {2, 0, 0}, {8, 0, 0}, {1, 1, 1000},    {2, 1 << 16, 77}, {8, 64 << 20, 300001},
};
const size_t n_settings = sizeof settings / sizeof *settings;

static int open_and_read(run *r, const setting *with)
{
    uint8_t hash[CALIB_SHA256_SIZE];
    char pin[CALIB_SHA256_HEX];
    test_setup setup = text_setup(r->text, r->len);
    setup.source.flags = CALIB_RAW_BYTES;
    if (calib_sha256_of(r->text, r->len, hash))
        die("sha256");
    calib_sha256_to_hex(hash, pin);
    setup.source.sha256 = pin; /* without it, what begins as an HTML page is refused */
    setup.options.max_memo_bytes = with->max_memo_bytes;
    setup.options.flags = CALIB_NO_TOKEN_STORE;
    setup.options.threads = with->threads;
    calib_info info = {.struct_size = sizeof info};
    calib_corpus *corpus;
    int status = test_open(r->tok, &setup, &corpus);
    if (status)
        return status;
    status = calib_corpus_info(corpus, &info);
    if (!status && info.n_tokens > r->got.cap) {
        r->got.cap = info.n_tokens;
        r->got.ids = must(realloc(r->got.ids, r->got.cap * sizeof *r->got.ids));
    }
    if (!status)
        status = calib_corpus_tokens(corpus, 0, info.n_tokens, r->got.ids);
    r->got.n = info.n_tokens;
    calib_corpus_close(corpus);
    return status;
}

static int feed(run *r, const setting *with)
{
    calib_progress progress = {0};
    calib_tokenize_request request = {
        .tok = r->tok,
        .max_whole_bytes = MAX_TEXT,
        .max_memo_bytes = with->max_memo_bytes,
        .threads = with->threads,
        .progress = &progress,
        .sink = {.put = collect, .ctx = &r->got},
    };
    calib_tokenizing *tokenizing;
    int status = calib_tokenizing_begin(&request, &tokenizing);
    if (status)
        return status;
    for (size_t at = 0; at < r->len && !status; at += with->block) {
        size_t left = r->len - at;
        status = calib_tokenizing_feed(tokenizing, r->text + at,
                                       left < with->block ? left : with->block);
    }
    if (!status)
        status = calib_tokenizing_end(tokenizing, true);
    calib_tokenizing_free(tokenizing);
    return status;
}

int stream(run *r, const setting *with)
{
    r->got.n = 0;
    r->n_streams++;
    return with->block ? feed(r, with) : open_and_read(r, with);
}
