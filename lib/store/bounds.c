/* SPDX-License-Identifier: MIT */
#include "store/bounds.h"

#include "base/error.h"
#include "store/format.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 4096 * CALIB_BOUND_BYTES };

int calib_bounds_push(calib_bounds *bounds, uint64_t end, uint64_t record)
{
    uint8_t bytes[CALIB_BOUND_BYTES];
    calib_put_u64(bytes, end);
    calib_put_u64(bytes + 8, record);
    bounds->n++;
    return calib_spill_append(&bounds->bytes, bytes, sizeof bytes);
}

static int read_bytes(const calib_bounds *bounds, uint64_t at, size_t len, void *out)
{
    int error = calib_spill_read(&bounds->bytes, at, len, out);
    if (!error)
        return CALIB_OK;
    int status = calib_fail_system(error, "cannot read where the documents end");
    if (status == CALIB_E_NOMEM)
        return status;
    calib_error_record()->status = CALIB_E_CORRUPT;
    return CALIB_E_CORRUPT;
}

int calib_bounds_hash(const calib_bounds *bounds, uint8_t sha256[CALIB_SHA256_SIZE])
{
    uint8_t block[BLOCK];
    uint64_t total = bounds->n * CALIB_BOUND_BYTES;
    calib_sha256 hash;
    int status = calib_sha256_begin(&hash);
    for (uint64_t at = 0; !status && at < total; at += BLOCK) {
        size_t n = total - at < BLOCK ? (size_t)(total - at) : BLOCK;
        status = read_bytes(bounds, at, n, block);
        if (!status)
            status = calib_sha256_add(&hash, block, n);
    }
    if (!status)
        status = calib_sha256_end(&hash, sha256);
    calib_sha256_free(&hash);
    return status;
}

int calib_bounds_end(calib_bounds *bounds)
{
    return calib_spill_end(&bounds->bytes);
}

/* ---- reading ---- */

/* Fills the window from `at` on. Without memory there is none, and nothing is read ahead. */
static int fill(calib_bounds *bounds, uint64_t at)
{
    calib_bounds_ahead *ahead = &bounds->ahead;
    uint64_t left = bounds->n * CALIB_BOUND_BYTES - at;
    ahead->first = at;
    ahead->len = 0;
    if (!ahead->bytes)
        ahead->bytes = malloc(BLOCK);
    if (!ahead->bytes)
        return CALIB_OK;
    size_t len = left < BLOCK ? (size_t)left : BLOCK;
    int status = read_bytes(bounds, at, len, ahead->bytes);
    ahead->len = status ? 0 : len;
    return status;
}

/* Reads bytes that end with document `i`. Only who reads in order gains by a window: for the others
 * the few bytes are read alone, and so they are for a thread that finds the window in use. */
static int read_near(calib_bounds *bounds, uint64_t i, uint64_t at, size_t len, void *out)
{
    calib_bounds_ahead *ahead = &bounds->ahead;
    if (bounds->bytes.file_bytes == 0 || atomic_exchange(&ahead->in_use, true))
        return read_bytes(bounds, at, len, out);
    bool inside = at >= ahead->first && at + len <= ahead->first + ahead->len;
    int status = CALIB_OK;
    if (!inside && i == ahead->next) {
        status = fill(bounds, at);
        inside = ahead->len > 0;
    }
    if (inside)
        memcpy(out, (const char *)ahead->bytes + (at - ahead->first), len);
    else if (!status)
        status = read_bytes(bounds, at, len, out);
    ahead->next = i + 1;
    atomic_store(&ahead->in_use, false);
    return status;
}

/* A file may change after its bounds were checked. */
static int fail_damaged(uint64_t document)
{
    return calib_fail(CALIB_E_CORRUPT, "the stored bounds of document %llu are damaged",
                      (unsigned long long)document);
}

int calib_bounds_read(calib_bounds *bounds, uint64_t i, calib_bound *out)
{
    uint8_t two[2 * CALIB_BOUND_BYTES] = {0}; /* the document before it, and it */
    int status = i ? read_near(bounds, i, (i - 1) * CALIB_BOUND_BYTES, sizeof two, two)
                   : read_near(bounds, 0, 0, CALIB_BOUND_BYTES, two + CALIB_BOUND_BYTES);
    out->first = calib_get_u64(two);
    out->end = calib_get_u64(two + CALIB_BOUND_BYTES);
    out->record = calib_get_u64(two + CALIB_BOUND_BYTES + 8);
    return status || out->first <= out->end ? status : fail_damaged(i);
}

int calib_bounds_find(calib_bounds *bounds, uint64_t token, uint64_t *document, calib_bound *out)
{
    uint64_t low = 0, high = bounds->n;
    int status = CALIB_OK;
    while (!status && low < high) {
        uint64_t middle = low + (high - low) / 2;
        status = calib_bounds_read(bounds, middle, out);
        if (out->end <= token)
            low = middle + 1;
        else
            high = middle;
    }
    *document = low;
    if (!status && low == bounds->n)
        return fail_damaged(low);
    return status ? status : calib_bounds_read(bounds, low, out);
}

int calib_bounds_write(const calib_bounds *bounds, calib_file *file, uint64_t to)
{
    uint8_t block[BLOCK];
    uint64_t total = bounds->n * CALIB_BOUND_BYTES;
    int error = 0;
    for (uint64_t at = 0; !error && at < total; at += BLOCK) {
        size_t n = total - at < BLOCK ? (size_t)(total - at) : BLOCK;
        error = calib_spill_read(&bounds->bytes, at, n, block);
        if (!error)
            error = calib_file_write_at(file, block, n, to + at);
    }
    return error;
}

void calib_bounds_free(calib_bounds *bounds)
{
    calib_spill_free(&bounds->bytes);
    free(bounds->ahead.bytes);
    *bounds = (calib_bounds){0};
}
