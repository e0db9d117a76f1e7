/* SPDX-License-Identifier: MIT */
/* Lists, verifies and prunes the entries of the cache, and forgets URLs. */
#ifndef CALIB_FETCH_INVENTORY_H
#define CALIB_FETCH_INVENTORY_H

#include "base/progress.h"
#include "fetch/texts.h"

#include <calib_cache.h>

typedef struct calib_inventory {
    const char *cache_dir; /* NULL: unknown */
    calib_progress *progress;
    calib_cache_fn fn; /* NULL is allowed */
    void *ctx;
    bool verify; /* hashes the texts and checks the tokens */
    /* Checks if a file of tokens is whole. Returns 0 or a status. */
    int (*check_tokens)(const calib_directory *folder, const char *name, bool *good);
    bool prune;               /* removes old leftovers, unused texts and old entries */
    uint64_t max_age_s;       /* 0: no entry is too old */
    uint64_t max_cache_bytes; /* `prune` keeps the cache within it; 0: no bound */

    uint64_t n_damaged; /* out */
} calib_inventory;

/** Goes through all entries. Returns 0, with the error cleared; E_ARGUMENT, E_CANCELLED, E_NOMEM,
 *  E_ACCESS, E_SYSTEM. */
int calib_inventory_run(calib_inventory *inventory);

/** Forgets a URL, and removes its partial download, and its text unless another record names it or
 *  may name it. Nothing is removed if a record cannot be read or the URL's own cannot be removed.
 *  Returns 0, with the error cleared; E_NOT_FOUND, E_ARGUMENT, E_NOMEM, E_ACCESS, E_SYSTEM;
 *  E_CORRUPT (the text is kept because another record is damaged). */
int calib_inventory_remove(const char *cache_dir, const char *url);

#endif
