/* SPDX-License-Identifier: MIT */
#include "text/source.h"

#include "base/error.h"
#include "base/system.h"

#include <stdlib.h>

enum { BLOCK = 256 * 1024 };

int calib_source_open_memory(calib_source *source, const void *data, size_t len, const char *name)
{
    *source = (calib_source){.name = name, .fd = -1, .memory = data ? data : "", .kept.fd = -1};
    source->memory_len = len;
    source->total = len;
    return calib_sha256_begin(&source->hash);
}

int calib_source_open_fd(calib_source *source, int fd, bool owns_fd, const char *name)
{
    *source = (calib_source){.name = name, .fd = fd, .owns_fd = owns_fd, .kept.fd = -1};
    int error = calib_file_size(fd, &source->total);
    if (error)
        return calib_fail_system(error, "cannot read %s", name);
    source->block = malloc(BLOCK);
    if (!source->block)
        return calib_fail_memory(BLOCK);
    return calib_sha256_begin(&source->hash);
}

int calib_source_open_path(calib_source *source, const char *path)
{
    *source = (calib_source){.name = path, .fd = -1, .kept.fd = -1};
    int fd;
    int error = calib_file_open(path, &fd);
    if (error)
        return calib_fail_system(error, "cannot open the corpus %s", path);
    return calib_source_open_fd(source, fd, true, path);
}

static int read_fd(calib_source *source, const char **block, size_t *len)
{
    int error = calib_file_read(source->fd, source->block, BLOCK, len);
    if (error)
        return calib_fail_system(error, "cannot read %s", source->name);
    *block = source->block;
    return CALIB_OK;
}

static int read_kept(calib_source *source, const char **block, size_t *len)
{
    uint64_t left = calib_spill_len(&source->kept) - source->n_bytes;
    *block = source->block;
    *len = left < BLOCK ? (size_t)left : BLOCK;
    int error = calib_spill_read(&source->kept, source->n_bytes, *len, source->block);
    return error ? calib_fail_system(error, "cannot read %s a second time", source->name)
                 : CALIB_OK;
}

static void read_memory(calib_source *source, const char **block, size_t *len)
{
    size_t at = (size_t)source->n_bytes;
    size_t left = source->memory_len - at;
    *block = source->memory + at;
    *len = left < BLOCK ? left : BLOCK;
}

int calib_source_read(calib_source *source, const char **block, size_t *len)
{
    int status = CALIB_OK;
    if (source->memory)
        read_memory(source, block, len);
    else
        status = source->rereads ? read_kept(source, block, len) : read_fd(source, block, len);
    if (!status && source->keeps && !source->rereads)
        status = calib_spill_append(&source->kept, *block, *len);
    if (status)
        return status;
    source->n_bytes += *len;
    return calib_sha256_add(&source->hash, *block, *len);
}

int calib_source_end(calib_source *source, uint8_t sha256[CALIB_SHA256_SIZE])
{
    return calib_sha256_end(&source->hash, sha256);
}

/* A regular file of our own is read again from its start; where standard input stood, and what a
 * pipe gave, is gone. */
bool calib_source_is_once(const calib_source *source)
{
    return !source->memory && (source->total == 0 || !source->owns_fd);
}

bool calib_source_rewinds(const calib_source *source)
{
    return source->keeps || !calib_source_is_once(source);
}

void calib_source_keep(calib_source *source)
{
    source->keeps = calib_source_is_once(source);
}

int calib_source_rewind(calib_source *source)
{
    source->n_bytes = 0;
    calib_sha256_free(&source->hash);
    if (source->keeps) {
        source->rereads = true;
        source->total = calib_spill_len(&source->kept);
    } else if (!source->memory) {
        int error = calib_file_seek(source->fd, 0);
        if (error)
            return calib_fail_system(error, "cannot read %s a second time", source->name);
    }
    return calib_sha256_begin(&source->hash);
}

void calib_source_close(calib_source *source)
{
    if (source->owns_fd)
        calib_file_close(source->fd);
    free(source->block);
    calib_sha256_free(&source->hash);
    calib_spill_free(&source->kept);
    *source = (calib_source){.fd = -1, .kept.fd = -1};
}
