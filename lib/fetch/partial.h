/* SPDX-License-Identifier: MIT */
/* The file that a download grows in. It is private to one call: its name is random, and it is
 * created exclusively.
 *
 * A download that breaks may leave its bytes as corpora/<key>.part, with a trailer behind them that
 * says whose bytes they are (URL, strong ETag, sizes, their SHA-256). The next call takes the file
 * by renaming it to a private name, so that two calls never write to one file, checks the bytes
 * against the trailer, and continues behind them. If the check fails, it starts again from
 * the first byte. */
#ifndef CALIB_FETCH_PARTIAL_H
#define CALIB_FETCH_PARTIAL_H

#include "fetch/hashing.h"
#include "fetch/reply.h"
#include "fetch/texts.h"

/** All zero means that there is no file, and may be passed to calib_partial_close(). */
typedef struct calib_partial {
    const calib_texts *texts;
    const char *key; /* of the URL that the bytes are from; borrowed */
    calib_poll poll; /* called while waiting for the disk and while reading from it */
    calib_file *file;
    char name[CALIB_CACHE_NAME]; /* of the private file */
    uint64_t size;               /* bytes in it */
    uint64_t total;              /* bytes it will have; 0: unknown */
    char etag[CALIB_ETAG_CAP];   /* strong, or "": then nothing is left for the next call */
    calib_sha256 hash;           /* of all its bytes, unless `hashing` has it */
    calib_hashing *hashing;      /* of a long text; NULL: none */
    uint64_t reported;           /* bytes reported to `hashing` */
} calib_partial;

/** Creates an empty file, or with `resume` continues with the bytes that an earlier call left,
 *  which it hashes again. Copies *poll. If the poll ends the check, the bytes are left as they
 * were. Returns 0, E_NOMEM, E_ACCESS, E_NOSPACE, E_SYSTEM, or the status of `poll`. */
int calib_partial_open(calib_partial *partial, const calib_texts *texts, const char *key,
                       bool resume, const calib_poll *poll);

/** Makes the file empty again, for a reply with this ETag and total. Returns 0, E_NOMEM, E_ACCESS,
 *  E_NOSPACE, E_SYSTEM. */
int calib_partial_restart(calib_partial *partial, const char *etag, uint64_t total);

/** Appends. Returns a status of calib_partial_open(). */
int calib_partial_write(calib_partial *partial, const void *data, size_t len);

/** Gives the hash of all bytes; nothing can be written afterwards. Returns a status of
 *  calib_partial_write(). */
int calib_partial_hash(calib_partial *partial, uint8_t sha256[CALIB_SHA256_SIZE]);

/** Refuses files that are no text, which without a pin would be trusted for good; with `raw` only
 *  web pages and Git LFS pointers. `shown` names the text. Returns 0, E_FORMAT, or a status of
 *  calib_partial_write(). */
int calib_partial_check_kind(const calib_partial *partial, const char *shown, bool raw);

/** Makes the file corpora/<sha256>, and gives it open at its start. Returns a status of
 *  calib_partial_restart(). */
int calib_partial_publish(calib_partial *partial, const uint8_t sha256[CALIB_SHA256_SIZE],
                          calib_file **file);

/** Removes the private file, or with `keep` leaves its bytes for the next call if they are of
 *  use. The error that it may set has no meaning. */
void calib_partial_close(calib_partial *partial, bool keep);

#endif
