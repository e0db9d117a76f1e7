/* SPDX-License-Identifier: MIT */
/* What a lock holds: its member of the recipe, read, written and compared. */
#ifndef CALIB_RECIPE_LOCKED_H
#define CALIB_RECIPE_LOCKED_H

#include "base/memory.h"
#include "base/sha256.h"
#include "recipe/value.h"

#include <calib.h>

typedef struct calib_locked_source {
    uint8_t sha256[CALIB_SHA256_SIZE];
    uint8_t text_sha256[CALIB_SHA256_SIZE];
    uint64_t size, documents, tokens;
    uint64_t empty, too_short, too_long, malformed; /* records that were dropped */
} calib_locked_source;

/** Zero is empty; calib_locked_free() accepts it. A hash of zeros is none. */
typedef struct calib_locked {
    const char *id;      /* "calib1:sha256:HEX"; borrowed, as all strings; NULL: none */
    const char *version; /* of calib */
    const char *name;    /* of the tokenizer, or NULL */
    uint8_t identity[CALIB_SHA256_SIZE];
    uint8_t fingerprint[CALIB_SHA256_SIZE];
    calib_locked_source *sources;
    size_t n_sources;
    uint64_t rows, seq_len;
    uint8_t rows_sha256[CALIB_SHA256_SIZE];
    uint8_t origin_sha256[CALIB_SHA256_SIZE];
    uint8_t render_sha256[CALIB_SHA256_SIZE];
    size_t tokenizer, source_list; /* indices of values */
} calib_locked;

enum { CALIB_LOCKED_ID_SIZE = 80 };

/** Reads the object at index `at`. Returns 0, E_RECIPE, E_NOMEM. The caller frees it, also after a
 *  failure. */
int calib_locked_read(const calib_values *values, size_t at, calib_locked *out);

/** Appends it as a member of an object. Returns 0 or E_NOMEM. */
int calib_locked_write(const calib_locked *locked, calib_buffer *out);

/** Computes the id of a recipe with its lock. It covers every member but itself and those that are
 *  information: the version, the tokenizer's name and fingerprint. Returns 0 or E_NOMEM. */
int calib_locked_id(const calib_values *values, char out[CALIB_LOCKED_ID_SIZE]);

/** Sets rows, seq_len, rows_sha256 and origin_sha256 (docs/recipes.md). Returns 0 or E_NOMEM. */
int calib_locked_rows(const calib_samples *samples, calib_locked *out);

/* Compare parts of a lock with what is there. Return 0, or E_LOCK with the first that differs.
 * `name` is the recipe's. */
int calib_locked_compare_tokenizer(const char *name, const calib_locked *lock,
                                   const calib_locked *is);
int calib_locked_compare_sources(const char *name, const calib_locked *lock,
                                 const calib_locked *is);
int calib_locked_compare_rows(const char *name, const calib_locked *lock, const calib_locked *is);

void calib_locked_free(calib_locked *locked);

#endif
