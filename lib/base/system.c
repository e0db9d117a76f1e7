/* SPDX-License-Identifier: MIT */
/* POSIX. Nothing outside this file may include a system header beyond the C standard's, except
 * that the HTTP unit includes curl's. */
#include "base/system.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

uint64_t calib_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

void calib_errno_text(int error_number, char *out, size_t cap)
{
    if (strerror_r(error_number, out, cap) != 0)
        snprintf(out, cap, "error %d", error_number);
}

const char *calib_environment(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

int calib_file_open(const char *path, int *fd)
{
    int opened;
    do
        opened = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    while (opened < 0 && errno == EINTR);
    if (opened < 0)
        return errno;
    struct stat info;
    int error = fstat(opened, &info) != 0 ? errno : S_ISDIR(info.st_mode) ? EISDIR : 0;
    if (error) {
        close(opened);
        return error;
    }
    *fd = opened;
    return 0;
}

int calib_file_read(int fd, void *data, size_t cap, size_t *n)
{
    ssize_t got;
    do
        got = read(fd, data, cap);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return errno;
    *n = (size_t)got;
    return 0;
}

int calib_file_size(int fd, uint64_t *size)
{
    struct stat info;
    if (fstat(fd, &info) != 0)
        return errno;
    *size = S_ISREG(info.st_mode) && info.st_size > 0 ? (uint64_t)info.st_size : 0;
    return 0;
}

void calib_file_close(int fd)
{
    /* EINTR leaves the descriptor closed on Linux and unspecified elsewhere: never twice. */
    close(fd);
}

int calib_standard_input(void)
{
    return STDIN_FILENO;
}
