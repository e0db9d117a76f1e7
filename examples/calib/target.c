/* SPDX-License-Identifier: MIT */
/* Reads symbolic links and the directories of descriptors with POSIX calls. */
#include "target.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef PATH_MAX
#define PATH_MAX 4096
#endif

enum { MAX_LINKS = 40 }; /* as in Linux */

/* Returns true if both paths lead to the same existing place. */
static bool same_place(const char *a, const char *b)
{
    char *real_a = realpath(a, NULL), *real_b = realpath(b, NULL);
    bool same = real_a && real_b && strcmp(real_a, real_b) == 0;
    free(real_a);
    free(real_b);
    return same;
}

/* As cli_target_descriptor(), without following links of the last component. Opening such a name
 * would open the file behind it again, at its beginning. */
static int descriptor_here(const char *path)
{
    static const char *const names[] = {"/dev/stdin", "/dev/stdout", "/dev/stderr"};
    static const char *const places[] = {"/dev/fd", "/proc/self/fd", "/proc/thread-self/fd"};
    for (int i = 0; i < 3; i++)
        if (strcmp(path, names[i]) == 0)
            return i;
    const char *slash = strrchr(path, '/'), *digits = slash ? slash + 1 : path;
    size_t n = strspn(digits, "0123456789");
    if (n == 0 || n > 9 || digits[n])
        return -1;
    char directory[PATH_MAX];
    int len = snprintf(directory, sizeof directory, "%.*s", (int)(digits - path), path);
    if (len < 0 || (size_t)len >= sizeof directory)
        return -1;
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        if (same_place(slash ? directory : ".", places[i]))
            return (int)strtol(digits, NULL, 10);
    return -1;
}

/* Replaces `path` by what the link there points to. Returns 1, 0 if it is no link, or -1 with
 * errno.
 */
static int follow_one(char path[PATH_MAX])
{
    char text[PATH_MAX], joined[2 * PATH_MAX];
    ssize_t n = readlink(path, text, sizeof text);
    if (n < 0)
        return errno == EINVAL || errno == ENOENT ? 0 : -1;
    const char *slash = strrchr(path, '/');
    int base = slash && text[0] != '/' ? (int)(slash - path) + 1 : 0;
    int len = snprintf(joined, sizeof joined, "%.*s%.*s", base, path, (int)n, text);
    if ((size_t)n == sizeof text || len < 0 || len >= PATH_MAX) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(path, joined, (size_t)len + 1);
    return 1;
}

int cli_target_descriptor(const char *path)
{
    char at[PATH_MAX];
    if (strlen(path) >= sizeof at)
        return -1;
    memcpy(at, path, strlen(path) + 1);
    for (int i = 0; i < MAX_LINKS; i++) {
        int fd = descriptor_here(at);
        if (fd >= 0)
            return fd;
        if (follow_one(at) <= 0)
            return -1;
    }
    return -1;
}

char *cli_target_follow(const char *path)
{
    char at[PATH_MAX];
    int more = strlen(path) < sizeof at ? 1 : -1;
    if (more < 0)
        errno = ENAMETOOLONG;
    else
        memcpy(at, path, strlen(path) + 1);
    for (int i = 0; more > 0; i++) {
        more = i < MAX_LINKS ? follow_one(at) : -1;
        if (i == MAX_LINKS)
            errno = ELOOP;
    }
    return more < 0 ? NULL : strdup(at);
}
