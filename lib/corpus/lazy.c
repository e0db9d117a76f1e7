/* SPDX-License-Identifier: MIT */
/* Documents that are tokenized when they are asked for. When the corpus is opened, one pass checks
 * all of the source and notes where the records of the documents stand; later each record is read
 * again, compared with its hash, and made into the same document. */
#include "base/error.h"
#include "base/memory.h"
#include "corpus/loading.h"

#include <string.h>

static const char WHY_UNSTORED[] = "documents are tokenized lazily (CALIB_DOCUMENTS_LAZY)";

bool calib_opened_is_lazy(const calib_opened *opened)
{
    return opened->source.has_documents && opened->source.documents.flags & CALIB_DOCUMENTS_LAZY;
}

static bool is_spooled(const calib_opened *opened)
{
    return calib_documents_are_spooled(&opened->source.documents);
}

/* ---- the index ---- */

typedef struct calib_indexing {
    calib_opened *opened;
    calib_buffer bytes; /* of a record in the spool */
} calib_indexing;

/* Gets the bytes of the record that the index is about. */
static int find_bytes(calib_indexing *indexing, const calib_document *document, const char **bytes)
{
    *bytes = document->record_text;
    if (!is_spooled(indexing->opened))
        return CALIB_OK;
    calib_buffer *room = &indexing->bytes;
    const calib_spill *spill = &indexing->opened->spool.spill;
    int status = calib_buffer_reserve(room, (size_t)document->size);
    if (status)
        return status;
    *bytes = room->data;
    int error = calib_spill_read(spill, document->at, (size_t)document->size, room->data);
    return error ? calib_fail_system(error, "cannot read a temporary file back") : CALIB_OK;
}

static int note_document(void *ctx, const calib_document *document)
{
    calib_indexing *indexing = ctx;
    calib_lazy *lazy = &indexing->opened->lazy;
    calib_index_entry entry = {document->at, document->size, 0, document->record};
    const char *bytes;
    int status = find_bytes(indexing, document, &bytes);
    if (status)
        return status;
    entry.hash = calib_index_hash(bytes, (size_t)entry.size);
    if (!lazy->in_place && !is_spooled(indexing->opened)) {
        entry.at = calib_spill_len(&lazy->text);
        status = calib_spill_append(&lazy->text, bytes, (size_t)entry.size);
    }
    return status ? status : calib_index_push(&lazy->index, &entry);
}

/* Only the counts of characters need the texts. */
static calib_documents_settings settings_of(const calib_opened *opened)
{
    calib_documents_settings settings = opened->source.documents;
    settings.places_only = !settings.min_chars && !settings.max_chars;
    return settings;
}

static int make_index(calib_loading *loading)
{
    calib_indexing indexing = {.opened = loading->opened};
    calib_lazy *lazy = &loading->opened->lazy;
    const calib_documents_settings settings = settings_of(loading->opened);
    calib_document_sink sink = {note_document, &indexing};
    int status = calib_loading_read_documents(loading, &settings, sink);
    if (!status)
        status = calib_index_end(&lazy->index);
    if (!status)
        status = calib_spill_end(&lazy->text);
    calib_buffer_free(&indexing.bytes);
    return status;
}

/* Finding the records takes as long as hashing the source. */
static int hash_aside(calib_loading *loading)
{
    uint32_t threads = loading->opened->settings->options.threads;
    if (is_spooled(loading->opened) || (threads ? threads : calib_cpu_count()) == 1)
        return CALIB_OK;
    return calib_reader_hash_aside(&loading->input.reader);
}

/* A text whose newlines are translated has other places than the stored bytes, which shows only
 * after it is read. */
static int index_source(calib_loading *loading)
{
    calib_opened *opened = loading->opened;
    calib_lazy *lazy = &opened->lazy;
    lazy->in_place = !is_spooled(opened) && !opened->once && !loading->input.unpacker;
    int status = hash_aside(loading);
    if (!status)
        status = make_index(loading);
    if (!status && lazy->in_place && loading->translated) {
        calib_index_free(&lazy->index);
        lazy->in_place = false;
        status = make_index(loading);
    }
    if (!status && lazy->index.n == 0)
        status = calib_loading_fail_empty(loading);
    return status;
}

int calib_lazy_open(calib_opened *opened, calib_info *info)
{
    calib_stream stream = {0}; /* only its counts are used */
    calib_loading loading = {
        .opened = opened, .progress = opened->settings->progress, .stream = &stream};
    int status = calib_loading_open(&loading);
    loading.info = opened->info; /* with what opening it has told */
    loading.info.token_store_why = WHY_UNSTORED;
    if (!status)
        status = index_source(&loading);
    calib_input_close(&loading.input);
    opened->counts = stream.counts;
    *info = loading.info;
    return status;
}

/* ---- reading records again ---- */

static int fail_changed(const calib_opened *opened, const calib_index_entry *entry)
{
    return calib_fail(CALIB_E_CHANGED,
                      "record %llu of %s has changed since the corpus was opened: open it again",
                      (unsigned long long)entry->record, calib_shown(opened->shown));
}

static int read_bytes(const calib_loading *loading, const calib_index_entry *entry, char *out)
{
    const calib_opened *opened = loading->opened;
    size_t size = (size_t)entry->size, got;
    if (opened->lazy.in_place) {
        int status = calib_reader_read_at(&loading->input.reader, entry->at, out, size, &got);
        return !status && got < size ? fail_changed(opened, entry) : status;
    }
    const calib_spill *spill = is_spooled(opened) ? &opened->spool.spill : &opened->lazy.text;
    int error = calib_spill_read(spill, entry->at, size, out);
    return error ? calib_fail_system(error, "cannot read a temporary file back") : CALIB_OK;
}

static int read_record(const calib_loading *loading, const calib_index_entry *entry,
                       calib_buffer *bytes)
{
    int status = calib_buffer_reserve(bytes, (size_t)entry->size + 1);
    if (!status)
        status = read_bytes(loading, entry, bytes->data);
    if (!status && calib_index_hash(bytes->data, (size_t)entry->size) != entry->hash)
        status = fail_changed(loading->opened, entry);
    return status;
}

static int make_document(const calib_loading *loading, const calib_index_entry *entry, uint64_t at,
                         const char *bytes, calib_splitting *splitting)
{
    size_t size = (size_t)entry->size;
    return is_spooled(loading->opened)
               ? calib_spool_again(bytes, size, at, entry->record, splitting)
               : calib_splitting_again(splitting, bytes, size, at, entry->record);
}

int calib_lazy_read_documents(calib_loading *loading, calib_document_sink sink)
{
    calib_opened *opened = loading->opened;
    calib_splitting *splitting;
    calib_buffer bytes = {0};
    calib_index_entry entry;
    uint64_t at = 0;
    int status = calib_splitting_begin(&opened->source.documents, opened->shown, sink, &splitting);
    for (uint64_t i = loading->first; !status && i < loading->end; i++, at += entry.size) {
        status = calib_index_read(&opened->lazy.index, i, &entry);
        if (!status)
            status = read_record(loading, &entry, &bytes);
        if (!status)
            status = make_document(loading, &entry, at, bytes.data, splitting);
    }
    loading->stream->counts = opened->counts;
    calib_splitting_free(splitting);
    calib_buffer_free(&bytes);
    return status;
}

/* ---- ids ---- */

/* `render` may give another text than it gave before, which is then out of the bounds. */
static int fail_dropped(const calib_opened *opened, uint64_t first, uint64_t n, uint64_t n_kept)
{
    return calib_fail(CALIB_E_CHANGED,
                      "of %llu documents of %s, from document %llu on, %llu are within min_chars "
                      "and max_chars, but all were when the corpus was opened: render must give "
                      "the same text again",
                      (unsigned long long)n, calib_shown(opened->shown), (unsigned long long)first,
                      (unsigned long long)n_kept);
}

/* Makes the ids of documents [first, first + n) of the index, whose records have `record_bytes`. */
static int tokenize(calib_opened *opened, uint64_t first, uint64_t n, uint64_t record_bytes,
                    calib_stream *stream, calib_info *info)
{
    calib_loading loading = {.opened = opened,
                             .progress = opened->settings->progress,
                             .info = opened->info,
                             .stream = stream,
                             .indexed = true,
                             .first = first,
                             .end = first + n,
                             .record_bytes = record_bytes};
    int status = CALIB_OK;
    calib_ids_begin(&stream->ids, opened->tok->vocab_size, false, (calib_spill_place){0});
    if (opened->lazy.in_place)
        status = calib_opened_reader(opened, &loading.input.reader);
    if (!status)
        status = calib_loading_make(&loading);
    if (!status && stream->bounds.n != n)
        status = fail_dropped(opened, first, n, stream->bounds.n);
    calib_input_close(&loading.input);
    *info = loading.info;
    return status;
}

int calib_lazy_tokenize(calib_opened *opened, calib_stream *stream, calib_info *info)
{
    return tokenize(opened, 0, opened->lazy.index.n, opened->info.text_bytes, stream, info);
}

/* Makes document `i` unless that was done lately. One byte is added for an empty record: 0 would be
 * an unknown number, for which the memo is large. */
static int recall(calib_opened *opened, uint64_t i, const calib_recent_document **out)
{
    calib_recent *recent = &opened->lazy.recent;
    calib_stream stream = {0};
    calib_index_entry entry;
    calib_info info;
    *out = calib_recent_find(recent, i);
    if (*out)
        return CALIB_OK;
    int status = calib_index_read(&opened->lazy.index, i, &entry);
    if (!status)
        status = tokenize(opened, i, 1, entry.size + 1, &stream, &info);
    if (!status)
        status = calib_recent_add(recent, i, &stream.ids);
    calib_ids_free(&stream.ids);
    calib_bounds_free(&stream.bounds);
    *out = calib_recent_find(recent, i);
    return status;
}

static int take_turn(calib_opened *opened)
{
    calib_progress progress = opened->settings->progress;
    return calib_turn_take(opened->turn, &progress);
}

int calib_lazy_length(calib_opened *opened, uint64_t i, uint64_t *n_tokens)
{
    const calib_recent_document *document;
    int status = take_turn(opened);
    if (status)
        return status;
    status = recall(opened, i, &document);
    *n_tokens = status ? 0 : document->n;
    calib_turn_give(opened->turn);
    return status;
}

int calib_lazy_ids(calib_opened *opened, uint64_t i, uint64_t first, size_t n, int32_t *out)
{
    const calib_recent_document *document;
    int status = take_turn(opened);
    if (status)
        return status;
    status = recall(opened, i, &document);
    if (!status)
        status = calib_opened_within(opened, i, document->n, first, n);
    if (!status && n > 0)
        memcpy(out, (const int32_t *)opened->lazy.recent.ids.data + document->first + first,
               n * sizeof *out);
    calib_turn_give(opened->turn);
    return status;
}

void calib_lazy_free(calib_lazy *lazy)
{
    calib_recent_free(&lazy->recent);
    calib_index_free(&lazy->index);
    calib_spill_free(&lazy->text);
}
