/* SPDX-License-Identifier: MIT */
/* The caller's sources: checked, copied, and told apart by kind. */
#ifndef CALIB_SOURCES_H
#define CALIB_SOURCES_H

#include "base/sha256.h"
#include "documents/settings.h"

#include <calib.h>
#include <stdbool.h>

typedef enum calib_source_kind {
    CALIB_SOURCE_BUILTIN,
    CALIB_SOURCE_MEMORY,
    CALIB_SOURCE_STANDARD_INPUT,
    CALIB_SOURCE_PATH,
    CALIB_SOURCE_URL,
    CALIB_SOURCE_DOCUMENTS /* of a callback or an Arrow stream */
} calib_source_kind;

/** A checked source. Zero is empty; calib_source_free() accepts it. */
typedef struct calib_source_copy {
    calib_source_kind kind;
    char *location;    /* never NULL; "memory" for bytes in memory */
    const void *bytes; /* borrowed */
    size_t n_bytes;
    char **mirrors;
    size_t n_mirrors;
    bool has_sha256;
    uint8_t sha256[CALIB_SHA256_SIZE];
    uint64_t size_bytes;
    uint64_t weight; /* 0: none */
    char *bearer_token;
    bool has_documents; /* false: the source is one text */
    calib_documents_settings documents;
    uint32_t reader; /* CALIB_READER_* */
    bool raw_bytes;
    bool accept_change;
} calib_source_copy;

/** Copies `source`; NULL: the corpus that mlx-lm pins. Returns 0, E_ARGUMENT, E_STRUCT_NEWER,
 *  E_NOMEM. */
int calib_source_read(const calib_source *source, calib_source_copy *out);

/** Checks an array of sources, or none (NULL and 0). Returns 0 or E_ARGUMENT. */
int calib_sources_check(const calib_source *sources, size_t n_sources);

/** Returns source `i` of an array whose stride is the size of the caller's struct. */
const calib_source *calib_sources_at(const calib_source *sources, size_t i);

/** Releases the Arrow streams of sources that were not read, after a failure before them. Those
 * that were moved are released already. Keeps the error that is set. */
void calib_sources_release(const calib_source *sources, size_t n_sources);

void calib_source_free(calib_source_copy *source);

#endif
