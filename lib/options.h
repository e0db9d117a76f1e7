/* SPDX-License-Identifier: MIT */
/* The caller's structs: checked, copied, with every default resolved. */
#ifndef CALIB_OPTIONS_H
#define CALIB_OPTIONS_H

#include "base/progress.h"

#include <stdbool.h>

/** Zero is empty; calib_settings_free() accepts it. */
typedef struct calib_settings {
    calib_options options; /* numbers resolved; its strings are the caller's: use those below */
    bool offline;
    char *cache_dir; /* NULL: not known */
    char *proxy;
    char *ca_file;
    char *ca_folders; /* as SSL_CERT_DIR, with a colon between two */
    calib_progress progress;
} calib_settings;

/** Copies `options`; NULL: all defaults. Returns 0, E_ARGUMENT, E_STRUCT_NEWER, E_NOMEM. */
int calib_settings_read(const calib_options *options, calib_settings *out);

void calib_settings_free(calib_settings *settings);

/** Makes a complete copy of the caller's vtable. Returns 0, E_ARGUMENT, E_STRUCT_NEWER. */
int calib_tokenizer_read(const calib_tokenizer_vtable *from, calib_tokenizer_vtable *to);

#endif
