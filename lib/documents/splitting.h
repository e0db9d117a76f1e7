/* SPDX-License-Identifier: MIT */
/* Text to documents, in a stream: text comes in blocks, whole documents leave in order through a
 * sink. The documents are the same for every block size. A run holds the largest record in memory,
 * and its text. */
#ifndef CALIB_DOCUMENTS_SPLITTING_H
#define CALIB_DOCUMENTS_SPLITTING_H

#include "base/document.h"
#include "documents/settings.h"

typedef struct calib_splitting calib_splitting;

/**
 * Begins a run. For plain formats the text is the output of lib/text/; for JSON and JSONL it is the
 * bytes of the source, decompressed.
 *
 * @param settings  outlives the run
 * @param name      of the source, for messages; outlives the run
 * @param sink      takes the documents that are kept, stripped
 * @return 0 or E_NOMEM
 */
int calib_splitting_begin(const calib_documents_settings *settings, const char *name,
                          calib_document_sink sink, calib_splitting **out);

/** Takes more text. Returns 0, E_RECORD, E_NOMEM; E_CALLBACK and E_UTF8 from `render`; or what the
 *  sink returned. After a failure only calib_splitting_free() may follow. */
int calib_splitting_feed(calib_splitting *splitting, const char *text, size_t len);

/** Ends the text. Status as calib_splitting_feed(). */
int calib_splitting_end(calib_splitting *splitting);

/** Takes one whole record that an earlier run found at [at, at + len) of the text, instead of
 *  calib_splitting_feed(): to make one document again. `record` is its number. The run's counts
 *  mean nothing then. */
int calib_splitting_again(calib_splitting *splitting, const char *text, size_t len, uint64_t at,
                          uint64_t record);

/** Takes a document that is complete but for strip and filters, from a spool. Its `record` is
 *  replaced by the next number. */
int calib_splitting_document(calib_splitting *splitting, const calib_document *document);

/** Counts a record of a spool that was malformed. */
void calib_splitting_malformed(calib_splitting *splitting);

/** Sets the number of the next record. The run's counts mean nothing then. */
void calib_splitting_number(calib_splitting *splitting, uint64_t record);

calib_document_counts calib_splitting_counts(const calib_splitting *splitting);

/** Accepts NULL. */
void calib_splitting_free(calib_splitting *splitting);

#endif
