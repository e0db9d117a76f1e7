/* SPDX-License-Identifier: MIT */
/* Makes the ids of a source. If nothing can be stored, reads the source once, in a stream.
 * Otherwise hashes it first to look for stored ids, and reads it again if there are none. */
#include "base/error.h"
#include "base/memory.h"
#include "corpus/corpus.h"
#include "shared/kind.h"
#include "store/store.h"
#include "text/text.h"
#include "tokenize/probe.h"
#include "tokenize/slice.h"

#include <stdlib.h>
#include <string.h>

/* The state of one pass from source to ids. A repair must not change the info and progress of the
 * handle, so a loading has its own. */
typedef struct calib_loading {
    calib_corpus *corpus;
    calib_reader reader;
    calib_progress progress;
    calib_info info;
    calib_ids *ids;
    calib_load_how how;
} calib_loading;

/** Receives text; NULL if only its length is wanted. */
typedef struct calib_text_sink {
    int (*put)(void *ctx, const char *text, size_t len);
    void *ctx;
} calib_text_sink;

static const char LOOKS_LIKE_JSON[] = "it looks like JSON, whose markup becomes tokens as well";

/* ---- passes over the source ---- */

static int report_read(calib_loading *loading)
{
    const calib_reader *reader = &loading->reader;
    uint64_t done = reader->passed ? reader->size : reader->n_bytes;
    return calib_progress_tick(&loading->progress, CALIB_STAGE_READ, done, reader->total);
}

static int take_measure(calib_loading *loading)
{
    loading->info.corpus_bytes = loading->reader.size;
    memcpy(loading->info.corpus_sha256, loading->reader.sha256, CALIB_SHA256_SIZE);
    return calib_corpus_check(loading->corpus, &loading->reader);
}

/* Reads all of the source, checks and decodes it, and passes the text on. */
static int read_text(calib_loading *loading, calib_text_sink sink)
{
    calib_text text = {.name = loading->corpus->shown,
                       .raw = loading->corpus->source.raw_bytes,
                       .pinned = loading->corpus->source.has_sha256};
    calib_buffer buffer = {0};
    uint64_t text_bytes = 0;
    size_t len = 1;
    int status = calib_reader_rewind(&loading->reader);
    while (!status && len > 0) {
        const char *block;
        uint64_t start = calib_now_ns();
        buffer.len = 0;
        status = calib_reader_next(&loading->reader, &block, &len);
        if (!status)
            status = calib_text_feed(&text, block, len, &buffer);
        if (!status)
            status = report_read(loading);
        loading->info.read_ns += calib_now_ns() - start;
        text_bytes += buffer.len;
        if (!status && len > 0 && sink.put)
            status = sink.put(sink.ctx, buffer.data, buffer.len);
    }
    calib_buffer_free(&buffer);
    if (!status)
        status = calib_text_end(&text);
    loading->info.text_bytes = text_bytes;
    loading->info.hint = text.is_json ? LOOKS_LIKE_JSON : NULL;
    return status ? status : take_measure(loading);
}

/* Measures the bytes of the source. A fetched text has just been measured by the fetch. */
static int measure_bytes(calib_loading *loading)
{
    calib_reader *reader = &loading->reader;
    uint64_t start = calib_now_ns();
    size_t len = 1;
    int status = CALIB_OK;
    calib_reader_keep(reader);
    while (!status && len > 0 && !reader->measured) {
        const char *block;
        bool first = reader->n_bytes == 0;
        status = calib_reader_next(reader, &block, &len);
        if (!status && first && !loading->corpus->source.raw_bytes &&
            calib_kind_is_json(block, len))
            loading->info.hint = LOOKS_LIKE_JSON;
        if (!status)
            status = report_read(loading);
    }
    loading->info.read_ns += calib_now_ns() - start;
    return status ? status : take_measure(loading);
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

static int tokenize_once(calib_loading *loading)
{
    const calib_options *options = &loading->corpus->settings.options;
    calib_tokenize_request request = {
        .tok = &loading->corpus->tok,
        .max_whole_bytes = options->max_whole_bytes,
        .max_memo_bytes = options->max_memo_bytes,
        .threads = options->threads,
        .total = loading->reader.total,
        .progress = &loading->progress,
        .sink = {put_ids, loading->ids},
        .longest_segment = &loading->info.longest_segment_bytes,
    };
    uint64_t start = calib_now_ns(), read_before = loading->info.read_ns;
    int status;
    if (options->n_slices > 1) {
        /* The borders depend on the length of the text, so one pass only measures it. */
        calib_slice slice = {0};
        if (!loading->reader.measured)
            calib_reader_keep(&loading->reader);
        status = read_text(loading, (calib_text_sink){0});
        calib_slice_begin(&slice, &request, options->slice, options->n_slices,
                          loading->info.text_bytes);
        if (!status)
            status = calib_slice_settle(&slice,
                                        read_text(loading, (calib_text_sink){feed_slice, &slice}));
        if (!status)
            status = calib_slice_end(&slice);
        calib_slice_free(&slice);
    } else {
        calib_tokenizing *run = NULL;
        status = calib_tokenizing_begin(&request, &run);
        if (!status)
            status =
                calib_tokenizing_settle(run, read_text(loading, (calib_text_sink){feed_run, run}));
        if (!status)
            status = calib_tokenizing_end(run, true);
        calib_tokenizing_free(run);
    }
    if (!status)
        status = calib_ids_end(loading->ids);
    loading->info.tokenize_ns = calib_now_ns() - start - (loading->info.read_ns - read_before);
    return status;
}

/* If a temporary file has lost ids, makes them once more, in memory, unless the source cannot be
 * read again. */
static int tokenize(calib_loading *loading)
{
    int status = tokenize_once(loading);
    bool again =
        status && calib_reader_rewinds(&loading->reader) && calib_ids_restart(loading->ids);
    return again ? tokenize_once(loading) : status;
}

/* ---- the store ---- */

static int add_canary(const calib_loading *loading, calib_store_canary *canary)
{
    calib_buffer ids = {0};
    bool refused = false;
    int status = calib_probe(&loading->corpus->tok, &ids, &refused);
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
static int find_or_make(calib_loading *loading, calib_store *store, calib_store_header *header)
{
    bool found = false, anew = loading->how == CALIB_LOAD_ANEW;
    int status = CALIB_OK;
    for (int pass = 0; !status && !found && pass < 2; pass++) {
        calib_store_header stored;
        if (pass == 1)
            status = calib_store_lock(store, loading->corpus->settings.options.lock_timeout_ms,
                                      &loading->progress);
        if (!status && !anew)
            status = calib_store_find(store, header, &found, &stored, loading->ids);
        if (!status && found) {
            loading->info.text_bytes = stored.text_bytes;
            loading->info.token_store = CALIB_CACHE_HIT;
            status = calib_progress_now(&loading->progress, CALIB_STAGE_TOKENIZE, stored.text_bytes,
                                        stored.text_bytes);
        }
    }
    if (status || found)
        return status;
    if (header->canary.n == CALIB_STORE_CANARY_UNKNOWN)
        status = add_canary(loading, &header->canary);
    calib_ids_begin(loading->ids, header->vocab_size, true, calib_store_place(store));
    if (!status)
        status = tokenize(loading);
    header->text_bytes = loading->info.text_bytes;
    bool kept = false;
    if (!status)
        status = calib_store_keep(store, header, loading->ids, &kept);
    if (!status)
        loading->info.token_store = kept ? CALIB_CACHE_MISS : CALIB_CACHE_OFF;
    return status;
}

/* A repair changes nothing that other threads may read. */
static const char *why_of(const calib_loading *loading, const calib_store *store)
{
    if (loading->how != CALIB_LOAD_FIND)
        return store->why;
    return calib_store_why(store, loading->corpus->store_why);
}

static int load_stored(calib_loading *loading, calib_store *store)
{
    const calib_options *options = &loading->corpus->settings.options;
    int status = measure_bytes(loading);
    calib_store_header header = {
        .vocab_size = loading->corpus->tok.vocab_size,
        .canary.n = CALIB_STORE_CANARY_UNKNOWN,
        .inputs = {.corpus_bytes = loading->info.corpus_bytes,
                   .text_mode = loading->corpus->source.raw_bytes ? 1 : 0,
                   .slice = options->slice,
                   .n_slices = options->n_slices},
    };
    memcpy(header.inputs.corpus_sha256, loading->info.corpus_sha256, CALIB_SHA256_SIZE);
    memcpy(header.inputs.fingerprint, loading->info.fingerprint, CALIB_SHA256_SIZE);
    /* If the fingerprint covers all code that decides ids, stored ids are taken without a check. */
    if (!status && !(loading->corpus->tok.capabilities & CALIB_TOKENIZER_SELF_IDENTIFYING))
        status = add_canary(loading, &header.canary);
    if (!status)
        status = calib_store_name(store, &header.inputs);
    if (!status)
        status = find_or_make(loading, store, &header);
    loading->ids->bytes.place = (calib_spill_place){0};
    loading->info.token_store_why = why_of(loading, store);
    return status;
}

int calib_corpus_tokenize(calib_corpus *corpus, calib_load_how how, calib_ids *ids,
                          calib_info *info)
{
    calib_loading loading = {
        .corpus = corpus, .progress = corpus->settings.progress, .ids = ids, .how = how};
    const calib_options *options = &corpus->settings.options;
    int status = CALIB_OK;
    if (options->n_slices > 1 && !corpus->tok.cuts)
        status = calib_fail(CALIB_E_UNSUPPORTED,
                            "the tokenizer offers no cuts, so its texts cannot be split into "
                            "slices: open the corpus whole");
    if (!status)
        status = calib_corpus_open_reader(corpus, &loading.reader);
    if (!status)
        corpus->once = calib_reader_is_once(&loading.reader);
    loading.info = corpus->info;
    const char *why = NULL;
    if (how == CALIB_LOAD_UNSTORED || options->flags & CALIB_NO_TOKEN_STORE)
        why = "turned off";
    else if (!loading.info.has_fingerprint)
        why = "the tokenizer offers no fingerprint";
    else if (corpus->once && !(options->flags & CALIB_STORE_STDIN))
        why = "standard input and pipes are stored only if CALIB_STORE_STDIN is set";
    calib_store store;
    if (!status && !why && !calib_store_open(&store, corpus->settings.cache_dir))
        why = why_of(&loading, &store);
    store.max_cache_bytes = options->max_cache_bytes;
    if (!status && why) {
        loading.info.token_store_why = why;
        calib_ids_begin(ids, corpus->tok.vocab_size, false, (calib_spill_place){0});
        status = tokenize(&loading);
    } else if (!status) {
        status = load_stored(&loading, &store);
        calib_store_close(&store);
    }
    calib_reader_close(&loading.reader);
    loading.info.n_tokens = ids->n;
    *info = loading.info;
    return status;
}
