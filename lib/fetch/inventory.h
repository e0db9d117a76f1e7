/* SPDX-License-Identifier: MIT */
/* What is in the texts, entry by entry, and taking things out of it. */
#ifndef CALIB_FETCH_INVENTORY_H
#define CALIB_FETCH_INVENTORY_H

#include "base/progress.h"
#include "fetch/texts.h"

#include <calib_cache.h>

typedef struct calib_inventory {
    const char *cache_dir; /* NULL: none is known */
    calib_progress *progress;
    calib_cache_fn fn; /* may be NULL */
    void *ctx;
    bool verify; /* hash the texts, and check the tokens */
    /* Whether a file of tokens is whole; this stage does not know. 0 or a status. */
    int (*check_tokens)(const calib_directory *folder, const char *name, bool *good);
    bool prune;         /* remove what is of no use, and what is too old */
    uint64_t max_age_s; /* 0: nothing is */

    uint64_t n_damaged; /* out */
} calib_inventory;

/** Goes through the cache. 0; E_ARGUMENT, E_CANCELLED, E_NOMEM, E_ACCESS, E_SYSTEM. */
int calib_inventory_run(calib_inventory *inventory);

/** Forgets a URL. 0; E_NOT_FOUND, E_ARGUMENT, E_NOMEM, E_ACCESS, E_SYSTEM. */
int calib_inventory_remove(const char *cache_dir, const char *url);

#endif
