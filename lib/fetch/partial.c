/* SPDX-License-Identifier: MIT */
#include "fetch/partial.h"

#include "base/error.h"
#include "base/numbers.h"
#include "shared/kind.h"
#include "shared/packing.h"

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
static void make_trailer(const calib_partial *partial, const uint8_t hash[CALIB_SHA256_SIZE],
                         char trailer[TRAILER + 1])
{
    char hex[CALIB_SHA256_HEX];
    calib_sha256_to_hex(hash, hex);
    int n = snprintf(trailer, TRAILER + 1,
                     "\ncalib part 1\nurl %s\netag %s\nsize %llu\ntotal %llu\n"
                     "sha256 %s\n",
                     partial->key, partial->etag, (unsigned long long)partial->size,
                     (unsigned long long)partial->total, hex);
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
static bool load_trailer(calib_partial *partial, char trailer[TRAILER + 1])
{
    uint64_t file_size;
    size_t got;
    if (calib_file_size(partial->file, &file_size) != 0 || file_size <= TRAILER ||
        calib_file_read_at(partial->file, trailer, TRAILER, file_size - TRAILER, &got) != 0)
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
    memcpy(partial->etag, etag, n);
    partial->etag[n] = '\0';
    return read_number(trailer, "\nsize ", &partial->size) &&
           read_number(trailer, "\ntotal ", &partial->total) &&
           partial->size == file_size - TRAILER;
}

/* The trailer must be exactly the one that calib would write for these bytes. The state of their
 * hash is needed twice: to check it, and to continue from it. Nothing is changed on failure. */
static int check_front(calib_partial *partial, bool *good)
{
    char trailer[TRAILER + 1], again[TRAILER + 1];
    uint8_t hash[CALIB_SHA256_SIZE];
    *good = load_trailer(partial, trailer);
    if (!*good)
        return CALIB_OK;
    char *block = malloc(BLOCK);
    if (!block)
        return calib_fail_memory(BLOCK);
    int status = CALIB_OK;
    for (uint64_t left = partial->size; !status && *good && left > 0;) {
        size_t n = 0, want = left < BLOCK ? (size_t)left : BLOCK;
        *good = calib_file_read(partial->file, block, want, &n) == 0 && n > 0;
        if (*good)
            status = calib_sha256_add(&partial->hash, block, n);
        if (!status && *good && partial->poll.fn)
            status = partial->poll.fn(partial->poll.ctx);
        left -= n;
    }
    free(block);
    if (status || !*good)
        return status;
    calib_sha256 copy = {0};
    status = calib_sha256_copy(&partial->hash, &copy);
    if (!status)
        status = calib_sha256_end(&copy, hash);
    calib_sha256_free(&copy);
    if (status)
        return status;
    make_trailer(partial, hash, again);
    *good = memcmp(again, trailer, TRAILER) == 0 &&
            calib_file_truncate(partial->file, partial->size) == 0;
    return CALIB_OK;
}

int calib_partial_open(calib_partial *partial, const calib_texts *texts, const char *key,
                       bool resume, const calib_poll *poll)
{
    *partial = (calib_partial){.texts = texts, .key = key, .poll = *poll};
    char name[CALIB_CACHE_NAME];
    calib_file *file;
    snprintf(name, sizeof name, "%s.part", partial->key);
    int status = calib_sha256_begin(&partial->hash);
    if (status)
        return status;
    /* Several calls may try to continue; the one whose rename succeeds has the file. */
    if (resume && calib_file_reopen_at(texts->corpora, name, &file) == 0) {
        calib_file_close(file);
        if (calib_cachedir_temp_name(NULL, partial->name) == 0 &&
            calib_file_rename_at(texts->corpora, name, partial->name) == 0 &&
            calib_file_reopen_at(texts->corpora, partial->name, &partial->file) != 0) {
            calib_file_remove_at(texts->corpora, partial->name);
            partial->file = NULL;
        }
    }
    if (!partial->file) {
        int error = calib_cachedir_temp(texts->corpora, NULL, partial->name, &partial->file);
        return error ? calib_texts_fail_write(texts, error) : CALIB_OK;
    }
    bool good;
    status = check_front(partial, &good);
    if (!status)
        return good ? CALIB_OK : calib_partial_restart(partial, "", 0);
    /* The poll has ended the check, or there is no memory. The next call finds the bytes again. */
    if (calib_file_rename_at(texts->corpora, partial->name, name) == 0) {
        calib_file_close(partial->file);
        partial->file = NULL;
    }
    return status;
}

int calib_partial_restart(calib_partial *partial, const char *etag, uint64_t total)
{
    snprintf(partial->etag, sizeof partial->etag, "%s", etag);
    partial->total = total;
    calib_hashing_stop(partial->hashing);
    partial->hashing = NULL;
    int error = calib_file_truncate(partial->file, 0);
    partial->size = 0;
    if (error)
        return calib_texts_fail_write(partial->texts, error);
    calib_sha256_free(&partial->hash);
    return calib_sha256_begin(&partial->hash);
}

/* ---- writing ---- */

int calib_partial_write(calib_partial *partial, const void *data, size_t len)
{
    int status = partial->hashing ? CALIB_OK : calib_sha256_add(&partial->hash, data, len);
    if (status)
        return status;
    int error = calib_file_write(partial->file, data, len);
    if (error)
        return calib_texts_fail_write(partial->texts, error);
    uint64_t before = partial->size;
    partial->size += len;
    /* A thread hashes a long text during the transfer, which then waits only for the network and
     * the disk. If no thread can be started, the next try comes LONG bytes later. */
    if (!partial->hashing && partial->size / LONG > before / LONG) {
        partial->hashing =
            calib_hashing_start(partial->file, &partial->hash, partial->size, partial->texts->path);
        partial->reported = partial->size;
    }
    if (!partial->hashing || partial->size - partial->reported < REPORT)
        return CALIB_OK;
    partial->reported = partial->size;
    return calib_hashing_grow(partial->hashing, partial->size, &partial->poll);
}

static int end_hashing(calib_partial *partial, const calib_poll *poll)
{
    calib_hashing *hashing = partial->hashing;
    if (!hashing)
        return CALIB_OK;
    partial->hashing = NULL;
    int status = calib_hashing_grow(hashing, partial->size, poll);
    if (!status)
        return calib_hashing_end(hashing, &partial->hash, poll);
    calib_hashing_stop(hashing);
    return status;
}

int calib_partial_hash(calib_partial *partial, uint8_t sha256[CALIB_SHA256_SIZE])
{
    int status = end_hashing(partial, &partial->poll);
    return status ? status : calib_sha256_end(&partial->hash, sha256);
}

int calib_partial_check_kind(const calib_partial *partial, const char *shown, bool raw)
{
    char bytes[CALIB_KIND_BYTES];
    size_t n;
    int error = calib_file_read_at(partial->file, bytes, sizeof bytes, 0, &n);
    if (error)
        return calib_fail_system(error, "cannot read %s back", shown);
    const calib_kind *kind = calib_kind_of(bytes, n);
    if (!kind || calib_packing_of(bytes, n) || (raw && kind->class_of != CALIB_KIND_STANDIN))
        return CALIB_OK;
    return calib_fail(CALIB_E_FORMAT,
                      "%s is %s: %s, or pin its sha256 if this is the text you want", shown,
                      kind->is, kind->remedy);
}

int calib_partial_publish(calib_partial *partial, const uint8_t sha256[CALIB_SHA256_SIZE],
                          calib_file **file)
{
    char name[CALIB_SHA256_HEX];
    calib_publishing outcome;
    calib_sha256_to_hex(sha256, name);
    calib_file_protect(partial->file);
    int error = calib_file_sync(partial->file);
    if (!error)
        error = calib_file_seek(partial->file, 0);
    if (error)
        return calib_texts_fail_write(partial->texts, error);
    calib_file_hold(partial->texts->corpora, partial->file);
    error = calib_cachedir_publish(partial->texts->corpora, partial->name, name, false, &outcome);
    if (error)
        return calib_texts_fail_write(partial->texts, error);
    *file = partial->file;
    partial->file = NULL;
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

void calib_partial_close(calib_partial *partial, bool keep)
{
    if (partial->file) {
        uint8_t hash[CALIB_SHA256_SIZE];
        char trailer[TRAILER + 1], name[CALIB_CACHE_NAME];
        stall_watch watch = {.hashing = partial->hashing, .since_ns = calib_now_ns()};
        calib_poll poll = {wait_while_it_advances, &watch};
        bool left = keep && partial->etag[0] && partial->size > 0 && !end_hashing(partial, &poll) &&
                    partial->hash.state && !calib_sha256_end(&partial->hash, hash);
        if (left) {
            /* This may fail half way: the next call checks the trailer against the bytes. */
            make_trailer(partial, hash, trailer);
            snprintf(name, sizeof name, "%s.part", partial->key);
            left = calib_file_truncate(partial->file, partial->size) == 0 &&
                   calib_file_write(partial->file, trailer, TRAILER) == 0 &&
                   calib_file_rename_at(partial->texts->corpora, partial->name, name) == 0;
        }
        calib_hashing_stop(partial->hashing);
        calib_file_close(partial->file);
        if (!left)
            calib_file_remove_at(partial->texts->corpora, partial->name);
    }
    calib_sha256_free(&partial->hash);
    *partial = (calib_partial){0};
}
