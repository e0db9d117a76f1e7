/* SPDX-License-Identifier: MIT */
/* A store with fixed bytes, and an empty cache directory for it. Needs neither cmocka nor
 * libcrypto, so that it also runs on machines without them. */
#ifndef CALIB_TESTS_STORE_SAMPLE_H
#define CALIB_TESTS_STORE_SAMPLE_H

#include "store/store.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct sample {
    char cache[64];
    char path[192]; /* of the file */
    calib_store_header header;
    uint32_t n;
    uint32_t step; /* id i is i * step % (max + 1) */
    uint32_t max;
} sample;

static inline int32_t sample_id(const sample *s, uint64_t i)
{
    return (int32_t)(i * s->step % ((uint64_t)s->max + 1));
}

static inline void sample_begin(sample *s, uint32_t n, uint32_t max, uint32_t vocab_size)
{
    *s = (sample){.cache = "/tmp/calib-store-XXXXXX", .n = n, .step = 40503, .max = max};
    if (!mkdtemp(s->cache))
        exit(99);
    for (int i = 0; i < 32; i++) {
        s->header.inputs.corpus_sha256[i] = (uint8_t)(i * 7 + 1);
        s->header.inputs.fingerprint[i] = (uint8_t)(255 - i);
    }
    s->header.inputs.corpus_bytes = UINT64_C(0x0102030405060708);
    s->header.inputs.text_mode = 1;
    s->header.inputs.encode_flags = 4;
    s->header.inputs.slice = 2;
    s->header.inputs.n_slices = 3;
    s->header.text_bytes = UINT64_C(0x1112131415161718);
    s->header.vocab_size = vocab_size;
    s->header.canary.n = 5;
    for (int i = 0; i < 5; i++)
        s->header.canary.ids[i] = 1000 * i + 1;
    char key[CALIB_SHA256_HEX];
    if (calib_store_key(&s->header.inputs, key))
        exit(99);
    snprintf(s->path, sizeof s->path, "%s/tokens/%s.ctk", s->cache, key);
}

/* Collects the ids and keeps them. Returns the status, or 1 if they were not kept. */
static inline int sample_keep(sample *s, calib_ids *ids)
{
    calib_store store;
    bool kept = false;
    calib_store_open(&store, s->cache);
    int status = calib_store_name(&store, &s->header.inputs);
    calib_ids_begin(ids, s->header.vocab_size, true, calib_store_place(&store));
    for (uint32_t at = 0; !status && at < s->n; at += 100) {
        int32_t block[100];
        uint32_t n = s->n - at < 100 ? s->n - at : 100;
        for (uint32_t i = 0; i < n; i++)
            block[i] = sample_id(s, at + i);
        status = calib_ids_push(ids, block, n);
    }
    if (!status)
        status = calib_ids_end(ids);
    if (!status)
        status = calib_store_keep(&store, &s->header, ids, &(calib_bounds){0}, &kept);
    calib_store_close(&store);
    return status ? status : !kept;
}

/* Looks for the store. *why is NULL if it was found. */
static inline int sample_find(const sample *s, calib_ids *ids, const char **why)
{
    calib_store store;
    calib_store_header header;
    calib_bounds bounds = {0};
    bool found = false;
    calib_store_open(&store, s->cache);
    int status = calib_store_name(&store, &s->header.inputs);
    if (!status)
        status = calib_store_find(&store, &s->header, &found, &header, ids, &bounds);
    calib_bounds_free(&bounds);
    *why = found ? NULL : store.why ? store.why : "found, and without a reason";
    if (found && store.why)
        *why = "not found, but no reason";
    calib_store_close(&store);
    return status;
}

/* Returns the index of the first wrong id, or n. */
static inline uint32_t sample_compare(const sample *s, calib_ids *ids)
{
    int32_t *all = malloc((s->n + 1) * sizeof *all);
    uint32_t i = 0;
    if (all && ids->n == s->n && calib_ids_read(ids, 0, s->n, all) == 0)
        while (i < s->n && all[i] == sample_id(s, i))
            i++;
    free(all);
    return i;
}

static inline void sample_end(sample *s)
{
    char path[128];
    unlink(s->path);
    snprintf(path, sizeof path, "%s/tokens", s->cache);
    rmdir(path);
    if (rmdir(s->cache))
        fprintf(stderr, "# %s is not empty\n", s->cache);
}

/* Reads a whole small file. */
static inline size_t sample_slurp(const char *path, uint8_t *bytes, size_t cap)
{
    int fd = open(path, O_RDONLY);
    ssize_t n = fd < 0 ? -1 : read(fd, bytes, cap);
    if (fd >= 0)
        close(fd);
    return n < 0 ? 0 : (size_t)n;
}

#endif
