/* SPDX-License-Identifier: MIT */
#include "fetch/inventory.h"

#include "base/error.h"
#include "base/memory.h"
#include "fetch/fetch.h"
#include "fetch/record.h"
#include "fetch/url.h"
#include "system/system.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_CAP = 96, DAY_S = CALIB_LEFTOVER_AGE_S };

/* Names of one folder, sorted, in slots of NAME_CAP bytes. Longer names are not calib's. */
typedef struct names {
    calib_buffer slots;
} names;

typedef struct taking {
    calib_inventory *inventory;
    calib_texts texts;
    int64_t now;
    names texts_used; /* hashes that a URL refers to, sorted once all are known */
} taking;

/* ---- names ---- */

static size_t count(const names *list)
{
    return list->slots.len / NAME_CAP;
}

static const char *name_at(const names *list, size_t i)
{
    return (const char *)list->slots.data + i * NAME_CAP;
}

static int add_name(void *ctx, const char *name)
{
    names *list = ctx;
    char slot[NAME_CAP] = {0};
    size_t n = strlen(name);
    if (n >= sizeof slot)
        return 0;
    memcpy(slot, name, n);
    return calib_buffer_append(&list->slots, slot, sizeof slot);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void sort_names(names *list)
{
    if (count(list) > 1)
        qsort(list->slots.data, count(list), NAME_CAP, compare_names);
}

static bool has_name(const names *list, const char *name)
{
    return count(list) && bsearch(name, list->slots.data, count(list), NAME_CAP, compare_names);
}

static int read_names(const calib_texts *texts, const calib_directory *folder, names *list)
{
    if (!folder)
        return CALIB_OK;
    int status;
    int error = calib_directory_list(folder, add_name, list, &status);
    if (error)
        return calib_fail_system(error, "cannot list the cache directory %s", texts->path);
    sort_names(list);
    return status;
}

/* ---- entries ---- */

static int path_of(const taking *t, const char *folder, const char *name, char **out)
{
    size_t n = strlen(t->texts.path) + strlen(folder) + strlen(name) + 3;
    *out = malloc(n);
    if (!*out)
        return calib_fail_memory(n);
    snprintf(*out, n, "%s/%s/%s", t->texts.path, folder, name);
    return CALIB_OK;
}

static bool is_old(const taking *t, int64_t when, uint64_t age_s)
{
    return age_s && when < t->now && (uint64_t)(t->now - when) > age_s;
}

static int show(taking *t, calib_cache_entry *entry, const char *folder, const char *name)
{
    calib_inventory *inventory = t->inventory;
    if (!inventory->fn || (inventory->prune && !entry->removed))
        return CALIB_OK;
    char *path;
    int status = path_of(t, folder, name, &path);
    if (status)
        return status;
    entry->struct_size = sizeof *entry;
    entry->path = path;
    int result = inventory->fn(inventory->ctx, entry);
    free(path);
    if (!result)
        return CALIB_OK;
    status = calib_fail(CALIB_E_CANCELLED, "cancelled by the callback");
    calib_error_record()->callback_result = result;
    return status;
}

static int check_text(taking *t, calib_cache_entry *entry)
{
    calib_file_info info;
    char name[CALIB_SHA256_HEX];
    calib_sha256_to_hex(entry->sha256, name);
    int error = !t->texts.corpora ? calib_system_error_of(CALIB_SYSTEM_NOT_FOUND)
                                  : calib_file_info_at(t->texts.corpora, name, &info);
    entry->state = CALIB_STATE_MISSING;
    if (calib_system_kind_of(error) == CALIB_SYSTEM_NOT_FOUND)
        return CALIB_OK;
    if (error)
        return calib_fail_system(error, "cannot look at %s/corpora/%s", t->texts.path, name);
    entry->state = CALIB_STATE_UNCHECKED;
    entry->size = info.size;
    if (!t->inventory->verify)
        return CALIB_OK;
    calib_found found;
    calib_file *file;
    uint64_t size;
    int status =
        calib_texts_find(&t->texts, entry->sha256, t->inventory->progress, &found, &file, &size);
    calib_file_close(file);
    entry->state = found == CALIB_FOUND_GOOD ? CALIB_STATE_GOOD : CALIB_STATE_DAMAGED;
    t->inventory->n_damaged += !status && found == CALIB_FOUND_DAMAGED;
    return status;
}

static int take_leftover(taking *t, const calib_directory *folder, const char *folder_name,
                         const char *name, uint32_t state)
{
    calib_file_info info;
    if (calib_file_info_at(folder, name, &info) != 0)
        return CALIB_OK;
    calib_cache_entry entry = {
        .size = info.size,
        .fetched_at = info.modified,
        .kind = CALIB_ENTRY_LEFTOVER,
        .state = state,
    };
    if (t->inventory->prune && is_old(t, info.modified, DAY_S))
        entry.removed = calib_file_remove_at(folder, name) == 0;
    return show(t, &entry, folder_name, name);
}

static int take_url(taking *t, const char *key)
{
    calib_record record;
    calib_record_state state;
    int status = calib_record_read(&t->texts, key, &record, &state);
    if (status || state == CALIB_RECORD_ABSENT)
        return status;
    if (state == CALIB_RECORD_DAMAGED) {
        t->inventory->n_damaged++;
        return take_leftover(t, t->texts.urls, "urls", key, CALIB_STATE_DAMAGED);
    }
    calib_cache_entry entry = {
        .url = record.url,
        .size = record.size,
        .fetched_at = record.fetched_at,
        .kind = CALIB_ENTRY_TEXT,
        .trust = record.pinned ? CALIB_TRUST_PINNED : CALIB_TRUST_FIRST_USE,
    };
    char name[CALIB_SHA256_HEX];
    memcpy(entry.sha256, record.sha256, sizeof entry.sha256);
    calib_sha256_to_hex(record.sha256, name);
    status = check_text(t, &entry);
    if (status)
        return status;
    /* The text goes with the last record that names it, when texts are gone through. */
    if (t->inventory->prune && is_old(t, record.fetched_at, t->inventory->max_age_s))
        entry.removed = calib_file_remove_at(t->texts.urls, key) == 0;
    if (!entry.removed)
        status = add_name(&t->texts_used, name);
    return status ? status : show(t, &entry, "corpora", name);
}

static int take_text(taking *t, const char *name)
{
    if (has_name(&t->texts_used, name))
        return CALIB_OK;
    calib_cache_entry entry = {.kind = CALIB_ENTRY_TEXT};
    calib_file_info info;
    if (calib_file_info_at(t->texts.corpora, name, &info) != 0)
        return CALIB_OK;
    entry.fetched_at = info.modified;
    calib_sha256_from_hex(name, entry.sha256);
    int status = check_text(t, &entry);
    /* A text is published before its record: a young one may just be waiting for it. */
    bool settled = is_old(t, info.modified, 60) || t->inventory->max_age_s;
    if (!status && t->inventory->prune && settled)
        entry.removed = calib_file_remove_at(t->texts.corpora, name) == 0;
    return status ? status : show(t, &entry, "corpora", name);
}

static int check_tokens(taking *t, const calib_directory *folder, const char *name,
                        calib_cache_entry *entry)
{
    bool good;
    int status = t->inventory->check_tokens(folder, name, &good);
    if (status)
        return status;
    entry->state = good ? CALIB_STATE_GOOD : CALIB_STATE_DAMAGED;
    t->inventory->n_damaged += !good;
    return calib_progress_tick(t->inventory->progress, CALIB_STAGE_READ, 0, 0);
}

static int take_tokens(taking *t, const calib_directory *folder, const char *name)
{
    calib_cache_entry entry = {.kind = CALIB_ENTRY_TOKENS};
    calib_file_info info;
    if (calib_file_info_at(folder, name, &info) != 0)
        return CALIB_OK;
    entry.size = info.size;
    entry.fetched_at = info.modified;
    int status = t->inventory->verify ? check_tokens(t, folder, name, &entry) : CALIB_OK;
    if (t->inventory->prune && is_old(t, info.modified, t->inventory->max_age_s))
        entry.removed = calib_file_remove_at(folder, name) == 0;
    return status ? status : show(t, &entry, "tokens", name);
}

/* ---- folders ---- */

static int take_urls(taking *t)
{
    names list = {0};
    int status = read_names(&t->texts, t->texts.urls, &list);
    for (size_t i = 0; i < count(&list) && !status; i++) {
        const char *name = name_at(&list, i);
        status = calib_cachedir_name_is(name, "")
                     ? take_url(t, name)
                     : take_leftover(t, t->texts.urls, "urls", name, CALIB_STATE_UNCHECKED);
    }
    calib_buffer_free(&list.slots);
    sort_names(&t->texts_used);
    return status;
}

static int take_texts(taking *t)
{
    names list = {0};
    int status = read_names(&t->texts, t->texts.corpora, &list);
    for (size_t i = 0; i < count(&list) && !status; i++) {
        const char *name = name_at(&list, i);
        status = calib_cachedir_name_is(name, "")
                     ? take_text(t, name)
                     : take_leftover(t, t->texts.corpora, "corpora", name, CALIB_STATE_UNCHECKED);
    }
    calib_buffer_free(&list.slots);
    return status;
}

static int take_stores(taking *t)
{
    calib_directory *folder;
    int error = !t->texts.root ? calib_system_error_of(CALIB_SYSTEM_NOT_FOUND)
                               : calib_directory_open_at(t->texts.root, "tokens", &folder);
    if (calib_system_kind_of(error) == CALIB_SYSTEM_NOT_FOUND)
        return CALIB_OK;
    if (error)
        return calib_fail_system(error, "cannot open the cache folder %s/tokens", t->texts.path);
    names list = {0};
    int status = read_names(&t->texts, folder, &list);
    for (size_t i = 0; i < count(&list) && !status; i++) {
        const char *name = name_at(&list, i);
        status = calib_cachedir_name_is(name, ".ctk")
                     ? take_tokens(t, folder, name)
                     : take_leftover(t, folder, "tokens", name, CALIB_STATE_UNCHECKED);
    }
    calib_buffer_free(&list.slots);
    calib_directory_close(folder);
    return status;
}

int calib_inventory_run(calib_inventory *inventory)
{
    taking t = {
        .inventory = inventory,
        .now = calib_unix_time(),
    };
    int status = calib_texts_open(&t.texts, inventory->cache_dir);
    if (!status)
        status = take_urls(&t);
    if (!status)
        status = take_texts(&t);
    if (!status)
        status = take_stores(&t);
    calib_buffer_free(&t.texts_used.slots);
    calib_texts_close(&t.texts);
    return status;
}

/* ---- removing ---- */

static bool names_text(const calib_texts *texts, const char *key, const calib_record *wanted)
{
    calib_record record;
    calib_record_state state;
    int status = calib_record_read(texts, key, &record, &state);
    return !status && state == CALIB_RECORD_GOOD &&
           memcmp(record.sha256, wanted->sha256, sizeof record.sha256) == 0;
}

static int remove_text(const calib_texts *texts, const calib_record *record)
{
    names list = {0};
    bool used = false;
    int status = read_names(texts, texts->urls, &list);
    for (size_t i = 0; i < count(&list) && !status && !used; i++)
        used = calib_cachedir_name_is(name_at(&list, i), "") &&
               names_text(texts, name_at(&list, i), record);
    calib_buffer_free(&list.slots);
    char name[CALIB_SHA256_HEX];
    calib_sha256_to_hex(record->sha256, name);
    int error = status || used || !texts->corpora ? 0 : calib_file_remove_at(texts->corpora, name);
    if (error && calib_system_kind_of(error) != CALIB_SYSTEM_NOT_FOUND)
        return calib_fail_system(error, "cannot remove %s/corpora/%s", texts->path, name);
    return status;
}

static int remove_url(const calib_texts *texts, const char *key, const char *url)
{
    calib_record record;
    calib_record_state state;
    char name[CALIB_CACHE_NAME], shown[CALIB_URL_SHOWN];
    calib_url_display(url, shown, sizeof shown);
    int status = calib_record_read(texts, key, &record, &state);
    if (status)
        return status;
    snprintf(name, sizeof name, "%s.part", key);
    int part = !texts->corpora ? -1 : calib_file_remove_at(texts->corpora, name);
    if (state == CALIB_RECORD_ABSENT && part != 0)
        return calib_fail(CALIB_E_NOT_FOUND, "nothing is cached for %s", shown);
    if (state == CALIB_RECORD_ABSENT)
        return CALIB_OK;
    int error = calib_file_remove_at(texts->urls, key);
    if (error)
        return calib_fail_system(error, "cannot remove %s/urls/%s", texts->path, key);
    return state == CALIB_RECORD_GOOD ? remove_text(texts, &record) : CALIB_OK;
}

int calib_inventory_remove(const char *cache_dir, const char *url)
{
    char key[CALIB_SHA256_HEX];
    calib_texts texts = {0};
    int status = calib_url_check(url);
    if (!status)
        status = calib_url_key(url, key);
    if (!status)
        status = calib_texts_open(&texts, cache_dir);
    if (!status)
        status = remove_url(&texts, key, url);
    calib_texts_close(&texts);
    return status;
}
