/* SPDX-License-Identifier: MIT */
#include "tokenize/encode.h"

#include "base/error.h"
#include "base/numbers.h"

/* One encode call. Once `status` is set, every further emit is refused, so a tokenizer that does
 * not stop changes nothing. The error is kept here because the callback may use calib itself before
 * it returns, which overwrites the thread's record. */
typedef struct calib_encoding {
    const calib_tokenizer_vtable *tok;
    const calib_segment *segment;
    const calib_id_sink *sink;
    calib_poll poll;
    int status;
    calib_error error; /* set with status */
} calib_encoding;

/* Where a segment begins, as messages say it. */
typedef struct place {
    unsigned long long byte;
    const char *of; /* " of record " for text of a document, else "" */
    char record[CALIB_DECIMAL_SIZE];
} place;

static place place_of(const calib_segment *segment)
{
    place where = {segment->at, "", ""};
    if (segment->record != CALIB_NO_RECORD) {
        where.of = " of the text of record ";
        calib_decimal_write(segment->record, where.record);
    }
    return where;
}

static int bad_id(const calib_encoding *call, int32_t id)
{
    place where = place_of(call->segment);
    if (id < 0)
        return calib_fail(CALIB_E_ENCODE,
                          "the tokenizer gave the negative id %ld for the %zu bytes of text at "
                          "byte %llu%s%s",
                          (long)id, call->segment->len, where.byte, where.of, where.record);
    return calib_fail(CALIB_E_ENCODE,
                      "the tokenizer gave the id %ld for the %zu bytes of text at byte %llu%s%s, "
                      "but its vocab_size is %lu",
                      (long)id, call->segment->len, where.byte, where.of, where.record,
                      (unsigned long)call->tok->vocab_size);
}

static int take_ids(calib_encoding *call, const int32_t *ids, size_t n)
{
    uint32_t vocab_size = call->tok->vocab_size;
    uint32_t limit = vocab_size ? vocab_size : (uint32_t)INT32_MAX + 1;
    if (n && !ids)
        return calib_fail(CALIB_E_ENCODE, "the tokenizer emitted %zu ids from a NULL pointer", n);
    for (size_t i = 0; i < n; i++)
        if ((uint32_t)ids[i] >= limit) /* a negative id becomes larger than any limit */
            return bad_id(call, ids[i]);
    int status = n ? call->sink->put(call->sink->ctx, ids, n) : CALIB_OK;
    return status ? status : calib_poll_call(call->poll);
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

static int callback_failed(const calib_tokenizer_vtable *tok, const char *callback, int result,
                           const calib_segment *segment)
{
    const char *why = tok->last_error ? tok->last_error(tok->ctx) : NULL;
    place where = place_of(segment);
    int status = calib_fail(CALIB_E_ENCODE,
                            "the tokenizer's %s failed with %d on the %zu bytes of text at byte "
                            "%llu%s%s%s%s",
                            callback, result, segment->len, where.byte, where.of, where.record,
                            why ? ": " : "", why ? why : "");
    calib_error_record()->callback_result = result;
    return status;
}

int calib_encode(const calib_tokenizer_vtable *tok, const calib_segment *segment,
                 const calib_id_sink *sink, calib_poll poll)
{
    /* `error` is long and stays unset: this runs for every new segment. */
    calib_encoding call;
    call.tok = tok;
    call.segment = segment;
    call.sink = sink;
    call.poll = poll;
    call.status = CALIB_OK;
    const char *text = segment->text ? segment->text : "";
    int result = tok->encode(tok->ctx, text, segment->len, segment->flags, emit, &call);
    if (call.status) {
        *calib_error_record() = call.error;
        return call.status;
    }
    return result ? callback_failed(tok, "encode", result, segment) : CALIB_OK;
}

int calib_cuts_find(const calib_tokenizer_vtable *tok, const calib_segment *shown, size_t *cuts,
                    size_t cap, size_t *n)
{
    *n = 0;
    int result = tok->cuts(tok->ctx, shown->text, shown->len, shown->flags, cuts, cap, n);
    if (result)
        return callback_failed(tok, "cuts", result, shown);
    bool good = *n <= cap;
    size_t before = 0;
    for (size_t i = 0; good && i < *n; i++) {
        good = cuts[i] > before && cuts[i] < shown->len;
        before = cuts[i];
    }
    if (good)
        return CALIB_OK;
    place where = place_of(shown);
    return calib_fail(CALIB_E_ENCODE,
                      "the tokenizer's cuts named %zu places in the %zu bytes of text at byte "
                      "%llu%s%s that are not ascending offsets inside it",
                      *n, shown->len, where.byte, where.of, where.record);
}

int calib_fail_whole(const calib_tokenizer_vtable *tok, uint64_t max_whole_bytes,
                     const calib_segment *rest, const char *remedy)
{
    place where = place_of(rest);
    if (!remedy)
        remedy = rest->record == CALIB_NO_RECORD ? "use a smaller corpus"
                                                 : "divide it into smaller documents";
    return calib_fail(CALIB_E_WHOLE_LIMIT,
                      "the tokenizer %s, and more than max_whole_bytes (%llu) of text from byte "
                      "%llu%s%s on would have to be encoded in one call: raise the limit if there "
                      "is memory (30 to 171 times the text), or %s",
                      tok->cuts ? "names no exact cut" : "offers no cuts",
                      (unsigned long long)max_whole_bytes, where.byte, where.of, where.record,
                      remedy);
}

int calib_ids_append(void *buffer, const int32_t *ids, size_t n)
{
    size_t bytes;
    if (!calib_size_mul(n, sizeof *ids, &bytes))
        return calib_fail_memory(SIZE_MAX);
    return calib_buffer_append(buffer, ids, bytes);
}
