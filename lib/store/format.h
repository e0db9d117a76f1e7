/* SPDX-License-Identifier: MIT */
/* The bytes of a token store: its header, and the key that names it. Pure functions, no files.
 * docs/storage.md explains each byte. */
#ifndef CALIB_STORE_FORMAT_H
#define CALIB_STORE_FORMAT_H

#include "base/document.h"
#include "base/sha256.h"

#include <calib.h>

enum {
    CALIB_STORE_VERSION = 1,
    /** Part of the key. Raised if this library could give other ids for equal inputs. */
    CALIB_STORE_REVISION = 1,
    CALIB_STORE_HEADER_BYTES = 4096,
    CALIB_STORE_CHUNK_BYTES = 1 << 20,
    CALIB_STORE_CANARY_IDS = 900,
    /** calib_store_canary.n of a tokenizer that refuses the probe text. */
    CALIB_STORE_CANARY_REFUSED = -1,
    /** calib_store_canary.n if the probe text was not encoded; never in a file. */
    CALIB_STORE_CANARY_UNKNOWN = -2
};

/** Everything that decides the ids of a stream. The key is made of it. */
typedef struct calib_store_inputs {
    uint8_t corpus_sha256[CALIB_SHA256_SIZE];
    uint8_t fingerprint[CALIB_SHA256_SIZE];
    uint64_t corpus_bytes;
    uint32_t text_mode;    /* 0: UTF-8 and universal newlines, 1: bytes as they are;
                              plus 2 out of gzip, 4 out of zstd */
    uint32_t encode_flags; /* CALIB_TEXT_* of every call of encode */
    uint32_t slice;
    uint32_t n_slices;
    /* Of every setting of the documents that changes ids; all zero: the source is one text. */
    uint8_t documents_sha256[CALIB_SHA256_SIZE];
} calib_store_inputs;

/** The ids of the probe text. They reveal a wrong fingerprint. */
typedef struct calib_store_canary {
    int64_t n; /* ids in all, of which the first CALIB_STORE_CANARY_IDS are kept */
    int32_t ids[CALIB_STORE_CANARY_IDS];
} calib_store_canary;

typedef struct calib_store_header {
    calib_store_inputs inputs;
    calib_store_canary canary;
    uint64_t n_tokens;
    uint64_t text_bytes;
    uint8_t text_sha256[CALIB_SHA256_SIZE];
    uint32_t id_bytes; /* 2 or 4 */
    uint32_t max_id;   /* 0 if there are no tokens */
    uint32_t vocab_size;
    uint8_t table_sha256[CALIB_SHA256_SIZE];
    /* All zero if the source is one text: */
    calib_document_counts counts;
    uint8_t bounds_sha256[CALIB_SHA256_SIZE];
} calib_store_header;

/** Gives the SHA-256 of the inputs, which names the file. Returns 0 or E_NOMEM. */
int calib_store_key(const calib_store_inputs *inputs, char key[CALIB_SHA256_HEX]);

/** Makes the bytes of a header. Returns 0 or E_NOMEM. */
int calib_store_header_write(const calib_store_header *header,
                             uint8_t out[CALIB_STORE_HEADER_BYTES]);

/**
 * Reads and checks a header. Each byte is either checked by value or covered by the hash.
 *
 * @param file_len  length of the file that begins with it
 * @param[out] why  the reason if the header is refused, a static string; else NULL
 * @return 0 or E_NOMEM
 */
int calib_store_header_read(const uint8_t in[CALIB_STORE_HEADER_BYTES], uint64_t file_len,
                            calib_store_header *out, const char **why);

/** Return the bytes of the ids, of the bounds of documents, and of the table of chunk hashes, for
 * an accepted header. */
uint64_t calib_store_data_bytes(const calib_store_header *header);
uint64_t calib_store_bounds_bytes(const calib_store_header *header);
uint64_t calib_store_table_bytes(const calib_store_header *header);

/** Returns true if two canaries are of the same tokenizer. */
bool calib_store_canary_equal(const calib_store_canary *a, const calib_store_canary *b);

/** Write and read little-endian numbers on any machine. */
void calib_put_u32(uint8_t *to, uint32_t value);
void calib_put_u64(uint8_t *to, uint64_t value);
uint32_t calib_get_u32(const uint8_t *from);
uint64_t calib_get_u64(const uint8_t *from);

#endif
