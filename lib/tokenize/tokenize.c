/* SPDX-License-Identifier: MIT */
/* Holds the text that is not yet encoded, splits it, and documents, into pieces at exact cuts, and
 * gives them to the pipeline. */
#include "tokenize/tokenize.h"

#include "base/error.h"
#include "tokenize/pipeline.h"

#include <stdlib.h>
#include <string.h>

enum {
    BATCH = CALIB_BATCH_BYTES,
    LOOK = 4096, /* bytes shown at first to find the end of a batch */
    BACK = 64    /* bytes shown again after more text has arrived */
};

struct calib_tokenizing {
    calib_tokenize_request request; /* its sink counts, then passes on to `sink` */
    calib_id_sink sink;
    calib_pipeline *pipeline;
    calib_buffer pending; /* from `start` on: text that is not yet encoded */
    size_t start;
    uint64_t at;     /* position of `start` in the text; of documents: bytes of progress */
    size_t searched; /* relative to `start`: no cut lies between BATCH and here */
    uint64_t n_ids;
};

static int count_and_put(void *ctx, const int32_t *ids, size_t n)
{
    calib_tokenizing *run = ctx;
    run->n_ids += n;
    return run->sink.put(run->sink.ctx, ids, n);
}

static int end_document(void *ctx, uint64_t record)
{
    calib_tokenizing *run = ctx;
    return run->sink.end(run->sink.ctx, record);
}

static const char *text_of(const calib_tokenizing *run)
{
    return (const char *)run->pending.data + run->start;
}

static size_t bytes_of(const calib_tokenizing *run)
{
    return run->pending.len - run->start;
}

/* ---- plain text with cuts ---- */

/* Returns the first `n` bytes of the pending text, `flags` being those of its end. */
static calib_segment pending(const calib_tokenizing *run, size_t n, uint32_t flags)
{
    uint32_t begin = run->at == 0 ? CALIB_TEXT_BEGIN : 0;
    return (calib_segment){text_of(run), n, run->at, CALIB_NO_RECORD,
                           run->request.flags | begin | flags};
}

static int put_batch(calib_tokenizing *run, size_t end, uint32_t flags)
{
    calib_piece batch = {.segment = pending(run, end, flags), .progress = end};
    run->start += end;
    run->at += end;
    run->searched = 0;
    return end ? calib_pipeline_put(run->pipeline, &batch) : CALIB_OK;
}

/* Finds the first cut behind byte `from` of `rest`. Shows the tokenizer more and more text until it
 * names one; *end is 0 if it names none. */
static int find_end(const calib_tokenizing *run, const calib_segment *rest, size_t from,
                    size_t *end)
{
    for (size_t i = 0; i < 3 && (rest->text[from] & 0xc0) == 0x80; i++)
        from++;
    size_t left = rest->len - from, shown_bytes = 0;
    *end = 0;
    for (size_t len = LOOK; shown_bytes < left; len = len < left / 4 ? 4 * len : left) {
        size_t cut, n;
        shown_bytes = len < left ? len : left;
        calib_segment shown = calib_segment_between(rest, from, from + shown_bytes);
        int status = calib_cuts_find(run->request.tok, &shown, &cut, 1, &n);
        if (status)
            return status;
        if (n) {
            *end = from + cut;
            return CALIB_OK;
        }
    }
    return CALIB_OK;
}

/* Puts a batch if a cut ends it. */
static int split(calib_tokenizing *run)
{
    calib_segment rest = pending(run, bytes_of(run), 0);
    size_t from = run->searched > BATCH + BACK ? run->searched - BACK : BATCH, end;
    int status = find_end(run, &rest, from, &end);
    if (status)
        return status;
    if (end)
        return put_batch(run, end, 0);
    run->searched = rest.len;
    uint64_t most = run->request.max_whole_bytes;
    if (rest.len - BATCH <= most)
        return CALIB_OK;
    rest = calib_segment_between(&rest, BATCH, rest.len);
    return calib_fail_whole(run->request.tok, most, &rest, NULL);
}

/* Encoded text is dropped only if it is the larger part, so that no byte is moved often. */
static int append(calib_tokenizing *run, const char *text, size_t len)
{
    if (run->start > 0 && run->start >= bytes_of(run)) {
        run->pending.len = bytes_of(run);
        memmove(run->pending.data, (char *)run->pending.data + run->start, run->pending.len);
        run->start = 0;
    }
    return calib_buffer_append(&run->pending, text, len);
}

/* ---- documents ---- */

/* Puts a piece of a document whose record ends at `end` of the text. Only documents without their
 * record's position make no progress. */
static int put_piece(calib_tokenizing *run, const calib_segment *segment, uint64_t end,
                     bool is_last)
{
    uint64_t left = end > run->at ? end - run->at : 0;
    calib_piece piece = {.segment = *segment,
                         .ends_document = is_last,
                         .progress = is_last || segment->len > left ? left : segment->len};
    run->at += piece.progress;
    return calib_pipeline_put(run->pipeline, &piece);
}

/* Puts a part in pieces that end at cuts. */
static int put_part(calib_tokenizing *run, calib_segment rest, uint64_t end, bool is_last)
{
    while (run->request.tok->cuts && rest.len >= BATCH + LOOK) {
        size_t cut;
        int status = find_end(run, &rest, BATCH, &cut);
        if (status)
            return status;
        if (!cut)
            break;
        calib_segment piece = calib_segment_between(&rest, 0, cut);
        status = put_piece(run, &piece, end, false);
        if (status)
            return status;
        rest = calib_segment_between(&rest, cut, rest.len);
    }
    return put_piece(run, &rest, end, is_last);
}

static int put_parts(calib_tokenizing *run, const calib_document *document)
{
    static const calib_part empty = {"", 0, 0};
    bool is_empty = document->n_parts == 0;
    const calib_part *parts = is_empty ? &empty : document->parts;
    size_t n = is_empty ? 1 : document->n_parts;
    uint64_t at = 0;
    int status = CALIB_OK;
    for (size_t i = 0; i < n && !status; i++) {
        bool is_last = i + 1 == n;
        uint32_t flags = run->request.flags | parts[i].flags | (i == 0 ? CALIB_TEXT_BEGIN : 0u) |
                         (is_last ? CALIB_TEXT_END : 0u);
        calib_segment whole = {parts[i].text, parts[i].len, at, document->record, flags};
        status = put_part(run, whole, document->at + document->size, is_last);
        at += parts[i].len;
    }
    return status;
}

int calib_tokenizing_document(calib_tokenizing *run, const calib_document *document)
{
    bool parts = run->request.tok->capabilities & CALIB_TOKENIZER_PARTS;
    if (document->n_parts <= 1 || parts)
        return calib_tokenizing_settle(run, put_parts(run, document));
    return calib_tokenizing_settle(
        run, calib_fail(CALIB_E_UNSUPPORTED,
                        "record %llu gave text with different flags, and the tokenizer lacks "
                        "CALIB_TOKENIZER_PARTS, so it cannot encode the parts of a document: give "
                        "all text of a document the same flags (ChatML: leave out "
                        "CALIB_DOCUMENTS_PARTS)",
                        (unsigned long long)document->record));
}

/* ---- the run ---- */

int calib_tokenizing_begin(const calib_tokenize_request *request, calib_tokenizing **out)
{
    calib_tokenizing *run = calloc(1, sizeof *run);
    if (!run)
        return calib_fail_memory(sizeof *run);
    run->request = *request;
    run->request.sink = (calib_id_sink){count_and_put, end_document, run};
    run->at = request->start;
    run->sink = request->sink;
    int status = CALIB_OK;
    if (request->tok->cuts || request->sink.end)
        status = calib_pipeline_new(&run->request, &run->pipeline);
    if (status) {
        calib_tokenizing_free(run);
        return status;
    }
    *out = run;
    return CALIB_OK;
}

/* Collects a batch and a little more before it looks for a cut, so that little text is left over
 * behind the cut. After a search without a cut, collects twice as much, but no more than shows
 * that the limit is exceeded. */
int calib_tokenizing_feed(calib_tokenizing *run, const char *text, size_t len)
{
    uint64_t most = run->request.max_whole_bytes;
    if (!run->pipeline) {
        calib_segment whole = pending(run, bytes_of(run), 0);
        if (len > most || whole.len > most - len)
            return calib_fail_whole(run->request.tok, most, &whole, NULL);
        return append(run, text, len);
    }
    int status = CALIB_OK;
    for (bool enough = true; !status && enough;) {
        uint64_t twice = 2 * (uint64_t)run->searched;
        size_t want = BATCH + LOOK, have = bytes_of(run);
        if (run->searched)
            want = (size_t)(most < twice - BATCH ? BATCH + most + 1 : twice);
        size_t n = have < want ? want - have : 0;
        enough = len >= n;
        if (!enough)
            n = len;
        status = append(run, text, n);
        if (!status && enough)
            status = split(run);
        text += n;
        len -= n;
    }
    return calib_tokenizing_settle(run, status);
}

int calib_tokenizing_settle(calib_tokenizing *run, int status)
{
    return status && run->pipeline ? calib_pipeline_settle(run->pipeline, status) : status;
}

static int poll_progress(void *ctx)
{
    calib_tokenizing *run = ctx;
    return calib_progress_tick(run->request.progress, CALIB_STAGE_TOKENIZE, 0, run->request.total);
}

/* Encodes the whole text in one call. */
static int encode_whole(calib_tokenizing *run)
{
    calib_segment whole = pending(run, bytes_of(run), CALIB_TEXT_END);
    int status = calib_progress_tick(run->request.progress, CALIB_STAGE_TOKENIZE, 0, whole.len);
    if (!status)
        status = calib_encode(run->request.tok, &whole, &run->request.sink,
                              (calib_poll){poll_progress, run});
    return status;
}

int calib_tokenizing_end(calib_tokenizing *run, bool text_ends)
{
    uint64_t total = run->at + bytes_of(run), longest = bytes_of(run);
    bool is_plain = !run->sink.end;
    int status;
    if (!run->request.total)
        run->request.total = total; /* known now: a short text needs a small memo */
    if (!run->pipeline) {
        status = encode_whole(run);
    } else {
        status = put_batch(run, bytes_of(run), text_ends ? CALIB_TEXT_END : 0);
        if (!status)
            status = calib_pipeline_end(run->pipeline);
        /* After a failure workers may still be running. */
        longest = status ? 0 : calib_pipeline_longest(run->pipeline);
    }
    if (run->request.longest_segment)
        *run->request.longest_segment = longest;
    if (!status)
        status = calib_progress_now(run->request.progress, CALIB_STAGE_TOKENIZE, total, total);
    /* If the run begins inside a text, the text before it may have tokens. */
    if (!status && is_plain && text_ends && run->request.start == 0 && run->n_ids == 0)
        return calib_fail(CALIB_E_EMPTY, "the tokenizer gave no tokens for the %llu bytes of text",
                          (unsigned long long)total);
    return status;
}

void calib_tokenizing_free(calib_tokenizing *run)
{
    if (!run)
        return;
    calib_pipeline_free(run->pipeline);
    calib_buffer_free(&run->pending);
    free(run);
}
