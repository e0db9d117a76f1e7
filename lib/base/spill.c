/* SPDX-License-Identifier: MIT */
#include "base/spill.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>

enum { COPY_BLOCK = 1 << 20 };

uint64_t calib_spill_len(const calib_spill *spill)
{
    return spill->file_bytes + spill->memory.len;
}

int calib_spill_read(const calib_spill *spill, uint64_t first, size_t n, void *out)
{
    size_t from_file = 0;
    if (first < spill->file_bytes) {
        uint64_t there = spill->file_bytes - first;
        from_file = there < n ? (size_t)there : n;
        size_t got;
        int error = calib_file_read_at(spill->file, out, from_file, spill->base + first, &got);
        if (!error && got < from_file)
            error = calib_system_error_of(CALIB_SYSTEM_IO);
        if (error)
            return error;
    }
    if (n > from_file) {
        size_t at = (size_t)(first + from_file - spill->file_bytes);
        memcpy((char *)out + from_file, (const char *)spill->memory.data + at, n - from_file);
    }
    return 0;
}

int calib_spill_lose(calib_spill *spill, int error)
{
    spill->lost = true;
    return calib_fail_system(error, "cannot read a temporary file back");
}

/* ---- to another file, or back to memory ---- */

static bool move_to_file(calib_spill *spill, bool in_place)
{
    calib_file *file;
    uint64_t total = calib_spill_len(spill);
    int error = in_place && spill->place.open ? spill->place.open(spill->place.ctx, &file)
                                              : calib_temporary_open(&file);
    if (error)
        return false;
    void *block = malloc(COPY_BLOCK);
    bool good = block != NULL;
    for (uint64_t at = 0; good && at < total; at += COPY_BLOCK) {
        size_t n = total - at < COPY_BLOCK ? (size_t)(total - at) : COPY_BLOCK;
        good = calib_spill_read(spill, at, n, block) == 0 &&
               calib_file_write_at(file, block, n, spill->base + at) == 0;
    }
    free(block);
    calib_file_close(good ? spill->file : file);
    if (!good)
        return false;
    spill->file_bytes = total;
    spill->memory.len = 0;
    spill->file = file;
    spill->in_place = in_place;
    return true;
}

static int move_to_memory(calib_spill *spill)
{
    calib_buffer all = {0};
    uint64_t total = calib_spill_len(spill);
    if (total > SIZE_MAX)
        return calib_fail_memory(SIZE_MAX);
    int status = calib_buffer_reserve(&all, (size_t)total);
    if (status)
        return status;
    int error = calib_spill_read(spill, 0, (size_t)total, all.data);
    if (error) {
        calib_buffer_free(&all);
        return calib_spill_lose(spill, error);
    }
    all.len = (size_t)total;
    calib_buffer_free(&spill->memory);
    spill->memory = all;
    spill->file_bytes = 0;
    calib_file_close(spill->file);
    spill->file = NULL;
    spill->in_place = false;
    return CALIB_OK;
}

static bool flush(calib_spill *spill)
{
    uint64_t at = spill->base + spill->file_bytes;
    if (calib_file_write_at(spill->file, spill->memory.data, spill->memory.len, at))
        return false;
    /* The file will be kept. The sync at its end cannot be cancelled, and then has less to do. */
    if (spill->in_place)
        calib_file_sync_soon(spill->file, at, spill->memory.len);
    spill->file_bytes += spill->memory.len;
    spill->memory.len = 0;
    return true;
}

/* Tries a file of `place` first, then an unnamed file, then memory. */
static int to_disk(calib_spill *spill)
{
    if (spill->file && flush(spill))
        return CALIB_OK;
    bool first_time = !spill->file;
    if (first_time && spill->place.open && move_to_file(spill, true))
        return CALIB_OK;
    if ((first_time || spill->in_place) && move_to_file(spill, false))
        return CALIB_OK;
    spill->no_disk = true;
    return spill->file_bytes ? move_to_memory(spill) : CALIB_OK;
}

int calib_spill_append(calib_spill *spill, const void *data, size_t len)
{
    size_t limit = spill->limit ? spill->limit : CALIB_SPILL_LIMIT;
    int status = calib_buffer_append(&spill->memory, data, len);
    if (!status && spill->memory.len >= limit && !spill->no_disk)
        status = to_disk(spill);
    return status;
}

int calib_spill_end(calib_spill *spill)
{
    if (spill->file_bytes == 0)
        return CALIB_OK;
    int status = to_disk(spill);
    if (!status && spill->memory.len == 0)
        calib_buffer_free(&spill->memory);
    return status;
}

bool calib_spill_settle(calib_spill *spill)
{
    if (spill->file)
        return spill->in_place && (spill->memory.len == 0 || flush(spill));
    return spill->place.open && !spill->no_disk && move_to_file(spill, true);
}

void calib_spill_free(calib_spill *spill)
{
    calib_file_close(spill->file);
    calib_buffer_free(&spill->memory);
    *spill = (calib_spill){0};
}
