/* SPDX-License-Identifier: MIT */
/* Passes over the bytes of a source: to measure them, to give their text, or their documents. */
#include "base/error.h"
#include "base/memory.h"
#include "corpus/loading.h"
#include "corpus/text_hash.h"
#include "documents/spool.h"
#include "shared/kind.h"
#include "text/text.h"

#include <stdio.h>
#include <string.h>

static const char LOOKS_LIKE_JSON[] =
    "it looks like JSON, whose markup becomes tokens as well: read it as documents";

static bool is_spooled(const calib_loading *loading)
{
    const calib_source_copy *source = &loading->opened->source;
    return source->has_documents && calib_documents_are_spooled(&source->documents);
}

static bool is_json(const calib_loading *loading)
{
    const calib_source_copy *source = &loading->opened->source;
    return source->has_documents && calib_documents_are_json(&source->documents);
}

/* ---- spooled documents ---- */

static int poll_spool(void *ctx)
{
    calib_loading *loading = ctx;
    return calib_progress_tick(&loading->progress, CALIB_STAGE_READ,
                               loading->opened->spool.text_bytes, 0);
}

static int fill_spool(calib_loading *loading)
{
    calib_opened *opened = loading->opened;
    if (opened->spooled)
        return CALIB_OK;
    opened->spooled = true;
    uint64_t start = calib_now_ns();
    opened->spool.max_bytes = calib_opened_largest(opened);
    opened->spool.poll = (calib_poll){poll_spool, loading};
    int status = calib_spool_fill(&opened->spool, &opened->source.documents, opened->shown);
    opened->spool.poll = (calib_poll){0};
    opened->info.read_ns = calib_now_ns() - start;
    return status;
}

int calib_loading_open(calib_loading *loading)
{
    if (is_spooled(loading))
        return fill_spool(loading);
    int status = calib_opened_input(loading->opened, &loading->input);
    if (!status)
        loading->opened->once = calib_reader_is_once(&loading->input.reader);
    return status;
}

bool calib_loading_rewinds(const calib_loading *loading)
{
    return loading->indexed || is_spooled(loading) || calib_reader_rewinds(&loading->input.reader);
}

/* ---- bytes ---- */

static int report_read(calib_loading *loading)
{
    const calib_reader *reader = &loading->input.reader;
    uint64_t done = reader->passed ? reader->size : reader->n_bytes;
    return calib_progress_tick(&loading->progress, CALIB_STAGE_READ, done, reader->total);
}

static int take_measure(calib_loading *loading)
{
    loading->info.corpus_bytes = loading->input.reader.size;
    memcpy(loading->info.corpus_sha256, loading->input.reader.sha256, CALIB_SHA256_SIZE);
    return calib_opened_check(loading->opened, &loading->input.reader);
}

static int measure_spool(calib_loading *loading)
{
    const calib_spool *spool = &loading->opened->spool;
    loading->info.corpus_bytes = loading->info.text_bytes = spool->text_bytes;
    memcpy(loading->info.corpus_sha256, spool->sha256, CALIB_SHA256_SIZE);
    return CALIB_OK;
}

int calib_loading_measure(calib_loading *loading)
{
    if (is_spooled(loading))
        return measure_spool(loading);
    calib_reader *reader = &loading->input.reader;
    const calib_source_copy *source = &loading->opened->source;
    uint64_t start = calib_now_ns();
    size_t len = 1;
    int status = CALIB_OK;
    calib_reader_keep(reader);
    while (!status && len > 0 && !reader->measured) {
        const char *block;
        bool first = reader->n_bytes == 0;
        status = calib_reader_next(reader, &block, &len);
        if (!status && first && !source->raw_bytes && !source->has_documents &&
            calib_kind_is_json(block, len))
            loading->info.hint = LOOKS_LIKE_JSON;
        if (!status)
            status = report_read(loading);
    }
    loading->info.read_ns += calib_now_ns() - start;
    return status ? status : take_measure(loading);
}

/* ---- text ---- */

/* Messages about the text of a compressed source, and offsets in it, say that they mean the text.
 */
static const char *text_name(const calib_loading *loading, char *room, size_t cap)
{
    const char *shown = loading->opened->shown;
    if (!loading->input.unpacker)
        return shown;
    snprintf(room, cap, "the text inside %s", calib_shown(shown));
    return room;
}

/* A pass over the text, and the text of the last block. */
typedef struct calib_reading {
    calib_text text;
    calib_text_hash *hash; /* NULL: not hashed */
    calib_buffer buffer;   /* of a text that is not the bytes as they are */
    const char *block;
    size_t len;
} calib_reading;

static int take_block(calib_reading *reading, const char *bytes, size_t len)
{
    calib_text *text = &reading->text;
    reading->block = bytes;
    reading->len = len;
    if (text->raw)
        return calib_text_pass(text, bytes, len);
    reading->buffer.len = 0;
    int status = calib_text_feed(text, bytes, len, &reading->buffer);
    reading->block = reading->buffer.data;
    reading->len = reading->buffer.len;
    return status;
}

static int read_block(calib_loading *loading, calib_reading *reading)
{
    const char *bytes;
    size_t len, held = reading->text.n_part;
    calib_text_hash *hash = reading->hash;
    uint64_t start = calib_now_ns();
    calib_hasher *stored = &loading->input.reader.hasher;
    int status = hash ? calib_text_hash_block(hash, calib_hasher_state(stored)) : CALIB_OK;
    if (!status)
        status = calib_input_next(&loading->input, &bytes, &len);
    if (!status)
        status = take_block(reading, bytes, len);
    if (!status && hash)
        status =
            calib_text_hash_add(hash, reading->text.translated, reading->block, reading->len, held);
    if (!status)
        status = report_read(loading);
    loading->info.read_ns += calib_now_ns() - start;
    return status;
}

static int read_text(calib_loading *loading, calib_text_hash *hash, calib_text_sink sink)
{
    const calib_source_copy *source = &loading->opened->source;
    char name[CALIB_SHOWN + 32];
    calib_reading reading = {.text = {.name = text_name(loading, name, sizeof name),
                                      .raw = source->raw_bytes || is_json(loading),
                                      .pinned = source->has_sha256,
                                      .has_documents = source->has_documents},
                             .hash = hash};
    uint64_t text_bytes = 0;
    int status = calib_input_rewind(&loading->input);
    while (!status && !loading->input.ended) {
        status = read_block(loading, &reading);
        text_bytes += reading.len;
        if (!status && reading.len > 0 && sink.put)
            status = sink.put(sink.ctx, reading.block, reading.len);
    }
    calib_buffer_free(&reading.buffer);
    if (!status)
        status = calib_text_end(&reading.text);
    loading->info.text_bytes = text_bytes;
    loading->translated = reading.text.translated;
    if (!source->has_documents)
        loading->info.hint = reading.text.is_json ? LOOKS_LIKE_JSON : NULL;
    return status ? status : take_measure(loading);
}

/* The text of a source with documents is hashed document by document. A pass that passes nothing on
 * hashes nothing. */
int calib_loading_read_text(calib_loading *loading, calib_text_sink sink)
{
    if (loading->opened->source.has_documents || !sink.put)
        return read_text(loading, NULL, sink);
    calib_text_hash hash = {0};
    int status = calib_text_hash_begin(&hash, !loading->input.unpacker);
    if (!status)
        status = read_text(loading, &hash, sink);
    if (!status)
        status =
            calib_text_hash_end(&hash, loading->info.corpus_sha256, loading->stream->text_sha256);
    calib_text_hash_free(&hash);
    return status;
}

/* ---- documents ---- */

/* Documents on their way to `sink`. */
typedef struct calib_hashing {
    calib_text_hash hash;
    calib_document_sink sink;
} calib_hashing;

static int hash_document(void *ctx, const calib_document *document)
{
    calib_hashing *hashing = ctx;
    int status = calib_text_hash_document(&hashing->hash, document);
    return status ? status : hashing->sink.put(hashing->sink.ctx, document);
}

static int feed_splitting(void *ctx, const char *text, size_t len)
{
    return calib_splitting_feed(ctx, text, len);
}

static int read_documents(calib_loading *loading, const calib_documents_settings *settings,
                          calib_document_sink sink)
{
    calib_opened *opened = loading->opened;
    calib_splitting *splitting;
    int status = calib_splitting_begin(settings, opened->shown, sink, &splitting);
    if (status)
        return status;
    if (is_spooled(loading)) {
        status = calib_spool_read(&opened->spool, splitting);
        measure_spool(loading);
    } else {
        status = calib_loading_read_text(loading, (calib_text_sink){feed_splitting, splitting});
    }
    if (!status)
        status = calib_splitting_end(splitting);
    loading->stream->counts = calib_splitting_counts(splitting);
    calib_splitting_free(splitting);
    return status;
}

/* The texts of lazy documents are not hashed: their bytes have been, and a second hash would double
 * the time to open them. */
int calib_loading_read_documents(calib_loading *loading, const calib_documents_settings *settings,
                                 calib_document_sink sink)
{
    calib_hashing hashing = {.sink = sink};
    if (calib_opened_is_lazy(loading->opened))
        return read_documents(loading, settings, sink);
    int status = calib_text_hash_begin(&hashing.hash, false);
    if (!status)
        status = read_documents(loading, settings, (calib_document_sink){hash_document, &hashing});
    if (!status)
        status = calib_text_hash_end(&hashing.hash, NULL, loading->stream->text_sha256);
    calib_text_hash_free(&hashing.hash);
    return status;
}
