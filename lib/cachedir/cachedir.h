/* SPDX-License-Identifier: MIT */
/* The cache directory, for every stage that keeps files there: how a file gets its name whole or
 * not at all, and how processes wait for each other.
 *
 *   <folder>/<32 digits>.tmp, <folder>/<key>.<16 digits>.tmp   being written
 *   <folder>/<key>.lock                                        held while a process makes <key>
 *
 * Keys are 64 hex digits. Names consist of hex digits and endings: no text of a server becomes
 * part of a name. Functions return 0 or a system error unless they say otherwise. */
#ifndef CALIB_CACHEDIR_CACHEDIR_H
#define CALIB_CACHEDIR_CACHEDIR_H

#include "system/system.h"

enum {
    CALIB_CACHE_NAME = 112,             /* room for every name */
    CALIB_LEFTOVER_AGE_S = 24 * 60 * 60 /* an older file is no longer in use */
};

/** Opens the cache directory, and creates it if it is missing. */
int calib_cachedir_make(const char *path, calib_directory **root);

/** Opens a folder of the cache directory, and creates it if it is missing. */
int calib_cachedir_folder_make(const calib_directory *root, const char *name,
                               calib_directory **folder);

/** Marks the directory as a cache, so that backup programs leave it out. Never fails: a cache
 *  without the mark works as well. */
void calib_cachedir_tag(const calib_directory *root);

/** Returns true if `name` is a key (64 lower-case hex digits) and then `ending`. */
bool calib_cachedir_name_is(const char *name, const char *ending);

/** Makes an unpredictable name for a temporary file. @param key  NULL: the longer form */
int calib_cachedir_temp_name(const char *key, char name[CALIB_CACHE_NAME]);

/** Creates an empty temporary file, mode 0600. The name is "" on failure. */
int calib_cachedir_temp(const calib_directory *folder, const char *key, char name[CALIB_CACHE_NAME],
                        calib_file **file);

typedef enum calib_publishing {
    CALIB_UNPUBLISHED, /* the temporary file still has its name */
    CALIB_NAME_TAKEN,  /* likewise, because another file has the name */
    CALIB_PUBLISHED    /* the file has its name, even if an error says that it may not last */
} calib_publishing;

/**
 * Gives a finished, synced temporary file its name, and syncs the folder.
 * @param keep_existing  a file that has the name already stays, and is not replaced
 */
int calib_cachedir_publish(const calib_directory *folder, const char *temp, const char *name,
                           bool keep_existing, calib_publishing *outcome);

/** Writes a small file whole or not at all. @param[out] taken  another file has the name */
int calib_cachedir_put(const calib_directory *folder, const char *name, const char *text,
                       bool keep_existing, bool *taken);

/** How to wait for a lock. */
typedef struct calib_lock_wait {
    uint64_t timeout_ms;
    /** Called every 20 ms or so. Sets *enough to stop waiting. Returns 0, or a status, which ends
     *  the wait. */
    int (*poll)(void *ctx, uint64_t waited_ms, bool *enough);
    void *ctx;
} calib_lock_wait;

/**
 * Takes the lock on making `key`. Locks save work, and correctness does not depend on them: *lock
 * is NULL where they do not work, and after the wait.
 * @return 0 or the status of `wait->poll`
 */
int calib_cachedir_lock(const calib_directory *folder, const char *key, const calib_lock_wait *wait,
                        calib_lock **lock);

/** Releases the lock on making `key`, and removes its file. lock: NULL is allowed. */
void calib_cachedir_unlock(const calib_directory *folder, const char *key, calib_lock *lock);

/** Removes temporary files that are older than a day, and files of that age whose names are a key
 *  and one of `endings` (up to a NULL; NULL is allowed). Never fails. */
void calib_cachedir_reap(const calib_directory *folder, const char *const *endings);

#endif
