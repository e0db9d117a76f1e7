/* SPDX-License-Identifier: MIT */
/* The file that a download grows in. Private to one call: a random name, opened exclusively.
 *
 * A download that breaks may leave what it has as corpora/<key>.part: the bytes, and behind them
 * one trailer that tells whose bytes they are (URL, strong ETag, sizes, their SHA-256). The next
 * call takes it by renaming it to a private name, so no two ever write to one, checks the bytes
 * against the trailer, and goes on behind them. What does not check out starts anew. */
#ifndef CALIB_FETCH_PART_H
#define CALIB_FETCH_PART_H

#include "fetch/hashing.h"
#include "fetch/reply.h"
#include "fetch/texts.h"

/** All zero is none; calib_part_close() takes it. */
typedef struct calib_part {
    const calib_texts *texts;
    const char *key; /* of the URL that the bytes are from; borrowed */
    calib_file *file;
    char name[CALIB_CACHE_NAME]; /* of the private file */
    uint64_t size;               /* bytes in it */
    uint64_t total;              /* bytes it will have; 0 = not known */
    char etag[CALIB_ETAG_CAP];   /* strong, or "": then nothing is kept */
    calib_sha256 hash;           /* of all its bytes, or of those before `hashing` took over */
    calib_hashing *hashing;      /* of a long text; NULL: none */
    uint64_t told;               /* bytes that it knows of */
} calib_part;

/** Begins an empty file; with `resume` goes on with what an earlier call left, if it did. */
int calib_part_open(calib_part *part, const calib_texts *texts, const char *key, bool resume);

/** Back to an empty file, for a reply of this ETag and total. */
int calib_part_restart(calib_part *part, const char *etag, uint64_t total);

int calib_part_write(calib_part *part, const void *data, size_t len);

/** Whether it can be gone on with by a range request. */
bool calib_part_resumable(const calib_part *part);

/** The hash of all its bytes. Nothing can be written any more. */
int calib_part_hash(calib_part *part, uint8_t sha256[CALIB_SHA256_SIZE]);

/** Makes it corpora/<sha256>, for good. *file is the text, at its start. */
int calib_part_publish(calib_part *part, const uint8_t sha256[CALIB_SHA256_SIZE],
                       calib_file **file);

/** Removes the private file, or leaves it as a partial text when `keep` and that is of use. */
void calib_part_close(calib_part *part, bool keep);

#endif
