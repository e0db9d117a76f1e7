/* SPDX-License-Identifier: MIT */
#include "base/spill.h"

#include "base/error.h"
#include "base/system.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { COPY_BLOCK = 1 << 20 };

uint64_t calib_spill_len(const calib_spill *spill)
{
    return spill->file_bytes + spill->memory.len;
}

static int read_file(const calib_spill *spill, uint64_t first, size_t n, void *out)
{
    size_t got;
    int error = calib_file_read_at(spill->fd, out, n, spill->base + first, &got);
    return error ? error : got < n ? EIO : 0;
}

int calib_spill_read(const calib_spill *spill, uint64_t first, size_t n, void *out)
{
    size_t from_file = 0;
    if (first < spill->file_bytes) {
        uint64_t there = spill->file_bytes - first;
        from_file = there < n ? (size_t)there : n;
        int error = read_file(spill, first, from_file, out);
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

static int open_file(const calib_spill *spill, bool in_place, int *fd)
{
    if (in_place && spill->place.open)
        return spill->place.open(spill->place.ctx, fd);
    return calib_temporary_open(fd);
}

static int copy_to(const calib_spill *spill, int fd)
{
    uint64_t total = calib_spill_len(spill);
    void *block = malloc(COPY_BLOCK);
    int error = block ? 0 : ENOMEM;
    for (uint64_t at = 0; !error && at < total; at += COPY_BLOCK) {
        size_t n = total - at < COPY_BLOCK ? (size_t)(total - at) : COPY_BLOCK;
        error = calib_spill_read(spill, at, n, block);
        if (!error)
            error = calib_file_write_at(fd, block, n, spill->base + at);
    }
    free(block);
    return error;
}

static bool move_to_file(calib_spill *spill, bool in_place)
{
    int fd;
    if (open_file(spill, in_place, &fd))
        return false;
    if (copy_to(spill, fd)) {
        calib_file_close(fd);
        return false;
    }
    if (spill->fd >= 0)
        calib_file_close(spill->fd);
    spill->file_bytes = calib_spill_len(spill);
    spill->memory.len = 0;
    spill->fd = fd;
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
    if (spill->fd >= 0)
        calib_file_close(spill->fd);
    spill->fd = -1;
    spill->in_place = false;
    return CALIB_OK;
}

static bool flush(calib_spill *spill)
{
    uint64_t at = spill->base + spill->file_bytes;
    if (calib_file_write_at(spill->fd, spill->memory.data, spill->memory.len, at))
        return false;
    /* It is to stay: fsync() at the end, which nobody can cancel, then has little left to write. */
    if (spill->in_place)
        calib_file_sync_soon(spill->fd, at, spill->memory.len);
    spill->file_bytes += spill->memory.len;
    spill->memory.len = 0;
    return true;
}

/* The place first, then an unnamed file, then memory. */
static int to_disk(calib_spill *spill)
{
    if (spill->fd >= 0 && flush(spill))
        return CALIB_OK;
    bool first_time = spill->fd < 0;
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
    if (spill->fd >= 0)
        return spill->in_place && (spill->memory.len == 0 || flush(spill));
    return spill->place.open && !spill->no_disk && move_to_file(spill, true);
}

void calib_spill_free(calib_spill *spill)
{
    if (spill->fd >= 0)
        calib_file_close(spill->fd);
    calib_buffer_free(&spill->memory);
    *spill = (calib_spill){.fd = -1};
}
