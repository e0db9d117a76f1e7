/* SPDX-License-Identifier: MIT */
#include "recipe/locked.h"

#include "base/error.h"
#include "recipe/canonical.h"
#include "recipe/keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OF(field) offsetof(calib_locked, field)
#define SOURCE(field) offsetof(calib_locked_source, field)

enum { HEAD = 2, TAIL = 4, N_MEMBERS = 9, N_OF_TOKENIZER = 3, N_OF_SOURCE = 9 };

/* The head, the tokenizer and the sources, the tail. */
static const calib_key members[N_MEMBERS] = {
    {"id", CALIB_KEY_TEXT, OF(id), 0, NULL, true},
    {"calib_version", CALIB_KEY_TEXT, OF(version), 0, NULL, true},
    {"tokenizer", CALIB_KEY_OBJECT, OF(tokenizer), 0, NULL, true},
    {"sources", CALIB_KEY_ARRAY, OF(source_list), 0, NULL, true},
    {"rows", CALIB_KEY_NUMBER, OF(rows), UINT64_MAX, NULL, true},
    {"seq_len", CALIB_KEY_NUMBER, OF(seq_len), UINT64_MAX, NULL, true},
    {"rows_sha256", CALIB_KEY_HASH, OF(rows_sha256), 0, NULL, true},
    {"origin_sha256", CALIB_KEY_HASH, OF(origin_sha256), 0, NULL, true},
    {"render_sha256", CALIB_KEY_HASH, OF(render_sha256), 0, NULL, false},
};

static const calib_key of_tokenizer[N_OF_TOKENIZER] = {
    {"identity", CALIB_KEY_HASH, OF(identity), 0, NULL, true},
    {"name", CALIB_KEY_TEXT, OF(name), 0, NULL, false},
    {"fingerprint", CALIB_KEY_HASH, OF(fingerprint), 0, NULL, false},
};

static const calib_key of_source[N_OF_SOURCE] = {
    {"sha256", CALIB_KEY_HASH, SOURCE(sha256), 0, NULL, true},
    {"text_sha256", CALIB_KEY_HASH, SOURCE(text_sha256), 0, NULL, true},
    {"size", CALIB_KEY_NUMBER, SOURCE(size), UINT64_MAX, NULL, true},
    {"documents", CALIB_KEY_NUMBER, SOURCE(documents), UINT64_MAX, NULL, true},
    {"tokens", CALIB_KEY_NUMBER, SOURCE(tokens), UINT64_MAX, NULL, true},
    {"empty", CALIB_KEY_NUMBER, SOURCE(empty), UINT64_MAX, NULL, true},
    {"too_short", CALIB_KEY_NUMBER, SOURCE(too_short), UINT64_MAX, NULL, true},
    {"too_long", CALIB_KEY_NUMBER, SOURCE(too_long), UINT64_MAX, NULL, true},
    {"malformed", CALIB_KEY_NUMBER, SOURCE(malformed), UINT64_MAX, NULL, true},
};

/* ---- reading ---- */

static int read_sources(const calib_values *values, calib_locked *out)
{
    const calib_value *list = &values->all[out->source_list];
    size_t n = 0;
    int status = CALIB_OK;
    uint64_t given;
    for (size_t at = out->source_list + 1; at < list->end; at = values->all[at].end)
        n++;
    out->sources = calloc(n ? n : 1, sizeof *out->sources);
    if (!out->sources)
        return calib_fail_memory(n * sizeof *out->sources);
    out->n_sources = n;
    for (size_t at = out->source_list + 1, i = 0; !status && at < list->end;
         at = values->all[at].end, i++)
        status = calib_keys_read(values, at, of_source, N_OF_SOURCE, &out->sources[i], &given);
    return status;
}

int calib_locked_read(const calib_values *values, size_t at, calib_locked *out)
{
    uint64_t given;
    int status = calib_keys_read(values, at, members, N_MEMBERS, out, &given);
    if (!status)
        status = calib_keys_read(values, out->tokenizer, of_tokenizer, N_OF_TOKENIZER, out, &given);
    return status ? status : read_sources(values, out);
}

void calib_locked_free(calib_locked *locked)
{
    free(locked->sources);
    *locked = (calib_locked){0};
}

/* ---- writing ---- */

static bool is_zero(const uint8_t *hash)
{
    static const uint8_t zero[CALIB_SHA256_SIZE];
    return memcmp(hash, zero, sizeof zero) == 0;
}

static int put(calib_buffer *out, const char *text)
{
    return calib_buffer_append(out, text, strlen(text));
}

/* Writes a number or a hash as the file has it. */
static void show(const calib_key *key, const void *struct_, char out[CALIB_SHA256_HEX + 2])
{
    const char *field = (const char *)struct_ + key->at;
    char hex[CALIB_SHA256_HEX];
    uint64_t number;
    if (key->kind == CALIB_KEY_HASH) {
        calib_sha256_to_hex((const uint8_t *)field, hex);
        snprintf(out, CALIB_SHA256_HEX + 2, "\"%s\"", hex);
        return;
    }
    memcpy(&number, field, sizeof number);
    calib_key_number_write(number, out);
}

/* Appends the members of the table that are there, and a comma between two. */
static int put_members(const calib_key *keys, size_t n, const void *from, const char *indent,
                       calib_buffer *out)
{
    int status = CALIB_OK;
    bool comma = false;
    for (size_t i = 0; !status && i < n; i++) {
        const char *field = (const char *)from + keys[i].at;
        bool is_text = keys[i].kind == CALIB_KEY_TEXT;
        const char *text = is_text ? *(const char *const *)(const void *)field : NULL;
        char shown[CALIB_SHA256_HEX + 2];
        if (is_text ? !text : !keys[i].required && is_zero((const uint8_t *)field))
            continue;
        status = put(out, comma ? ",\n" : "");
        comma = true;
        if (!status)
            status = put(out, indent);
        if (!status)
            status = calib_canonical_string(keys[i].name, out);
        if (!status)
            status = put(out, ": ");
        if (!is_text)
            show(&keys[i], from, shown);
        if (!status)
            status = is_text ? calib_canonical_string(text, out) : put(out, shown);
    }
    return status;
}

static int put_sources(const calib_locked *locked, calib_buffer *out)
{
    int status = put(out, "    \"sources\": [\n");
    for (size_t i = 0; !status && i < locked->n_sources; i++) {
        status = put(out, i ? ",\n      {\n" : "      {\n");
        if (!status)
            status = put_members(of_source, N_OF_SOURCE, &locked->sources[i], "        ", out);
        if (!status)
            status = put(out, "\n      }");
    }
    return status ? status : put(out, "\n    ],\n");
}

int calib_locked_write(const calib_locked *locked, calib_buffer *out)
{
    int status = put(out, "  \"lock\": {\n");
    if (!status)
        status = put_members(members, HEAD, locked, "    ", out);
    if (!status)
        status = put(out, ",\n    \"tokenizer\": {\n");
    if (!status)
        status = put_members(of_tokenizer, N_OF_TOKENIZER, locked, "      ", out);
    if (!status)
        status = put(out, "\n    },\n");
    if (!status)
        status = put_sources(locked, out);
    if (!status)
        status = put_members(&members[TAIL], N_MEMBERS - TAIL, locked, "    ", out);
    return status ? status : put(out, "\n  }");
}

int calib_locked_id(const calib_values *values, char out[CALIB_LOCKED_ID_SIZE])
{
    static const char *const left_out[] = {"id", "calib_version", "name", "fingerprint", NULL};
    uint8_t hash[CALIB_SHA256_SIZE];
    char hex[CALIB_SHA256_HEX];
    calib_buffer text = {0};
    int status = calib_canonical_write(values, left_out, &text);
    if (!status)
        status = calib_sha256_of(text.data, text.len, hash);
    calib_buffer_free(&text);
    if (status)
        return status;
    calib_sha256_to_hex(hash, hex);
    snprintf(out, CALIB_LOCKED_ID_SIZE, "calib1:sha256:%s", hex);
    return CALIB_OK;
}

/* ---- comparing ---- */

static int compare(const char *name, const char *where, const calib_key *keys, size_t n,
                   const void *lock, const void *is)
{
    char locked[CALIB_SHA256_HEX + 2], found[CALIB_SHA256_HEX + 2];
    for (size_t i = 0; i < n; i++) {
        show(&keys[i], lock, locked);
        show(&keys[i], is, found);
        if (strcmp(locked, found) != 0)
            return calib_fail(CALIB_E_LOCK, "%s locks %s%s as %s, but it is %s", calib_shown(name),
                              where, keys[i].name, locked, found);
    }
    return CALIB_OK;
}

int calib_locked_compare_tokenizer(const char *name, const calib_locked *lock,
                                   const calib_locked *is)
{
    int status = compare(name, "the tokenizer's ", of_tokenizer, 1, lock, is);
    if (!status && !is_zero(lock->render_sha256) && is_zero(is->render_sha256))
        return calib_fail(CALIB_E_LOCK, "%s locks a render, but none was given", calib_shown(name));
    return status ? status : compare(name, "", &members[N_MEMBERS - 1], 1, lock, is);
}

int calib_locked_compare_sources(const char *name, const calib_locked *lock, const calib_locked *is)
{
    int status = CALIB_OK;
    for (size_t i = 0; !status && i < lock->n_sources; i++) {
        char where[40];
        snprintf(where, sizeof where, "sources[%zu].", i);
        status = compare(name, where, of_source, N_OF_SOURCE, &lock->sources[i], &is->sources[i]);
    }
    return status;
}

int calib_locked_compare_rows(const char *name, const calib_locked *lock, const calib_locked *is)
{
    return compare(name, "", &members[TAIL], N_MEMBERS - TAIL - 1, lock, is);
}
