/* SPDX-License-Identifier: MIT */
/* The folder of token stores: finds a store, waits for one that another process makes, keeps a new
 * one. Any fault of the folder or of a file means "not found" or "not kept"; only lack of memory
 * and cancelling are failures. */
#ifndef CALIB_STORE_STORE_H
#define CALIB_STORE_STORE_H

#include "base/progress.h"
#include "cachedir/cachedir.h"
#include "store/bounds.h"
#include "store/format.h"
#include "store/ids.h"

enum {
    /** Stores up to this size are verified completely when they are opened. */
    CALIB_STORE_VERIFY_BYTES = 64 << 20
};

/** A store to be found or made. All zero means none, and may be passed to
 *  calib_store_close(). */
typedef struct calib_store {
    calib_directory *root;      /* the cache directory */
    calib_directory *directory; /* its folder of stores; NULL: it cannot be made */
    uint64_t max_cache_bytes;   /* bound on the cache after a store was kept; 0: none */
    calib_lock *lock;           /* NULL: not held */
    char key[CALIB_SHA256_HEX];
    char temporary[CALIB_CACHE_NAME]; /* the file that is being made; "": none */
    bool untrusted; /* no file that is made here would be taken when it is found */
    /* the reason if no store was found or kept, a static string; NULL: found */
    const char *why;
    int error; /* the system error behind the reason; 0: none */
} calib_store;

/** Room for calib_store_why(). */
enum { CALIB_STORE_WHY = 240 };

/** Writes the reason with the system's text and the remedy. Returns it, or NULL if the store was
 *  found. */
const char *calib_store_why(const calib_store *store, char out[CALIB_STORE_WHY]);

/** Opens the folder of stores, and creates it if it is missing. Returns false and sets `why` if
 * that fails. @param cache_dir  NULL: unknown */
bool calib_store_open(calib_store *store, const char *cache_dir);

/** Names the store to be found or made. Returns 0 or E_NOMEM. */
int calib_store_name(calib_store *store, const calib_store_inputs *inputs);

/**
 * Looks for the store and checks it.
 *
 * @param wanted  inputs, canary and vocab_size; a canary that is UNKNOWN is not compared
 * @param[out] found  true if a good store was found; *header, *ids and *bounds are then filled in
 * @return 0 or E_NOMEM
 */
int calib_store_find(calib_store *store, const calib_store_header *wanted, bool *found,
                     calib_store_header *header, calib_ids *ids, calib_bounds *bounds);

/**
 * Takes the lock on making this store, and waits at most `timeout_ms` while another process has it.
 * Succeeds without the lock after that time, and where locks do not work: it only saves work. Look
 * for the store again afterwards, since another process may have made it. Returns 0 or E_CANCELLED.
 */
int calib_store_lock(calib_store *store, uint32_t timeout_ms, calib_progress *progress);

/** Returns the place where the ids of the store are collected, which borrows the store. */
calib_spill_place calib_store_place(calib_store *store);

/**
 * Turns collected ids into the file of the store, and then trims the cache to its bound. The ids
 * stay readable if that fails.
 *
 * @param header  inputs, canary, vocab_size, text_bytes and counts; the rest is filled in
 * @param bounds  of the documents; empty if the source is one text
 * @param[out] kept  true if the file exists now
 * @return 0 or E_NOMEM
 */
int calib_store_keep(calib_store *store, calib_store_header *header, calib_ids *ids,
                     const calib_bounds *bounds, bool *kept);

void calib_store_close(calib_store *store);

/** Reads all of a file and checks if it is a whole store under its own name. Returns 0 or
 *  E_NOMEM. */
int calib_store_check(const calib_directory *directory, const char *name, bool *good);

#endif
