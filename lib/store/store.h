/* SPDX-License-Identifier: MIT */
/* The directory of token stores: find one, wait for one that another process makes, keep a new
 * one. Whatever is wrong with the directory or a file in it means "not found" or "not kept"; only
 * lack of memory and the caller's cancelling are failures. */
#ifndef CALIB_STORE_STORE_H
#define CALIB_STORE_STORE_H

#include "base/progress.h"
#include "cachedir/cachedir.h"
#include "store/format.h"
#include "store/ids.h"

enum {
    /** Stores up to this size are verified as a whole when they are opened. */
    CALIB_STORE_VERIFY_BYTES = 64 << 20
};

/** One store to be found or made; calib_store_open() makes it, calib_store_close() takes it. */
typedef struct calib_store {
    calib_directory *directory; /* NULL: there is none and none can be made */
    calib_lock *lock;           /* NULL: not held */
    char key[CALIB_SHA256_HEX];
    char temporary[CALIB_CACHE_NAME]; /* the file being made; "": none */
    /* why no file was taken or kept, a static string; NULL: found */
    const char *why;
} calib_store;

/** @param cache_dir  NULL: none is known. Whether there is a directory to store in; else `why`. */
bool calib_store_open(calib_store *store, const char *cache_dir);

/** Names the store that is to be found or made. 0 or E_NOMEM. */
int calib_store_name(calib_store *store, const calib_store_inputs *inputs);

/**
 * Looks the store up and checks all of it that is checked at once.
 *
 * @param wanted  inputs, canary and vocab_size of the tokenizer at hand
 * @param[out] found  what was found; its header in *header, its ids ready to be read
 * @return 0 or E_NOMEM
 */
int calib_store_find(calib_store *store, const calib_store_header *wanted, bool *found,
                     calib_store_header *header, calib_ids *ids);

/**
 * Takes the lock on making this store, waiting at most `timeout_ms` while another process has it.
 * Where locks do not work, or after the time, it returns without: the lock saves work, no more.
 * Look the store up again afterwards: another may have made it meanwhile. 0 or E_CANCELLED.
 */
int calib_store_lock(calib_store *store, uint32_t timeout_ms, calib_progress *progress);

/** Where the ids of the store are collected. The store must outlive the collecting. */
calib_spill_place calib_store_place(calib_store *store);

/**
 * Makes collected ids into the store's file. They can be read as before whether or not it works.
 *
 * @param header  inputs, canary, vocab_size and text_bytes; the rest is filled in
 * @param[out] kept  the file is there
 * @return 0 or E_NOMEM
 */
int calib_store_keep(calib_store *store, calib_store_header *header, calib_ids *ids, bool *kept);

void calib_store_close(calib_store *store);

/** Whether `name` in `directory` is a whole store under its own name: all of it is read.
 *  0 or E_NOMEM. */
int calib_store_check(const calib_directory *directory, const char *name, bool *good);

#endif
