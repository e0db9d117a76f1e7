/* SPDX-License-Identifier: MIT */
#include "fetch/record.h"

#include "base/error.h"
#include "base/numbers.h"
#include "fetch/url.h"

#include <stdio.h>
#include <string.h>

enum { LARGEST = 4096 };

static const char FIRST_LINE[] = "calib url 1";

/* ---- text to record ---- */

/* Returns the rest of the next line if it begins with `word`, and ends it with a NUL; else NULL. */
static char *take_line(char **at, const char *word)
{
    char *end = strchr(*at, '\n');
    size_t n = strlen(word);
    if (!end || strncmp(*at, word, n) != 0)
        return NULL;
    char *value = *at + n;
    *end = '\0';
    *at = end + 1;
    return value;
}

static bool read_number(const char *text, uint64_t *out)
{
    size_t n = strlen(text);
    return n > 0 && calib_decimal_read(text, n, out) == n && *out <= INT64_MAX;
}

/* The last line holds the hash of all others. The text is cut into strings. */
static int read_record(char *text, size_t len, calib_record *record, bool *good)
{
    static const char word[] = "check ";
    size_t tail = strlen(word) + CALIB_SHA256_HEX;
    *good = false;
    if (strlen(text) != len || len < tail || text[len - 1] != '\n' ||
        strncmp(text + len - tail, word, strlen(word)) != 0)
        return CALIB_OK;
    uint8_t is[CALIB_SHA256_SIZE], wanted[CALIB_SHA256_SIZE];
    text[len - 1] = '\0';
    bool readable = calib_sha256_from_hex(text + len - CALIB_SHA256_HEX, wanted);
    text[len - tail] = '\0';
    int status = calib_sha256_of(text, len - tail, is);
    if (status || !readable || memcmp(is, wanted, sizeof is) != 0)
        return status;
    uint64_t fetched;
    const char *first = take_line(&text, FIRST_LINE);
    const char *url = take_line(&text, "url ");
    const char *hash = take_line(&text, "sha256 ");
    const char *size = take_line(&text, "size ");
    const char *when = take_line(&text, "fetched ");
    const char *trust = take_line(&text, "trust ");
    if (!first || !url || !hash || !size || !when || !trust || *first || *text)
        return CALIB_OK;
    if (strlen(url) >= sizeof record->url || !calib_sha256_from_hex(hash, record->sha256) ||
        !read_number(size, &record->size) || !read_number(when, &fetched))
        return CALIB_OK;
    memcpy(record->url, url, strlen(url) + 1);
    record->fetched_at = (int64_t)fetched;
    record->pinned = strcmp(trust, "pinned") == 0;
    *good = record->pinned || strcmp(trust, "first-use") == 0;
    return CALIB_OK;
}

int calib_record_read(const calib_texts *texts, const char *key, calib_record *record,
                      calib_record_state *state)
{
    *state = CALIB_RECORD_ABSENT;
    if (!texts->urls)
        return CALIB_OK;
    calib_file *file;
    int error = calib_file_open_at(texts->urls, key, &file);
    if (calib_system_kind_of(error) == CALIB_SYSTEM_NOT_FOUND)
        return CALIB_OK;
    *state = CALIB_RECORD_DAMAGED;
    if (calib_system_kind_of(error) == CALIB_SYSTEM_NOT_FILE)
        return CALIB_OK;
    char text[LARGEST + 1];
    size_t len = 0;
    if (!error) {
        for (size_t n = 1; !error && n > 0 && len < LARGEST;) {
            error = calib_file_read(file, text + len, LARGEST - len, &n);
            len += error ? 0 : n;
        }
        calib_file_close(file);
    }
    if (calib_system_kind_of(error) == CALIB_SYSTEM_IO)
        return CALIB_OK;
    if (error)
        return calib_fail_system(error, "cannot read the cache's record %s/urls/%s",
                                 calib_shown(texts->path), key);
    text[len] = '\0';
    bool good;
    int status = read_record(text, len, record, &good);
    if (good)
        *state = CALIB_RECORD_GOOD;
    return status;
}

/* ---- text to record ---- */

typedef struct finding {
    const calib_texts *texts;
    const uint8_t *sha256;
    calib_record *record;
    bool found;
} finding;

/* Returns a status, or 1 to end the listing. */
static int find_one(void *ctx, const char *name)
{
    finding *f = ctx;
    calib_record_state state;
    if (!calib_cachedir_name_is(name, ""))
        return 0;
    int status = calib_record_read(f->texts, name, f->record, &state);
    f->found = !status && state == CALIB_RECORD_GOOD &&
               memcmp(f->record->sha256, f->sha256, CALIB_SHA256_SIZE) == 0;
    return f->found ? 1 : status;
}

int calib_record_find(const calib_texts *texts, const uint8_t sha256[CALIB_SHA256_SIZE],
                      calib_record *record)
{
    finding f = {.texts = texts, .sha256 = sha256, .record = record};
    int status = 0;
    if (texts->urls)
        calib_directory_list(texts->urls, find_one, &f, &status);
    if (!f.found)
        *record = (calib_record){0};
    return f.found ? CALIB_OK : status;
}

/* ---- record to text ---- */

int calib_record_write(const calib_texts *texts, const char *key, const calib_record *record,
                       bool keep_existing, bool *taken)
{
    char text[LARGEST], hex[CALIB_SHA256_HEX];
    calib_sha256_to_hex(record->sha256, hex);
    int n =
        snprintf(text, sizeof text, "%s\nurl %s\nsha256 %s\nsize %llu\nfetched %lld\ntrust %s\n",
                 FIRST_LINE, record->url, hex, (unsigned long long)record->size,
                 (long long)record->fetched_at, record->pinned ? "pinned" : "first-use");
    uint8_t check[CALIB_SHA256_SIZE];
    int status = calib_sha256_of(text, (size_t)n, check);
    if (status)
        return status;
    calib_sha256_to_hex(check, hex);
    snprintf(text + n, sizeof text - (size_t)n, "check %s\n", hex);
    int error = calib_cachedir_put(texts->urls, key, text, keep_existing, taken);
    return error ? calib_texts_fail_write(texts, error) : CALIB_OK;
}

/* ---- the first text of a URL counts ---- */

int calib_fail_changed(const char *shown, const uint8_t is[CALIB_SHA256_SIZE],
                       const uint8_t was[CALIB_SHA256_SIZE])
{
    char is_hex[CALIB_SHA256_HEX], was_hex[CALIB_SHA256_HEX];
    calib_sha256_to_hex(is, is_hex);
    calib_sha256_to_hex(was, was_hex);
    return calib_fail(CALIB_E_CHANGED,
                      "the text of %s has changed: its SHA-256 is %s now and was %s when it was "
                      "first used; CALIB_ACCEPT_CHANGE takes the new one",
                      calib_shown(shown), is_hex, was_hex);
}

int calib_record_compare(const calib_texts *texts, const char *key, const char *shown,
                         const uint8_t sha256[CALIB_SHA256_SIZE])
{
    calib_record record;
    calib_record_state state;
    int status = calib_record_read(texts, key, &record, &state);
    if (status || state != CALIB_RECORD_GOOD ||
        memcmp(record.sha256, sha256, CALIB_SHA256_SIZE) == 0)
        return status;
    return calib_fail_changed(shown, sha256, record.sha256);
}

/* An existing record is replaced only after it was found to name the same text, or if it is
 * damaged. Otherwise another process may have written one since the comparison. */
int calib_record_set(const calib_texts *texts, const char *key, const calib_record *record,
                     bool replace)
{
    calib_record old;
    calib_record_state state;
    bool taken, keep_existing = false;
    if (!record->pinned && !replace) {
        int status = calib_record_read(texts, key, &old, &state);
        if (status)
            return status;
        keep_existing = state == CALIB_RECORD_ABSENT;
        if (state == CALIB_RECORD_GOOD &&
            memcmp(old.sha256, record->sha256, CALIB_SHA256_SIZE) != 0)
            return calib_fail_changed(record->url, record->sha256, old.sha256);
    }
    int status = calib_record_write(texts, key, record, keep_existing, &taken);
    if (status || !taken)
        return status;
    return calib_record_compare(texts, key, record->url, record->sha256);
}
