/* SPDX-License-Identifier: MIT */
#include "store/store.h"

#include "base/error.h"
#include "cachedir/trim.h"
#include "system/system.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void file_name(const calib_store *store, const char *suffix, char out[CALIB_CACHE_NAME])
{
    snprintf(out, CALIB_CACHE_NAME, "%s%s", store->key, suffix);
}

/* ---- reasons ---- */

static const char *remedy(int error)
{
    switch (calib_system_kind_of(error)) {
    case CALIB_SYSTEM_ACCESS:
        return "; set another cache_dir, or share this one with its group (mode 2770)";
    case CALIB_SYSTEM_NO_SPACE: return "; make room there, or set another cache_dir";
    default: return "; set another cache_dir";
    }
}

const char *calib_store_why(const calib_store *store, char out[CALIB_STORE_WHY])
{
    char text[96];
    if (!store->why || !store->error)
        return store->why;
    calib_system_text(store->error, text, sizeof text);
    snprintf(out, CALIB_STORE_WHY, "%s: %s%s", store->why, text, remedy(store->error));
    return out;
}

/* ---- folder ---- */

bool calib_store_open(calib_store *store, const char *cache_dir)
{
    *store = (calib_store){.why = "no cache directory is known"};
    if (!cache_dir)
        return false;
    int error = calib_cachedir_make(cache_dir, &store->root);
    if (!error)
        error = calib_cachedir_folder_make(store->root, "tokens", &store->directory);
    if (error) {
        calib_directory_close(store->root);
        store->root = NULL;
    }
    store->why = error ? "the cache directory cannot be made or opened" : NULL;
    store->error = error;
    return !error;
}

int calib_store_name(calib_store *store, const calib_store_inputs *inputs)
{
    return calib_store_key(inputs, store->key);
}

void calib_store_close(calib_store *store)
{
    if (!store->directory)
        return;
    if (store->temporary[0])
        calib_file_remove_at(store->directory, store->temporary);
    calib_cachedir_unlock(store->directory, store->key, store->lock);
    calib_directory_close(store->directory);
    calib_directory_close(store->root);
    *store = (calib_store){0};
}

/* ---- find ---- */

static const char *refuse_other(const calib_store_header *is, const calib_store_header *wanted)
{
    const calib_store_inputs *a = &is->inputs, *b = &wanted->inputs;
    if (memcmp(a->corpus_sha256, b->corpus_sha256, CALIB_SHA256_SIZE) != 0 ||
        a->corpus_bytes != b->corpus_bytes)
        return "tokens of another corpus";
    if (memcmp(a->fingerprint, b->fingerprint, CALIB_SHA256_SIZE) != 0 ||
        is->vocab_size != wanted->vocab_size)
        return "tokens of another tokenizer";
    if (a->text_mode != b->text_mode || a->encode_flags != b->encode_flags ||
        a->slice != b->slice || a->n_slices != b->n_slices ||
        memcmp(a->documents_sha256, b->documents_sha256, CALIB_SHA256_SIZE) != 0)
        return "tokens made in another way";
    if (wanted->canary.n != CALIB_STORE_CANARY_UNKNOWN &&
        !calib_store_canary_equal(&is->canary, &wanted->canary))
        return "the tokenizer gives other ids than its fingerprint says";
    return NULL;
}

/* Returns the reason if `len` bytes cannot be read. */
static const char *read_exactly(const calib_file *file, void *data, size_t len, uint64_t at)
{
    size_t got;
    if (calib_file_read_at(file, data, len, at, &got))
        return "a file that cannot be read";
    return got < len ? "a file that has been cut off" : NULL;
}

static int read_header(calib_store *store, const calib_file *file, calib_store_header *header)
{
    uint8_t bytes[CALIB_STORE_HEADER_BYTES];
    uint64_t file_len;
    if (!calib_file_trusted(file)) {
        store->why = "a file that others may write to";
        return CALIB_OK;
    }
    if (calib_file_size(file, &file_len)) {
        store->why = "a file that cannot be read";
        return CALIB_OK;
    }
    store->why = read_exactly(file, bytes, sizeof bytes, 0);
    return store->why ? CALIB_OK : calib_store_header_read(bytes, file_len, header, &store->why);
}

/* Prepares *ids to read from the file. Each chunk is verified before its first use. */
static int read_table(calib_store *store, const calib_store_header *header, calib_ids *ids)
{
    uint64_t bytes = calib_store_table_bytes(header);
    uint64_t at = CALIB_STORE_HEADER_BYTES + calib_store_data_bytes(header) +
                  calib_store_bounds_bytes(header);
    uint8_t hash[CALIB_SHA256_SIZE];
    ids->id_bytes = header->id_bytes;
    ids->max_id = header->max_id;
    ids->n = header->n_tokens;
    ids->hashed = true;
    ids->bytes.base = CALIB_STORE_HEADER_BYTES;
    ids->bytes.file_bytes = calib_store_data_bytes(header);
    if (bytes > SIZE_MAX)
        return calib_fail_memory(SIZE_MAX);
    int status = calib_buffer_reserve(&ids->table, (size_t)bytes);
    if (status)
        return status;
    ids->table.len = (size_t)bytes;
    store->why = bytes ? read_exactly(ids->bytes.file, ids->table.data, ids->table.len, at) : NULL;
    if (store->why)
        return CALIB_OK;
    status = calib_sha256_of(ids->table.data, ids->table.len, hash);
    if (!status && memcmp(hash, header->table_sha256, sizeof hash) != 0)
        store->why = "a damaged table";
    return status || store->why ? status : calib_ids_distrust(ids);
}

/* Reads the bounds into memory, since samplers ask for them one by one. If they are too many,
 * leaves them in the file. */
static int load_bounds(calib_store *store, const calib_file *file, uint64_t at,
                       calib_bounds *bounds)
{
    uint64_t bytes = bounds->n * CALIB_BOUND_BYTES;
    calib_buffer *memory = &bounds->bytes.memory;
    if (bytes > CALIB_SPILL_LIMIT) {
        bounds->bytes.base = at;
        bounds->bytes.file_bytes = bytes;
        if (calib_file_duplicate(file, &bounds->bytes.file))
            store->why = "a file that cannot be read";
        return CALIB_OK;
    }
    int status = calib_buffer_reserve(memory, (size_t)bytes);
    if (status)
        return status;
    memory->len = (size_t)bytes;
    store->why = read_exactly(file, memory->data, memory->len, at);
    return CALIB_OK;
}

static int read_bounds(calib_store *store, const calib_store_header *header, const calib_file *file,
                       calib_bounds *bounds)
{
    uint8_t hash[CALIB_SHA256_SIZE];
    bounds->n = header->counts.kept;
    if (!bounds->n)
        return CALIB_OK;
    int status =
        load_bounds(store, file, CALIB_STORE_HEADER_BYTES + calib_store_data_bytes(header), bounds);
    if (status || store->why)
        return status;
    status = calib_bounds_hash(bounds, hash);
    if (status == CALIB_E_NOMEM)
        return status;
    calib_bound last = {0};
    if (!status)
        status = calib_bounds_read(bounds, bounds->n - 1, &last);
    if (status || memcmp(hash, header->bounds_sha256, sizeof hash) != 0 ||
        last.end != header->n_tokens)
        store->why = "damaged bounds of documents";
    return CALIB_OK;
}

static int verify_all(calib_store *store, calib_ids *ids)
{
    int status = calib_ids_verify(ids);
    if (status != CALIB_E_CORRUPT)
        return status;
    calib_error_clear();
    store->why = "damaged tokens";
    return CALIB_OK;
}

int calib_store_find(calib_store *store, const calib_store_header *wanted, bool *found,
                     calib_store_header *header, calib_ids *ids, calib_bounds *bounds)
{
    char name[CALIB_CACHE_NAME];
    *found = false;
    *ids = (calib_ids){0};
    *bounds = (calib_bounds){0};
    file_name(store, ".ctk", name);
    int error = !store->directory ? calib_system_error_of(CALIB_SYSTEM_NOT_FOUND)
                                  : calib_file_open_at(store->directory, name, &ids->bytes.file);
    store->why = calib_system_kind_of(error) == CALIB_SYSTEM_NOT_FOUND
                     ? "nothing stored yet"
                     : "a file that cannot be opened";
    if (error)
        return CALIB_OK;
    int status = read_header(store, ids->bytes.file, header);
    if (!status && !store->why)
        store->why = refuse_other(header, wanted);
    if (!status && !store->why)
        status = read_table(store, header, ids);
    if (!status && !store->why)
        status = read_bounds(store, header, ids->bytes.file, bounds);
    if (!status && !store->why && calib_store_data_bytes(header) <= CALIB_STORE_VERIFY_BYTES)
        status = verify_all(store, ids);
    *found = !status && !store->why;
    if (*found) {
        calib_file_hold(store->directory, ids->bytes.file);
        calib_file_touch(ids->bytes.file);
    } else {
        calib_ids_free(ids);
        calib_bounds_free(bounds);
    }
    return status;
}

int calib_store_check(const calib_directory *directory, const char *name, bool *good)
{
    calib_store store = {0};
    calib_store_header header;
    calib_ids ids = {0};
    calib_bounds bounds = {0};
    char is[CALIB_CACHE_NAME];
    *good = false;
    if (calib_file_open_at(directory, name, &ids.bytes.file))
        return CALIB_OK;
    int status = read_header(&store, ids.bytes.file, &header);
    if (!status && !store.why)
        status = calib_store_key(&header.inputs, store.key);
    file_name(&store, ".ctk", is);
    if (!status && !store.why && strcmp(is, name) != 0)
        store.why = "a store under another's name";
    if (!status && !store.why)
        status = read_table(&store, &header, &ids);
    if (!status && !store.why)
        status = read_bounds(&store, &header, ids.bytes.file, &bounds);
    if (!status && !store.why)
        status = verify_all(&store, &ids);
    *good = !status && !store.why;
    calib_bounds_free(&bounds);
    calib_ids_free(&ids);
    return status;
}

/* ---- lock ---- */

typedef struct waiting {
    calib_progress *progress;
    uint32_t timeout_ms;
} waiting;

static int report_waiting(void *ctx, uint64_t waited_ms, bool *enough)
{
    const waiting *w = ctx;
    (void)enough;
    return calib_progress_tick(w->progress, CALIB_STAGE_WAIT, waited_ms, w->timeout_ms);
}

int calib_store_lock(calib_store *store, uint32_t timeout_ms, calib_progress *progress)
{
    waiting w = {progress, timeout_ms};
    calib_lock_wait wait = {timeout_ms, report_waiting, &w};
    return store->directory ? calib_cachedir_lock(store->directory, store->key, &wait, &store->lock)
                            : CALIB_OK;
}

/* ---- keep ---- */

static void discard(calib_store *store)
{
    if (store->temporary[0])
        calib_file_remove_at(store->directory, store->temporary);
    store->temporary[0] = '\0';
}

/* Collecting opens a second file if an id does not fit into 2 bytes. The first is then removed. */
static int open_temporary(void *ctx, calib_file **file)
{
    calib_store *store = ctx;
    discard(store);
    if (!store->directory)
        return calib_system_error_of(CALIB_SYSTEM_NOT_FOUND);
    store->error = calib_cachedir_temp(store->directory, store->key, store->temporary, file);
    if (store->error || calib_file_trusted(*file))
        return store->error;
    /* On some mounts (exFAT, NTFS) every file belongs to another user or may be written by all. On
     * others (SMB) that ends with the protection that the finished file gets. */
    calib_file_protect(*file);
    store->untrusted = !calib_file_trusted(*file);
    if (!store->untrusted)
        return 0;
    calib_file_close(*file);
    discard(store);
    return calib_system_error_of(CALIB_SYSTEM_ACCESS);
}

calib_spill_place calib_store_place(calib_store *store)
{
    return (calib_spill_place){open_temporary, store};
}

/* Adds bounds, table and header to the ids in the file, and gives it its name. */
static bool publish(calib_store *store, const calib_ids *ids, const calib_bounds *bounds,
                    const uint8_t header[CALIB_STORE_HEADER_BYTES])
{
    calib_file *file = ids->bytes.file;
    uint64_t end = ids->bytes.base + ids->bytes.file_bytes;
    int error = calib_file_truncate(file, end);
    if (!error)
        error = calib_bounds_write(bounds, file, end);
    end += bounds->n * CALIB_BOUND_BYTES;
    if (!error)
        error = calib_file_write_at(file, ids->table.data, ids->table.len, end);
    /* The header is written last: without it the file is not a store. */
    if (!error)
        error = calib_file_write_at(file, header, CALIB_STORE_HEADER_BYTES, 0);
    if (!error)
        error = calib_file_sync(file);
    store->error = error;
    if (error)
        return false;
    calib_file_protect(file);
    /* An error after the file has its name does not matter: if the name is lost in a power failure,
     * the store is made again. */
    char name[CALIB_CACHE_NAME];
    calib_publishing outcome;
    file_name(store, ".ctk", name);
    calib_file_hold(store->directory, file);
    error = calib_cachedir_publish(store->directory, store->temporary, name, false, &outcome);
    store->error = outcome == CALIB_PUBLISHED ? 0 : error;
    if (outcome == CALIB_PUBLISHED)
        store->temporary[0] = '\0';
    return outcome == CALIB_PUBLISHED;
}

int calib_store_keep(calib_store *store, calib_store_header *header, calib_ids *ids,
                     const calib_bounds *bounds, bool *kept)
{
    uint8_t bytes[CALIB_STORE_HEADER_BYTES];
    *kept = false;
    header->n_tokens = ids->n;
    header->id_bytes = ids->id_bytes;
    header->max_id = ids->max_id;
    int status = calib_sha256_of(ids->table.data, ids->table.len, header->table_sha256);
    if (!status && bounds->n)
        status = calib_bounds_hash(bounds, header->bounds_sha256);
    if (!status)
        status = calib_store_header_write(header, bytes);
    if (status || !store->directory)
        return status;
    if (calib_spill_settle(&ids->bytes))
        *kept = publish(store, ids, bounds, bytes);
    if (!*kept && store->untrusted)
        store->why = "others may write to every file in the cache directory, so stored tokens "
                     "would not be trusted";
    else if (!*kept)
        store->why = store->temporary[0] ? "the file could not be written in full"
                                         : "no file can be made in the cache directory";
    if (!*kept)
        discard(store);
    calib_cachedir_reap(store->directory, NULL);
    if (*kept && store->root) {
        /* A cache that is too large is no failure of the load. */
        char name[CALIB_CACHE_NAME];
        file_name(store, ".ctk", name);
        calib_trim trim = {.max_bytes = store->max_cache_bytes, .keep = name};
        calib_cachedir_trim(store->root, &trim);
    }
    /* Even if the file is not kept: after a failed sync it may read back differently. */
    return ids->bytes.file ? calib_ids_distrust(ids) : CALIB_OK;
}
