/* SPDX-License-Identifier: MIT */
#include "tokenize/batch.h"

#include "base/error.h"
#include "base/system.h"
#include "tokenize/crew.h"
#include "tokenize/lane.h"

#include <stdatomic.h>
#include <stdlib.h>

enum { STRETCHES_PER_WORKER = 4 };

/* What a stretch became. */
typedef struct calib_outcome {
    calib_buffer ids;
    int status;
    calib_error error; /* set with status */
} calib_outcome;

typedef struct calib_worker {
    calib_batch *batch;
    calib_lane lane;
    size_t index; /* of the stretch being worked on */
    bool is_caller;
} calib_worker;

struct calib_batch {
    const calib_tokenize_request *request;
    const calib_piece *stretches;
    size_t n_workers;
    calib_worker *workers;
    calib_crew *crew; /* made when there is first something to share */
    size_t capacity;
    calib_outcome *outcomes; /* [capacity] */
    atomic_size_t stop_at;   /* stretches from this one on are of no use any more */
    atomic_size_t bytes_done;
    int cancelled; /* status of the progress callback, on the calling thread */
    calib_error cancel_error;
};

static void stop_from(calib_batch *batch, size_t index)
{
    size_t now = atomic_load(&batch->stop_at);
    while (index < now && !atomic_compare_exchange_weak(&batch->stop_at, &now, index)) {
    }
}

static int report(calib_batch *batch)
{
    if (batch->cancelled)
        return batch->cancelled;
    uint64_t done = batch->stretches[0].at + atomic_load(&batch->bytes_done);
    batch->cancelled = calib_progress_tick(batch->request->progress, CALIB_STAGE_TOKENIZE, done,
                                           batch->request->total);
    if (batch->cancelled) {
        batch->cancel_error = *calib_error_record();
        stop_from(batch, 0);
    }
    return batch->cancelled;
}

static void report_idle(void *ctx)
{
    report(ctx);
}

static int beat(void *ctx)
{
    calib_worker *worker = ctx;
    if (worker->index >= atomic_load_explicit(&worker->batch->stop_at, memory_order_relaxed))
        return CALIB_E_CANCELLED;
    return worker->is_caller ? report(worker->batch) : CALIB_OK;
}

static void run_stretch(void *ctx, size_t which, size_t index)
{
    calib_batch *batch = ctx;
    calib_worker *worker = &batch->workers[which];
    calib_outcome *outcome = &batch->outcomes[index];
    worker->index = index;
    outcome->ids.len = 0;
    outcome->status = calib_lane_run(&worker->lane, &batch->stretches[index], &outcome->ids);
    if (outcome->status) {
        outcome->error = *calib_error_record();
        stop_from(batch, index + 1);
    }
    atomic_fetch_add(&batch->bytes_done, batch->stretches[index].len);
}

static int fail_again(int status, const calib_error *error)
{
    *calib_error_record() = *error;
    return status;
}

static int hand_on(calib_batch *batch, size_t n)
{
    const calib_id_sink *sink = &batch->request->sink;
    for (size_t i = 0; i < n; i++) {
        const calib_outcome *outcome = &batch->outcomes[i];
        if (outcome->status)
            return fail_again(outcome->status, &outcome->error);
        size_t n_ids = outcome->ids.len / sizeof(int32_t);
        int status = n_ids ? sink->put(sink->ctx, outcome->ids.data, n_ids) : CALIB_OK;
        if (status)
            return status;
    }
    return CALIB_OK;
}

int calib_batch_run(calib_batch *batch, const calib_piece *stretches, size_t n)
{
    calib_jobs jobs = {.n = n, .run = run_stretch, .idle = report_idle, .ctx = batch};
    batch->stretches = stretches;
    atomic_store(&batch->stop_at, SIZE_MAX);
    atomic_store(&batch->bytes_done, 0);
    if (n > 1 && !batch->crew) {
        int status = calib_crew_new(batch->n_workers, &batch->crew);
        if (status)
            return status;
    }
    if (batch->crew)
        calib_crew_run(batch->crew, &jobs);
    else
        run_stretch(batch, 0, 0);
    if (batch->cancelled)
        return fail_again(batch->cancelled, &batch->cancel_error);
    return hand_on(batch, n);
}

size_t calib_batch_capacity(const calib_batch *batch)
{
    return batch->capacity;
}

static size_t choose_workers(const calib_tokenize_request *request)
{
    if (!(request->tok->capabilities & CALIB_TOKENIZER_THREADS))
        return 1;
    size_t n = request->threads ? request->threads : calib_cpu_count();
    return n < 256 ? n : 256;
}

int calib_batch_new(const calib_tokenize_request *request, calib_batch **out)
{
    calib_batch *batch = calloc(1, sizeof *batch);
    if (!batch)
        return calib_fail_memory(sizeof *batch);
    batch->request = request;
    batch->n_workers = choose_workers(request);
    batch->capacity = batch->n_workers == 1 ? 1 : batch->n_workers * STRETCHES_PER_WORKER;
    batch->workers = calloc(batch->n_workers, sizeof *batch->workers);
    batch->outcomes = calloc(batch->capacity, sizeof *batch->outcomes);
    if (!batch->workers || !batch->outcomes) {
        int status = calib_fail_memory(batch->n_workers * sizeof *batch->workers);
        calib_batch_free(batch);
        return status;
    }
    for (size_t i = 0; i < batch->n_workers; i++) {
        calib_worker *worker = &batch->workers[i];
        worker->batch = batch;
        worker->is_caller = i == 0;
        worker->lane.tok = request->tok;
        worker->lane.max_whole_bytes = request->max_whole_bytes;
        worker->lane.memo.max_bytes = request->max_memo_bytes / batch->n_workers;
        worker->lane.pulse = (calib_pulse){beat, worker};
    }
    *out = batch;
    return CALIB_OK;
}

void calib_batch_free(calib_batch *batch)
{
    if (!batch)
        return;
    calib_crew_free(batch->crew);
    for (size_t i = 0; batch->workers && i < batch->n_workers; i++)
        calib_memo_free(&batch->workers[i].lane.memo);
    for (size_t i = 0; batch->outcomes && i < batch->capacity; i++)
        calib_buffer_free(&batch->outcomes[i].ids);
    free(batch->workers);
    free(batch->outcomes);
    free(batch);
}
