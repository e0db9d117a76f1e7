/* SPDX-License-Identifier: MIT */
#include "tokenize/tokenize.h"

#include "base/error.h"

/* One encode call. Once `status` is set every further emit is refused, so a tokenizer that goes on
 * after "stop" changes nothing. The error is kept here, since the callback may use calib itself
 * before it returns and so lose the thread's record. */
typedef struct calib_encoding {
    calib_tokenizing *run;
    uint64_t n_ids;
    int status;
    calib_error error; /* set with status */
} calib_encoding;

static int bad_id(const calib_tokenizer_vtable *tok, int32_t id, uint64_t index)
{
    if (id < 0)
        return calib_fail(CALIB_E_TOKEN_ID, "the tokenizer gave the negative id %ld as token %llu",
                          (long)id, (unsigned long long)index);
    return calib_fail(CALIB_E_TOKEN_ID,
                      "the tokenizer gave the id %ld as token %llu, but its vocab_size is %lu",
                      (long)id, (unsigned long long)index, (unsigned long)tok->vocab_size);
}

static int check_ids(const calib_encoding *call, const int32_t *ids, size_t n)
{
    const calib_tokenizer_vtable *tok = &call->run->tok;
    uint32_t limit = tok->vocab_size ? tok->vocab_size : (uint32_t)INT32_MAX + 1;
    for (size_t i = 0; i < n; i++)
        if ((uint32_t)ids[i] >= limit || ids[i] < 0)
            return bad_id(tok, ids[i], call->n_ids + i);
    return CALIB_OK;
}

static int take_ids(calib_encoding *call, const int32_t *ids, size_t n)
{
    if (n && !ids)
        return calib_fail(CALIB_E_NULL, "the tokenizer emitted %zu ids from a NULL pointer", n);
    int status = check_ids(call, ids, n);
    if (!status)
        status = call->run->sink.put(call->run->sink.ctx, ids, n);
    if (!status)
        status = calib_progress_tick(call->run->progress, CALIB_STAGE_TOKENIZE, 0, call->run->total);
    call->n_ids += n;
    return status;
}

static int emit(void *emit_ctx, const int32_t *ids, size_t n)
{
    calib_encoding *call = emit_ctx;
    if (call->status)
        return call->status;
    call->status = take_ids(call, ids, n);
    if (call->status)
        call->error = *calib_error_record();
    return call->status;
}

static int encode_failed(const calib_tokenizer_vtable *tok, int result, size_t len)
{
    const char *why = tok->last_error ? tok->last_error(tok->ctx) : NULL;
    int status = calib_fail(CALIB_E_ENCODE, "the tokenizer failed with %d on %zu bytes of text%s%s",
                            result, len, why ? ": " : "", why ? why : "");
    calib_error_record()->callback_result = result;
    return status;
}

static int encode_piece(calib_tokenizing *run, const char *text, size_t len, uint32_t flags)
{
    calib_encoding call = {.run = run};
    int result = run->tok.encode(run->tok.ctx, text, len, flags, emit, &call);
    if (call.status) {
        *calib_error_record() = call.error;
        return call.status;
    }
    if (result)
        return encode_failed(&run->tok, result, len);
    if (call.n_ids == 0)
        return calib_fail(CALIB_E_NO_TOKENS, "the tokenizer gave no tokens for %zu bytes of text",
                          len);
    return calib_progress_now(run->progress, CALIB_STAGE_TOKENIZE, len, run->total);
}

static int too_large(const calib_tokenizing *run)
{
    return calib_fail(CALIB_E_WHOLE_LIMIT,
                      "the tokenizer offers no cuts, so the text must be encoded in one call, and it "
                      "is larger than %llu bytes; raise max_whole_bytes if there is memory (45 to 130 "
                      "times the text), or use a smaller corpus",
                      (unsigned long long)run->max_whole_bytes);
}

int calib_tokenizing_feed(calib_tokenizing *run, const char *text, size_t len)
{
    if (len > run->max_whole_bytes || run->pending.len > run->max_whole_bytes - len)
        return too_large(run);
    return calib_buffer_append(&run->pending, text, len);
}

int calib_tokenizing_end(calib_tokenizing *run)
{
    int status = calib_progress_now(run->progress, CALIB_STAGE_TOKENIZE, 0, run->total);
    if (status)
        return status;
    return encode_piece(run, run->pending.data, run->pending.len,
                        CALIB_TEXT_BEGIN | CALIB_TEXT_END);
}

void calib_tokenizing_free(calib_tokenizing *run)
{
    calib_buffer_free(&run->pending);
}
