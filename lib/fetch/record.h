/* SPDX-License-Identifier: MIT */
/* The record of a URL: urls/<key>, a few lines of text that end with a hash of the others. */
#ifndef CALIB_FETCH_RECORD_H
#define CALIB_FETCH_RECORD_H

#include "fetch/texts.h"

enum { CALIB_RECORD_URL = 2048 };

typedef enum calib_record_state {
    CALIB_RECORD_ABSENT,
    CALIB_RECORD_DAMAGED, /* not as calib wrote it */
    CALIB_RECORD_GOOD
} calib_record_state;

typedef struct calib_record {
    uint8_t sha256[CALIB_SHA256_SIZE];
    uint64_t size;
    int64_t fetched_at;         /* seconds since 1970 */
    bool pinned;                /* false: trusted on first use */
    char url[CALIB_RECORD_URL]; /* as messages show it, without secrets */
} calib_record;

/** Reads a record. Returns 0; E_ACCESS, E_SYSTEM, E_NOMEM. */
int calib_record_read(const calib_texts *texts, const char *key, calib_record *record,
                      calib_record_state *state);

/** Finds a good record that names a text; `record` is all zero if there is none. Returns a status
 * of calib_record_read(). */
int calib_record_find(const calib_texts *texts, const uint8_t sha256[CALIB_SHA256_SIZE],
                      calib_record *record);

/** Writes a record, replacing an older one. With `keep_existing` an older one stays, and *taken is
 *  then true. Returns 0; E_ACCESS, E_NOSPACE, E_SYSTEM, E_NOMEM. */
int calib_record_write(const calib_texts *texts, const char *key, const calib_record *record,
                       bool keep_existing, bool *taken);

/** Compares a text with the one that the URL had when it was first used. Returns 0, also without a
 *  good record; E_CHANGED if they differ; or a status of calib_record_read(). */
int calib_record_compare(const calib_texts *texts, const char *key, const char *shown,
                         const uint8_t sha256[CALIB_SHA256_SIZE]);

/** Records the text of a URL. Unless it is pinned or `replace` is true, the first text that a
 *  process recorded stays, and another one is E_CHANGED. Returns a status of calib_record_write()
 *  or calib_record_compare(). */
int calib_record_set(const calib_texts *texts, const char *key, const calib_record *record,
                     bool replace);

/** Records E_CHANGED with both hashes, and returns it. */
int calib_fail_changed(const char *shown, const uint8_t is[CALIB_SHA256_SIZE],
                       const uint8_t was[CALIB_SHA256_SIZE]);

#endif
