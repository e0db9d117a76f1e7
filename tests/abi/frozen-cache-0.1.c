/* SPDX-License-Identifier: MIT */
/* The ABI of calib_cache.h in release 0.1, frozen as frozen-0.1.c is. */
#include "frozen.h"

#include <calib_cache.h>

STRUCT(calib_cache_entry, 96, 84, 88);
FIELD(calib_cache_entry, struct_size, 0, 0, 0, 8, 4);
FIELD(calib_cache_entry, url, 8, 4, 4, 8, 4);
FIELD(calib_cache_entry, path, 16, 8, 8, 8, 4);
FIELD(calib_cache_entry, size, 24, 12, 16, 8, 8);
FIELD(calib_cache_entry, fetched_at, 32, 20, 24, 8, 8);
FIELD(calib_cache_entry, last_used, 40, 28, 32, 8, 8);
FIELD(calib_cache_entry, sha256, 48, 36, 40, 32, 32);
FIELD(calib_cache_entry, kind, 80, 68, 72, 4, 4);
FIELD(calib_cache_entry, trust, 84, 72, 76, 4, 4);
FIELD(calib_cache_entry, state, 88, 76, 80, 4, 4);
FIELD(calib_cache_entry, removed, 92, 80, 84, 4, 4);

VALUE(ENTRY_TEXT, 0);
VALUE(ENTRY_TOKENS, 1);
VALUE(ENTRY_LEFTOVER, 2);
VALUE(TRUST_NONE, 0);
VALUE(TRUST_FIRST_USE, 1);
VALUE(TRUST_PINNED, 2);
VALUE(STATE_UNCHECKED, 0);
VALUE(STATE_GOOD, 1);
VALUE(STATE_MISSING, 2);
VALUE(STATE_DAMAGED, 3);

/* A declaration or type that differs from the header's does not compile. */
typedef int (*calib_cache_fn)(void *ctx, const calib_cache_entry *entry);
int calib_fetch(const calib_source *source, const calib_options *options, char *path, size_t cap);
int calib_cache_list(const calib_options *options, calib_cache_fn fn, void *ctx);
int calib_cache_verify(const calib_options *options, calib_cache_fn fn, void *ctx);
int calib_cache_add(const calib_source *source, const calib_options *options, const char *file);
int calib_cache_remove(const calib_source *source, const calib_options *options);
int calib_cache_prune(const calib_options *options, uint64_t max_age_s, calib_cache_fn fn,
                      void *ctx);
