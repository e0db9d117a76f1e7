/* SPDX-License-Identifier: MIT */
#include "store/ids.h"

#include "base/error.h"
#include "store/format.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { IDS_AT_ONCE = 2048, BLOCK = 4 * IDS_AT_ONCE };

/* ---- little-endian ids ---- */

static void get_ids(const uint8_t *from, uint32_t id_bytes, int32_t *ids, size_t n)
{
    if (id_bytes == 2)
        for (size_t i = 0; i < n; i++)
            ids[i] = from[2 * i] | from[2 * i + 1] << 8;
    else
        for (size_t i = 0; i < n; i++)
            ids[i] = (int32_t)calib_get_u32(from + 4 * i);
}

/* ---- collecting ---- */

void calib_ids_begin(calib_ids *ids, uint32_t vocab_size, bool hashed, calib_spill_place place)
{
    *ids = (calib_ids){
        .bytes = {.base = CALIB_STORE_HEADER_BYTES, .place = place},
        .id_bytes = vocab_size > UINT16_MAX + 1 ? 4 : 2,
        .hashed = hashed,
    };
}

static int end_chunk(calib_ids *ids)
{
    uint8_t hash[CALIB_SHA256_SIZE];
    int status = calib_sha256_end(&ids->chunk, hash);
    ids->chunk_bytes = 0;
    return status ? status : calib_buffer_append(&ids->table, hash, sizeof hash);
}

static int push_block(calib_ids *ids, const int32_t *values, size_t n)
{
    uint8_t bytes[BLOCK];
    size_t len = n * ids->id_bytes;
    for (size_t i = 0; i < n; i++) {
        uint8_t *to = bytes + i * ids->id_bytes;
        uint32_t id = (uint32_t)values[i];
        to[0] = (uint8_t)id;
        to[1] = (uint8_t)(id >> 8);
        if (ids->id_bytes == 4) {
            to[2] = (uint8_t)(id >> 16);
            to[3] = (uint8_t)(id >> 24);
        }
    }
    int status = CALIB_OK;
    for (size_t at = 0; !status && ids->hashed && at < len;) {
        size_t room = CALIB_STORE_CHUNK_BYTES - ids->chunk_bytes;
        size_t part = len - at < room ? len - at : room;
        if (ids->chunk_bytes == 0)
            status = calib_sha256_begin(&ids->chunk);
        if (!status)
            status = calib_sha256_add(&ids->chunk, bytes + at, part);
        ids->chunk_bytes += part;
        if (!status && ids->chunk_bytes == CALIB_STORE_CHUNK_BYTES)
            status = end_chunk(ids);
        at += part;
    }
    if (!status)
        status = calib_spill_append(&ids->bytes, bytes, len);
    ids->n += n;
    return status;
}

static uint32_t largest(const int32_t *values, size_t n)
{
    uint32_t most = 0;
    for (size_t i = 0; i < n; i++)
        if ((uint32_t)values[i] > most)
            most = (uint32_t)values[i];
    return most;
}

/* Collects all ids again with 4 bytes each. */
static int widen(calib_ids *ids)
{
    calib_ids wide;
    calib_ids_begin(&wide, UINT32_MAX, ids->hashed, ids->bytes.place);
    wide.max_id = ids->max_id;
    wide.bytes.limit = ids->bytes.limit;
    wide.bytes.no_disk = ids->bytes.no_disk;
    int32_t block[IDS_AT_ONCE];
    uint8_t bytes[2 * IDS_AT_ONCE];
    int status = CALIB_OK;
    for (uint64_t at = 0; !status && at < ids->n; at += IDS_AT_ONCE) {
        size_t n = ids->n - at < IDS_AT_ONCE ? (size_t)(ids->n - at) : IDS_AT_ONCE;
        int error = calib_spill_read(&ids->bytes, 2 * at, 2 * n, bytes);
        if (error) {
            status = calib_spill_lose(&ids->bytes, error);
        } else {
            get_ids(bytes, 2, block, n);
            status = push_block(&wide, block, n);
        }
    }
    if (status) {
        ids->bytes.lost = ids->bytes.lost || wide.bytes.lost;
        calib_ids_free(&wide);
        return status;
    }
    calib_ids_free(ids);
    *ids = wide;
    return CALIB_OK;
}

int calib_ids_push(calib_ids *ids, const int32_t *values, size_t n)
{
    uint32_t most = largest(values, n);
    int status = CALIB_OK;
    if (most > UINT16_MAX && ids->id_bytes == 2)
        status = widen(ids);
    if (most > ids->max_id)
        ids->max_id = most;
    for (size_t at = 0; !status && at < n; at += IDS_AT_ONCE)
        status = push_block(ids, values + at, n - at < IDS_AT_ONCE ? n - at : IDS_AT_ONCE);
    return status;
}

int calib_ids_end(calib_ids *ids)
{
    int status = ids->chunk_bytes ? end_chunk(ids) : CALIB_OK;
    return status ? status : calib_spill_end(&ids->bytes);
}

bool calib_ids_restart(calib_ids *ids)
{
    if (!ids->bytes.lost)
        return false;
    calib_ids fresh;
    calib_ids_begin(&fresh, 0, ids->hashed, (calib_spill_place){0});
    fresh.id_bytes = ids->id_bytes;
    fresh.bytes.no_disk = true;
    calib_ids_free(ids);
    *ids = fresh;
    return true;
}

/* ---- reading ---- */

static int read_bytes(const calib_ids *ids, uint64_t at, size_t len, void *out)
{
    int error = calib_spill_read(&ids->bytes, at, len, out);
    if (!error)
        return CALIB_OK;
    int status = calib_fail_system(error, "cannot read the stored tokens");
    if (status == CALIB_E_NOMEM)
        return status;
    calib_error_record()->status = CALIB_E_CORRUPT;
    return CALIB_E_CORRUPT;
}

static int check_chunk(const calib_ids *ids, uint64_t chunk, uint8_t *bytes)
{
    uint64_t first = chunk * CALIB_STORE_CHUNK_BYTES, end = ids->n * ids->id_bytes;
    size_t len =
        end - first < CALIB_STORE_CHUNK_BYTES ? (size_t)(end - first) : CALIB_STORE_CHUNK_BYTES;
    uint8_t hash[CALIB_SHA256_SIZE];
    int status = read_bytes(ids, first, len, bytes);
    if (!status)
        status = calib_sha256_of(bytes, len, hash);
    if (status)
        return status;
    const uint8_t *wanted = (const uint8_t *)ids->table.data + chunk * CALIB_SHA256_SIZE;
    bool good = memcmp(hash, wanted, sizeof hash) == 0;
    int32_t block[IDS_AT_ONCE];
    size_t n_all = len / ids->id_bytes;
    for (size_t at = 0; good && at < n_all; at += IDS_AT_ONCE) {
        size_t n = n_all - at < IDS_AT_ONCE ? n_all - at : IDS_AT_ONCE;
        get_ids(bytes + at * ids->id_bytes, ids->id_bytes, block, n);
        good = largest(block, n) <= ids->max_id;
    }
    if (!good)
        return calib_fail(CALIB_E_CORRUPT, "chunk %llu of the stored tokens is damaged",
                          (unsigned long long)chunk);
    return CALIB_OK;
}

/* Several threads may verify the same chunk at the same time, which only costs time. */
static int verify_range(calib_ids *ids, uint64_t first, uint64_t end)
{
    _Atomic unsigned char *unchecked = ids->unchecked;
    uint8_t *bytes = NULL;
    int status = CALIB_OK;
    for (uint64_t chunk = first; !status && chunk < end; chunk++) {
        if (!atomic_load_explicit(&unchecked[chunk], memory_order_acquire))
            continue;
        if (!bytes)
            bytes = malloc(CALIB_STORE_CHUNK_BYTES);
        status =
            bytes ? check_chunk(ids, chunk, bytes) : calib_fail_memory(CALIB_STORE_CHUNK_BYTES);
        if (!status)
            atomic_store_explicit(&unchecked[chunk], 0, memory_order_release);
    }
    free(bytes);
    return status;
}

static uint64_t n_chunks(const calib_ids *ids)
{
    return ids->table.len / CALIB_SHA256_SIZE;
}

int calib_ids_verify(calib_ids *ids)
{
    return ids->unchecked ? verify_range(ids, 0, n_chunks(ids)) : CALIB_OK;
}

int calib_ids_distrust(calib_ids *ids)
{
    size_t n = (size_t)n_chunks(ids);
    _Atomic unsigned char *unchecked = malloc(n ? n : 1);
    if (!unchecked)
        return calib_fail_memory(n);
    for (size_t i = 0; i < n; i++)
        atomic_init(&unchecked[i], 1);
    free((void *)ids->unchecked);
    ids->unchecked = unchecked;
    return CALIB_OK;
}

int calib_ids_read(calib_ids *ids, uint64_t first, size_t n, int32_t *out)
{
    uint64_t at = first * ids->id_bytes, end = at + (uint64_t)n * ids->id_bytes;
    int status = CALIB_OK;
    if (ids->unchecked && n)
        status = verify_range(ids, at / CALIB_STORE_CHUNK_BYTES,
                              (end - 1) / CALIB_STORE_CHUNK_BYTES + 1);
    uint8_t bytes[BLOCK];
    while (!status && n > 0) {
        size_t count = n < IDS_AT_ONCE ? n : IDS_AT_ONCE;
        status = read_bytes(ids, at, count * ids->id_bytes, bytes);
        if (!status)
            get_ids(bytes, ids->id_bytes, out, count);
        at += count * ids->id_bytes;
        out += count;
        n -= count;
    }
    return status;
}

void calib_ids_free(calib_ids *ids)
{
    calib_spill_free(&ids->bytes);
    calib_sha256_free(&ids->chunk);
    calib_buffer_free(&ids->table);
    free((void *)ids->unchecked);
    *ids = (calib_ids){0};
}
