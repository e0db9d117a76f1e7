/* SPDX-License-Identifier: MIT */
#include "tokenize/pipeline.h"

#include "base/error.h"
#include "system/system.h"
#include "tokenize/crew.h"
#include "tokenize/lane.h"

#include <stdatomic.h>
#include <stdlib.h>

/* So many slots that nobody runs out of work while the calling thread is at a stretch itself; a
 * buffer that one large stretch needed is not kept for small ones. */
enum { SLOTS_PER_WORKER = 3, LARGEST_KEPT = 2 * 1024 * 1024 };

/* A stretch, and what became of it. */
typedef struct calib_slot {
    calib_buffer text;
    calib_piece stretch;
    calib_buffer ids;
    int status;
    calib_error error; /* set with status */
} calib_slot;

typedef struct calib_worker {
    calib_pipeline *pipeline;
    calib_lane lane;
    size_t job; /* the one being worked on */
    bool is_caller;
} calib_worker;

struct calib_pipeline {
    const calib_tokenize_request *request;
    size_t n_workers;
    calib_worker *workers;
    size_t n_slots;
    calib_slot *slots; /* job j is in slot j % n_slots */
    calib_crew *crew;
    calib_memo *memo;
    atomic_size_t stop_at;    /* jobs from this one on are of no use any more */
    atomic_size_t bytes_done; /* may wrap around */
    /* The rest is for the calling thread. It stands far from what the others read all the time, so
     * that its writing does not take the cache line from them: the error is long. */
    calib_error cancel_error;
    int cancelled;     /* status of the progress callback */
    bool failed;       /* it was told of */
    size_t bytes_seen; /* of bytes_done, counted in n_done */
    uint64_t n_done;
};

static calib_slot *slot_of(const calib_pipeline *pipeline, size_t job)
{
    return &pipeline->slots[job % pipeline->n_slots];
}

static void stop_from(calib_pipeline *pipeline, size_t job)
{
    size_t now = atomic_load(&pipeline->stop_at);
    while (job < now && !atomic_compare_exchange_weak(&pipeline->stop_at, &now, job)) {
    }
}

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

static int beat(void *ctx)
{
    calib_worker *worker = ctx;
    calib_pipeline *pipeline = worker->pipeline;
    if (worker->job >= atomic_load_explicit(&pipeline->stop_at, memory_order_relaxed))
        return calib_fail(CALIB_E_CANCELLED, "stopped: something before it has failed");
    return worker->is_caller ? report(pipeline) : CALIB_OK;
}

static void run_job(void *ctx, size_t which, size_t job)
{
    calib_pipeline *pipeline = ctx;
    calib_worker *worker = &pipeline->workers[which];
    calib_slot *slot = slot_of(pipeline, job);
    worker->job = job;
    slot->ids.len = 0;
    slot->status = beat(worker);
    if (!slot->status)
        slot->status = calib_lane_run(&worker->lane, &slot->stretch, &slot->ids);
    if (slot->status) {
        slot->error = *calib_error_record();
        stop_from(pipeline, job + 1);
    }
    atomic_fetch_add(&pipeline->bytes_done, slot->stretch.len);
}

static int fail_again(int status, const calib_error *error)
{
    *calib_error_record() = *error;
    return status;
}

static int hand_on_ids(const calib_pipeline *pipeline, const calib_slot *slot)
{
    const calib_id_sink *sink = &pipeline->request->sink;
    if (pipeline->cancelled)
        return fail_again(pipeline->cancelled, &pipeline->cancel_error);
    if (slot->status)
        return fail_again(slot->status, &slot->error);
    size_t n = slot->ids.len / sizeof(int32_t);
    return n ? sink->put(sink->ctx, slot->ids.data, n) : CALIB_OK;
}

static void trim(calib_buffer *buffer)
{
    if (buffer->cap > LARGEST_KEPT)
        calib_buffer_free(buffer);
}

/* The oldest job's ids, when they are made. */
static int hand_on(calib_pipeline *pipeline)
{
    calib_slot *slot = slot_of(pipeline, calib_crew_take_back(pipeline->crew));
    int status = hand_on_ids(pipeline, slot);
    pipeline->failed = status != CALIB_OK;
    trim(&slot->text);
    trim(&slot->ids);
    return status;
}

/* A copy, with readable bytes behind it. */
static int fill(calib_slot *slot, const calib_piece *stretch)
{
    size_t room;
    if (!calib_size_add(stretch->len, CALIB_MEMO_SLACK, &room))
        return calib_fail_memory(SIZE_MAX);
    slot->text.len = 0;
    int status = calib_buffer_reserve(&slot->text, room);
    if (!status)
        status = calib_buffer_append(&slot->text, stretch->text, stretch->len);
    slot->stretch = *stretch;
    slot->stretch.text = slot->text.data;
    return status;
}

int calib_pipeline_put(calib_pipeline *pipeline, const calib_piece *stretch)
{
    if (atomic_load(&pipeline->stop_at) != SIZE_MAX)
        return calib_pipeline_end(pipeline);
    int status = calib_crew_full(pipeline->crew) ? hand_on(pipeline) : CALIB_OK;
    if (!status)
        status = fill(slot_of(pipeline, calib_crew_next(pipeline->crew)), stretch);
    if (status)
        return status;
    calib_crew_give(pipeline->crew);
    return pipeline->n_workers == 1 ? hand_on(pipeline) : CALIB_OK;
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
    int status = CALIB_OK;
    while (!status && !calib_crew_empty(pipeline->crew))
        status = hand_on(pipeline);
    return status;
}

static size_t choose_workers(const calib_tokenize_request *request)
{
    if (!(request->tok->capabilities & CALIB_TOKENIZER_THREADS))
        return 1;
    size_t n = request->threads ? request->threads : calib_cpu_count();
    return n < 256 ? n : 256;
}

static int make_parts(calib_pipeline *pipeline)
{
    const calib_crew_work work = {.run = run_job, .idle = report_idle, .ctx = pipeline};
    size_t n_workers = pipeline->n_workers, n_slots = pipeline->n_slots;
    pipeline->workers = calloc(n_workers, sizeof *pipeline->workers);
    pipeline->slots = calloc(n_slots, sizeof *pipeline->slots);
    if (!pipeline->workers || !pipeline->slots)
        return calib_fail_memory(n_workers * sizeof *pipeline->workers);
    int status = calib_memo_new(pipeline->request->max_memo_bytes, &pipeline->memo);
    return status ? status : calib_crew_new(n_workers, n_slots, &work, &pipeline->crew);
}

int calib_pipeline_new(const calib_tokenize_request *request, calib_pipeline **out)
{
    calib_pipeline *pipeline = calloc(1, sizeof *pipeline);
    if (!pipeline)
        return calib_fail_memory(sizeof *pipeline);
    pipeline->request = request;
    pipeline->n_workers = choose_workers(request);
    pipeline->n_slots = pipeline->n_workers == 1 ? 1 : pipeline->n_workers * SLOTS_PER_WORKER;
    atomic_init(&pipeline->stop_at, SIZE_MAX);
    atomic_init(&pipeline->bytes_done, 0);
    int status = make_parts(pipeline);
    if (status) {
        calib_pipeline_free(pipeline);
        return status;
    }
    for (size_t i = 0; i < pipeline->n_workers; i++) {
        calib_worker *worker = &pipeline->workers[i];
        worker->pipeline = pipeline;
        worker->is_caller = i == 0;
        worker->lane.tok = request->tok;
        worker->lane.max_whole_bytes = request->max_whole_bytes;
        worker->lane.pulse = (calib_pulse){beat, worker};
        worker->lane.seen.memo = pipeline->memo;
    }
    *out = pipeline;
    return CALIB_OK;
}

void calib_pipeline_free(calib_pipeline *pipeline)
{
    if (!pipeline)
        return;
    stop_from(pipeline, 0);
    calib_crew_free(pipeline->crew);
    for (size_t i = 0; pipeline->workers && i < pipeline->n_workers; i++)
        calib_memo_leave(&pipeline->workers[i].lane.seen);
    calib_memo_free(pipeline->memo);
    for (size_t i = 0; pipeline->slots && i < pipeline->n_slots; i++) {
        calib_buffer_free(&pipeline->slots[i].text);
        calib_buffer_free(&pipeline->slots[i].ids);
    }
    free(pipeline->workers);
    free(pipeline->slots);
    free(pipeline);
}
