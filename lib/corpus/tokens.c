/* SPDX-License-Identifier: MIT */
/* Makes the ids of a source. If nothing can be stored, reads the source once, in a stream.
 * Otherwise hashes it first to look for stored ids, and reads it again if there are none. */
#include "base/error.h"
#include "base/memory.h"
#include "corpus/corpus.h"
#include "store/store.h"
#include "text/text.h"
#include "tokenize/probe.h"
#include "tokenize/slice.h"

#include <stdlib.h>
#include <string.h>

/* The state of one pass from source to ids. A repair must not change the info and progress of the
 * handle, so a job has its own. */
typedef struct calib_job {
    calib_corpus *corpus;
    calib_reader reader;
    calib_progress progress;
    calib_info info;
    calib_ids *ids;
    calib_load_how how;
} calib_job;

/** Receives text; NULL if only its length is wanted. */
typedef struct calib_text_sink {
    int (*put)(void *ctx, const char *text, size_t len);
    void *ctx;
} calib_text_sink;

/* ---- passes over the source ---- */

static int report_read(calib_job *job)
{
    const calib_reader *reader = &job->reader;
    uint64_t done = reader->measured ? reader->size : reader->n_bytes;
    return calib_progress_tick(&job->progress, CALIB_STAGE_READ, done, reader->total);
}

static int take_measure(calib_job *job)
{
    job->info.corpus_bytes = job->reader.size;
    memcpy(job->info.corpus_sha256, job->reader.sha256, CALIB_SHA256_SIZE);
    return calib_corpus_check(job->corpus, &job->reader);
}

/* Reads all of the source, checks and decodes it, and passes the text on. */
static int read_text(calib_job *job, calib_text_sink sink)
{
    calib_text text = {.name = job->corpus->shown, .raw = job->corpus->source.raw_bytes};
    calib_buffer buffer = {0};
    uint64_t text_bytes = 0;
    size_t len = 1;
    int status = calib_reader_rewind(&job->reader);
    while (!status && len > 0) {
        const char *block;
        uint64_t start = calib_now_ns();
        buffer.len = 0;
        status = calib_reader_next(&job->reader, &block, &len);
        if (!status)
            status = calib_text_feed(&text, block, len, &buffer);
        if (!status)
            status = report_read(job);
        job->info.read_ns += calib_now_ns() - start;
        text_bytes += buffer.len;
        if (!status && len > 0 && sink.put)
            status = sink.put(sink.ctx, buffer.data, buffer.len);
    }
    calib_buffer_free(&buffer);
    if (!status)
        status = calib_text_end(&text);
    job->info.text_bytes = text_bytes;
    return status ? status : take_measure(job);
}

/* Measures the bytes of the source. A fetched text has just been measured by the fetch. */
static int measure_bytes(calib_job *job)
{
    calib_reader *reader = &job->reader;
    uint64_t start = calib_now_ns();
    size_t len = 1;
    int status = CALIB_OK;
    calib_reader_keep(reader);
    while (!status && len > 0 && !reader->measured) {
        const char *block;
        status = calib_reader_next(reader, &block, &len);
        if (!status)
            status = report_read(job);
    }
    job->info.read_ns += calib_now_ns() - start;
    return status ? status : take_measure(job);
}

/* ---- text to ids ---- */

static int put_ids(void *ctx, const int32_t *ids, size_t n)
{
    return calib_ids_push(ctx, ids, n);
}

static int feed_run(void *ctx, const char *text, size_t len)
{
    return calib_tokenizing_feed(ctx, text, len);
}

static int feed_slice(void *ctx, const char *text, size_t len)
{
    return calib_slice_feed(ctx, text, len);
}

static int tokenize_once(calib_job *job)
{
    const calib_options *options = &job->corpus->settings.options;
    calib_tokenize_request request = {
        .tok = &job->corpus->tok,
        .max_whole_bytes = options->max_whole_bytes,
        .max_memo_bytes = options->max_memo_bytes,
        .threads = options->threads,
        .total = job->reader.total,
        .progress = &job->progress,
        .sink = {put_ids, job->ids},
    };
    uint64_t start = calib_now_ns(), read_before = job->info.read_ns;
    int status;
    if (options->n_slices > 1) {
        /* The borders depend on the length of the text, so one pass only measures it. */
        calib_slice slice = {0};
        if (!job->reader.measured)
            calib_reader_keep(&job->reader);
        status = read_text(job, (calib_text_sink){0});
        calib_slice_begin(&slice, &request, options->slice, options->n_slices,
                          job->info.text_bytes);
        if (!status)
            status =
                calib_slice_settle(&slice, read_text(job, (calib_text_sink){feed_slice, &slice}));
        if (!status)
            status = calib_slice_end(&slice);
        calib_slice_free(&slice);
    } else {
        calib_tokenizing *run = NULL;
        status = calib_tokenizing_begin(&request, &run);
        if (!status)
            status = calib_tokenizing_settle(run, read_text(job, (calib_text_sink){feed_run, run}));
        if (!status)
            status = calib_tokenizing_end(run, true);
        calib_tokenizing_free(run);
    }
    if (!status)
        status = calib_ids_end(job->ids);
    job->info.tokenize_ns = calib_now_ns() - start - (job->info.read_ns - read_before);
    return status;
}

/* If a temporary file has lost ids, makes them once more, in memory, unless the source cannot be
 * read again. */
static int tokenize(calib_job *job)
{
    int status = tokenize_once(job);
    bool again = status && calib_reader_rewinds(&job->reader) && calib_ids_restart(job->ids);
    return again ? tokenize_once(job) : status;
}

/* ---- the store ---- */

static int add_canary(const calib_job *job, calib_store_canary *canary)
{
    calib_buffer ids = {0};
    bool refused = false;
    int status = calib_probe(&job->corpus->tok, &ids, &refused);
    size_t n = ids.len / sizeof(int32_t);
    canary->n = refused ? CALIB_STORE_CANARY_REFUSED : (int64_t)n;
    if (!refused && n)
        memcpy(canary->ids, ids.data,
               (n < CALIB_STORE_CANARY_IDS ? n : CALIB_STORE_CANARY_IDS) * sizeof(int32_t));
    calib_buffer_free(&ids);
    return status;
}

/* Looks for stored ids before it waits for the lock, and again after it: another process may have
 * made them meanwhile. */
static int find_or_make(calib_job *job, calib_store *store, calib_store_header *header)
{
    bool found = false, anew = job->how == CALIB_LOAD_ANEW;
    int status = CALIB_OK;
    for (int pass = 0; !status && !found && pass < 2; pass++) {
        calib_store_header stored;
        if (pass == 1)
            status = calib_store_lock(store, job->corpus->settings.options.lock_timeout_ms,
                                      &job->progress);
        if (!status && !anew)
            status = calib_store_find(store, header, &found, &stored, job->ids);
        if (!status && found) {
            job->info.text_bytes = stored.text_bytes;
            job->info.token_store = CALIB_CACHE_HIT;
            status = calib_progress_now(&job->progress, CALIB_STAGE_TOKENIZE, stored.text_bytes,
                                        stored.text_bytes);
        }
    }
    if (status || found)
        return status;
    if (header->canary.n == CALIB_STORE_CANARY_UNKNOWN)
        status = add_canary(job, &header->canary);
    calib_ids_begin(job->ids, header->vocab_size, true, calib_store_place(store));
    if (!status)
        status = tokenize(job);
    header->text_bytes = job->info.text_bytes;
    bool kept = false;
    if (!status)
        status = calib_store_keep(store, header, job->ids, &kept);
    if (!status)
        job->info.token_store = kept ? CALIB_CACHE_MISS : CALIB_CACHE_OFF;
    return status;
}

static int load_stored(calib_job *job, calib_store *store)
{
    const calib_options *options = &job->corpus->settings.options;
    int status = measure_bytes(job);
    calib_store_header header = {
        .vocab_size = job->corpus->tok.vocab_size,
        .canary.n = CALIB_STORE_CANARY_UNKNOWN,
        .inputs = {.corpus_bytes = job->info.corpus_bytes,
                   .text_mode = job->corpus->source.raw_bytes ? 1 : 0,
                   .slice = options->slice,
                   .n_slices = options->n_slices},
    };
    memcpy(header.inputs.corpus_sha256, job->info.corpus_sha256, CALIB_SHA256_SIZE);
    memcpy(header.inputs.fingerprint, job->info.fingerprint, CALIB_SHA256_SIZE);
    /* If the fingerprint covers all code that decides ids, stored ids are taken without a check. */
    if (!status && !(job->corpus->tok.capabilities & CALIB_TOKENIZER_SELF_IDENTIFYING))
        status = add_canary(job, &header.canary);
    if (!status)
        status = calib_store_name(store, &header.inputs);
    if (!status)
        status = find_or_make(job, store, &header);
    job->ids->bytes.place = (calib_spill_place){0};
    job->info.token_store_why = store->why;
    return status;
}

int calib_corpus_tokenize(calib_corpus *corpus, calib_load_how how, calib_ids *ids,
                          calib_info *info)
{
    calib_job job = {
        .corpus = corpus, .progress = corpus->settings.progress, .ids = ids, .how = how};
    const calib_options *options = &corpus->settings.options;
    int status = CALIB_OK;
    if (options->n_slices > 1 && !corpus->tok.cuts)
        status = calib_fail(CALIB_E_UNSUPPORTED,
                            "the tokenizer offers no cuts, so its texts cannot be split into "
                            "slices: open the corpus whole");
    if (!status)
        status = calib_corpus_open_reader(corpus, &job.reader);
    if (!status)
        corpus->once = calib_reader_is_once(&job.reader);
    job.info = corpus->info;
    const char *why = NULL;
    if (how == CALIB_LOAD_UNSTORED || options->flags & CALIB_NO_TOKEN_STORE)
        why = "turned off";
    else if (!job.info.has_fingerprint)
        why = "the tokenizer offers no fingerprint";
    calib_store store;
    if (!status && !why && !calib_store_open(&store, corpus->settings.cache_dir))
        why = store.why;
    if (!status && why) {
        job.info.token_store_why = why;
        calib_ids_begin(ids, corpus->tok.vocab_size, false, (calib_spill_place){0});
        status = tokenize(&job);
    } else if (!status) {
        status = load_stored(&job, &store);
        calib_store_close(&store);
    }
    calib_reader_close(&job.reader);
    job.info.n_tokens = ids->n;
    *info = job.info;
    return status;
}
