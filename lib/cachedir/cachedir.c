/* SPDX-License-Identifier: MIT */
#include "cachedir/cachedir.h"

#include "base/numbers.h"

#include <stdio.h>
#include <string.h>

enum { RANDOM_BYTES = 16, KEYED_RANDOM_BYTES = 8, KEY_DIGITS = 64, TRIES = 8, PAUSE_MS = 20 };

/* ---- folders ---- */

int calib_cachedir_make(const char *path, calib_directory **root)
{
    int error = calib_directory_open(path, root);
    if (calib_system_kind_of(error) != CALIB_SYSTEM_NOT_FOUND)
        return error;
    error = calib_directory_make(path);
    return error ? error : calib_directory_open(path, root);
}

int calib_cachedir_folder_make(const calib_directory *root, const char *name,
                               calib_directory **folder)
{
    int error = calib_directory_open_at(root, name, folder);
    if (calib_system_kind_of(error) != CALIB_SYSTEM_NOT_FOUND)
        return error;
    error = calib_directory_make_at(root, name);
    return error ? error : calib_directory_open_at(root, name, folder);
}

void calib_cachedir_tag(const calib_directory *root)
{
    /* bford.info/cachedir */
    static const char tag[] = "Signature: 8a477f597d28d172789f06886806bc55\n"
                              "# A cache made by calib. Everything in it can be fetched again.\n";
    calib_file *file;
    if (calib_file_create_at(root, "CACHEDIR.TAG", &file))
        return;
    calib_file_write(file, tag, sizeof tag - 1);
    calib_file_protect(file);
    calib_file_close(file);
}

/* ---- names ---- */

/* Returns the rest of a name that begins with exactly `n` hex digits, or NULL. */
static const char *after_digits(const char *name, size_t n)
{
    size_t digits = strspn(name, "0123456789abcdef");
    return digits == n ? &name[digits] : NULL;
}

bool calib_cachedir_name_is(const char *name, const char *ending)
{
    const char *rest = after_digits(name, KEY_DIGITS);
    return rest && strcmp(rest, ending) == 0;
}

static bool is_temp(const char *name)
{
    const char *rest = after_digits(name, KEY_DIGITS);
    if (rest && *rest == '.')
        rest = after_digits(&rest[1], (size_t)2 * KEYED_RANDOM_BYTES);
    else
        rest = after_digits(name, (size_t)2 * RANDOM_BYTES);
    return rest && strcmp(rest, ".tmp") == 0;
}

int calib_cachedir_temp_name(const char *key, char name[CALIB_CACHE_NAME])
{
    uint8_t bytes[RANDOM_BYTES];
    char digits[2 * RANDOM_BYTES + 1];
    size_t n = key ? KEYED_RANDOM_BYTES : RANDOM_BYTES;
    int error = calib_random(bytes, n);
    if (error)
        return error;
    calib_hex_write(bytes, n, digits);
    snprintf(name, CALIB_CACHE_NAME, "%.64s%s%s.tmp", key ? key : "", key ? "." : "", digits);
    return 0;
}

/* ---- writing ---- */

int calib_cachedir_temp(const calib_directory *folder, const char *key, char name[CALIB_CACHE_NAME],
                        calib_file **file)
{
    int error;
    for (int i = 0; i < TRIES; i++) {
        error = calib_cachedir_temp_name(key, name);
        if (!error)
            error = calib_file_create_at(folder, name, file);
        if (calib_system_kind_of(error) != CALIB_SYSTEM_EXISTS)
            break;
    }
    if (error)
        name[0] = '\0';
    return error;
}

/* A link fails if the name is taken: this makes the first of several writers the one that counts.
 * On file systems without hard links the file is renamed, and the last writer counts. */
int calib_cachedir_publish(const calib_directory *folder, const char *temp, const char *name,
                           bool keep_existing, calib_publishing *outcome)
{
    *outcome = CALIB_UNPUBLISHED;
    bool linked = false;
    if (keep_existing) {
        int error = calib_file_link_at(folder, temp, name);
        linked = !error;
        if (calib_system_kind_of(error) == CALIB_SYSTEM_EXISTS) {
            *outcome = CALIB_NAME_TAKEN;
            return 0;
        }
    }
    int error = 0;
    if (linked)
        calib_file_remove_at(folder, temp);
    else
        error = calib_file_rename_at(folder, temp, name);
    if (error)
        return error;
    *outcome = CALIB_PUBLISHED;
    return calib_directory_sync(folder);
}

int calib_cachedir_put(const calib_directory *folder, const char *name, const char *text,
                       bool keep_existing, bool *taken)
{
    char temp[CALIB_CACHE_NAME];
    calib_publishing outcome = CALIB_UNPUBLISHED;
    calib_file *file;
    *taken = false;
    int error = calib_cachedir_temp(folder, NULL, temp, &file);
    if (error)
        return error;
    error = calib_file_write(file, text, strlen(text));
    calib_file_protect(file);
    if (!error)
        error = calib_file_sync(file);
    calib_file_close(file);
    if (!error)
        error = calib_cachedir_publish(folder, temp, name, keep_existing, &outcome);
    if (outcome != CALIB_PUBLISHED)
        calib_file_remove_at(folder, temp);
    *taken = outcome == CALIB_NAME_TAKEN;
    return error;
}

/* ---- locks ---- */

int calib_cachedir_lock(const calib_directory *folder, const char *key, const calib_lock_wait *wait,
                        calib_lock **lock)
{
    char name[CALIB_CACHE_NAME];
    calib_lock *opened;
    *lock = NULL;
    snprintf(name, sizeof name, "%.64s.lock", key);
    if (!calib_locks_work(folder) || calib_lock_open_at(folder, name, &opened))
        return 0;
    uint64_t start = calib_now_ns();
    bool enough = false;
    int status = 0;
    while (!status && !enough) {
        int error = calib_lock_try(opened);
        if (!error && calib_lock_has_name(opened)) {
            *lock = opened;
            return 0;
        }
        if (!error) {
            /* The holder has removed the file since it was opened here: another one may exist. */
            calib_lock_release(opened);
            if (calib_lock_open_at(folder, name, &opened))
                return 0;
            continue;
        }
        uint64_t waited = (calib_now_ns() - start) / 1000000;
        enough = calib_system_kind_of(error) != CALIB_SYSTEM_BUSY || waited >= wait->timeout_ms;
        if (!enough)
            status = wait->poll(wait->ctx, waited, &enough);
        if (!enough && !status)
            calib_sleep_ms(PAUSE_MS);
    }
    calib_lock_release(opened);
    return status;
}

/* The file is removed while the lock is held. A process that has it open finds out by its name. */
void calib_cachedir_unlock(const calib_directory *folder, const char *key, calib_lock *lock)
{
    char name[CALIB_CACHE_NAME];
    if (!lock)
        return;
    snprintf(name, sizeof name, "%.64s.lock", key);
    if (calib_lock_has_name(lock))
        calib_file_remove_at(folder, name);
    calib_lock_release(lock);
}

/* ---- leftovers ---- */

typedef struct reaping {
    const calib_directory *folder;
    const char *const *endings;
    int64_t before;
} reaping;

static int reap_one(void *ctx, const char *name)
{
    const reaping *reap = ctx;
    calib_file_info info;
    bool is_leftover = is_temp(name);
    for (const char *const *ending = reap->endings; ending && *ending && !is_leftover; ending++)
        is_leftover = calib_cachedir_name_is(name, *ending);
    if (is_leftover && calib_file_info_at(reap->folder, name, &info) == 0 &&
        info.modified < reap->before)
        calib_file_remove_at(reap->folder, name);
    return 0;
}

void calib_cachedir_reap(const calib_directory *folder, const char *const *endings)
{
    reaping reap = {folder, endings, calib_unix_time() - CALIB_LEFTOVER_AGE_S};
    int unused;
    calib_directory_list(folder, reap_one, &reap, &unused);
}
