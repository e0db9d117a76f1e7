/* SPDX-License-Identifier: MIT */
/* Checks of the cache that must hold after any fault: each published file has the content that its
 * name promises. */
#include "scenario.h"

#include "store/store.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static bool has_ending(const char *name, const char *ending)
{
    size_t n = strlen(name), m = strlen(ending);
    return n > m && strcmp(name + n - m, ending) == 0;
}

static const char *check_text(const scenario *s, const char *path, const char *name)
{
    static char data[LONG_LEN + 1];
    char hash[CALIB_SHA256_HEX];
    size_t n = scenario_read(path, data, sizeof data);
    scenario_hex(data, n, hash);
    bool as_before = s->damaged && n == TEXT_LEN && memcmp(data, world.other, TEXT_LEN) == 0;
    return strcmp(hash, name) == 0 || as_before ? NULL
                                                : "a published text is not what it is called";
}

static const char *check_lock(const char *path)
{
    int fd = open(path, O_RDWR | O_CLOEXEC);
    bool is_free = fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0;
    if (fd >= 0)
        close(fd);
    return is_free ? NULL : "a lock is still held";
}

static bool is_whole(const char *directory, const char *name)
{
    bool good = false;
    calib_directory *opened = NULL;
    int status = calib_directory_open(directory, &opened) ? CALIB_E_SYSTEM
                                                          : calib_store_check(opened, name, &good);
    calib_directory_close(opened);
    return !status && good;
}

static const char *check_store(const scenario *s, const char *directory, const char *name)
{
    bool good = is_whole(directory, name);
    if (!good && s->damaged) {
        scenario_damage_store();
        good = is_whole(directory, name);
        scenario_damage_store();
    }
    return good ? NULL : "a published store is not whole";
}

static const char *check_name(const scenario *s, const char *directory, const char *name,
                              bool temps)
{
    char path[PATH_CAP];
    if (snprintf(path, sizeof path, "%s/%s", directory, name) >= PATH_CAP)
        return "a name too long";
    if (has_ending(name, ".tmp"))
        return temps ? NULL : "a temporary file is left";
    if (has_ending(name, ".lock"))
        return check_lock(path);
    if (has_ending(name, ".ctk"))
        return check_store(s, directory, name);
    if (has_ending(directory, "corpora") && strlen(name) == CALIB_SHA256_HEX - 1)
        return check_text(s, path, name);
    return NULL;
}

static const char *check_folder(const scenario *s, const char *name, bool temps)
{
    char path[PATH_CAP];
    scenario_cache_path(path, name);
    DIR *list = opendir(path);
    const char *wrong = NULL;
    const struct dirent *entry;
    while (list && !wrong && (entry = readdir(list)))
        wrong = check_name(s, path, entry->d_name, temps);
    if (list)
        closedir(list);
    return wrong;
}

/* An unnamed file has a name for a moment. */
static const char *check_unnamed(bool temps)
{
    bool empty = rmdir(world.temp) == 0 && mkdir(world.temp, 0700) == 0;
    return empty || temps ? NULL : "a temporary file is left outside the cache";
}

const char *scenario_fsck(const scenario *s, bool temps)
{
    const char *wrong = check_unnamed(temps);
    if (!wrong)
        wrong = check_folder(s, "corpora", temps);
    if (!wrong)
        wrong = check_folder(s, "urls", temps);
    return wrong ? wrong : check_folder(s, "tokens", temps);
}
