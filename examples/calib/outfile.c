/* SPDX-License-Identifier: MIT */
/* Writes the output with POSIX calls. */
#include "outfile.h"

#include "report.h"
#include "sidefile.h"
#include "system.h"
#include "target.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- open ---- */

static int fail_errno(const char *what, const char *name)
{
    if (errno == EINTR && cli_signal_seen())
        return cli_fail("cancelled by %s", cli_signal_name());
    return cli_fail("cannot %s %s: %s", what, name, strerror(errno));
}

/* Returns true if a file may be writable in place although a new file could not be created beside
 * it, or not renamed over it: the directory is read-only, the file is a mount point or in use, or
 * the file system has no such operation. With a full disk, in contrast, writing in place would only
 * lose the old file. */
static bool in_place_helps(int error)
{
    static const int errors[] = {EACCES, EPERM,  EROFS,  EBUSY,   EXDEV,     ETXTBSY,
                                 EEXIST, ENOSYS, EINVAL, ENOTSUP, EOPNOTSUPP};
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++)
        if (error == errors[i])
            return true;
    return false;
}

static int create_temporary(cli_outfile *file)
{
    file->temporary = cli_sidefile_create(file->path, &file->fd);
    if (!file->temporary)
        return CLI_FAILED;
    cli_signals_undo(file->temporary, NULL);
    return CLI_DONE;
}

static void remove_temporary(cli_outfile *file)
{
    int error = errno;
    unlink(file->temporary);
    cli_signals_undo(NULL, NULL);
    free(file->temporary);
    file->temporary = NULL;
    errno = error;
}

/* Opens a temporary file that takes over the permissions of an existing file and later replaces it,
 * or the target of a symbolic link, not the link. Opens the file itself if that is not possible;
 * its content stays until the first write. */
static int open_existing(cli_outfile *file, const char *path, mode_t mode)
{
    if (access(path, W_OK) != 0)
        return fail_errno("write", path);
    file->existed = true;
    file->path = realpath(path, NULL);
    if (file->path && !create_temporary(file)) {
        struct stat info;
        if (fchmod(file->fd, mode & 07777) == 0 ||
            (fstat(file->fd, &info) == 0 && (info.st_mode & 07777) == (mode & 07777)))
            return CLI_DONE;
        remove_temporary(file);
        close(file->fd);
    } else if (!in_place_helps(errno) && errno != ENOENT) {
        return fail_errno("write", path);
    }
    if (!file->path)
        file->path = strdup(path);
    if (!file->path)
        return cli_fail("out of memory");
    file->fd = open(path, O_WRONLY | O_CLOEXEC);
    return file->fd < 0 ? fail_errno("write", path) : CLI_DONE;
}

/* Opens a temporary file for a new file, at the end of a chain of links if `path` is one. */
static int open_new(cli_outfile *file, const char *path)
{
    file->path = cli_target_follow(path);
    if (!file->path)
        return fail_errno("write", path);
    if (file->path[strlen(file->path) - 1] == '/')
        return cli_fail("cannot write %s: it names a directory", path);
    if (create_temporary(file) == CLI_DONE)
        return CLI_DONE;
    if (strcmp(file->path, path) == 0)
        return fail_errno("write", path);
    return cli_fail("cannot write %s, a link to %s: %s", path, file->path, strerror(errno));
}

/* Opens a descriptor that the caller of the program opened. Writing through it continues where the
 * caller left off, and appends if the caller asked for that. */
static int open_descriptor(cli_outfile *file, int fd)
{
    int flags = fcntl(fd, F_GETFL);
    if (flags >= 0 && (flags & O_ACCMODE) == O_RDONLY) {
        errno = EBADF;
        flags = -1;
    }
    if (flags >= 0)
        file->fd = fd == STDOUT_FILENO ? fd : fcntl(fd, F_DUPFD_CLOEXEC, 3);
    return file->fd < 0 ? fail_errno("write", file->name) : CLI_DONE;
}

static int open_direct(cli_outfile *file, const char *path, int fd)
{
    int status = CLI_DONE;
    if (fd >= 0)
        status = open_descriptor(file, fd);
    else if ((file->fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY)) < 0)
        status = fail_errno("write", path);
    if (!status && cli_is_terminal(file->fd))
        return cli_fail("cannot write %s: it is a terminal, and the output is binary; name a "
                        "file with -o, or pipe the output to a program",
                        file->name);
    return status;
}

int cli_outfile_open(cli_outfile *file, const char *path)
{
    struct stat info;
    bool standard = strcmp(path, "-") == 0;
    int fd = standard ? STDOUT_FILENO : cli_target_descriptor(path);
    file->name = standard ? "standard output" : path;
    if (fd >= 0)
        return open_direct(file, path, fd);
    if (stat(path, &info) != 0)
        return errno == ENOENT ? open_new(file, path) : fail_errno("write", path);
    if (S_ISDIR(info.st_mode))
        return cli_fail("cannot write %s: it is a directory", path);
    if (S_ISREG(info.st_mode))
        return open_existing(file, path, info.st_mode);
    return open_direct(file, path, -1);
}

static bool stat_output(const char *path, struct stat *info)
{
    int fd = strcmp(path, "-") == 0 ? STDOUT_FILENO : cli_target_descriptor(path);
    return (fd >= 0 ? fstat(fd, info) : stat(path, info)) == 0;
}

bool cli_outfile_is(const char *path, const char *input)
{
    struct stat out, in;
    int there = strcmp(input, "-") == 0 ? fstat(STDIN_FILENO, &in) : stat(input, &in);
    return there == 0 && stat_output(path, &out) && S_ISREG(out.st_mode) &&
           out.st_dev == in.st_dev && out.st_ino == in.st_ino;
}

bool cli_outfile_is_results(const char *path)
{
    struct stat out, results;
    return strcmp(path, "-") != 0 && stat_output(path, &out) && !S_ISCHR(out.st_mode) &&
           fstat(STDOUT_FILENO, &results) == 0 && out.st_dev == results.st_dev &&
           out.st_ino == results.st_ino;
}

/* Splits a path into its name and the folder's place in the file system. */
static const char *place_of(const char *path, struct stat *folder)
{
    const char *slash = strrchr(path, '/');
    char directory[4096] = ".";
    size_t len = slash ? (size_t)(slash - path) + 1 : 0;
    if (len >= sizeof directory)
        return NULL;
    if (slash) {
        memcpy(directory, path, len);
        directory[len] = '\0';
    }
    return stat(directory, folder) == 0 ? path + len : NULL;
}

bool cli_outfile_equals(const cli_outfile *a, const cli_outfile *b)
{
    struct stat here, there;
    const char *one = a->path ? place_of(a->path, &here) : NULL;
    const char *other = b->path ? place_of(b->path, &there) : NULL;
    return one && other && strcmp(one, other) == 0 && here.st_dev == there.st_dev &&
           here.st_ino == there.st_ino;
}

/* ---- write ---- */

int cli_outfile_write(cli_outfile *file, const void *data, size_t len)
{
    const char *bytes = data;
    if (file->path && !file->temporary && !file->touched) {
        if (ftruncate(file->fd, 0) != 0)
            return fail_errno("write", file->name);
        file->touched = true;
    }
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

/* ---- publish ---- */

static void drop_old(cli_outfile *file)
{
    if (file->old)
        unlink(file->old);
    if (file->old_fd >= 0)
        close(file->old_fd);
    free(file->old);
    file->old = NULL;
    file->old_fd = -1;
}

/* Copies the temporary file into the file that it cannot replace. `error` is the reason. */
static int copy_in_place(cli_outfile *file, int error)
{
    enum { BLOCK = 64 * 1024 };
    int from = file->fd, to = open(file->path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    char *block = malloc(BLOCK);
    if (to < 0 || !block || lseek(from, 0, SEEK_SET) != 0) {
        if (to >= 0)
            close(to);
        free(block);
        errno = error;
        return fail_errno("write", file->name);
    }
    file->fd = to;
    int status = ftruncate(to, 0) == 0 ? CLI_DONE : fail_errno("write", file->name);
    file->touched = !status;
    ssize_t n = 1;
    while (!status && n > 0) {
        n = read(from, block, BLOCK);
        if (n < 0)
            status = fail_errno("read", file->temporary);
        else
            status = cli_outfile_write(file, block, (size_t)n);
    }
    if (!status && fsync(to) != 0)
        status = fail_errno("write", file->name);
    remove_temporary(file);
    close(from);
    free(block);
    return status;
}

/* The rename itself must reach the disk too. A file system that cannot sync a directory offers no
 * better way, so a failure is ignored. */
static void sync_directory(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *directory = slash ? strdup(path) : NULL;
    if (directory)
        directory[slash - path + 1] = '\0';
    int fd = open(directory ? directory : ".", O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
    free(directory);
}

/* Gives the temporary file its name. The descriptor stays open until then: it holds the lock that
 * keeps other runs from removing the file. */
static int move(cli_outfile *file)
{
    if (file->existed)
        file->old = cli_sidefile_link(file->path, &file->old_fd);
    if (rename(file->temporary, file->path) != 0) {
        int error = errno;
        drop_old(file);
        if (in_place_helps(error))
            return copy_in_place(file, error);
        errno = error;
        return fail_errno("write", file->name);
    }
    file->touched = true;
    if (file->old)
        cli_signals_undo(file->old, file->path);
    else
        cli_signals_undo(file->existed ? NULL : file->path, NULL);
    free(file->temporary);
    file->temporary = NULL;
    sync_directory(file->path);
    return CLI_DONE;
}

int cli_outfile_publish(cli_outfile *file)
{
    if (cli_signal_seen())
        return cli_fail("cancelled by %s", cli_signal_name());
    if (file->path && fsync(file->fd) != 0)
        return fail_errno("write", file->name);
    int status = file->temporary ? move(file) : CLI_DONE;
    if (status)
        return status;
    int fd = file->fd;
    file->fd = -1;
    if (close(fd) != 0)
        return fail_errno("write", file->name);
    file->whole = true;
    return CLI_DONE;
}

/* ---- keep or undo ---- */

void cli_outfile_keep(cli_outfile *file)
{
    cli_signals_undo(NULL, NULL);
    file->touched = false;
    drop_old(file);
}

static void undo(cli_outfile *file)
{
    if (!file->existed)
        unlink(file->path);
    else if (file->old && rename(file->old, file->path) == 0)
        return;
    else if (file->whole)
        cli_warn("%s has the new contents all the same: the old file cannot be put back",
                 file->name);
    else if (truncate(file->path, 0) == 0)
        cli_warn("%s was written in place and is empty now", file->name);
    else
        cli_warn("%s was written in place and has a part of the output", file->name);
}

void cli_outfile_discard(cli_outfile *file)
{
    if (file->fd >= 0 && file->fd != STDOUT_FILENO)
        close(file->fd);
    if (file->temporary)
        remove_temporary(file);
    if (file->touched)
        undo(file);
    cli_signals_undo(NULL, NULL);
    drop_old(file);
    free(file->path);
    *file = (cli_outfile){.fd = -1, .old_fd = -1};
}
