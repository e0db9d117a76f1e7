/* SPDX-License-Identifier: MIT */
/* The cache directory: its folders, and how a file gets into them whole or not at all.
 *
 *   corpora/<sha256>           a verified text
 *   corpora/<sha256>.corrupt   one that was found damaged, set aside
 *   corpora/<key>.part         the beginning of a text, to go on with (part.h)
 *   urls/<key>                 what is known of a URL (record.h); key = SHA-256 of the URL
 *   urls/<key>.lock            held while somebody downloads it
 *   .../<32 digits>.tmp        being written
 *
 * Every name is made here of hex digits: nothing that a server says becomes a name. */
#ifndef CALIB_FETCH_CACHE_H
#define CALIB_FETCH_CACHE_H

#include "base/progress.h"
#include "base/sha256.h"
#include "system/system.h"

#include <stdbool.h>

enum { CALIB_CACHE_NAME = 80, CALIB_TEMP_AGE_S = 24 * 60 * 60 };

/** A folder that does not exist yet is NULL. All zero before calib_cachedir_open(). */
typedef struct calib_cachedir {
    const char *path; /* borrowed */
    calib_directory *root;
    calib_directory *corpora;
    calib_directory *urls;
} calib_cachedir;

/** Opens what is there; writes nothing. 0; E_ARGUMENT (path NULL), E_ACCESS, E_SYSTEM. */
int calib_cachedir_open(calib_cachedir *cache, const char *path);

/** Makes what is missing. 0; E_ACCESS, E_NOSPACE, E_SYSTEM. */
int calib_cachedir_make(calib_cachedir *cache);

void calib_cachedir_close(calib_cachedir *cache);

/** A name for a temp file, "<32 random digits>.tmp". 0 or an errno. */
int calib_cachedir_temp_name(char name[CALIB_CACHE_NAME]);

/** A new empty file of a random name, 0600. 0 or the error set. */
int calib_cachedir_temp(const calib_cachedir *cache, calib_directory *folder,
                        char name[CALIB_CACHE_NAME], calib_file **file);

/**
 * Gives a finished, synced temp file its name, and makes that last.
 * @param alone  the name must not be taken; *taken tells that it is (then nothing was done)
 */
int calib_cachedir_publish(const calib_cachedir *cache, calib_directory *folder, const char *temp,
                           const char *name, bool alone, bool *taken);

/** A small file, whole or not at all. Parameters as calib_cachedir_publish(). */
int calib_cachedir_put(const calib_cachedir *cache, calib_directory *folder, const char *name,
                       const char *text, bool alone, bool *taken);

/** What a look for a text found. */
typedef enum calib_found { CALIB_FOUND_NOTHING, CALIB_FOUND_DAMAGED, CALIB_FOUND_GOOD } calib_found;

/** Opens the text and hashes all of it. *file is at its start, and NULL unless it is good.
 *  0; E_CANCELLED, E_NOMEM, E_ACCESS, E_SYSTEM. */
int calib_cachedir_find(const calib_cachedir *cache, const uint8_t sha256[CALIB_SHA256_SIZE],
                        calib_progress *progress, calib_found *found, calib_file **file,
                        uint64_t *size);

/** Moves a damaged text out of the way; that it cannot be moved is no error. */
void calib_cachedir_set_aside(const calib_cachedir *cache, const uint8_t sha256[CALIB_SHA256_SIZE]);

/** Removes temporary files, partial texts and damaged ones older than a day. Never fails. */
void calib_cachedir_reap(const calib_cachedir *cache);

/** The path of a text, malloc'd. 0 or E_NOMEM. */
int calib_cachedir_text_path(const calib_cachedir *cache, const uint8_t sha256[CALIB_SHA256_SIZE],
                             char **out);

/** Whether `name` is 64 lower-case hex digits and then `ending`. */
bool calib_cache_name_is(const char *name, const char *ending);

#endif
