/* SPDX-License-Identifier: MIT */
#include "fetch/inventory.h"

#include "base/error.h"
#include "base/memory.h"
#include "cachedir/trim.h"
#include "fetch/fetch.h"
#include "fetch/record.h"
#include "fetch/url.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A text is published before its record, which follows within this time. */
enum { NAME_CAP = 96, GRACE_S = 60 };

/* Names of one folder, sorted, in slots of NAME_CAP bytes. calib makes no name that is longer. */
typedef struct names {
    calib_buffer slots;
} names;

typedef struct taking {
    calib_inventory *inventory;
    calib_texts texts;
    int64_t now;
    names used;  /* texts that a record names, sorted once all records are read */
    names freed; /* texts whose record this run has removed, likewise */
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
        return calib_fail_system(error, "cannot list the cache directory %s",
                                 calib_shown(texts->path));
    sort_names(list);
    return status;
}

/* ---- entries ---- */

static bool is_old(const taking *t, int64_t when, uint64_t age_s)
{
    return age_s && when < t->now && (uint64_t)(t->now - when) > age_s;
}

static int show(taking *t, calib_cache_entry *entry, const char *folder, const char *name)
{
    calib_inventory *inventory = t->inventory;
    if (!inventory->fn || (inventory->prune && !entry->removed))
        return CALIB_OK;
    size_t n = strlen(t->texts.path) + strlen(folder) + strlen(name) + 3;
    char *path = malloc(n);
    if (!path)
        return calib_fail_memory(n);
    snprintf(path, n, "%s/%s/%s", t->texts.path, folder, name);
    entry->struct_size = sizeof *entry;
    entry->path = path;
    int result = inventory->fn(inventory->ctx, entry);
    free(path);
    if (!result)
        return CALIB_OK;
    int status = calib_fail(CALIB_E_CANCELLED, "cancelled by the callback");
    calib_error_record()->callback_result = result;
    return status;
}

/* Fills in size and state. */
static int check_text(taking *t, calib_cache_entry *entry)
{
    calib_file_info info;
    char name[CALIB_SHA256_HEX];
    calib_sha256_to_hex(entry->sha256, name);
    entry->state = CALIB_STATE_MISSING;
    if (!t->texts.corpora)
        return CALIB_OK;
    int error = calib_file_info_at(t->texts.corpora, name, &info);
    if (calib_system_kind_of(error) == CALIB_SYSTEM_NOT_FOUND)
        return CALIB_OK;
    if (error)
        return calib_fail_system(error, "cannot look at %s/corpora/%s", calib_shown(t->texts.path),
                                 name);
    entry->state = CALIB_STATE_UNCHECKED;
    entry->size = info.size;
    entry->last_used = info.used;
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
        .last_used = info.used,
        .kind = CALIB_ENTRY_LEFTOVER,
        .state = state,
    };
    if (t->inventory->prune && is_old(t, info.modified, CALIB_LEFTOVER_AGE_S))
        entry.removed = calib_file_remove_at(folder, name) == 0;
    return show(t, &entry, folder_name, name);
}

static int take_url(taking *t, const calib_directory *folder, const char *key)
{
    calib_record record;
    calib_record_state state;
    int status = calib_record_read(&t->texts, key, &record, &state);
    if (status || state == CALIB_RECORD_ABSENT)
        return status;
    if (state == CALIB_RECORD_DAMAGED) {
        t->inventory->n_damaged++;
        return take_leftover(t, folder, "urls", key, CALIB_STATE_DAMAGED);
    }
    calib_cache_entry entry = {
        .url = record.url,
        .size = record.size,
        .fetched_at = record.fetched_at,
        .last_used = record.fetched_at,
        .kind = CALIB_ENTRY_TEXT,
        .trust = record.pinned ? CALIB_TRUST_PINNED : CALIB_TRUST_FIRST_USE,
    };
    char name[CALIB_SHA256_HEX];
    memcpy(entry.sha256, record.sha256, sizeof entry.sha256);
    calib_sha256_to_hex(record.sha256, name);
    status = check_text(t, &entry);
    if (status)
        return status;
    /* The text itself is removed in take_text(), unless another record names it. */
    if (t->inventory->prune && is_old(t, record.fetched_at, t->inventory->max_age_s))
        entry.removed = calib_file_remove_at(folder, key) == 0;
    status = add_name(entry.removed ? &t->freed : &t->used, name);
    return status ? status : show(t, &entry, "corpora", name);
}

static int take_text(taking *t, const calib_directory *folder, const char *name)
{
    calib_cache_entry entry = {.kind = CALIB_ENTRY_TEXT};
    calib_file_info info;
    if (has_name(&t->used, name) || calib_file_info_at(folder, name, &info) != 0)
        return CALIB_OK;
    entry.fetched_at = info.modified;
    calib_sha256_from_hex(name, entry.sha256);
    int status = check_text(t, &entry);
    /* The record of a young text may be about to be written by another process. */
    bool unused = is_old(t, info.modified, GRACE_S) || has_name(&t->freed, name);
    if (!status && t->inventory->prune && unused)
        entry.removed = calib_file_remove_at(folder, name) == 0;
    return status ? status : show(t, &entry, "corpora", name);
}

static int take_tokens(taking *t, const calib_directory *folder, const char *name)
{
    calib_inventory *inventory = t->inventory;
    calib_cache_entry entry = {.kind = CALIB_ENTRY_TOKENS};
    calib_file_info info;
    if (calib_file_info_at(folder, name, &info) != 0)
        return CALIB_OK;
    entry.size = info.size;
    entry.fetched_at = info.modified;
    entry.last_used = info.used;
    if (inventory->verify) {
        bool good;
        int status = inventory->check_tokens(folder, name, &good);
        if (!status)
            status = calib_progress_tick(inventory->progress, CALIB_STAGE_READ, 0, 0);
        if (status)
            return status;
        entry.state = good ? CALIB_STATE_GOOD : CALIB_STATE_DAMAGED;
        inventory->n_damaged += !good;
    }
    if (inventory->prune && is_old(t, info.modified, inventory->max_age_s))
        entry.removed = calib_file_remove_at(folder, name) == 0;
    return show(t, &entry, "tokens", name);
}

/* ---- the bound ---- */

static int show_trimmed(void *ctx, const char *folder, const char *name,
                        const calib_file_info *info)
{
    taking *t = ctx;
    calib_record record = {0};
    int status = CALIB_OK;
    calib_cache_entry entry = {.size = info->size, .fetched_at = info->modified, .removed = 1};
    entry.last_used = info->used;
    entry.kind = calib_cachedir_name_is(name, ".ctk") ? CALIB_ENTRY_TOKENS : CALIB_ENTRY_LEFTOVER;
    if (calib_cachedir_name_is(name, "")) {
        entry.kind = CALIB_ENTRY_TEXT;
        calib_sha256_from_hex(name, entry.sha256);
        status = calib_record_find(&t->texts, entry.sha256, &record);
    }
    if (record.url[0]) {
        entry.url = record.url;
        entry.fetched_at = record.fetched_at;
        entry.trust = record.pinned ? CALIB_TRUST_PINNED : CALIB_TRUST_FIRST_USE;
    }
    return status ? status : show(t, &entry, folder, name);
}

/* ---- folders ---- */

typedef int (*take_fn)(taking *t, const calib_directory *folder, const char *name);

/* Passes names that consist of a key and `ending` to `take`. All others are leftovers. */
static int take_folder(taking *t, const calib_directory *folder, const char *folder_name,
                       const char *ending, take_fn take)
{
    names list = {0};
    int status = read_names(&t->texts, folder, &list);
    for (size_t i = 0; i < count(&list) && !status; i++) {
        const char *name = name_at(&list, i);
        status = calib_cachedir_name_is(name, ending)
                     ? take(t, folder, name)
                     : take_leftover(t, folder, folder_name, name, CALIB_STATE_UNCHECKED);
    }
    calib_buffer_free(&list.slots);
    return status;
}

int calib_inventory_run(calib_inventory *inventory)
{
    taking t = {.inventory = inventory, .now = calib_unix_time()};
    calib_directory *tokens = NULL;
    int status = calib_texts_open(&t.texts, inventory->cache_dir);
    if (!status)
        status = take_folder(&t, t.texts.urls, "urls", "", take_url);
    sort_names(&t.used);
    sort_names(&t.freed);
    if (!status)
        status = take_folder(&t, t.texts.corpora, "corpora", "", take_text);
    if (!status && t.texts.root) {
        int error = calib_directory_open_at(t.texts.root, "tokens", &tokens);
        if (error && calib_system_kind_of(error) != CALIB_SYSTEM_NOT_FOUND)
            status = calib_texts_fail_open(&t.texts, "open", "tokens", error);
    }
    if (!status)
        status = take_folder(&t, tokens, "tokens", ".ctk", take_tokens);
    if (!status && inventory->prune && t.texts.root) {
        calib_trim trim = {
            .max_bytes = inventory->max_cache_bytes, .removed = show_trimmed, .ctx = &t};
        status = calib_cachedir_trim(t.texts.root, &trim);
    }
    calib_directory_close(tokens);
    calib_buffer_free(&t.used.slots);
    calib_buffer_free(&t.freed.slots);
    calib_texts_close(&t.texts);
    if (!status)
        calib_error_clear(); /* the callback may have left an error */
    return status;
}

/* ---- removing ---- */

/* Looks for another record that names the text. *used is true if there is one. If there is none,
 * `unclear` is the key of a damaged record, which may name the text, or "". */
static int find_usage(const calib_texts *texts, const char *key, const calib_record *record,
                      bool *used, char unclear[CALIB_SHA256_HEX])
{
    names list = {0};
    *used = false;
    unclear[0] = '\0';
    int status = read_names(texts, texts->urls, &list);
    for (size_t i = 0; i < count(&list) && !status && !*used; i++) {
        const char *other_key = name_at(&list, i);
        calib_record other;
        calib_record_state state;
        if (!calib_cachedir_name_is(other_key, "") || strcmp(other_key, key) == 0)
            continue;
        status = calib_record_read(texts, other_key, &other, &state);
        if (!status && state == CALIB_RECORD_DAMAGED)
            memcpy(unclear, other_key, CALIB_SHA256_HEX);
        if (!status && state == CALIB_RECORD_GOOD)
            *used = memcmp(other.sha256, record->sha256, sizeof other.sha256) == 0;
    }
    if (*used)
        unclear[0] = '\0';
    calib_buffer_free(&list.slots);
    return status;
}

/* Removes a file of corpora/. Succeeds if there is none; *had tells them apart. */
static int remove_file(const calib_texts *texts, const char *name, bool *had)
{
    *had = false;
    int error = texts->corpora ? calib_file_remove_at(texts->corpora, name) : 0;
    if (error && calib_system_kind_of(error) != CALIB_SYSTEM_NOT_FOUND)
        return calib_fail_system(error, "cannot remove %s/corpora/%s", calib_shown(texts->path),
                                 name);
    *had = texts->corpora && !error;
    return CALIB_OK;
}

/* Nothing is removed before all records are read. The record goes first: no record names a text
 * that is not there. */
static int forget(const calib_texts *texts, const char *key, const char *shown)
{
    char name[CALIB_CACHE_NAME], unclear[CALIB_SHA256_HEX] = "";
    calib_record record;
    calib_record_state state;
    bool used = true, had;
    int status = calib_record_read(texts, key, &record, &state);
    if (!status && state == CALIB_RECORD_GOOD)
        status = find_usage(texts, key, &record, &used, unclear);
    if (status)
        return status;
    int error = state == CALIB_RECORD_ABSENT ? 0 : calib_file_remove_at(texts->urls, key);
    if (error)
        return calib_fail_system(error, "cannot remove %s/urls/%s", calib_shown(texts->path), key);
    snprintf(name, sizeof name, "%s.part", key);
    status = remove_file(texts, name, &had);
    if (!status && state == CALIB_RECORD_ABSENT && !had)
        return calib_fail(CALIB_E_NOT_FOUND, "nothing is cached for %s", shown);
    if (status || used)
        return status;
    if (unclear[0])
        return calib_fail(
            CALIB_E_CORRUPT,
            "%s is forgotten, but its text is kept: the damaged record %s/urls/%s may "
            "name it",
            shown, calib_shown(texts->path), unclear);
    calib_sha256_to_hex(record.sha256, name);
    return remove_file(texts, name, &had);
}

int calib_inventory_remove(const char *cache_dir, const char *url)
{
    char key[CALIB_SHA256_HEX], shown[CALIB_SHOWN];
    calib_texts texts = {0};
    int status = calib_url_check(url);
    calib_url_display(url, shown, sizeof shown);
    if (!status)
        status = calib_url_key(url, key);
    if (!status)
        status = calib_texts_open(&texts, cache_dir);
    if (!status)
        status = forget(&texts, key, shown);
    calib_texts_close(&texts);
    if (!status)
        calib_error_clear();
    return status;
}
