/* SPDX-License-Identifier: MIT */
/* The caller's options, checked, copied and with every default resolved: the one complete struct
 * that calib.c hands out to the stages piece by piece. */
#ifndef CALIB_OPTIONS_H
#define CALIB_OPTIONS_H

#include "base/progress.h"
#include "base/sha256.h"

#include <stdbool.h>

typedef enum calib_source_kind {
    CALIB_SOURCE_BUILTIN,
    CALIB_SOURCE_MEMORY,
    CALIB_SOURCE_STANDARD_INPUT,
    CALIB_SOURCE_PATH,
    CALIB_SOURCE_URL
} calib_source_kind;

/** Zero is empty; calib_settings_free() takes it. */
typedef struct calib_settings {
    calib_options options; /* numbers resolved; strings are the copies below */
    calib_source_kind kind;
    bool offline;
    bool has_sha256;
    uint8_t sha256[CALIB_SHA256_SIZE];
    char *source;    /* never NULL: "memory" for text in memory */
    char *cache_dir; /* NULL: none is known */
    char *proxy;
    char *ca_file;
    char *bearer_token;
    char **mirrors; /* options.n_mirrors of them */
    calib_progress progress;
} calib_settings;

/** `options` NULL: all defaults. 0, or E_ARGUMENT, E_STRUCT_NEWER, ,
 *  E_UNSUPPORTED, E_NOMEM. */
int calib_settings_read(const calib_options *options, calib_settings *out);

void calib_settings_free(calib_settings *settings);

/** A complete copy of the caller's vtable, with encode. E_ARGUMENT, E_STRUCT_*. */
int calib_tokenizer_read(const calib_tokenizer_vtable *from, calib_tokenizer_vtable *to);

/** `sampling` NULL: all defaults; world at least 1. E_STRUCT_*. */
int calib_sampling_read(const calib_sampling *from, calib_sampling *to);

#endif
