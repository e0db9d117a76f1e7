/* SPDX-License-Identifier: MIT */
/* The caller's sources: checked, copied, and told apart by kind. */
#ifndef CALIB_SOURCES_H
#define CALIB_SOURCES_H

#include "base/sha256.h"

#include <calib.h>
#include <stdbool.h>

typedef enum calib_source_kind {
    CALIB_SOURCE_BUILTIN,
    CALIB_SOURCE_MEMORY,
    CALIB_SOURCE_STANDARD_INPUT,
    CALIB_SOURCE_PATH,
    CALIB_SOURCE_URL
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
    char *bearer_token;
    bool raw_bytes;
    bool accept_change;
} calib_source_copy;

/** Copies `source`; NULL: the corpus that mlx-lm pins. Returns 0, E_ARGUMENT, E_STRUCT_NEWER,
 *  E_NOMEM. */
int calib_source_read(const calib_source *source, calib_source_copy *out);

/** Does the same for an array of at most one source, or none (NULL and 0). Returns E_UNSUPPORTED
 *  for more. */
int calib_sources_read(const calib_source *sources, size_t n_sources, calib_source_copy *out);

void calib_source_free(calib_source_copy *source);

#endif
