/* SPDX-License-Identifier: MIT */
#include "fetch/part.h"

#include "base/error.h"
#include "base/numbers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    TRAILER = 1024,
    BLOCK = 256 * 1024,
    LONG = 8 * 1024 * 1024, /* a text of this length is hashed by a thread */
    REPORT = 1024 * 1024,
    STALL_MS = 250
};

/* ---- the trailer ---- */

/* Always TRAILER bytes, filled up with newlines. */
static void make_trailer(const calib_part *part, const uint8_t hash[CALIB_SHA256_SIZE],
                         char trailer[TRAILER + 1])
{
    char hex[CALIB_SHA256_HEX];
    calib_sha256_to_hex(hash, hex);
    int n = snprintf(trailer, TRAILER + 1,
                     "\ncalib part 1\nurl %s\netag %s\nsize %llu\ntotal %llu\n"
                     "sha256 %s\n",
                     part->key, part->etag, (unsigned long long)part->size,
                     (unsigned long long)part->total, hex);
    memset(trailer + n, '\n', (size_t)(TRAILER - n));
    trailer[TRAILER] = '\0';
}

static bool read_number(const char *text, const char *word, uint64_t *out)
{
    const char *at = strstr(text, word);
    if (!at)
        return false;
    at += strlen(word);
    return calib_decimal_read(at, strlen(at), out) > 0;
}

/* ---- continuing with what is there ---- */

/* Reads the values loosely: check_front() compares the whole trailer. */
static bool load_trailer(calib_part *part, char trailer[TRAILER + 1])
{
    uint64_t file_size;
    size_t got;
    if (calib_file_size(part->file, &file_size) != 0 || file_size <= TRAILER ||
        calib_file_read_at(part->file, trailer, TRAILER, file_size - TRAILER, &got) != 0)
        return false;
    trailer[got] = '\0';
    if (got != TRAILER || strlen(trailer) != TRAILER)
        return false;
    static const char word[] = "\netag \"";
    const char *etag = strstr(trailer, word);
    if (!etag)
        return false;
    etag += strlen(word) - 1;
    size_t n = strcspn(etag, "\n");
    if (n >= CALIB_ETAG_CAP)
        return false;
    /* The ETag will be sent in a request. */
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)etag[i] <= ' ' || etag[i] == 0x7f)
            return false;
    memcpy(part->etag, etag, n);
    part->etag[n] = '\0';
    return read_number(trailer, "\nsize ", &part->size) &&
           read_number(trailer, "\ntotal ", &part->total) && part->size == file_size - TRAILER;
}

/* The trailer must be exactly the one that calib would write for these bytes. The state of their
 * hash is needed twice: to check it, and to continue from it. Nothing is changed on failure. */
static int check_front(calib_part *part, bool *good)
{
    char trailer[TRAILER + 1], again[TRAILER + 1];
    uint8_t hash[CALIB_SHA256_SIZE];
    *good = load_trailer(part, trailer);
    if (!*good)
        return CALIB_OK;
    char *block = malloc(BLOCK);
    if (!block)
        return calib_fail_memory(BLOCK);
    int status = CALIB_OK;
    for (uint64_t left = part->size; !status && *good && left > 0;) {
        size_t n = 0, want = left < BLOCK ? (size_t)left : BLOCK;
        *good = calib_file_read(part->file, block, want, &n) == 0 && n > 0;
        if (*good)
            status = calib_sha256_add(&part->hash, block, n);
        if (!status && *good && part->poll.fn)
            status = part->poll.fn(part->poll.ctx);
        left -= n;
    }
    free(block);
    if (status || !*good)
        return status;
    calib_sha256 copy = {0};
    status = calib_sha256_copy(&part->hash, &copy);
    if (!status)
        status = calib_sha256_end(&copy, hash);
    calib_sha256_free(&copy);
    if (status)
        return status;
    make_trailer(part, hash, again);
    *good =
        memcmp(again, trailer, TRAILER) == 0 && calib_file_truncate(part->file, part->size) == 0;
    return CALIB_OK;
}

int calib_part_open(calib_part *part, const calib_texts *texts, const char *key, bool resume,
                    const calib_poll *poll)
{
    *part = (calib_part){.texts = texts, .key = key, .poll = *poll};
    char name[CALIB_CACHE_NAME];
    calib_file *file;
    snprintf(name, sizeof name, "%s.part", part->key);
    int status = calib_sha256_begin(&part->hash);
    if (status)
        return status;
    /* Several calls may try to continue; the one whose rename succeeds has the file. */
    if (resume && calib_file_reopen_at(texts->corpora, name, &file) == 0) {
        calib_file_close(file);
        if (calib_cachedir_temp_name(NULL, part->name) == 0 &&
            calib_file_rename_at(texts->corpora, name, part->name) == 0 &&
            calib_file_reopen_at(texts->corpora, part->name, &part->file) != 0) {
            calib_file_remove_at(texts->corpora, part->name);
            part->file = NULL;
        }
    }
    if (!part->file) {
        int error = calib_cachedir_temp(texts->corpora, NULL, part->name, &part->file);
        return error ? calib_texts_fail_write(texts, error) : CALIB_OK;
    }
    bool good;
    status = check_front(part, &good);
    if (!status)
        return good ? CALIB_OK : calib_part_restart(part, "", 0);
    /* The poll has ended the check, or there is no memory. The next call finds the bytes again. */
    if (calib_file_rename_at(texts->corpora, part->name, name) == 0) {
        calib_file_close(part->file);
        part->file = NULL;
    }
    return status;
}

int calib_part_restart(calib_part *part, const char *etag, uint64_t total)
{
    snprintf(part->etag, sizeof part->etag, "%s", etag);
    part->total = total;
    calib_hashing_stop(part->hashing);
    part->hashing = NULL;
    int error = calib_file_truncate(part->file, 0);
    part->size = 0;
    if (error)
        return calib_texts_fail_write(part->texts, error);
    calib_sha256_free(&part->hash);
    return calib_sha256_begin(&part->hash);
}

/* ---- writing ---- */

int calib_part_write(calib_part *part, const void *data, size_t len)
{
    int status = part->hashing ? CALIB_OK : calib_sha256_add(&part->hash, data, len);
    if (status)
        return status;
    int error = calib_file_write(part->file, data, len);
    if (error)
        return calib_texts_fail_write(part->texts, error);
    uint64_t before = part->size;
    part->size += len;
    /* A thread hashes a long text during the transfer, which then waits only for the network and
     * the disk. If no thread can be started, the next try comes LONG bytes later. */
    if (!part->hashing && part->size / LONG > before / LONG) {
        part->hashing = calib_hashing_start(part->file, &part->hash, part->size, part->texts->path);
        part->reported = part->size;
    }
    if (!part->hashing || part->size - part->reported < REPORT)
        return CALIB_OK;
    part->reported = part->size;
    return calib_hashing_grow(part->hashing, part->size, &part->poll);
}

static int end_hashing(calib_part *part, const calib_poll *poll)
{
    calib_hashing *hashing = part->hashing;
    if (!hashing)
        return CALIB_OK;
    part->hashing = NULL;
    int status = calib_hashing_grow(hashing, part->size, poll);
    if (!status)
        return calib_hashing_end(hashing, &part->hash, poll);
    calib_hashing_stop(hashing);
    return status;
}

int calib_part_hash(calib_part *part, uint8_t sha256[CALIB_SHA256_SIZE])
{
    int status = end_hashing(part, &part->poll);
    return status ? status : calib_sha256_end(&part->hash, sha256);
}

int calib_part_publish(calib_part *part, const uint8_t sha256[CALIB_SHA256_SIZE], calib_file **file)
{
    char name[CALIB_SHA256_HEX];
    calib_publishing outcome;
    calib_sha256_to_hex(sha256, name);
    int error = calib_file_protect(part->file);
    if (!error)
        error = calib_file_sync(part->file);
    if (!error)
        error = calib_file_seek(part->file, 0);
    if (error)
        return calib_texts_fail_write(part->texts, error);
    error = calib_cachedir_publish(part->texts->corpora, part->name, name, false, &outcome);
    if (error)
        return calib_texts_fail_write(part->texts, error);
    *file = part->file;
    part->file = NULL;
    return CALIB_OK;
}

/* ---- leaving bytes for the next call ---- */

typedef struct stall_watch {
    const calib_hashing *hashing;
    uint64_t n_hashed, since_ns;
} stall_watch;

/* The caller cannot cancel closing, so it must not wait for a disk that stalls. */
static int wait_while_it_advances(void *ctx)
{
    stall_watch *watch = ctx;
    uint64_t now = calib_now_ns(), n = calib_hashing_done(watch->hashing);
    if (n != watch->n_hashed)
        *watch = (stall_watch){watch->hashing, n, now};
    return now - watch->since_ns > UINT64_C(1000000) * STALL_MS ? CALIB_E_TIMEOUT : CALIB_OK;
}

void calib_part_close(calib_part *part, bool keep)
{
    if (part->file) {
        uint8_t hash[CALIB_SHA256_SIZE];
        char trailer[TRAILER + 1], name[CALIB_CACHE_NAME];
        stall_watch watch = {.hashing = part->hashing, .since_ns = calib_now_ns()};
        calib_poll poll = {wait_while_it_advances, &watch};
        bool left = keep && part->etag[0] && part->size > 0 && !end_hashing(part, &poll) &&
                    part->hash.state && !calib_sha256_end(&part->hash, hash);
        if (left) {
            /* This may fail half way: the next call checks the trailer against the bytes. */
            make_trailer(part, hash, trailer);
            snprintf(name, sizeof name, "%s.part", part->key);
            left = calib_file_truncate(part->file, part->size) == 0 &&
                   calib_file_write(part->file, trailer, TRAILER) == 0 &&
                   calib_file_rename_at(part->texts->corpora, part->name, name) == 0;
        }
        calib_hashing_stop(part->hashing);
        calib_file_close(part->file);
        if (!left)
            calib_file_remove_at(part->texts->corpora, part->name);
    }
    calib_sha256_free(&part->hash);
    *part = (calib_part){0};
}
