/* SPDX-License-Identifier: MIT */
/* Preloaded by tests and controlled by environment variables:
 *
 *   CALIB_STUB_FLOCK=1       every lock is granted, as on some network file systems
 *   CALIB_STUB_FS=number     every file system is of this type: f_type of statfs(2), hexadecimal
 *   CALIB_STUB_RANDOM=1      every random byte is 0
 *   CALIB_STUB_CHMOD=number  every fchmod() fails with this error
 *   CALIB_STUB_DNS=seconds   resolving a name takes so long
 *   CALIB_STUB_FULL=call     the disk is full for this call: write, fsync, rename, open or mkdir
 *   CALIB_STUB_QUOTA=1       the user's quota is exhausted instead of the disk
 *   CALIB_STUB_TRACE=file    the calls below are appended to this file, if it exists
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

static void trace(const char *what, const char *on)
{
    const char *path = getenv("CALIB_STUB_TRACE");
    if (!path)
        return;
    int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_APPEND | O_CLOEXEC, 0);
    if (fd < 0)
        return;
    char line[512];
    int n = snprintf(line, sizeof line, "%s %s\n", what, on);
    if (n > 0)
        (void)!syscall(SYS_write, fd, line, (size_t)n);
    close(fd);
}

static bool is_full(const char *call)
{
    const char *full = getenv("CALIB_STUB_FULL");
    if (!full || strcmp(full, call) != 0)
        return false;
    errno = getenv("CALIB_STUB_QUOTA") ? EDQUOT : ENOSPC;
    return true;
}

static void find(const char *name, void *to)
{
    void *found = dlsym(RTLD_NEXT, name);
    memcpy(to, &found, sizeof found);
}

int flock(int fd, int operation)
{
    trace("flock", operation & LOCK_SH ? "shared" : "");
    if (getenv("CALIB_STUB_FLOCK"))
        return 0;
    return (int)syscall(SYS_flock, fd, operation);
}

int getentropy(void *out, size_t n)
{
    int (*next)(void *, size_t);
    find("getentropy", &next);
    if (!getenv("CALIB_STUB_RANDOM"))
        return next(out, n);
    memset(out, 0, n);
    return 0;
}

#define FSTATFS(name, type)                                                                        \
    int name(int fd, struct type *out)                                                             \
    {                                                                                              \
        int (*next)(int, struct type *);                                                           \
        const char *kind = getenv("CALIB_STUB_FS");                                                \
        find(#name, &next);                                                                        \
        int result = next(fd, out);                                                                \
        if (kind)                                                                                  \
            out->f_type = (__typeof__(out->f_type))strtol(kind, NULL, 16);                         \
        return result;                                                                             \
    }
FSTATFS(fstatfs, statfs)
FSTATFS(fstatfs64, statfs64)

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
                struct addrinfo **out)
{
    int (*next)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    find("getaddrinfo", &next);
    const char *seconds = getenv("CALIB_STUB_DNS");
    trace("getaddrinfo", node ? node : "");
    if (seconds)
        sleep((unsigned)strtoul(seconds, NULL, 10));
    return next(node, service, hints, out);
}

int socket(int domain, int type, int protocol)
{
    char text[16];
    snprintf(text, sizeof text, "%d", domain);
    trace("socket", text);
    return (int)syscall(SYS_socket, domain, type, protocol);
}

ssize_t write(int fd, const void *data, size_t n)
{
    struct stat info;
    if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && is_full("write"))
        return -1;
    return syscall(SYS_write, fd, data, n);
}

int fchmod(int fd, mode_t mode)
{
    const char *number = getenv("CALIB_STUB_CHMOD");
    trace("chmod", number ? "refused" : "");
    if (!number)
        return (int)syscall(SYS_fchmod, fd, mode);
    errno = (int)strtol(number, NULL, 10);
    return -1;
}

int fsync(int fd)
{
    struct stat info;
    if (is_full("fsync"))
        return -1;
    trace("fsync", fstat(fd, &info) == 0 && S_ISDIR(info.st_mode) ? "directory" : "file");
    return (int)syscall(SYS_fsync, fd);
}

int futimens(int fd, const struct timespec times[2])
{
    trace("times", "");
    return (int)syscall(SYS_utimensat, fd, NULL, times, 0);
}

int renameat(int from_dir, const char *from, int to_dir, const char *to)
{
    trace("rename", to);
    if (is_full("rename"))
        return -1;
    return (int)syscall(SYS_renameat2, from_dir, from, to_dir, to, 0);
}

int linkat(int from_dir, const char *from, int to_dir, const char *to, int flags)
{
    trace("link", to);
    return (int)syscall(SYS_linkat, from_dir, from, to_dir, to, flags);
}

int mkdirat(int dir, const char *name, mode_t mode)
{
    trace("mkdir", name);
    if (is_full("mkdir"))
        return -1;
    return (int)syscall(SYS_mkdirat, dir, name, mode);
}

int unlinkat(int dir, const char *name, int flags)
{
    trace("unlink", name);
    return (int)syscall(SYS_unlinkat, dir, name, flags);
}

#define OPENAT(name)                                                                               \
    int name(int dir, const char *path, int flags, ...);                                           \
    int name(int dir, const char *path, int flags, ...)                                            \
    {                                                                                              \
        va_list list;                                                                              \
        va_start(list, flags);                                                                     \
        mode_t mode = flags & O_CREAT ? va_arg(list, mode_t) : 0;                                  \
        va_end(list);                                                                              \
        trace((flags & O_ACCMODE) == O_RDONLY && !(flags & O_CREAT) ? "read" : "write", path);     \
        if (flags & O_CREAT && is_full("open"))                                                    \
            return -1;                                                                             \
        return (int)syscall(SYS_openat, dir, path, flags, mode);                                   \
    }
#ifndef openat
OPENAT(openat)
#endif
OPENAT(openat64)
