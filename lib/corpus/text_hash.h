/* SPDX-License-Identifier: MIT */
/* SHA-256 of the text of a source as the tokenizer gets it: the same whether it was compressed, how
 * its lines ended, and in what form its documents were stored. */
#ifndef CALIB_CORPUS_TEXT_HASH_H
#define CALIB_CORPUS_TEXT_HASH_H

#include "base/document.h"
#include "base/sha256.h"

/** Zero-initialize. calib_text_hash_free() may be called at any time. */
typedef struct calib_text_hash {
    calib_sha256 hash;
    bool is_stored; /* the text so far is the stored bytes, whose hash the reader makes anyway */
} calib_text_hash;

/* All return 0 or E_NOMEM. */

/** Begins. `is_stored`: the text may turn out to be the stored bytes. */
int calib_text_hash_begin(calib_text_hash *text, bool is_stored);

/** Called before each block is read, with the reader's hash. */
int calib_text_hash_block(calib_text_hash *text, const calib_sha256 *stored);

/**
 * Adds the text of the block.
 *
 * @param differs  something in it, or before it, is not as stored
 * @param held     bytes of `bytes` that came with the block before
 */
int calib_text_hash_add(calib_text_hash *text, bool differs, const char *bytes, size_t len,
                        size_t held);

/** Adds a document: of each of its parts the flags and the length as 8 bytes, little-endian, and
 *  the bytes. The flags are the highest byte, with 0x80 if the part is not the first. Of an empty
 *  document 8 zeros. */
int calib_text_hash_document(calib_text_hash *text, const calib_document *document);

/** Ends. `stored` is the hash of the stored bytes. */
int calib_text_hash_end(calib_text_hash *text, const uint8_t stored[CALIB_SHA256_SIZE],
                        uint8_t out[CALIB_SHA256_SIZE]);

void calib_text_hash_free(calib_text_hash *text);

#endif
