/* SPDX-License-Identifier: MIT */
#include "input/reader.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK = 256 * 1024 };

int calib_reader_open_memory(calib_reader *reader, const void *data, size_t len, const char *name)
{
    *reader = (calib_reader){.name = name, .memory = data ? data : ""};
    reader->remedy = "leave its bytes alone until the corpus is closed";
    reader->memory_len = len;
    reader->total = len;
    return calib_hasher_begin(&reader->hasher);
}

int calib_reader_open_file(calib_reader *reader, calib_file *file, const char *name)
{
    *reader = (calib_reader){.name = name, .file = file};
    reader->remedy = "copy the file first and load the copy";
    int error = calib_file_size(file, &reader->total);
    if (error)
        return calib_fail_system(error, "cannot read %s", calib_shown(name));
    reader->block = malloc(BLOCK);
    if (!reader->block)
        return calib_fail_memory(BLOCK);
    return calib_hasher_begin(&reader->hasher);
}

int calib_reader_open_path(calib_reader *reader, const char *path)
{
    *reader = (calib_reader){.name = path};
    calib_file *file;
    int error = calib_file_open(path, &file);
    if (error)
        return calib_fail_system(error, "cannot open the corpus %s", calib_shown(path));
    return calib_reader_open_file(reader, file, path);
}

int calib_reader_open_standard_input(calib_reader *reader, const char *name)
{
    *reader = (calib_reader){.name = name};
    calib_file *file;
    int error = calib_standard_input_open(&file);
    if (error)
        return calib_fail_system(error, "cannot read %s", calib_shown(name));
    int status = calib_reader_open_file(reader, file, name);
    reader->is_input = true;
    return status;
}

void calib_reader_expect(calib_reader *reader, uint64_t size,
                         const uint8_t sha256[CALIB_SHA256_SIZE])
{
    reader->measured = true;
    reader->size = size;
    memcpy(reader->sha256, sha256, CALIB_SHA256_SIZE);
    reader->remedy = "load it again";
}

int calib_reader_peek(calib_reader *reader, size_t least, const char **block, size_t *len)
{
    if (reader->memory) {
        *block = reader->memory;
        *len = reader->memory_len;
        return CALIB_OK;
    }
    size_t n = 1;
    int error = 0;
    while (!error && n > 0 && reader->n_ahead < least) {
        error = calib_file_read(reader->file, reader->block + reader->n_ahead,
                                BLOCK - reader->n_ahead, &n);
        reader->n_ahead += error ? 0 : n;
    }
    *block = reader->block;
    *len = reader->n_ahead;
    return error ? calib_fail_system(error, "cannot read %s", calib_shown(reader->name)) : CALIB_OK;
}

int calib_reader_hash_aside(calib_reader *reader)
{
    if (!reader->memory) {
        reader->other = malloc(BLOCK);
        if (!reader->other)
            return calib_fail_memory(BLOCK);
    }
    reader->hasher.aside = true;
    return CALIB_OK;
}

/* ---- a pass ---- */

/* The block that was given last may still be hashed. */
static void take_other_block(calib_reader *reader)
{
    char *other = reader->other;
    if (!other)
        return;
    reader->other = reader->block;
    reader->block = other;
}

static int read_block(calib_reader *reader, const char **block, size_t *len)
{
    if (reader->memory) {
        size_t left = reader->memory_len - (size_t)reader->n_bytes;
        *block = reader->memory + reader->n_bytes;
        *len = left < BLOCK ? left : BLOCK;
        return CALIB_OK;
    }
    if (reader->n_ahead == 0)
        take_other_block(reader);
    *block = reader->block;
    if (reader->replays) {
        uint64_t left = calib_spill_len(&reader->kept) - reader->n_bytes;
        *len = left < BLOCK ? (size_t)left : BLOCK;
        int error = calib_spill_read(&reader->kept, reader->n_bytes, *len, reader->block);
        return error ? calib_fail_system(error, "cannot read %s a second time",
                                         calib_shown(reader->name))
                     : CALIB_OK;
    }
    *len = reader->n_ahead;
    reader->n_ahead = 0;
    int error = *len ? 0 : calib_file_read(reader->file, reader->block, BLOCK, len);
    if (error)
        return calib_fail_system(error, "cannot read %s", calib_shown(reader->name));
    return reader->keeps ? calib_spill_append(&reader->kept, *block, *len) : CALIB_OK;
}

/* Compares the size of the file with its size when it was opened. The number of bytes read does not
 * count: some systems give fewer bytes than the size of a file (Linux in /sys), and standard input
 * may begin anywhere in a file. */
static int check_size(const calib_reader *reader)
{
    uint64_t now;
    if (!reader->file || reader->replays)
        return CALIB_OK;
    int error = calib_file_size(reader->file, &now);
    if (error)
        return calib_fail_system(error, "cannot read %s", calib_shown(reader->name));
    if (now == reader->total)
        return CALIB_OK;
    return calib_fail(CALIB_E_UNSTABLE,
                      "%s changed while it was read: it had %llu bytes and has %llu now; %s",
                      calib_shown(reader->name), (unsigned long long)reader->total,
                      (unsigned long long)now, reader->remedy);
}

int calib_reader_next(calib_reader *reader, const char **block, size_t *len)
{
    int status = read_block(reader, block, len);
    if (status)
        return status;
    reader->n_bytes += *len;
    /* A file that grows as fast as it is read has no end. */
    if (*len == 0 || (reader->total && reader->n_bytes > reader->total))
        status = check_size(reader);
    if (status)
        return status;
    if (*len > 0)
        return calib_hasher_add(&reader->hasher, *block, *len);
    reader->passed = true;
    uint8_t sha256[CALIB_SHA256_SIZE];
    status = calib_hasher_end(&reader->hasher, sha256);
    if (status)
        return status;
    if (reader->measured && memcmp(sha256, reader->sha256, sizeof sha256) != 0)
        return calib_fail(CALIB_E_UNSTABLE, "%s changed while it was read: %s",
                          calib_shown(reader->name), reader->remedy);
    reader->measured = true;
    reader->size = reader->n_bytes;
    memcpy(reader->sha256, sha256, sizeof sha256);
    return CALIB_OK;
}

/* ---- reading again ---- */

/* A pipe gives its bytes once. Standard input may be a file, but its first position is unknown. */
bool calib_reader_is_once(const calib_reader *reader)
{
    return !reader->memory && (reader->total == 0 || reader->is_input);
}

bool calib_reader_rewinds(const calib_reader *reader)
{
    return (reader->keeps && reader->passed) || !calib_reader_is_once(reader);
}

void calib_reader_keep(calib_reader *reader)
{
    reader->keeps = calib_reader_is_once(reader);
}

int calib_reader_rewind(calib_reader *reader)
{
    if (reader->n_bytes == 0)
        return CALIB_OK;
    reader->n_bytes = 0;
    calib_hasher_free(&reader->hasher);
    if (reader->keeps) {
        reader->replays = true;
        reader->total = calib_spill_len(&reader->kept);
    } else if (!reader->memory) {
        int error = calib_file_seek(reader->file, 0);
        if (error)
            return calib_fail_system(error, "cannot read %s a second time",
                                     calib_shown(reader->name));
    }
    return calib_hasher_begin(&reader->hasher);
}

int calib_reader_read_at(const calib_reader *reader, uint64_t at, void *out, size_t n, size_t *got)
{
    *got = 0;
    if (!reader->memory) {
        int error = calib_file_read_at(reader->file, out, n, at, got);
        return error ? calib_fail_system(error, "cannot read %s", calib_shown(reader->name))
                     : CALIB_OK;
    }
    if (at < reader->memory_len)
        *got = reader->memory_len - at < n ? (size_t)(reader->memory_len - at) : n;
    memcpy(out, reader->memory + (*got ? at : 0), *got);
    return CALIB_OK;
}

void calib_reader_close(calib_reader *reader)
{
    calib_file_close(reader->file);
    calib_hasher_free(&reader->hasher);
    free(reader->block);
    free(reader->other);
    calib_spill_free(&reader->kept);
    *reader = (calib_reader){0};
}
