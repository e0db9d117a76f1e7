/* SPDX-License-Identifier: MIT */
/* From a source to ids. If nothing can be stored, the source is read once, in a stream. Otherwise
 * it is hashed first to look for stored ids, and read again if there are none. */
#include "base/error.h"
#include "base/memory.h"
#include "corpus/corpus.h"
#include "store/store.h"
#include "text/text.h"
#include "tokenize/probe.h"
#include "tokenize/slice.h"

#include <stdlib.h>
#include <string.h>

/* One way from source to ids: when a corpus is opened, and again in a repair, which must leave the
 * info and progress of the handle alone. */
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

static int read_text_block(calib_job *job, calib_text *text, calib_buffer *buffer, bool *end)
{
    const char *block;
    size_t len;
    uint64_t start = calib_now_ns();
    buffer->len = 0;
    int status = calib_reader_next(&job->reader, &block, &len);
    *end = !status && len == 0;
    if (!status)
        status = calib_text_feed(text, block, len, buffer);
    if (!status)
        status = report_read(job);
    job->info.read_ns += calib_now_ns() - start;
    return status;
}

/* Reads all of the source, checks and decodes it, and passes the text on. */
static int read_text(calib_job *job, calib_text_sink sink)
{
    calib_text text = {.name = job->corpus->shown, .raw = job->corpus->source.raw_bytes};
    calib_buffer buffer = {0};
    uint64_t text_bytes = 0;
    bool end = false;
    int status = calib_reader_rewind(&job->reader);
    while (!status && !end) {
        status = read_text_block(job, &text, &buffer, &end);
        text_bytes += buffer.len;
        if (!status && !end && sink.put)
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

static int measure_text(calib_job *job)
{
    if (!job->reader.measured)
        calib_reader_keep(&job->reader);
    return read_text(job, (calib_text_sink){0});
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

/* A slice must know how long the text is. */
static int tokenize_slice(calib_job *job, const calib_tokenize_request *request)
{
    const calib_options *options = &job->corpus->settings.options;
    calib_slice slice = {0};
    int status = measure_text(job);
    calib_slice_begin(&slice, request, options->slice, options->n_slices, job->info.text_bytes);
    if (!status)
        status = calib_slice_settle(&slice, read_text(job, (calib_text_sink){feed_slice, &slice}));
    if (!status)
        status = calib_slice_end(&slice);
    calib_slice_free(&slice);
    return status;
}

static int tokenize_all(calib_job *job, const calib_tokenize_request *request)
{
    calib_tokenizing *run = NULL;
    int status = calib_tokenizing_begin(request, &run);
    if (!status)
        status = calib_tokenizing_settle(run, read_text(job, (calib_text_sink){feed_run, run}));
    if (!status)
        status = calib_tokenizing_end(run);
    calib_tokenizing_free(run);
    return status;
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
    int status =
        options->n_slices > 1 ? tokenize_slice(job, &request) : tokenize_all(job, &request);
    if (!status)
        status = calib_ids_end(job->ids);
    job->info.tokenize_ns = calib_now_ns() - start - (job->info.read_ns - read_before);
    return status;
}

/* Ids that a temporary file has lost are made once more, in memory, if the source can be read
 * again. */
static int tokenize(calib_job *job)
{
    int status = tokenize_once(job);
    bool again = status && calib_reader_rewinds(&job->reader) && calib_ids_restart(job->ids);
    return again ? tokenize_once(job) : status;
}

static int tokenize_unstored(calib_job *job, const char *why)
{
    job->info.token_store_why = why;
    calib_ids_begin(job->ids, job->corpus->tok.vocab_size, false, (calib_spill_place){0});
    return tokenize(job);
}

/* ---- the store ---- */

static void describe(const calib_job *job, calib_store_header *header)
{
    const calib_options *options = &job->corpus->settings.options;
    *header = (calib_store_header){
        .vocab_size = job->corpus->tok.vocab_size,
        .canary.n = CALIB_STORE_CANARY_UNKNOWN,
        .inputs = {.corpus_bytes = job->info.corpus_bytes,
                   .text_mode = job->corpus->source.raw_bytes ? 1 : 0,
                   .slice = options->slice,
                   .n_slices = options->n_slices},
    };
    memcpy(header->inputs.corpus_sha256, job->info.corpus_sha256, CALIB_SHA256_SIZE);
    memcpy(header->inputs.fingerprint, job->info.fingerprint, CALIB_SHA256_SIZE);
}

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

static int find(calib_job *job, calib_store *store, const calib_store_header *wanted, bool *found)
{
    calib_store_header header;
    int status = calib_store_find(store, wanted, found, &header, job->ids);
    if (status || !*found)
        return status;
    job->info.text_bytes = header.text_bytes;
    job->info.token_store = CALIB_CACHE_HIT;
    return calib_progress_now(&job->progress, CALIB_STAGE_TOKENIZE, header.text_bytes,
                              header.text_bytes);
}

static int make(calib_job *job, calib_store *store, calib_store_header *header)
{
    bool kept, unknown = header->canary.n == CALIB_STORE_CANARY_UNKNOWN;
    int status = unknown ? add_canary(job, &header->canary) : CALIB_OK;
    calib_ids_begin(job->ids, header->vocab_size, true, calib_store_place(store));
    if (!status)
        status = tokenize(job);
    header->text_bytes = job->info.text_bytes;
    if (!status)
        status = calib_store_keep(store, header, job->ids, &kept);
    if (!status)
        job->info.token_store = kept ? CALIB_CACHE_MISS : CALIB_CACHE_OFF;
    return status;
}

static int find_or_make(calib_job *job, calib_store *store, calib_store_header *header)
{
    bool found = false, anew = job->how == CALIB_LOAD_ANEW;
    int status = anew ? CALIB_OK : find(job, store, header, &found);
    if (!status && !found)
        status =
            calib_store_lock(store, job->corpus->settings.options.lock_timeout_ms, &job->progress);
    if (!status && !found && !anew)
        status = find(job, store, header, &found);
    return status || found ? status : make(job, store, header);
}

static int load_stored(calib_job *job)
{
    calib_store_header header;
    calib_store store;
    if (!calib_store_open(&store, job->corpus->settings.cache_dir))
        return tokenize_unstored(job, store.why);
    int status = measure_bytes(job);
    describe(job, &header);
    /* A fingerprint that covers everything needs no check before stored ids are taken. */
    if (!status && !(job->corpus->tok.capabilities & CALIB_TOKENIZER_SELF_IDENTIFYING))
        status = add_canary(job, &header.canary);
    if (!status)
        status = calib_store_name(&store, &header.inputs);
    if (!status)
        status = find_or_make(job, &store, &header);
    job->ids->bytes.place = (calib_spill_place){0};
    job->info.token_store_why = store.why;
    calib_store_close(&store);
    return status;
}

static int check_slices(const calib_corpus *corpus)
{
    if (corpus->settings.options.n_slices == 1 || corpus->tok.cuts)
        return CALIB_OK;
    return calib_fail(CALIB_E_UNSUPPORTED, "the tokenizer offers no cuts, so its texts cannot be "
                                           "split into slices: open the corpus whole");
}

static const char *why_not_stored(const calib_job *job)
{
    if (job->how == CALIB_LOAD_UNSTORED ||
        job->corpus->settings.options.flags & CALIB_NO_TOKEN_STORE)
        return "turned off";
    return job->info.has_fingerprint ? NULL : "the tokenizer offers no fingerprint";
}

static int load(calib_job *job)
{
    const char *why = why_not_stored(job);
    return why ? tokenize_unstored(job, why) : load_stored(job);
}

int calib_corpus_tokenize(calib_corpus *corpus, calib_load_how how, calib_ids *ids,
                          calib_info *info)
{
    calib_job job = {
        .corpus = corpus, .progress = corpus->settings.progress, .ids = ids, .how = how};
    int status = check_slices(corpus);
    if (!status)
        status = calib_corpus_open_reader(corpus, &job.reader);
    if (!status)
        corpus->once = calib_reader_is_once(&job.reader);
    job.info = corpus->info;
    if (!status)
        status = load(&job);
    calib_reader_close(&job.reader);
    job.info.n_tokens = ids->n;
    *info = job.info;
    return status;
}
