/* SPDX-License-Identifier: MIT */
/* Holds the text that is not yet encoded, splits it into batches at exact cuts, and gives them to
 * the pipeline. */
#include "tokenize/tokenize.h"

#include "base/error.h"
#include "tokenize/pipeline.h"

#include <stdlib.h>
#include <string.h>

enum {
    BATCH = 128 * 1024, /* bytes of text that a worker takes at a time */
    LOOK = 4096,        /* bytes shown at first to find the end of a batch */
    BACK = 64           /* bytes shown again after more text has arrived */
};

struct calib_tokenizing {
    calib_tokenize_request request; /* its sink counts, then passes on to `sink` */
    calib_id_sink sink;
    calib_pipeline *pipeline;
    calib_buffer pending; /* from `start` on: text that is not yet encoded */
    size_t start;
    uint64_t at;     /* position of `start` in the text */
    size_t searched; /* relative to `start`: no cut lies between BATCH and here */
    uint64_t n_ids;
};

static int count_and_put(void *ctx, const int32_t *ids, size_t n)
{
    calib_tokenizing *run = ctx;
    run->n_ids += n;
    return run->sink.put(run->sink.ctx, ids, n);
}

static const char *text_of(const calib_tokenizing *run)
{
    return (const char *)run->pending.data + run->start;
}

static size_t bytes_of(const calib_tokenizing *run)
{
    return run->pending.len - run->start;
}

/* ---- with cuts ---- */

static int put_batch(calib_tokenizing *run, size_t end, uint32_t flags)
{
    uint32_t begin = run->at == 0 ? CALIB_TEXT_BEGIN : 0;
    calib_segment batch = {text_of(run), end, run->at, flags | begin};
    run->start += end;
    run->at += end;
    run->searched = 0;
    return calib_pipeline_put(run->pipeline, &batch);
}

/* Puts a batch if a cut ends it. Shows the tokenizer more and more of the pending text until it
 * names a cut. */
static int split(calib_tokenizing *run)
{
    const char *text = text_of(run);
    size_t from = run->searched > BATCH + BACK ? run->searched - BACK : BATCH;
    for (size_t back = 0; back < 3 && (text[from] & 0xc0) == 0x80; back++)
        from--;
    size_t left = bytes_of(run) - from, shown_bytes = 0;
    for (size_t len = LOOK; shown_bytes < left; len = len < left / 4 ? 4 * len : left) {
        size_t cut, n;
        shown_bytes = len < left ? len : left;
        calib_segment shown = {text + from, shown_bytes, run->at + from, 0};
        int status = calib_cuts_find(run->request.tok, &shown, &cut, 1, &n);
        if (status)
            return status;
        if (n)
            return put_batch(run, from + cut, 0);
    }
    run->searched = bytes_of(run);
    uint64_t most = run->request.max_whole_bytes;
    if (bytes_of(run) - BATCH <= most)
        return CALIB_OK;
    return calib_fail_whole(run->request.tok, most, run->at + BATCH, "use a smaller corpus");
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

/* ---- the run ---- */

int calib_tokenizing_begin(const calib_tokenize_request *request, calib_tokenizing **out)
{
    calib_tokenizing *run = calloc(1, sizeof *run);
    if (!run)
        return calib_fail_memory(sizeof *run);
    run->request = *request;
    run->request.sink = (calib_id_sink){count_and_put, run};
    run->at = request->start;
    run->sink = request->sink;
    int status = request->tok->cuts ? calib_pipeline_new(&run->request, &run->pipeline) : CALIB_OK;
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
        if (len > most || run->pending.len > most - len)
            return calib_fail_whole(run->request.tok, most, 0, "use a smaller corpus");
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

int calib_tokenizing_end(calib_tokenizing *run, bool text_ends)
{
    uint64_t total = run->at + bytes_of(run), longest;
    int status;
    if (!run->pipeline) {
        calib_segment whole = {run->pending.data, run->pending.len, 0,
                               CALIB_TEXT_BEGIN | CALIB_TEXT_END};
        status = calib_progress_tick(run->request.progress, CALIB_STAGE_TOKENIZE, 0, whole.len);
        longest = whole.len;
        if (!status)
            status = calib_encode(run->request.tok, &whole, run->request.sink,
                                  (calib_poll){poll_progress, run});
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
    if (!status && text_ends && run->request.start == 0 && run->n_ids == 0)
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
