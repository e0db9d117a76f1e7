/* SPDX-License-Identifier: MIT */
#include "fetch/cache.h"

#include "base/error.h"
#include "system/system.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 256 * 1024, RANDOM_BYTES = 16, TRIES = 8 };

/* What bford.info/cachedir asks for: backup programs leave such a directory out. */
static const char TAG[] = "Signature: 8a477f597d28d172789f06886806bc55\n"
                          "# A cache made by calib. Everything in it can be fetched again.\n";

/* ---- folders ---- */

static int open_folder(const calib_cachedir *cache, const char *name, calib_directory **folder)
{
    if (*folder)
        return CALIB_OK;
    int error = calib_directory_open_at(cache->root, name, folder);
    if (!error || calib_system_kind_of(error) == CALIB_SYSTEM_NOT_FOUND)
        return CALIB_OK;
    return calib_fail_system(error, "cannot open the cache folder %s/%s", cache->path, name);
}

int calib_cachedir_open(calib_cachedir *cache, const char *path)
{
    if (!path)
        return calib_fail(CALIB_E_ARGUMENT, "no cache directory is known, since HOME is not set: "
                                            "let CALIB_CACHE_DIR name one");
    cache->path = path;
    int error = cache->root ? 0 : calib_directory_open(path, &cache->root);
    if (calib_system_kind_of(error) == CALIB_SYSTEM_NOT_FOUND)
        return CALIB_OK;
    if (error)
        return calib_fail_system(error,
                                 "cannot open the cache directory %s: CALIB_CACHE_DIR names "
                                 "another one",
                                 path);
    int status = open_folder(cache, "corpora", &cache->corpora);
    return status ? status : open_folder(cache, "urls", &cache->urls);
}

static int make_folder(const calib_cachedir *cache, const char *name, calib_directory **folder)
{
    if (*folder)
        return CALIB_OK;
    int error = calib_directory_make_at(cache->root, name);
    if (!error)
        error = calib_directory_open_at(cache->root, name, folder);
    if (!error)
        return CALIB_OK;
    return calib_fail_system(error, "cannot make the cache folder %s/%s", cache->path, name);
}

/* A cache without the tag is as good; so is one with half of it. */
static void write_tag(const calib_cachedir *cache)
{
    calib_file *file;
    if (calib_file_create_at(cache->root, "CACHEDIR.TAG", &file) != 0)
        return;
    calib_file_write(file, TAG, sizeof TAG - 1);
    calib_file_close(file);
}

int calib_cachedir_make(calib_cachedir *cache)
{
    int error = 0;
    if (!cache->root)
        error = calib_directory_make(cache->path);
    if (!error && !cache->root)
        error = calib_directory_open(cache->path, &cache->root);
    if (error)
        return calib_fail_system(error,
                                 "cannot make the cache directory %s: CALIB_CACHE_DIR names "
                                 "another one",
                                 cache->path);
    bool is_new = !cache->corpora;
    int status = make_folder(cache, "corpora", &cache->corpora);
    if (!status)
        status = make_folder(cache, "urls", &cache->urls);
    if (!status && is_new)
        write_tag(cache);
    return status;
}

void calib_cachedir_close(calib_cachedir *cache)
{
    calib_directory_close(cache->corpora);
    calib_directory_close(cache->urls);
    calib_directory_close(cache->root);
    *cache = (calib_cachedir){0};
}

/* ---- writing ---- */

static int fail_write(const calib_cachedir *cache, int error)
{
    return calib_fail_system(error,
                             "cannot write to the cache directory %s: make room there, or let "
                             "CALIB_CACHE_DIR name another one",
                             cache->path);
}

int calib_cachedir_temp_name(char name[CALIB_CACHE_NAME])
{
    uint8_t bytes[RANDOM_BYTES];
    int error = calib_random(bytes, sizeof bytes);
    if (error)
        return error;
    for (size_t i = 0; i < sizeof bytes; i++)
        snprintf(name + 2 * i, 3, "%02x", bytes[i]);
    snprintf(name + 2 * sizeof bytes, CALIB_CACHE_NAME - 2 * sizeof bytes, ".tmp");
    return 0;
}

int calib_cachedir_temp(const calib_cachedir *cache, calib_directory *folder,
                        char name[CALIB_CACHE_NAME], calib_file **file)
{
    int error = calib_system_error_of(CALIB_SYSTEM_EXISTS);
    for (int i = 0; i < TRIES && calib_system_kind_of(error) == CALIB_SYSTEM_EXISTS; i++) {
        error = calib_cachedir_temp_name(name);
        if (!error)
            error = calib_file_create_at(folder, name, file);
    }
    return error ? fail_write(cache, error) : CALIB_OK;
}

/* A second name is given only where none is: this is what makes the first of several writers the
 * one that counts. File systems without hard links get the rename, and then the last one counts. */
static int give_name(calib_directory *folder, const char *temp, const char *name, bool alone,
                     bool *taken)
{
    *taken = false;
    if (!alone)
        return calib_file_rename_at(folder, temp, name);
    int error = calib_file_link_at(folder, temp, name);
    if (!error) {
        calib_file_remove_at(folder, temp);
        return 0;
    }
    *taken = calib_system_kind_of(error) == CALIB_SYSTEM_EXISTS;
    return *taken ? 0 : calib_file_rename_at(folder, temp, name);
}

int calib_cachedir_publish(const calib_cachedir *cache, calib_directory *folder, const char *temp,
                           const char *name, bool alone, bool *taken)
{
    bool is_taken;
    int error = give_name(folder, temp, name, alone, &is_taken);
    if (!error && !is_taken)
        error = calib_directory_sync(folder);
    if (taken)
        *taken = is_taken;
    return error ? fail_write(cache, error) : CALIB_OK;
}

int calib_cachedir_put(const calib_cachedir *cache, calib_directory *folder, const char *name,
                       const char *text, bool alone, bool *taken)
{
    char temp[CALIB_CACHE_NAME];
    calib_file *file;
    int status = calib_cachedir_temp(cache, folder, temp, &file);
    if (status)
        return status;
    int error = calib_file_write(file, text, strlen(text));
    if (!error)
        error = calib_file_protect(file);
    if (!error)
        error = calib_file_sync(file);
    calib_file_close(file);
    bool is_taken = false;
    status = error ? fail_write(cache, error)
                   : calib_cachedir_publish(cache, folder, temp, name, alone, &is_taken);
    if (status || is_taken)
        calib_file_remove_at(folder, temp);
    if (taken)
        *taken = is_taken;
    return status;
}

/* ---- reading ---- */

typedef struct checking {
    calib_sha256 hash;
    char *block;
    calib_file *file;
    uint64_t size;
    uint64_t total;
    bool unreadable;
    calib_progress *progress;
} checking;

static int hash_blocks(checking *check)
{
    for (;;) {
        size_t n;
        /* A disk that cannot give the bytes back has lost them: that is damage. */
        check->unreadable = calib_file_read(check->file, check->block, BLOCK, &n) != 0;
        if (check->unreadable || n == 0)
            return CALIB_OK;
        check->size += n;
        int status = calib_sha256_add(&check->hash, check->block, n);
        if (!status)
            status =
                calib_progress_tick(check->progress, CALIB_STAGE_READ, check->size, check->total);
        if (status)
            return status;
    }
}

static int hash_file(checking *check, uint8_t sha256[CALIB_SHA256_SIZE])
{
    check->block = malloc(BLOCK);
    if (!check->block)
        return calib_fail_memory(BLOCK);
    if (calib_file_size(check->file, &check->total) != 0)
        check->total = 0;
    int status = calib_sha256_begin(&check->hash);
    if (!status)
        status = hash_blocks(check);
    if (!status)
        status = calib_sha256_end(&check->hash, sha256);
    if (!status && !check->unreadable)
        check->unreadable = calib_file_seek(check->file, 0) != 0;
    calib_sha256_free(&check->hash);
    free(check->block);
    return status;
}

int calib_cachedir_find(const calib_cachedir *cache, const uint8_t sha256[CALIB_SHA256_SIZE],
                        calib_progress *progress, calib_found *found, calib_file **file,
                        uint64_t *size)
{
    *found = CALIB_FOUND_NOTHING;
    *file = NULL;
    if (!cache->corpora)
        return CALIB_OK;
    char name[CALIB_SHA256_HEX];
    calib_sha256_to_hex(sha256, name);
    checking check = {.progress = progress};
    int error = calib_file_open_at(cache->corpora, name, &check.file);
    if (calib_system_kind_of(error) == CALIB_SYSTEM_NOT_FOUND)
        return CALIB_OK;
    /* A link, a directory, a device: not what calib put there. */
    *found = CALIB_FOUND_DAMAGED;
    if (calib_system_kind_of(error) == CALIB_SYSTEM_NOT_FILE ||
        calib_system_kind_of(error) == CALIB_SYSTEM_IO)
        return CALIB_OK;
    if (error)
        return calib_fail_system(error, "cannot open the cached text %s/corpora/%s", cache->path,
                                 name);
    uint8_t is[CALIB_SHA256_SIZE];
    int status = hash_file(&check, is);
    bool good = !status && !check.unreadable && memcmp(is, sha256, sizeof is) == 0;
    if (!good) {
        calib_file_close(check.file);
        return status;
    }
    *found = CALIB_FOUND_GOOD;
    *file = check.file;
    *size = check.size;
    return CALIB_OK;
}

void calib_cachedir_set_aside(const calib_cachedir *cache, const uint8_t sha256[CALIB_SHA256_SIZE])
{
    char name[CALIB_SHA256_HEX], aside[CALIB_CACHE_NAME];
    calib_sha256_to_hex(sha256, name);
    snprintf(aside, sizeof aside, "%s.corrupt", name);
    calib_file_rename_at(cache->corpora, name, aside);
}

int calib_cachedir_text_path(const calib_cachedir *cache, const uint8_t sha256[CALIB_SHA256_SIZE],
                             char **out)
{
    char name[CALIB_SHA256_HEX];
    calib_sha256_to_hex(sha256, name);
    size_t n = strlen(cache->path) + sizeof "/corpora/" + sizeof name;
    *out = malloc(n);
    if (!*out)
        return calib_fail_memory(n);
    snprintf(*out, n, "%s/corpora/%s", cache->path, name);
    return CALIB_OK;
}

/* ---- hygiene ---- */

/* `n` hex digits, then `ending`. */
static bool is_name(const char *name, size_t n, const char *ending)
{
    return strspn(name, "0123456789abcdef") == n && strcmp(&name[n], ending) == 0;
}

bool calib_cache_name_is(const char *name, const char *ending)
{
    return is_name(name, CALIB_SHA256_HEX - 1, ending);
}

static bool is_temp(const char *name)
{
    return is_name(name, (size_t)2 * RANDOM_BYTES, ".tmp");
}

typedef struct reaping {
    calib_directory *folder;
    int64_t before;
} reaping;

static int reap_one(void *ctx, const char *name)
{
    const reaping *reap = ctx;
    if (!is_temp(name) && !calib_cache_name_is(name, ".part") &&
        !calib_cache_name_is(name, ".corrupt"))
        return 0;
    calib_file_info info;
    if (calib_file_info_at(reap->folder, name, &info) == 0 && info.modified < reap->before)
        calib_file_remove_at(reap->folder, name);
    return 0;
}

void calib_cachedir_reap(const calib_cachedir *cache)
{
    int64_t before = calib_unix_time() - CALIB_TEMP_AGE_S;
    int unused;
    reaping corpora = {cache->corpora, before}, urls = {cache->urls, before};
    calib_directory_list(cache->corpora, reap_one, &corpora, &unused);
    calib_directory_list(cache->urls, reap_one, &urls, &unused);
}
