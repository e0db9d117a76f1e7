/* SPDX-License-Identifier: MIT */
/* The hashes of rows, over little-endian numbers on every machine. */
#include "recipe/locked.h"

#include "base/error.h"

/* Numbers on their way to a hash. */
typedef struct calib_number_hash {
    calib_sha256 sha256;
    size_t used;
    uint8_t block[8192];
} calib_number_hash;

static int flush(calib_number_hash *hash)
{
    size_t n = hash->used;
    hash->used = 0;
    return calib_sha256_add(&hash->sha256, hash->block, n);
}

static int add(calib_number_hash *hash, uint64_t number, size_t n_bytes)
{
    for (size_t i = 0; i < n_bytes; i++)
        hash->block[hash->used++] = (uint8_t)(number >> 8 * i);
    return hash->used == sizeof hash->block ? flush(hash) : CALIB_OK;
}

static int add_ids(calib_number_hash *hash, const int32_t *ids, size_t n)
{
    int status = CALIB_OK;
    for (size_t i = 0; !status && i < n; i++)
        status = add(hash, (uint32_t)ids[i], 4);
    return status;
}

static int add_places(calib_number_hash *hash, const int64_t *places, size_t n)
{
    int status = CALIB_OK;
    for (size_t i = 0; !status && i < n; i++)
        status = add(hash, (uint64_t)places[i], 8);
    return status;
}

static int end(calib_number_hash *hash, int status, uint8_t out[CALIB_SHA256_SIZE])
{
    if (!status)
        status = flush(hash);
    if (!status)
        status = calib_sha256_end(&hash->sha256, out);
    calib_sha256_free(&hash->sha256);
    return status;
}

static bool has_short(const calib_samples *samples)
{
    for (size_t i = 0; samples->lengths && i < samples->n_rows; i++)
        if ((size_t)samples->lengths[i] != samples->seq_len)
            return true;
    return false;
}

static int hash_rows(const calib_samples *samples, uint8_t out[CALIB_SHA256_SIZE])
{
    calib_number_hash hash = {.used = 0};
    int status = calib_sha256_begin(&hash.sha256);
    if (!status)
        status = add(&hash, samples->n_rows, 8);
    if (!status)
        status = add(&hash, samples->seq_len, 8);
    if (!status && has_short(samples))
        status = add_ids(&hash, samples->lengths, samples->n_rows);
    for (size_t i = 0; !status && i < samples->n_rows; i++)
        status = add_ids(&hash, samples->tokens + i * samples->seq_len, samples->seq_len);
    return end(&hash, status, out);
}

static int hash_origin(const calib_samples *samples, uint8_t out[CALIB_SHA256_SIZE])
{
    calib_number_hash hash = {.used = 0};
    int status = calib_sha256_begin(&hash.sha256);
    if (!status)
        status = add_places(&hash, samples->documents, samples->n_rows);
    if (!status)
        status = add_places(&hash, samples->sources, samples->n_rows);
    return end(&hash, status, out);
}

int calib_locked_rows(const calib_samples *samples, calib_locked *out)
{
    out->rows = samples->n_rows;
    out->seq_len = samples->seq_len;
    int status = hash_rows(samples, out->rows_sha256);
    return status ? status : hash_origin(samples, out->origin_sha256);
}
