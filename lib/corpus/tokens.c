/* SPDX-License-Identifier: MIT */
/* Finds the ids of a source in the store, or makes and stores them. If nothing can be stored, the
 * source is read once, in a stream. Otherwise it is hashed first, and read again if its ids are not
 * there. */
#include "base/error.h"
#include "base/memory.h"
#include "corpus/loading.h"
#include "store/store.h"
#include "tokenize/probe.h"

#include <string.h>

static int add_canary(const calib_loading *loading, calib_store_canary *canary)
{
    calib_buffer ids = {0};
    bool refused = false;
    int status = calib_probe(loading->opened->tok, &ids, &refused);
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
            status = calib_store_lock(store, loading->opened->settings->options.lock_timeout_ms,
                                      &loading->progress);
        if (!status && !anew)
            status = calib_store_find(store, header, &found, &stored, &loading->stream->ids,
                                      &loading->stream->bounds);
        if (!status && found && stored.text_bytes > calib_opened_largest(loading->opened))
            return calib_fail(
                CALIB_E_SIZE,
                "the text of %s has %llu bytes, more than max_text_bytes, %llu: raise "
                "the limit",
                calib_shown(loading->opened->shown), (unsigned long long)stored.text_bytes,
                (unsigned long long)calib_opened_largest(loading->opened));
        if (!status && found) {
            loading->info.text_bytes = stored.text_bytes;
            loading->stream->counts = stored.counts;
            memcpy(loading->stream->text_sha256, stored.text_sha256, CALIB_SHA256_SIZE);
            loading->info.token_store = CALIB_CACHE_HIT;
            status = calib_progress_now(&loading->progress, CALIB_STAGE_TOKENIZE, stored.text_bytes,
                                        stored.text_bytes);
        }
    }
    if (status || found)
        return status;
    if (header->canary.n == CALIB_STORE_CANARY_UNKNOWN)
        status = add_canary(loading, &header->canary);
    calib_ids_begin(&loading->stream->ids, header->vocab_size, true, calib_store_place(store));
    if (!status)
        status = calib_loading_make(loading);
    header->text_bytes = loading->info.text_bytes;
    header->counts = loading->stream->counts;
    memcpy(header->text_sha256, loading->stream->text_sha256, CALIB_SHA256_SIZE);
    bool kept = false;
    if (!status)
        status =
            calib_store_keep(store, header, &loading->stream->ids, &loading->stream->bounds, &kept);
    if (!status)
        loading->info.token_store = kept ? CALIB_CACHE_MISS : CALIB_CACHE_OFF;
    return status;
}

/* A repair changes nothing that other threads may read. */
static const char *why_of(const calib_loading *loading, const calib_store *store)
{
    if (loading->how != CALIB_LOAD_FIND)
        return store->why;
    return calib_store_why(store, loading->opened->store_why);
}

static int load_stored(calib_loading *loading, calib_store *store)
{
    const calib_options *options = &loading->opened->settings->options;
    int status = calib_loading_measure(loading);
    calib_store_header header = {
        .vocab_size = loading->opened->tok->vocab_size,
        .canary.n = CALIB_STORE_CANARY_UNKNOWN,
        .inputs = {.corpus_bytes = loading->info.corpus_bytes,
                   .text_mode = (loading->opened->source.raw_bytes ? 1u : 0u) |
                                (uint32_t)loading->input.packing << 1,
                   .slice = options->slice,
                   .n_slices = options->n_slices},
    };
    if (!status)
        status = calib_opened_key(loading->opened, header.inputs.documents_sha256);
    memcpy(header.inputs.corpus_sha256, loading->info.corpus_sha256, CALIB_SHA256_SIZE);
    memcpy(header.inputs.fingerprint, loading->info.fingerprint, CALIB_SHA256_SIZE);
    /* If the fingerprint covers all code that decides ids, stored ids are taken without a check. */
    if (!status && !(loading->opened->tok->capabilities & CALIB_TOKENIZER_SELF_IDENTIFYING))
        status = add_canary(loading, &header.canary);
    if (!status)
        status = calib_store_name(store, &header.inputs);
    if (!status)
        status = find_or_make(loading, store, &header);
    loading->stream->ids.bytes.place = (calib_spill_place){0};
    loading->info.token_store_why = why_of(loading, store);
    return status;
}

/* Why the ids of a source are not looked up, or NULL. */
static const char *why_unstored(const calib_loading *loading)
{
    const calib_opened *opened = loading->opened;
    const calib_documents_settings *documents = &opened->source.documents;
    uint32_t flags = opened->settings->options.flags;
    if (loading->how == CALIB_LOAD_UNSTORED || flags & CALIB_NO_TOKEN_STORE)
        return "turned off";
    if (!loading->info.has_fingerprint)
        return "the tokenizer offers no fingerprint";
    if (opened->once && !(flags & CALIB_STORE_STDIN))
        return "standard input and pipes are stored only if CALIB_STORE_STDIN is set";
    if (opened->source.has_documents && documents->render && !documents->has_render_sha256)
        return "render has no render_sha256, so nothing tells when its documents change";
    return NULL;
}

static int load(calib_loading *loading)
{
    calib_opened *opened = loading->opened;
    calib_store store = {0};
    const char *why = why_unstored(loading);
    if (!why && !calib_store_open(&store, opened->settings->cache_dir))
        why = why_of(loading, &store);
    store.max_cache_bytes = opened->settings->options.max_cache_bytes;
    if (!why) {
        int status = load_stored(loading, &store);
        calib_store_close(&store);
        return status;
    }
    loading->info.token_store_why = why;
    calib_ids_begin(&loading->stream->ids, opened->tok->vocab_size, false, (calib_spill_place){0});
    int status = CALIB_OK;
    if (opened->spooled) /* other sources are measured while they are read */
        status = calib_loading_measure(loading);
    return status ? status : calib_loading_make(loading);
}

int calib_opened_tokenize(calib_opened *opened, calib_load_how how, calib_stream *stream,
                          calib_info *info)
{
    calib_loading loading = {
        .opened = opened, .progress = opened->settings->progress, .stream = stream, .how = how};
    int status = calib_loading_open(&loading);
    loading.info = opened->info; /* with what opening it has told */
    if (!status)
        status = load(&loading);
    calib_input_close(&loading.input);
    *info = loading.info;
    return status;
}
