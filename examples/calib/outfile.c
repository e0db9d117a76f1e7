/* SPDX-License-Identifier: MIT */
/* Writes the output with POSIX calls. */
#include "outfile.h"

#include "report.h"
#include "system.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int fail_errno(const char *what, const char *name)
{
    if (errno == EINTR && cli_signal_seen())
        return cli_fail("cancelled by %s", cli_signal_name());
    return cli_fail("cannot %s %s: %s", what, name, strerror(errno));
}

/* Returns the directory of `path` with its slash, or "" if it has none; NULL if out of memory. The
 * caller frees it; it has room for `extra` more bytes. */
static char *directory_of(const char *path, size_t extra)
{
    const char *slash = strrchr(path, '/');
    size_t n = slash ? (size_t)(slash - path) + 1 : 0;
    char *out = malloc(n + extra + 1);
    if (!out)
        return NULL;
    memcpy(out, path, n);
    out[n] = '\0';
    return out;
}

static int create_temporary(cli_outfile *file)
{
    enum { SUFFIX = 64, ATTEMPTS = 100 };
    file->temporary = directory_of(file->path, SUFFIX);
    if (!file->temporary)
        return cli_fail("out of memory");
    char *suffix = file->temporary + strlen(file->temporary);
    for (int i = 0; i < ATTEMPTS && file->fd < 0; i++) {
        snprintf(suffix, SUFFIX, ".calib-%ld-%d.tmp", (long)getpid(), i);
        file->fd = open(file->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (file->fd < 0 && errno != EEXIST)
            break;
    }
    if (file->fd >= 0) {
        cli_signals_remove(file->temporary);
        return CLI_DONE;
    }
    free(file->temporary);
    file->temporary = NULL;
    return fail_errno("write", file->name);
}

/* Opens a temporary file in place of an existing one. It takes over the permissions of the old
 * file, and replaces the target of a symbolic link, not the link. */
static int open_over(cli_outfile *file, const char *path, mode_t mode)
{
    if (access(path, W_OK) != 0)
        return fail_errno("write", path);
    file->path = realpath(path, NULL);
    if (!file->path)
        return fail_errno("write", path);
    int status = create_temporary(file);
    if (!status && fchmod(file->fd, mode & 07777) != 0)
        status = fail_errno("set the permissions of", file->name);
    return status;
}

int cli_outfile_open(cli_outfile *file, const char *path)
{
    struct stat info;
    file->name = path;
    if (strcmp(path, "-") == 0) {
        file->name = "standard output";
        file->fd = STDOUT_FILENO;
        return CLI_DONE;
    }
    if (stat(path, &info) != 0) {
        if (errno != ENOENT)
            return fail_errno("write", path);
        if (path[strlen(path) - 1] == '/')
            return cli_fail("cannot write %s: it names a directory", path);
        file->path = strdup(path);
        return file->path ? create_temporary(file) : cli_fail("out of memory");
    }
    if (S_ISDIR(info.st_mode))
        return cli_fail("cannot write %s: it is a directory", path);
    if (S_ISREG(info.st_mode))
        return open_over(file, path, info.st_mode);
    file->fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    return file->fd < 0 ? fail_errno("write", path) : CLI_DONE;
}

bool cli_outfile_is(const char *path, const char *input)
{
    struct stat out, in;
    int there = strcmp(input, "-") == 0 ? fstat(STDIN_FILENO, &in) : stat(input, &in);
    return there == 0 && stat(path, &out) == 0 && S_ISREG(out.st_mode) && out.st_dev == in.st_dev &&
           out.st_ino == in.st_ino;
}

int cli_outfile_write(cli_outfile *file, const void *data, size_t len)
{
    const char *bytes = data;
    while (len > 0) {
        if (cli_signal_seen())
            return cli_fail("cancelled by %s", cli_signal_name());
        ssize_t n = write(file->fd, bytes, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fail_errno("write", file->name);
        bytes += n;
        len -= (size_t)n;
    }
    return CLI_DONE;
}

int cli_outfile_finish(cli_outfile *file)
{
    if (file->temporary && fsync(file->fd) != 0)
        return fail_errno("write", file->name);
    int fd = file->fd;
    file->fd = -1;
    return close(fd) == 0 ? CLI_DONE : fail_errno("write", file->name);
}

int cli_outfile_publish(cli_outfile *file)
{
    if (!file->temporary)
        return CLI_DONE;
    if (cli_signal_seen())
        return cli_fail("cancelled by %s", cli_signal_name());
    if (rename(file->temporary, file->path) != 0)
        return fail_errno("write", file->name);
    cli_signals_remove(NULL);
    free(file->temporary);
    file->temporary = NULL;
    /* The rename itself must reach the disk too. A file system that cannot sync a directory offers
     * no better way, so a failure is ignored. */
    char *directory = directory_of(file->path, 1);
    if (!directory)
        return CLI_DONE;
    if (!*directory)
        memcpy(directory, ".", 2);
    int fd = open(directory, O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
    free(directory);
    return CLI_DONE;
}

void cli_outfile_discard(cli_outfile *file)
{
    if (file->fd >= 0 && file->fd != STDOUT_FILENO)
        close(file->fd);
    if (file->temporary)
        unlink(file->temporary);
    cli_signals_remove(NULL);
    free(file->temporary);
    free(file->path);
    *file = (cli_outfile){.fd = -1};
}
