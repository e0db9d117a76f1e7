/* SPDX-License-Identifier: MIT */
#include "tokenize/pipeline.h"

#include "base/error.h"
#include "system/system.h"
#include "tokenize/encoder.h"
#include "tokenize/pool.h"

#include <stdatomic.h>
#include <stdlib.h>

/* SLOTS_PER_WORKER: enough to keep every worker busy while the caller's thread encodes a batch
 * itself. LARGEST_KEPT: a buffer that grew beyond this for one large batch is freed. */
enum { SLOTS_PER_WORKER = 3, LARGEST_KEPT = 2 * 1024 * 1024, MOST_WORKERS = 256 };

typedef struct pipeline_piece {
    calib_piece piece; /* its text stands behind that of the piece before it */
    size_t ids_end;    /* number of ids of the batch up to its end */
} pipeline_piece;

/* A batch and its result. */
typedef struct pipeline_slot {
    calib_buffer text;
    calib_buffer pieces; /* of pipeline_piece */
    uint64_t progress;   /* of all pieces */
    size_t n_done;       /* pieces that were encoded: all, or those before the one that failed */
    calib_buffer ids;
    int status;
    calib_error error; /* set with status */
} pipeline_slot;

typedef struct pipeline_worker {
    calib_pipeline *pipeline;
    calib_encoder encoder;
    size_t job; /* the current one */
    bool is_caller;
} pipeline_worker;

struct calib_pipeline {
    const calib_tokenize_request *request;
    size_t n_workers;
    pipeline_worker *workers;
    size_t n_slots;
    pipeline_slot *slots; /* job j is in slot j % n_slots */
    calib_pool *pool;
    calib_memo memo;
    atomic_size_t stop_at;    /* the results of jobs from this one on are not needed */
    atomic_size_t bytes_done; /* may wrap around */
    /* The rest is for the caller's thread. The long error stands first, to keep its writes out of
     * the cache line that the other threads read all the time. */
    calib_error cancel_error;
    int cancelled;     /* status of the progress callback */
    bool failed;       /* a failure was returned */
    bool filling;      /* the slot of the next job has pieces */
    size_t bytes_seen; /* part of bytes_done that is counted in n_done */
    uint64_t n_done;
};

static pipeline_slot *slot_of(const calib_pipeline *pipeline, size_t job)
{
    return &pipeline->slots[job % pipeline->n_slots];
}

static void stop_from(calib_pipeline *pipeline, size_t job)
{
    size_t now = atomic_load(&pipeline->stop_at);
    while (job < now && !atomic_compare_exchange_weak(&pipeline->stop_at, &now, job)) {
    }
}

/* ---- progress ---- */

static int report(calib_pipeline *pipeline)
{
    if (pipeline->cancelled)
        return pipeline->cancelled;
    const calib_tokenize_request *request = pipeline->request;
    size_t done = atomic_load(&pipeline->bytes_done);
    pipeline->n_done += done - pipeline->bytes_seen;
    pipeline->bytes_seen = done;
    pipeline->cancelled = calib_progress_tick(request->progress, CALIB_STAGE_TOKENIZE,
                                              request->start + pipeline->n_done, request->total);
    if (pipeline->cancelled) {
        pipeline->cancel_error = *calib_error_record();
        stop_from(pipeline, 0);
    }
    return pipeline->cancelled;
}

static void report_idle(void *ctx)
{
    report(ctx);
}

static int poll_worker(void *ctx)
{
    pipeline_worker *worker = ctx;
    calib_pipeline *pipeline = worker->pipeline;
    if (worker->job >= atomic_load_explicit(&pipeline->stop_at, memory_order_relaxed))
        return calib_fail(CALIB_E_CANCELLED, "stopped: something before it has failed");
    return worker->is_caller ? report(pipeline) : CALIB_OK;
}

/* ---- jobs ---- */

static int run_pieces(calib_encoder *encoder, pipeline_slot *slot)
{
    const char *text = slot->text.data;
    pipeline_piece *pieces = slot->pieces.data;
    size_t n = slot->pieces.len / sizeof *pieces;
    for (; slot->n_done < n; slot->n_done++) {
        pipeline_piece *one = &pieces[slot->n_done];
        one->piece.segment.text = text;
        int status = calib_encoder_run(encoder, &one->piece.segment, &slot->ids);
        if (status)
            return status;
        text += one->piece.segment.len;
        one->ids_end = slot->ids.len / sizeof(int32_t);
    }
    return CALIB_OK;
}

static void run_job(void *ctx, size_t which, size_t job)
{
    calib_pipeline *pipeline = ctx;
    pipeline_worker *worker = &pipeline->workers[which];
    pipeline_slot *slot = slot_of(pipeline, job);
    worker->job = job;
    slot->ids.len = slot->n_done = 0;
    slot->status = poll_worker(worker);
    if (!slot->status)
        slot->status = run_pieces(&worker->encoder, slot);
    if (slot->status) {
        slot->error = *calib_error_record();
        stop_from(pipeline, job + 1);
    }
    atomic_fetch_add(&pipeline->bytes_done, (size_t)slot->progress);
}

static int fail_again(int status, const calib_error *error)
{
    *calib_error_record() = *error;
    return status;
}

static void trim(calib_buffer *buffer)
{
    if (buffer->cap > LARGEST_KEPT)
        calib_buffer_free(buffer);
}

static int put_ids(const calib_id_sink *sink, const pipeline_slot *slot)
{
    const int32_t *ids = slot->ids.data;
    const pipeline_piece *pieces = slot->pieces.data;
    size_t at = 0;
    int status = CALIB_OK;
    for (size_t i = 0; i < slot->n_done && !status; i++) {
        size_t n = pieces[i].ids_end - at;
        if (n)
            status = sink->put(sink->ctx, ids + at, n);
        if (!status && pieces[i].piece.ends_document)
            status = sink->end(sink->ctx, pieces[i].piece.segment.record);
        at += n;
    }
    return status;
}

/* Waits for the oldest job and passes its ids on. */
static int pass_on(calib_pipeline *pipeline)
{
    pipeline_slot *slot = slot_of(pipeline, calib_pool_collect(pipeline->pool));
    int status;
    if (pipeline->cancelled)
        status = fail_again(pipeline->cancelled, &pipeline->cancel_error);
    else
        status = put_ids(&pipeline->request->sink, slot);
    if (!status && slot->status)
        status = fail_again(slot->status, &slot->error);
    pipeline->failed = status != CALIB_OK;
    trim(&slot->text);
    trim(&slot->ids);
    return status;
}

/* Gives the batch to the workers. */
static int submit(calib_pipeline *pipeline)
{
    const calib_tokenize_request *request = pipeline->request;
    if (calib_pool_next(pipeline->pool) == 0 && request->tok->cuts)
        calib_memo_init(&pipeline->memo, request->max_memo_bytes, request->total);
    pipeline->filling = false;
    calib_pool_submit(pipeline->pool);
    return pipeline->n_workers == 1 ? pass_on(pipeline) : CALIB_OK;
}

/* Empties the slot of the next job. */
static int begin_batch(calib_pipeline *pipeline)
{
    int status = calib_pool_full(pipeline->pool) ? pass_on(pipeline) : CALIB_OK;
    if (status)
        return status;
    pipeline_slot *slot = slot_of(pipeline, calib_pool_next(pipeline->pool));
    slot->text.len = slot->pieces.len = 0;
    slot->progress = 0;
    pipeline->filling = true;
    return CALIB_OK;
}

/* A failure leaves the batch as it was, since it may still be submitted. */
static int append(pipeline_slot *slot, const calib_piece *piece)
{
    const pipeline_piece one = {.piece = *piece};
    size_t room;
    if (!calib_size_add(piece->segment.len, CALIB_MEMO_SLACK, &room))
        return calib_fail_memory(SIZE_MAX);
    int status = calib_buffer_reserve(&slot->text, room);
    if (!status)
        status = calib_buffer_append(&slot->pieces, &one, sizeof one);
    if (status)
        return status;
    slot->progress += piece->progress;
    return calib_buffer_append(&slot->text, piece->segment.text, piece->segment.len);
}

int calib_pipeline_put(calib_pipeline *pipeline, const calib_piece *piece)
{
    if (atomic_load(&pipeline->stop_at) != SIZE_MAX)
        return calib_pipeline_end(pipeline);
    int status = pipeline->filling ? CALIB_OK : begin_batch(pipeline);
    if (status)
        return status;
    pipeline_slot *slot = slot_of(pipeline, calib_pool_next(pipeline->pool));
    status = append(slot, piece);
    if (!status && slot->text.len + slot->pieces.len >= CALIB_BATCH_BYTES)
        status = submit(pipeline);
    return status;
}

int calib_pipeline_settle(calib_pipeline *pipeline, int status)
{
    if (pipeline->failed || status == CALIB_E_CANCELLED)
        return status;
    calib_error later = *calib_error_record();
    int earlier = calib_pipeline_end(pipeline);
    return earlier ? earlier : fail_again(status, &later);
}

int calib_pipeline_end(calib_pipeline *pipeline)
{
    int status = pipeline->filling ? submit(pipeline) : CALIB_OK;
    while (!status && !calib_pool_empty(pipeline->pool))
        status = pass_on(pipeline);
    return status;
}

/* ---- the pipeline ---- */

int calib_pipeline_new(const calib_tokenize_request *request, calib_pipeline **out)
{
    calib_pipeline *pipeline = calloc(1, sizeof *pipeline);
    if (!pipeline)
        return calib_fail_memory(sizeof *pipeline);
    size_t n_workers = 1;
    if (request->tok->capabilities & CALIB_TOKENIZER_THREADS)
        n_workers = request->threads ? request->threads : calib_cpu_count();
    if (n_workers > MOST_WORKERS)
        n_workers = MOST_WORKERS;
    pipeline->request = request;
    pipeline->n_workers = n_workers;
    pipeline->n_slots = n_workers == 1 ? 1 : n_workers * SLOTS_PER_WORKER;
    atomic_init(&pipeline->stop_at, SIZE_MAX);
    atomic_init(&pipeline->bytes_done, 0);
    pipeline->workers = calloc(n_workers, sizeof *pipeline->workers);
    pipeline->slots = calloc(pipeline->n_slots, sizeof *pipeline->slots);
    const calib_pool_work work = {.run = run_job, .idle = report_idle, .ctx = pipeline};
    int status = pipeline->workers && pipeline->slots
                     ? calib_pool_new(n_workers, pipeline->n_slots, &work, &pipeline->pool)
                     : calib_fail_memory(n_workers * sizeof *pipeline->workers);
    if (status) {
        calib_pipeline_free(pipeline);
        return status;
    }
    for (size_t i = 0; i < n_workers; i++) {
        pipeline_worker *worker = &pipeline->workers[i];
        worker->pipeline = pipeline;
        worker->is_caller = i == 0;
        worker->encoder.tok = request->tok;
        worker->encoder.max_whole_bytes = request->max_whole_bytes;
        worker->encoder.poll = (calib_poll){poll_worker, worker};
        worker->encoder.memo = &pipeline->memo;
    }
    *out = pipeline;
    return CALIB_OK;
}

size_t calib_pipeline_longest(const calib_pipeline *pipeline)
{
    size_t longest = 0;
    for (size_t i = 0; i < pipeline->n_workers; i++)
        if (pipeline->workers[i].encoder.longest > longest)
            longest = pipeline->workers[i].encoder.longest;
    return longest;
}

void calib_pipeline_free(calib_pipeline *pipeline)
{
    if (!pipeline)
        return;
    stop_from(pipeline, 0);
    calib_pool_free(pipeline->pool);
    calib_memo_free(&pipeline->memo);
    for (size_t i = 0; pipeline->slots && i < pipeline->n_slots; i++) {
        calib_buffer_free(&pipeline->slots[i].text);
        calib_buffer_free(&pipeline->slots[i].pieces);
        calib_buffer_free(&pipeline->slots[i].ids);
    }
    free(pipeline->workers);
    free(pipeline->slots);
    free(pipeline);
}
