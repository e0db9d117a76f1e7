/* SPDX-License-Identifier: MIT */
/* From the source to ids: read once in a stream when nothing is stored, else hashed first, so that
 * stored ids can be found, and read once more when there are none. */
#include "corpus.h"

#include "base/error.h"
#include "base/memory.h"
#include "store/store.h"
#include "text/text.h"
#include "tokenize/probe.h"
#include "tokenize/slice.h"

#include <stdlib.h>
#include <string.h>

/* One way from source to ids: at open, and again in a repair, which must leave the handle's own
 * info and progress alone. */
typedef struct calib_job {
    calib_corpus *corpus;
    calib_source source;
    calib_progress progress;
    calib_info info;
    calib_ids *ids;
    calib_load_how how;
    bool measured; /* hash and lengths are known: this is the second reading */
} calib_job;

/** Where a pass over the text goes; NULL: only hash and length are wanted. */
typedef int (*calib_text_sink)(void *ctx, const char *text, size_t len);

/* ---- a pass over the source ---- */

typedef struct calib_pass {
    calib_text_sink put;
    void *ctx;
    bool as_text; /* checked and translated; else the bytes are hashed and no more */
    uint64_t text_bytes;
    uint64_t read_ns;
} calib_pass;

static int read_block(calib_job *job, calib_pass *pass, calib_text *text, calib_buffer *buffer,
                      bool *end)
{
    const char *block;
    size_t len;
    int status = calib_source_read(&job->source, &block, &len);
    *end = !status && len == 0;
    buffer->len = 0;
    if (!status && pass->as_text)
        status = calib_text_feed(text, block, len, buffer);
    pass->text_bytes += buffer->len;
    /* The second reading has nothing new to tell of reading. */
    uint64_t done = job->measured ? job->info.corpus_bytes : job->source.n_bytes;
    if (!status)
        status = calib_progress_tick(&job->progress, CALIB_STAGE_READ, done, job->source.total);
    return status;
}

static int read_blocks(calib_job *job, calib_pass *pass, calib_buffer *buffer)
{
    const calib_corpus *corpus = job->corpus;
    calib_text text = {.name = corpus->shown,
                       .raw = corpus->settings.options.flags & CALIB_RAW_BYTES};
    bool end = false;
    int status = CALIB_OK;
    while (!status && !end) {
        uint64_t start = calib_now_ns();
        status = read_block(job, pass, &text, buffer, &end);
        pass->read_ns += calib_now_ns() - start;
        if (!status && !end && pass->put)
            status = pass->put(pass->ctx, buffer->data, buffer->len);
    }
    return status ? status : calib_text_end(&text);
}

static int changed(const calib_job *job)
{
    return calib_fail(CALIB_E_HASH, "%s changed while it was read: load it again",
                      job->corpus->shown);
}

/* All of the source from its beginning. Afterwards its hash and lengths are in job->info. */
static int run_pass(calib_job *job, calib_pass *pass)
{
    calib_buffer buffer = {0};
    uint8_t sha256[CALIB_SHA256_SIZE];
    int status = job->source.n_bytes ? calib_source_rewind(&job->source) : CALIB_OK;
    if (!status)
        status = read_blocks(job, pass, &buffer);
    calib_buffer_free(&buffer);
    if (!status)
        status = calib_source_end(&job->source, sha256);
    if (status)
        return status;
    job->info.read_ns += pass->read_ns;
    if (pass->as_text)
        job->info.text_bytes = pass->text_bytes;
    if (job->measured)
        return memcmp(sha256, job->info.corpus_sha256, sizeof sha256) ? changed(job) : CALIB_OK;
    job->info.corpus_bytes = job->source.n_bytes;
    memcpy(job->info.corpus_sha256, sha256, sizeof sha256);
    return calib_corpus_check(job->corpus, &job->info);
}

/* A slice must know how long the text is; the store's key needs the corpus's hash. A fetched text
 * has just been hashed by the stage that found it. */
static int measure(calib_job *job, bool as_text)
{
    const calib_corpus *corpus = job->corpus;
    calib_pass pass = {.as_text = as_text};
    int status = CALIB_OK;
    if (corpus->settings.kind == CALIB_SOURCE_URL && !as_text) {
        memcpy(job->info.corpus_sha256, corpus->fetched.sha256, CALIB_SHA256_SIZE);
        job->info.corpus_bytes = corpus->fetched.size;
    } else {
        if (!job->measured)
            calib_source_keep(&job->source);
        status = run_pass(job, &pass);
    }
    job->measured = true;
    return status;
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

static int tokenize_slice(calib_job *job, const calib_tokenize_request *request, calib_pass *pass)
{
    const calib_options *options = &job->corpus->settings.options;
    calib_slice slice = {0};
    int status = measure(job, true);
    calib_slice_begin(&slice, request, options->slice, options->n_slices, job->info.text_bytes);
    pass->put = feed_slice;
    pass->ctx = &slice;
    if (!status)
        status = calib_slice_settle(&slice, run_pass(job, pass));
    if (!status)
        status = calib_slice_end(&slice);
    calib_slice_free(&slice);
    return status;
}

static int tokenize_all(calib_job *job, const calib_tokenize_request *request, calib_pass *pass)
{
    calib_tokenizing *run = NULL;
    int status = calib_tokenizing_begin(request, &run);
    pass->put = feed_run;
    pass->ctx = run;
    if (!status)
        status = calib_tokenizing_settle(run, run_pass(job, pass));
    if (!status)
        status = calib_tokenizing_end(run);
    calib_tokenizing_free(run);
    return status;
}

static int tokenize_once(calib_job *job)
{
    const calib_options *options = &job->corpus->settings.options;
    calib_pass pass = {.as_text = true};
    calib_tokenize_request request = {
        .tok = &job->corpus->tok,
        .max_whole_bytes = options->max_whole_bytes,
        .max_memo_bytes = options->max_memo_bytes,
        .threads = options->threads,
        .total = job->source.total,
        .progress = &job->progress,
        .sink = {put_ids, job->ids},
    };
    uint64_t start = calib_now_ns(), read_before = job->info.read_ns;
    int status = options->n_slices > 1 ? tokenize_slice(job, &request, &pass)
                                       : tokenize_all(job, &request, &pass);
    if (!status)
        status = calib_ids_end(job->ids);
    /* A slice reads twice. */
    job->info.tokenize_ns = calib_now_ns() - start - (job->info.read_ns - read_before);
    return status;
}

/* What a temporary file has lost is made once more, in memory, if the text can still be read. */
static int tokenize(calib_job *job)
{
    int status = tokenize_once(job);
    bool again = status && calib_source_rewinds(&job->source) && calib_ids_restart(job->ids);
    return again ? tokenize_once(job) : status;
}

static int tokenize_unstored(calib_job *job, const char *why)
{
    job->info.token_store_why = why;
    calib_ids_begin(job->ids, job->corpus->tok.vocab_size, false, (calib_spill_place){0});
    return tokenize(job);
}

/* ---- the store ---- */

static int describe(const calib_job *job, calib_store_header *header)
{
    const calib_options *options = &job->corpus->settings.options;
    calib_buffer ids = {0};
    bool refused = false;
    *header = (calib_store_header){
        .vocab_size = job->corpus->tok.vocab_size,
        .inputs = {.corpus_bytes = job->info.corpus_bytes,
                   .text_mode = options->flags & CALIB_RAW_BYTES ? 1 : 0,
                   .slice = options->slice,
                   .n_slices = options->n_slices},
    };
    memcpy(header->inputs.corpus_sha256, job->info.corpus_sha256, CALIB_SHA256_SIZE);
    memcpy(header->inputs.fingerprint, job->info.fingerprint, CALIB_SHA256_SIZE);
    int status = calib_probe(&job->corpus->tok, &ids, &refused);
    size_t n = ids.len / sizeof(int32_t);
    header->canary.n = refused ? CALIB_STORE_CANARY_REFUSED : (int64_t)n;
    if (!refused && n)
        memcpy(header->canary.ids, ids.data,
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
    bool kept;
    calib_ids_begin(job->ids, header->vocab_size, true, calib_store_place(store));
    int status = tokenize(job);
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
    int status = measure(job, false);
    if (!status)
        status = describe(job, &header);
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
    calib_job job = {.corpus = corpus,
                     .source = {.fd = -1, .kept.fd = -1},
                     .progress = corpus->settings.progress,
                     .ids = ids,
                     .how = how};
    int status = check_slices(corpus);
    if (!status)
        status = calib_corpus_open(corpus, &job.source);
    if (!status)
        corpus->once = calib_source_is_once(&job.source);
    job.info = corpus->info;
    if (!status)
        status = load(&job);
    calib_source_close(&job.source);
    job.info.n_tokens = ids->n;
    *info = job.info;
    return status;
}
