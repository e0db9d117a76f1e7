/* SPDX-License-Identifier: MIT */
#include "store/bounds.h"

#include "base/error.h"
#include "store/format.h"

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

/* A file may change after its bounds were checked. */
static int fail_damaged(uint64_t document)
{
    return calib_fail(CALIB_E_CORRUPT, "the stored bounds of document %llu are damaged",
                      (unsigned long long)document);
}

int calib_bounds_read(const calib_bounds *bounds, uint64_t i, calib_bound *out)
{
    uint8_t two[2 * CALIB_BOUND_BYTES] = {0}; /* the document before it, and it */
    int status = i ? read_bytes(bounds, (i - 1) * CALIB_BOUND_BYTES, sizeof two, two)
                   : read_bytes(bounds, 0, CALIB_BOUND_BYTES, two + CALIB_BOUND_BYTES);
    out->first = calib_get_u64(two);
    out->end = calib_get_u64(two + CALIB_BOUND_BYTES);
    out->record = calib_get_u64(two + CALIB_BOUND_BYTES + 8);
    return status || out->first <= out->end ? status : fail_damaged(i);
}

int calib_bounds_find(const calib_bounds *bounds, uint64_t token, uint64_t *document,
                      calib_bound *out)
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
    *bounds = (calib_bounds){0};
}
