/* SPDX-License-Identifier: MIT */
/* A cache directory of a test, and the files of tokens in it. */
#ifndef CALIB_TESTS_STORE_FOLDER_H
#define CALIB_TESTS_STORE_FOLDER_H

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/** Returns false if it cannot be made. */
static inline bool folder_make(char cache[64])
{
    snprintf(cache, 64, "/tmp/calib-load-XXXXXX");
    return mkdtemp(cache) != NULL;
}

/** Counts the files of tokens whose names have this ending; `path` is one of them. */
static inline int folder_find(const char *cache, const char *end, char path[400])
{
    int n = 0;
    snprintf(path, 400, "%s/tokens", cache);
    DIR *list = opendir(path);
    for (struct dirent *entry; list && (entry = readdir(list)) != NULL;) {
        size_t len = strlen(entry->d_name);
        if (entry->d_name[0] == '.' || len < strlen(end) ||
            strcmp(entry->d_name + len - strlen(end), end) != 0)
            continue;
        snprintf(path, 400, "%s/tokens/%s", cache, entry->d_name);
        n++;
    }
    if (list)
        closedir(list);
    return n;
}

static inline void folder_empty(const char *cache)
{
    char path[400];
    while (folder_find(cache, "", path) && unlink(path) == 0)
        continue;
}

/** Returns the result of rmdir(). */
static inline int folder_remove(const char *cache)
{
    char path[128];
    folder_empty(cache);
    snprintf(path, sizeof path, "%s/tokens", cache);
    rmdir(path);
    return rmdir(cache);
}

#endif
