/* SPDX-License-Identifier: MIT */
#include "fetch/texts.h"

#include "base/error.h"
#include "cachedir/trim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 256 * 1024 };

static const char CORPORA[] = "corpora", URLS[] = "urls";

/* ---- folders ---- */

int calib_texts_fail_open(const calib_texts *texts, const char *verb, const char *folder, int error)
{
    calib_system_kind kind = calib_system_kind_of(error);
    const char *slash = folder[0] ? "/" : "";
    bool link = folder[0] && kind == CALIB_SYSTEM_NOT_FILE;
    const char *share = folder[0] && kind == CALIB_SYSTEM_ACCESS
                            ? ", or let its owner share it with a group (mode 2770)"
                            : "";
    int status = calib_fail_system(error,
                                   "cannot %s the cache directory %s%s%s%s: set cache_dir or "
                                   "CALIB_CACHE_DIR to another directory%s",
                                   verb, calib_shown(texts->path), slash, folder,
                                   link ? ", a link, which is not followed there" : "", share);
    /* E_NOT_FOUND is for texts: a file or a link to nothing in this place is a wrong cache_dir. */
    if (kind == CALIB_SYSTEM_NOT_DIRECTORY || kind == CALIB_SYSTEM_NOT_FOUND ||
        kind == CALIB_SYSTEM_NOT_FILE)
        status = calib_error_record()->status = CALIB_E_ARGUMENT;
    return status;
}

static int open_folder(const calib_texts *texts, const char *name, calib_directory **folder)
{
    int error = *folder ? 0 : calib_directory_open_at(texts->root, name, folder);
    if (!error || calib_system_kind_of(error) == CALIB_SYSTEM_NOT_FOUND)
        return CALIB_OK;
    return calib_texts_fail_open(texts, "open", name, error);
}

int calib_texts_open(calib_texts *texts, const char *path)
{
    if (!path)
        return calib_fail(CALIB_E_ARGUMENT, "no cache directory is known, since HOME is not set: "
                                            "set cache_dir or CALIB_CACHE_DIR to a directory");
    texts->path = path;
    int error = texts->root ? 0 : calib_directory_open(path, &texts->root);
    if (calib_system_kind_of(error) == CALIB_SYSTEM_NOT_FOUND)
        return CALIB_OK;
    if (error)
        return calib_texts_fail_open(texts, "open", "", error);
    int status = open_folder(texts, CORPORA, &texts->corpora);
    return status ? status : open_folder(texts, URLS, &texts->urls);
}

static int make_folder(const calib_texts *texts, const char *name, calib_directory **folder)
{
    int error = *folder ? 0 : calib_cachedir_folder_make(texts->root, name, folder);
    return error ? calib_texts_fail_open(texts, "make", name, error) : CALIB_OK;
}

int calib_texts_make(calib_texts *texts)
{
    int error = texts->root ? 0 : calib_cachedir_make(texts->path, &texts->root);
    if (error)
        return calib_texts_fail_open(texts, "make", "", error);
    bool is_new = !texts->corpora;
    int status = make_folder(texts, CORPORA, &texts->corpora);
    if (!status)
        status = make_folder(texts, URLS, &texts->urls);
    if (!status && is_new)
        calib_cachedir_tag(texts->root);
    return status;
}

void calib_texts_close(calib_texts *texts)
{
    calib_directory_close(texts->corpora);
    calib_directory_close(texts->urls);
    calib_directory_close(texts->root);
    *texts = (calib_texts){0};
}

int calib_texts_fail_write(const calib_texts *texts, int error)
{
    return calib_fail_system(error,
                             "cannot write to the cache directory %s: %sset cache_dir or "
                             "CALIB_CACHE_DIR to another directory",
                             calib_shown(texts->path),
                             calib_system_kind_of(error) == CALIB_SYSTEM_NO_SPACE
                                 ? "make room there, raise the limit on the size of files, or "
                                 : "");
}

/* ---- texts ---- */

/* Hashes all of an open text and moves back to its start. */
static int hash_file(calib_file *file, calib_progress *progress, uint8_t sha256[CALIB_SHA256_SIZE],
                     uint64_t *size, bool *readable)
{
    calib_sha256 hash = {0};
    uint64_t total = 0;
    size_t n = 1;
    *size = 0;
    *readable = true;
    char *block = malloc(BLOCK);
    if (!block)
        return calib_fail_memory(BLOCK);
    calib_file_size(file, &total);
    int status = calib_sha256_begin(&hash);
    while (!status && n > 0) {
        *readable = calib_file_read(file, block, BLOCK, &n) == 0;
        if (!*readable || n == 0)
            break;
        *size += n;
        status = calib_sha256_add(&hash, block, n);
        if (!status)
            status = calib_progress_tick(progress, CALIB_STAGE_READ, *size, total);
    }
    if (!status && *readable) {
        status = calib_sha256_end(&hash, sha256);
        *readable = calib_file_seek(file, 0) == 0;
    }
    calib_sha256_free(&hash);
    free(block);
    return status;
}

int calib_texts_find(const calib_texts *texts, const uint8_t sha256[CALIB_SHA256_SIZE],
                     calib_progress *progress, calib_found *found, calib_file **file,
                     uint64_t *size)
{
    *found = CALIB_FOUND_NOTHING;
    *file = NULL;
    if (!texts->corpora)
        return CALIB_OK;
    char name[CALIB_SHA256_HEX];
    calib_file *opened;
    calib_sha256_to_hex(sha256, name);
    int error = calib_file_open_at(texts->corpora, name, &opened);
    calib_system_kind kind = calib_system_kind_of(error);
    if (kind == CALIB_SYSTEM_NOT_FOUND)
        return CALIB_OK;
    *found = CALIB_FOUND_DAMAGED;
    /* calib puts only regular files there, and a disk that cannot give the bytes back has lost
     * them. */
    if (kind == CALIB_SYSTEM_NOT_FILE || kind == CALIB_SYSTEM_IO)
        return CALIB_OK;
    if (error)
        return calib_fail_system(error, "cannot open the cached text %s/corpora/%s",
                                 calib_shown(texts->path), name);
    uint8_t is[CALIB_SHA256_SIZE];
    bool readable;
    int status = hash_file(opened, progress, is, size, &readable);
    if (status || !readable || memcmp(is, sha256, sizeof is) != 0) {
        calib_file_close(opened);
        return status;
    }
    calib_file_hold(texts->corpora, opened);
    *found = CALIB_FOUND_GOOD;
    *file = opened;
    return CALIB_OK;
}

void calib_texts_trim(const calib_texts *texts, const uint8_t stored[CALIB_SHA256_SIZE],
                      uint64_t max_bytes)
{
    char name[CALIB_SHA256_HEX];
    calib_sha256_to_hex(stored, name);
    calib_trim trim = {.max_bytes = max_bytes, .keep = name};
    calib_cachedir_trim(texts->root, &trim);
}

void calib_texts_set_aside(const calib_texts *texts, const uint8_t sha256[CALIB_SHA256_SIZE])
{
    char name[CALIB_SHA256_HEX], aside[CALIB_CACHE_NAME];
    calib_sha256_to_hex(sha256, name);
    snprintf(aside, sizeof aside, "%s.corrupt", name);
    calib_file_rename_at(texts->corpora, name, aside);
}

int calib_texts_path(const calib_texts *texts, const uint8_t sha256[CALIB_SHA256_SIZE], char **out)
{
    char name[CALIB_SHA256_HEX];
    calib_sha256_to_hex(sha256, name);
    size_t n = strlen(texts->path) + sizeof "/corpora/" + sizeof name;
    *out = malloc(n);
    if (!*out)
        return calib_fail_memory(n);
    snprintf(*out, n, "%s/corpora/%s", texts->path, name);
    return CALIB_OK;
}
