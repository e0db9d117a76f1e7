/* SPDX-License-Identifier: MIT */
/* Runs of lib/documents/ for fuzz targets. Each document is also made again from its place. */
#ifndef CALIB_TESTS_FUZZ_DOCUMENTS_H
#define CALIB_TESTS_FUZZ_DOCUMENTS_H

#include "base/memory.h"
#include "documents/splitting.h"
#include "target.h"

typedef struct fuzz_documents {
    calib_buffer bytes; /* for each document its record, place and parts */
    size_t n;
    const char *text; /* that is split */
    size_t len;
    calib_document_counts counts;
    calib_splitting *again;
} fuzz_documents;

static inline void fuzz_write(calib_buffer *out, const void *data, size_t len)
{
    MUST(calib_buffer_append(out, data, len) == CALIB_OK);
}

static inline int fuzz_put(void *ctx, const calib_document *document)
{
    fuzz_documents *out = ctx;
    fuzz_write(&out->bytes, &document->record, sizeof document->record);
    fuzz_write(&out->bytes, &document->n_parts, sizeof document->n_parts);
    for (size_t i = 0; i < document->n_parts; i++) {
        const calib_part *part = &document->parts[i];
        MUST(part->len > 0 && (i == 0 || part->flags != document->parts[i - 1].flags));
        fuzz_write(&out->bytes, &part->flags, sizeof part->flags);
        fuzz_write(&out->bytes, &part->len, sizeof part->len);
        fuzz_write(&out->bytes, part->text, part->len);
    }
    out->n++;
    if (!out->again)
        return CALIB_OK;
    MUST(document->at <= out->len && document->size <= out->len - document->at);
    const char *text = out->text + document->at;
    MUST(document->size == 0 || memcmp(document->record_text, text, document->size) == 0);
    return calib_splitting_again(out->again, text, document->size, document->at, document->record);
}

/** Splits in blocks of at most `block` bytes. */
static inline int fuzz_split(const calib_documents_settings *settings, size_t block,
                             fuzz_documents *out)
{
    calib_splitting *run;
    MUST(calib_splitting_begin(settings, "fuzz", (calib_document_sink){fuzz_put, out}, &run) == 0);
    int status = CALIB_OK;
    for (size_t at = 0; at < out->len && !status; at += block)
        status = calib_splitting_feed(run, out->text + at,
                                      out->len - at < block ? out->len - at : block);
    if (!status)
        status = calib_splitting_end(run);
    out->counts = calib_splitting_counts(run);
    calib_splitting_free(run);
    return status;
}

/** Splits as a whole and in blocks: the documents are the same, and the same when they are made
 *  again from their places. Returns the status; `whole->bytes` must be freed. */
static inline int fuzz_split_twice(const calib_documents_settings *settings, const char *text,
                                   size_t len, size_t block, fuzz_documents *whole)
{
    fuzz_documents again = {0}, blocks = {.text = text, .len = len};
    *whole = (fuzz_documents){.text = text, .len = len};
    MUST(calib_splitting_begin(settings, "fuzz", (calib_document_sink){fuzz_put, &again},
                               &whole->again) == 0);
    int status = fuzz_split(settings, len + 1, whole);
    MUST(fuzz_split(settings, block, &blocks) == status);
    calib_document_counts *counts = &whole->counts;
    MUST(memcmp(counts, &blocks.counts, sizeof *counts) == 0 && counts->kept == whole->n);
    MUST(counts->records ==
         counts->kept + counts->malformed + counts->empty + counts->too_short + counts->too_long);
    MUST(whole->bytes.len == blocks.bytes.len && whole->bytes.len == again.bytes.len);
    if (whole->bytes.len > 0) {
        MUST(memcmp(whole->bytes.data, blocks.bytes.data, blocks.bytes.len) == 0);
        MUST(memcmp(whole->bytes.data, again.bytes.data, again.bytes.len) == 0);
    }
    calib_splitting_free(whole->again);
    calib_buffer_free(&blocks.bytes);
    calib_buffer_free(&again.bytes);
    return status;
}

#endif
