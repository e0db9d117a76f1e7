/* SPDX-License-Identifier: MIT */
/* From the ids that the tokenizer gives to those of the documents that are kept: BOS once, the
 * appended id, and the bounds on tokens. */
#ifndef CALIB_CORPUS_COLLECT_H
#define CALIB_CORPUS_COLLECT_H

#include "base/document.h"
#include "documents/settings.h"
#include "store/bounds.h"
#include "store/ids.h"
#include "tokenize/encode.h"

/** The owner sets the first five fields; calib_collector_free() frees the rest. */
typedef struct calib_collector {
    const calib_documents_settings *settings;
    calib_ids *ids;
    calib_bounds *bounds;
    int32_t bos;                  /* the tokenizer's, or -1 */
    bool adds_bos;                /* put it in front unless it is there */
    calib_document_counts counts; /* of documents by their tokens */
    /* The document that is being collected: */
    calib_buffer held; /* ids, while it is not certain that it is kept */
    uint64_t n;        /* ids so far */
    uint64_t n_bos;    /* of them, how many BOS at the beginning */
    int32_t last;
} calib_collector;

/** Returns the sink for calib_tokenizing_document(): a document ends with `end`. */
calib_id_sink calib_collector_sink(calib_collector *collector);

/** Adds what was counted here to the counts of the splitting. */
void calib_collector_count(const calib_collector *collector, calib_document_counts *counts);

void calib_collector_free(calib_collector *collector);

#endif
