/* SPDX-License-Identifier: MIT */
/* A cache directory of a test, and the files that loads leave in it. */
#ifndef CALIB_TESTS_STORE_DISK_H
#define CALIB_TESTS_STORE_DISK_H

#include "test.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static char cache[64];

static inline int disk_begin(void **state)
{
    (void)state;
    snprintf(cache, sizeof cache, "/tmp/calib-cache-XXXXXX");
    return mkdtemp(cache) ? 0 : 1;
}

/* Removes all files and folders in it. */
static inline void disk_clear(const char *path)
{
    char name[512];
    DIR *list = opendir(path);
    for (struct dirent *entry; list && (entry = readdir(list)) != NULL;) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        snprintf(name, sizeof name, "%.250s/%s", path, entry->d_name);
        if (unlink(name) != 0) {
            disk_clear(name);
            rmdir(name);
        }
    }
    if (list)
        closedir(list);
}

static inline int disk_end(void **state)
{
    (void)state;
    disk_clear(cache);
    return rmdir(cache);
}

static inline void disk_path(const char *name, char path[512])
{
    snprintf(path, 512, "%s/%s", cache, name);
}

static inline void disk_write(const char *path, const void *data, size_t len)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, data, len), (ssize_t)len);
    close(fd);
}

/** Gives the path of the only file of tokens. */
static inline void disk_store(char path[512])
{
    char tokens[512];
    int n = 0;
    disk_path("tokens", tokens);
    DIR *list = opendir(tokens);
    assert_non_null(list);
    for (struct dirent *entry; (entry = readdir(list)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, 512, "%.100s/%s", tokens, entry->d_name);
        n++;
    }
    closedir(list);
    assert_int_equal(n, 1);
}

#endif
