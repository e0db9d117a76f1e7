/* SPDX-License-Identifier: MIT */
#include "documents/keep.h"

#include "documents/strip.h"

static uint64_t count_characters(const calib_part *parts, size_t n_parts)
{
    uint64_t n = 0;
    for (size_t i = 0; i < n_parts; i++)
        for (size_t at = 0; at < parts[i].len; at++)
            n += ((unsigned char)parts[i].text[at] & 0xc0) != 0x80;
    return n;
}

/* Returns the count to which the document belongs. */
static uint64_t *judge(calib_keeping *keeping, const calib_part *parts, size_t n_parts)
{
    const calib_documents_settings *settings = keeping->settings;
    calib_document_counts *counts = &keeping->counts;
    if (!settings->min_chars && !settings->max_chars)
        return &counts->kept;
    uint64_t n = count_characters(parts, n_parts);
    if (n < settings->min_chars)
        return n == 0 ? &counts->empty : &counts->too_short;
    return settings->max_chars && n > settings->max_chars ? &counts->too_long : &counts->kept;
}

int calib_keep(calib_keeping *keeping, const calib_document *document)
{
    size_t size = document->n_parts * sizeof *document->parts;
    keeping->parts.len = 0;
    int status = calib_buffer_append(&keeping->parts, document->parts, size);
    if (status)
        return status;
    calib_part *parts = keeping->parts.data;
    calib_document stripped = *document;
    stripped.parts = parts;
    stripped.n_parts = calib_strip(keeping->settings->strip, parts, document->n_parts);
    stripped.record = keeping->counts.records++;
    uint64_t *count = judge(keeping, parts, stripped.n_parts);
    ++*count;
    return count == &keeping->counts.kept ? keeping->sink.put(keeping->sink.ctx, &stripped)
                                          : CALIB_OK;
}

int calib_keep_text(calib_keeping *keeping, const char *text, size_t len, uint64_t at)
{
    calib_part part = {.text = text, .len = len};
    calib_document document = {
        .parts = &part, .n_parts = len > 0, .at = at, .size = len, .record_text = text};
    return calib_keep(keeping, &document);
}

void calib_keep_malformed(calib_keeping *keeping)
{
    keeping->counts.records++;
    keeping->counts.malformed++;
}

void calib_keep_free(calib_keeping *keeping)
{
    calib_buffer_free(&keeping->parts);
}
