/* SPDX-License-Identifier: MIT */
/* Fetched texts in the cache directory.
 *
 *   corpora/<sha256>           a verified text
 *   corpora/<sha256>.corrupt   a text that was found damaged, set aside
 *   corpora/<key>.part         the beginning of a text, to be continued (partial.h)
 *   urls/<key>                 the record of a URL (record.h); key = SHA-256 of the URL
 *   urls/<key>.lock            held while a process downloads it
 */
#ifndef CALIB_FETCH_TEXTS_H
#define CALIB_FETCH_TEXTS_H

#include "base/progress.h"
#include "base/sha256.h"
#include "cachedir/cachedir.h"

/** A folder that does not exist yet is NULL. All zero before calib_texts_open(). */
typedef struct calib_texts {
    const char *path; /* of the cache directory; borrowed */
    calib_directory *root;
    calib_directory *corpora;
    calib_directory *urls;
} calib_texts;

/** Opens the folders that exist; writes nothing. Returns 0; E_ARGUMENT (path NULL or not a
 *  directory), E_ACCESS, E_NOMEM, E_SYSTEM. */
int calib_texts_open(calib_texts *texts, const char *path);

/** Creates the missing folders. Returns 0; E_ARGUMENT (path not a directory), E_ACCESS, E_NOSPACE,
 * E_NOMEM, E_SYSTEM. */
int calib_texts_make(calib_texts *texts);

void calib_texts_close(calib_texts *texts);

/** Records that opening or making the cache directory, or a folder of it, failed with a system
 *  error. Returns the status: E_ARGUMENT if there is something else in its place. */
int calib_texts_fail_open(const calib_texts *texts, const char *verb, const char *folder,
                          int error);

/** Records that writing to the cache directory failed with a system error. Returns the status. */
int calib_texts_fail_write(const calib_texts *texts, int error);

/** Result of looking for a text. */
typedef enum calib_found { CALIB_FOUND_NOTHING, CALIB_FOUND_DAMAGED, CALIB_FOUND_GOOD } calib_found;

/** Opens a text and hashes all of it. *file is at its start, and NULL unless the text is good; the
 *  text is not trimmed while the file is open.
 *  Returns 0; E_CANCELLED, E_NOMEM, E_ACCESS, E_SYSTEM. */
int calib_texts_find(const calib_texts *texts, const uint8_t sha256[CALIB_SHA256_SIZE],
                     calib_progress *progress, calib_found *found, calib_file **file,
                     uint64_t *size);

/** Trims the cache to its bound after a text was stored. Never fails. @param max_bytes  0: none */
void calib_texts_trim(const calib_texts *texts, const uint8_t stored[CALIB_SHA256_SIZE],
                      uint64_t max_bytes);

/** Moves a damaged text out of the way, if possible. */
void calib_texts_set_aside(const calib_texts *texts, const uint8_t sha256[CALIB_SHA256_SIZE]);

/** Gives the path of a text, from malloc. Returns 0 or E_NOMEM. */
int calib_texts_path(const calib_texts *texts, const uint8_t sha256[CALIB_SHA256_SIZE], char **out);

#endif
