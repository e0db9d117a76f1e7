/* SPDX-License-Identifier: MIT */
#include "tokenize/encode.h"

#include "base/error.h"

/* One encode call. Once `status` is set every further emit is refused, so a tokenizer that goes on
 * after "stop" changes nothing. The error is kept here, since the callback may use calib itself
 * before it returns and so lose the thread's record. */
typedef struct calib_encoding {
    const calib_tokenizer_vtable *tok;
    const calib_piece *piece;
    calib_id_sink sink;
    calib_pulse pulse;
    int status;
    calib_error error; /* set with status */
} calib_encoding;

static int bad_id(const calib_encoding *call, int32_t id)
{
    const calib_piece *piece = call->piece;
    if (id < 0)
        return calib_fail(
            CALIB_E_ENCODE,
            "the tokenizer gave the negative id %ld for the %zu bytes of text at byte "
            "%llu",
            (long)id, piece->len, (unsigned long long)piece->at);
    return calib_fail(
        CALIB_E_ENCODE,
        "the tokenizer gave the id %ld for the %zu bytes of text at byte %llu, but its "
        "vocab_size is %lu",
        (long)id, piece->len, (unsigned long long)piece->at, (unsigned long)call->tok->vocab_size);
}

static int check_ids(const calib_encoding *call, const int32_t *ids, size_t n)
{
    uint32_t vocab_size = call->tok->vocab_size;
    uint32_t limit = vocab_size ? vocab_size : (uint32_t)INT32_MAX + 1;
    for (size_t i = 0; i < n; i++)
        if ((uint32_t)ids[i] >= limit) /* a negative one becomes larger than any limit */
            return bad_id(call, ids[i]);
    return CALIB_OK;
}

static int take_ids(calib_encoding *call, const int32_t *ids, size_t n)
{
    if (n && !ids)
        return calib_fail(CALIB_E_ENCODE, "the tokenizer emitted %zu ids from a NULL pointer", n);
    int status = check_ids(call, ids, n);
    if (!status && n)
        status = call->sink.put(call->sink.ctx, ids, n);
    return status ? status : call->pulse.beat(call->pulse.ctx);
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

int calib_callback_failed(const calib_tokenizer_vtable *tok, const char *callback, int result,
                          const calib_piece *piece)
{
    const char *why = tok->last_error ? tok->last_error(tok->ctx) : NULL;
    int status = calib_fail(CALIB_E_ENCODE,
                            "the tokenizer's %s failed with %d on the %zu bytes of text at byte "
                            "%llu%s%s",
                            callback, result, piece->len, (unsigned long long)piece->at,
                            why ? ": " : "", why ? why : "");
    calib_error_record()->callback_result = result;
    return status;
}

int calib_encode(const calib_tokenizer_vtable *tok, const calib_piece *piece, calib_id_sink sink,
                 calib_pulse pulse)
{
    calib_encoding call;
    call.tok = tok;
    call.piece = piece;
    call.sink = sink;
    call.pulse = pulse;
    call.status = CALIB_OK;
    int result = tok->encode(tok->ctx, piece->text, piece->len, piece->flags, emit, &call);
    if (call.status) {
        *calib_error_record() = call.error;
        return call.status;
    }
    return result ? calib_callback_failed(tok, "encode", result, piece) : CALIB_OK;
}

int calib_ids_append(void *buffer, const int32_t *ids, size_t n)
{
    size_t bytes;
    if (!calib_size_mul(n, sizeof *ids, &bytes))
        return calib_fail_memory(SIZE_MAX);
    return calib_buffer_append(buffer, ids, bytes);
}
