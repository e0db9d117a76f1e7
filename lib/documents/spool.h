/* SPDX-License-Identifier: MIT */
/* Documents that come only once, from a callback or an Arrow stream, kept to be hashed and read
 * again: in memory while they are few, in a file if they are many.
 *
 * Its bytes, of which the hash is taken: for each part a u64, little-endian, whose low 56 bits are
 * its length and whose top byte has its flags, and 0x80 if the part continues the document before
 * it; then its text. An empty document is a part of length 0; a malformed record that was skipped
 * is a u64 of all ones. */
#ifndef CALIB_DOCUMENTS_SPOOL_H
#define CALIB_DOCUMENTS_SPOOL_H

#include "base/progress.h"
#include "base/sha256.h"
#include "base/spill.h"
#include "documents/splitting.h"

/** Zero-initialize, then set the first two fields. */
typedef struct calib_spool {
    uint64_t max_bytes; /* of the documents' text; 0: no limit */
    calib_poll poll;    /* called after each document that comes */
    uint64_t text_bytes;
    calib_spill spill;
    calib_sha256 hash;
    uint8_t sha256[CALIB_SHA256_SIZE]; /* after calib_spool_fill() */
} calib_spool;

/**
 * Gets all documents of `settings->next` or `settings->arrow`, and ends the spool. Call it once,
 * on the thread that called calib; a spool that failed can only be freed.
 *
 * @param name  of the source, for messages
 * @return 0; E_CALLBACK with callback_result; E_UTF8, E_RECORD (Arrow), E_SIZE above `max_bytes`,
 *   E_NOMEM, a status of calib_spill_append(), or what the poll returned
 */
int calib_spool_fill(calib_spool *spool, calib_documents_settings *settings, const char *name);

/** Append a document, and the mark of a malformed record. Return 0, E_SIZE, E_NOMEM or a status of
 *  calib_spill_append(). */
int calib_spool_put(calib_spool *spool, const calib_document *document);
int calib_spool_put_malformed(calib_spool *spool);

/** Passes all documents, with their places in the spool, to calib_splitting_document(). May be
 *  called again. Returns 0, E_NOMEM, a status of calib_spill_lose(), or what that returned. */
int calib_spool_read(calib_spool *spool, calib_splitting *splitting);

/** Passes on the one document whose bytes stand at [at, at + len) of the spool, as record number
 *  `record`. Status as calib_spool_read(). */
int calib_spool_again(const char *bytes, size_t len, uint64_t at, uint64_t record,
                      calib_splitting *splitting);

void calib_spool_free(calib_spool *spool);

#endif
