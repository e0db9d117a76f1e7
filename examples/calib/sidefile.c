/* SPDX-License-Identifier: MIT */
/* Names, locks and removal of the hidden files. The names derive from the output's name alone, so
 * that the next run finds them without reading the directory. Locks are those of fcntl(), which NFS
 * has too; they end with their process. A process must not open its own hidden file a second time:
 * closing that descriptor would end the lock. */
#include "sidefile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SLOTS = 100, SUFFIX = 64 };

/* Returns the name with room for every slot, and where name_slot() writes; NULL if out of memory.
 */
static char *new_name(const char *path, char **suffix)
{
    const char *slash = strrchr(path, '/');
    size_t n = slash ? (size_t)(slash - path) + 1 : 0;
    char *name = malloc(n + SUFFIX);
    if (!name)
        return NULL;
    memcpy(name, path, n);
    *suffix = name + n;
    return name;
}

/* Uses a hash (FNV-1a), because the output's own name may be as long as the system allows. */
static void name_slot(const char *path, int slot, char *suffix)
{
    const char *slash = strrchr(path, '/');
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (const char *c = slash ? slash + 1 : path; *c; c++)
        hash = (hash ^ (unsigned char)*c) * UINT64_C(0x100000001b3);
    snprintf(suffix, SUFFIX, ".calib-%016llx-%d.tmp", (unsigned long long)hash, slot);
}

static bool lock(int fd)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    return fcntl(fd, F_SETLK, &whole) == 0;
}

/* Removes a hidden file that no live process has locked. With the lock held, only this process may
 * remove the file, so the name still means the same file when it is unlinked. */
static void remove_stale(const char *name)
{
    struct stat opened, named;
    int fd = open(name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0)
        return;
    if (fstat(fd, &opened) == 0 && S_ISREG(opened.st_mode) && lock(fd) &&
        lstat(name, &named) == 0 && named.st_dev == opened.st_dev && named.st_ino == opened.st_ino)
        unlink(name);
    close(fd);
}

/* Locks a new file. Fails if another run took it for stale before. A file system without locks is
 * accepted: there no run can lock a file, so none removes it. */
static bool own(int fd)
{
    struct stat info;
    if (!lock(fd) && (errno == EACCES || errno == EAGAIN))
        return false;
    return fstat(fd, &info) == 0 && info.st_nlink > 0;
}

char *cli_sidefile_create(const char *path, int *fd)
{
    char *suffix, *name = new_name(path, &suffix);
    if (!name)
        return NULL;
    for (int i = 0; i < SLOTS; i++) {
        name_slot(path, i, suffix);
        remove_stale(name);
    }
    errno = EEXIST;
    for (int i = 0; i < SLOTS && errno == EEXIST; i++) {
        name_slot(path, i, suffix);
        *fd = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (*fd >= 0 && own(*fd))
            return name;
        if (*fd >= 0) {
            close(*fd);
            *fd = -1;
            errno = EEXIST;
        }
    }
    int error = errno;
    free(name);
    errno = error;
    return NULL;
}

char *cli_sidefile_link(const char *path, int *fd)
{
    char *suffix, *name = new_name(path, &suffix);
    *fd = name ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (*fd >= 0 && lock(*fd)) {
        errno = EEXIST;
        for (int i = 0; i < SLOTS && errno == EEXIST; i++) {
            name_slot(path, i, suffix);
            if (link(path, name) == 0)
                return name;
        }
    }
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
    free(name);
    return NULL;
}
