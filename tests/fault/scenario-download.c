/* SPDX-License-Identifier: MIT */
/* Scenarios with a server. */
#include "scenario.h"

#include "base/error.h"
#include "fetch/partial.h"
#include "fetch/url.h"
#include "inject.h"
#include "system/system.h"

#include <stdio.h>
#include <string.h>

static int act_load(const scenario *s)
{
    test_setup setup = scenario_setup(s);
    calib_samples *samples = NULL;
    scenario_no_complaint();
    int status = test_load(calib_bytes_tokenizer(), 4, 100, 1, &setup, NULL, &samples);
    if (status)
        return samples ? scenario_complain("samples were given though it failed") : status;
    if (samples->n_rows != 4 || samples->n_tokens != TEXT_LEN)
        scenario_complain("the samples are wrong");
    for (size_t i = 0; i < 4 && i < samples->n_rows; i++)
        if (samples->tokens[i * 100] != (unsigned char)world.text[samples->offsets[i]])
            scenario_complain("a sample is wrong");
    calib_samples_free(samples);
    return CALIB_OK;
}

/* ---- a long text ---- */

/* Writes the text in blocks, as a transfer does. */
static int write_long(calib_partial *partial, uint8_t sha256[CALIB_SHA256_SIZE])
{
    enum { BLOCK = 1 << 20 };
    static char block[BLOCK];
    int status = CALIB_OK;
    for (int i = 0; i < LONG_LEN / BLOCK && !status; i++) {
        memset(block, 'a' + i, BLOCK);
        status = calib_partial_write(partial, block, BLOCK);
    }
    return status ? status : calib_partial_hash(partial, sha256);
}

static int act_long(const scenario *s)
{
    static const char expected[] =
        "0573a05b9767ad8d4a91641da38adb4701e7457c105e892a91030bc2841b06f5";
    calib_texts texts = {0};
    calib_partial partial = {0};
    uint8_t sha256[CALIB_SHA256_SIZE];
    char hex[CALIB_SHA256_HEX], key[CALIB_SHA256_HEX];
    calib_file *file = NULL;
    (void)s;
    scenario_no_complaint();
    calib_error_clear();
    int status = calib_url_key(world.url, key);
    if (!status)
        status = calib_texts_open(&texts, world.cache);
    if (!status)
        status = calib_texts_make(&texts);
    if (!status)
        status = calib_partial_open(&partial, &texts, key, true, &(calib_poll){0});
    if (!status)
        status = write_long(&partial, sha256);
    if (!status)
        status = calib_partial_publish(&partial, sha256, &file);
    calib_partial_close(&partial, false);
    calib_texts_close(&texts);
    calib_file_close(file);
    if (status)
        return status;
    calib_sha256_to_hex(sha256, hex);
    return strcmp(hex, expected) ? scenario_complain("the hash is wrong") : CALIB_OK;
}

/* ---- requests ---- */

static void pin(test_setup *setup)
{
    setup->source.sha256 = world.text_hash;
    setup->source.size_bytes = TEXT_LEN;
}

static void add_mirror(test_setup *setup)
{
    static char good[sizeof world.url];
    static const char *mirrors[] = {good};
    snprintf(good, sizeof good, "http://127.0.0.1:%d/good", world.port);
    setup->source.mirrors = mirrors;
    setup->source.n_mirrors = 1;
}

static void accept_change(test_setup *setup)
{
    setup->source.flags = CALIB_ACCEPT_CHANGE;
}

static void trust(test_setup *setup)
{
    setup->options.ca_file = world.ca_file;
}

static void use_tls(const scenario *s)
{
    (void)s;
    snprintf(world.url, sizeof world.url, "https://127.0.0.1:%d/good", world.tls_port);
}

static void use_name(const scenario *s)
{
    (void)s;
    snprintf(world.url, sizeof world.url, "http://%s:%d/good", INJECT_HOST, world.port);
}

/* ---- the cache before ---- */

static void have_another_record(const scenario *s)
{
    (void)s;
    char hash[CALIB_SHA256_HEX];
    scenario_hex(world.other, TEXT_LEN, hash);
    scenario_put_record(hash);
}

static void have_part(const scenario *s)
{
    (void)s;
    enum { HALF = TEXT_LEN / 2, TRAILER = 1024 };
    static char partial[HALF + TRAILER];
    char key[CALIB_SHA256_HEX], hash[CALIB_SHA256_HEX], name[PATH_CAP], path[PATH_CAP];
    scenario_make_folders();
    scenario_hex(world.url, strlen(world.url), key);
    scenario_hex(world.text, HALF, hash);
    memcpy(partial, world.text, HALF);
    int n = snprintf(partial + HALF, TRAILER,
                     "\ncalib part 1\nurl %s\netag \"v1\"\nsize %d\ntotal %d\n"
                     "sha256 %s\n",
                     key, HALF, TEXT_LEN, hash);
    memset(partial + HALF + n, '\n', (size_t)(TRAILER - n));
    snprintf(name, sizeof name, "corpora/%.64s.part", key);
    scenario_cache_path(path, name);
    scenario_write(path, partial, sizeof partial);
}

/* libcurl 7.88 closes descriptor 0 if its resolver has no memory for a lock, and loses the address
 * that it found if its thread cannot wake the transfer. */
static const char resolver_leaves[] = "malloc send";

static const scenario scenarios[] = {
    {.name = "cold", .act = scenario_fetch},
    {.name = "cold, pinned", .choose = pin, .act = scenario_fetch},
    {.name = "a mirror", .path = "/missing", .choose = add_mirror, .act = scenario_fetch},
    {.name = "a redirect", .path = "/moved", .act = scenario_fetch},
    {.name = "a host by name",
     .prepare = use_name,
     .act = scenario_fetch,
     .flags = CALIB_ALLOW_HTTP,
     .libcurl_leaves = resolver_leaves},
    {.name = "resuming a partial download", .prepare = have_part, .act = scenario_fetch},
    {.name = "a broken connection, then its rest", .path = "/cut", .act = scenario_fetch},
    {.name = "a change refused",
     .prepare = have_another_record,
     .act = scenario_fetch,
     .expected = CALIB_E_CHANGED},
    {.name = "a change accepted",
     .prepare = have_another_record,
     .choose = accept_change,
     .act = scenario_fetch},
    {.name = "loading from a URL", .act = act_load},
    {.name = "a long text, hashed beside", .act = act_long},
};
const scenario_group download_group = {"download", scenarios, sizeof scenarios / sizeof *scenarios};

/* A group of its own because OpenSSL allocates thousands of times. */
static const scenario tls_scenarios[] = {
    {.name = "HTTPS", .prepare = use_tls, .choose = trust, .act = scenario_fetch},
};
const scenario_group tls_group = {"tls", tls_scenarios,
                                  sizeof tls_scenarios / sizeof *tls_scenarios};
