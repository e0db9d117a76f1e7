/* SPDX-License-Identifier: MIT */
/* system.h for POSIX: errors, files, directories and locks. */
#include "system/posix.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#ifdef __linux__
#include <sched.h>
#include <sys/mman.h>
#include <sys/vfs.h>
#endif

enum {
    OPEN_AT = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY,
    NOT_REGULAR = -1 /* not a number of the system: open() may give any of those */
};

/* ---- errors ---- */

calib_system_kind calib_system_kind_of(int error)
{
    if (error == EWOULDBLOCK)
        return CALIB_SYSTEM_BUSY;
    switch (error) {
    case 0: return CALIB_SYSTEM_OK;
    case ENOENT: return CALIB_SYSTEM_NOT_FOUND;
    case ENOTDIR: return CALIB_SYSTEM_NOT_DIRECTORY;
    case NOT_REGULAR: return CALIB_SYSTEM_NOT_FILE;
    case ELOOP: return CALIB_SYSTEM_NOT_FILE;
    case ENXIO: return CALIB_SYSTEM_NOT_FILE;
    case EISDIR: return CALIB_SYSTEM_IS_DIRECTORY;
    case EEXIST: return CALIB_SYSTEM_EXISTS;
    case EACCES: return CALIB_SYSTEM_ACCESS;
    case EPERM: return CALIB_SYSTEM_ACCESS;
    case EROFS: return CALIB_SYSTEM_ACCESS;
    case ENOSPC: return CALIB_SYSTEM_NO_SPACE;
#ifdef EDQUOT
    case EDQUOT: return CALIB_SYSTEM_NO_SPACE;
#endif
    case EFBIG: return CALIB_SYSTEM_NO_SPACE; /* of the process (ulimit -f) or the file system */
    case ENOMEM: return CALIB_SYSTEM_NO_MEMORY;
    case EIO: return CALIB_SYSTEM_IO;
    default: return CALIB_SYSTEM_OTHER;
    }
}

int calib_system_error_of(calib_system_kind kind)
{
    switch (kind) {
    case CALIB_SYSTEM_OK: return 0;
    case CALIB_SYSTEM_NOT_FOUND: return ENOENT;
    case CALIB_SYSTEM_NOT_DIRECTORY: return ENOTDIR;
    case CALIB_SYSTEM_NOT_FILE: return NOT_REGULAR;
    case CALIB_SYSTEM_IS_DIRECTORY: return EISDIR;
    case CALIB_SYSTEM_EXISTS: return EEXIST;
    case CALIB_SYSTEM_ACCESS: return EACCES;
    case CALIB_SYSTEM_NO_SPACE: return ENOSPC;
    case CALIB_SYSTEM_NO_MEMORY: return ENOMEM;
    case CALIB_SYSTEM_BUSY: return EWOULDBLOCK;
    case CALIB_SYSTEM_IO: return EIO;
    case CALIB_SYSTEM_OTHER: break;
    }
    return ENOSYS;
}

void calib_system_text(int error, char *out, size_t cap)
{
    if (error == NOT_REGULAR) {
        snprintf(out, cap, "Not a regular file");
        return;
    }
#if defined __GLIBC__ && defined _GNU_SOURCE
    /* This variant may return a text of its own instead of filling the buffer. */
    char room[128];
    snprintf(out, cap, "%s", strerror_r(error, room, sizeof room));
#else
    if (strerror_r(error, out, cap) != 0)
        snprintf(out, cap, "error %d", error);
#endif
}

/* ---- files ---- */

/* Who else may use a directory of the cache and what is in it. All zero: nobody. */
typedef struct sharing {
    bool is_shared; /* by the members of `group` */
    gid_t group;
    mode_t others; /* the rights of all others, at most to read */
} sharing;

struct calib_file {
    int fd;
    bool is_standard_input;
    sharing sharing; /* of its directory */
};

struct calib_directory {
    int fd;
    sharing sharing;
};

struct calib_lock {
    int fd;
};

static int open_retrying(int directory, const char *name, int flags, mode_t mode, int *fd)
{
    int opened;
    do
        opened = openat(directory, name, flags, mode);
    while (opened < 0 && errno == EINTR);
    if (opened < 0)
        return errno;
    *fd = opened;
    return 0;
}

/* The handle is allocated first: nothing is created if there is no memory for it. */
static int open_file(int directory, const char *name, int flags, calib_file **out)
{
    calib_file *file = malloc(sizeof *file);
    if (!file)
        return ENOMEM;
    *file = (calib_file){.fd = -1};
    int error = open_retrying(directory, name, flags, 0600, &file->fd);
    if (error)
        free(file);
    else
        *out = file;
    return error;
}

int calib_file_open(const char *path, calib_file **out)
{
    calib_file *file;
    int error = open_file(AT_FDCWD, path, O_RDONLY | O_CLOEXEC | O_NOCTTY, &file);
    if (error)
        return error;
    struct stat info;
    error = fstat(file->fd, &info) != 0 ? errno : S_ISDIR(info.st_mode) ? EISDIR : 0;
    if (error)
        calib_file_close(file);
    else
        *out = file;
    return error;
}

int calib_standard_input_open(calib_file **out)
{
    calib_file *file = malloc(sizeof *file);
    if (!file)
        return ENOMEM;
    *file = (calib_file){.fd = STDIN_FILENO, .is_standard_input = true};
    *out = file;
    return 0;
}

static int open_unnamed(const char *directory, int *fd)
{
    char path[4096];
    int n = snprintf(path, sizeof path, "%s/calib-XXXXXX", directory);
    if (n < 0 || (size_t)n >= sizeof path)
        return ENAMETOOLONG;
    int opened = mkostemp(path, O_CLOEXEC);
    if (opened < 0)
        return errno;
    unlink(path);
    *fd = opened;
    return 0;
}

int calib_temporary_open(calib_file **out)
{
    calib_file *file = malloc(sizeof *file);
    if (!file)
        return ENOMEM;
    *file = (calib_file){.fd = -1};
    /* /tmp comes last because it is often memory. */
    const char *chosen = calib_environment("TMPDIR");
    int error = chosen ? open_unnamed(chosen, &file->fd) : ENOENT;
    if (error)
        error = open_unnamed("/var/tmp", &file->fd);
    if (error)
        error = open_unnamed("/tmp", &file->fd);
    if (error)
        free(file);
    else
        *out = file;
    return error;
}

int calib_file_duplicate(const calib_file *file, calib_file **out)
{
    calib_file *copy = malloc(sizeof *copy);
    if (!copy)
        return ENOMEM;
    *copy = (calib_file){.sharing = file->sharing};
    copy->fd = fcntl(file->fd, F_DUPFD_CLOEXEC, 0);
    if (copy->fd < 0) {
        int error = errno;
        free(copy);
        return error;
    }
    *out = copy;
    return 0;
}

void calib_file_close(calib_file *file)
{
    /* After EINTR the descriptor is closed on Linux and unspecified elsewhere, so it is not closed
     * again. */
    if (file && !file->is_standard_input)
        close(file->fd);
    free(file);
}

int calib_file_read(calib_file *file, void *data, size_t cap, size_t *n)
{
    ssize_t got;
    do
        got = read(file->fd, data, cap);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return errno;
    *n = (size_t)got;
    return 0;
}

/* Writes all bytes at the file's position or, if `offset` is not NULL, at that offset. A write past
 * the limit on the size of files (ulimit -f) raises SIGXFSZ, which would end the process. */
static int write_all(int fd, const char *data, size_t len, const uint64_t *offset)
{
    calib_signal limit;
    int error = 0;
    calib_signal_block(SIGXFSZ, &limit);
    for (size_t done = 0; !error && done < len;) {
        ssize_t n = offset ? pwrite(fd, data + done, len - done, (off_t)(*offset + done))
                           : write(fd, data + done, len - done);
        if (n > 0)
            done += (size_t)n;
        else if (n == 0)
            error = EIO;
        else if (errno != EINTR)
            error = errno;
    }
    calib_signal_restore(&limit);
    return error;
}

int calib_file_write(calib_file *file, const void *data, size_t len)
{
    return write_all(file->fd, data, len, NULL);
}

int calib_file_seek(calib_file *file, uint64_t offset)
{
    return lseek(file->fd, (off_t)offset, SEEK_SET) < 0 ? errno : 0;
}

int calib_file_read_at(const calib_file *file, void *data, size_t len, uint64_t offset, size_t *n)
{
    *n = 0;
    while (*n < len) {
        ssize_t got = pread(file->fd, (char *)data + *n, len - *n, (off_t)(offset + *n));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return errno;
        if (got == 0)
            return 0;
        *n += (size_t)got;
    }
    return 0;
}

int calib_file_write_at(const calib_file *file, const void *data, size_t len, uint64_t offset)
{
    return write_all(file->fd, data, len, &offset);
}

int calib_file_size(const calib_file *file, uint64_t *size)
{
    struct stat info;
    if (fstat(file->fd, &info) != 0)
        return errno;
    *size = S_ISREG(info.st_mode) && info.st_size > 0 ? (uint64_t)info.st_size : 0;
    return 0;
}

bool calib_file_trusted(const calib_file *file)
{
    struct stat info;
    if (fstat(file->fd, &info) != 0 || (info.st_mode & S_IWOTH))
        return false;
    bool is_ours = info.st_uid == geteuid() || info.st_uid == 0;
    return (is_ours && !(info.st_mode & S_IWGRP)) ||
           (file->sharing.is_shared && info.st_gid == file->sharing.group);
}

int calib_file_truncate(calib_file *file, uint64_t size)
{
    calib_signal limit;
    int error;
    calib_signal_block(SIGXFSZ, &limit);
    do
        error = ftruncate(file->fd, (off_t)size) != 0 ? errno : 0;
    while (error == EINTR);
    calib_signal_restore(&limit);
    return error ? error : calib_file_seek(file, size);
}

void calib_file_protect(calib_file *file)
{
    mode_t mode = file->sharing.is_shared ? 0440 | (file->sharing.others & S_IROTH) : 0444;
    /* Many mounts refuse it (SMB, object stores), and no other guarantee depends on it. */
    (void)!fchmod(file->fd, mode);
}

void calib_file_sync_soon(const calib_file *file, uint64_t offset, uint64_t len)
{
#ifdef SYNC_FILE_RANGE_WRITE
    sync_file_range(file->fd, (off_t)offset, (off_t)len, SYNC_FILE_RANGE_WRITE);
#else
    (void)file, (void)offset, (void)len;
#endif
}

static int sync_descriptor(int fd)
{
#ifdef F_FULLFSYNC
    /* There fsync() leaves the bytes in the drive's cache. Some file systems offer nothing else. */
    if (fcntl(fd, F_FULLFSYNC) == 0)
        return 0;
#endif
    int result;
    do
        result = fsync(fd);
    while (result != 0 && errno == EINTR);
    return result != 0 ? errno : 0;
}

int calib_file_sync(calib_file *file)
{
    return sync_descriptor(file->fd);
}

/* ---- directories ---- */

static int open_directory(int directory, const char *name, int flags, calib_directory **out)
{
    calib_directory *opened = malloc(sizeof *opened);
    if (!opened)
        return ENOMEM;
    *opened = (calib_directory){.fd = -1};
    int error =
        open_retrying(directory, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | flags, 0, &opened->fd);
    if (error)
        free(opened);
    else
        *out = opened;
    return error;
}

/* A directory is shared if new files in it belong to its group, and its group and this process may
 * write to it, but not everybody. */
static sharing sharing_of(int fd)
{
    struct stat info;
    bool is_shared = fstat(fd, &info) == 0 && (info.st_mode & S_ISGID) &&
                     (info.st_mode & S_IWGRP) && !(info.st_mode & S_IWOTH) &&
                     faccessat(fd, ".", W_OK, AT_EACCESS) == 0;
    return is_shared ? (sharing){true, info.st_gid, info.st_mode & (S_IROTH | S_IXOTH)}
                     : (sharing){0};
}

int calib_directory_open(const char *path, calib_directory **out)
{
    int error = open_directory(AT_FDCWD, path, 0, out);
    if (!error)
        (*out)->sharing = sharing_of((*out)->fd);
    return error;
}

/* A directory in one that is not shared is not shared either: whoever may write to the outer one
 * can replace the inner one. */
int calib_directory_open_at(const calib_directory *directory, const char *name,
                            calib_directory **out)
{
    int error = open_directory(directory->fd, name, O_NOFOLLOW, out);
    /* Linux says ENOTDIR of a link as well. */
    struct stat info;
    if (error == ENOTDIR && fstatat(directory->fd, name, &info, AT_SYMLINK_NOFOLLOW) == 0 &&
        S_ISLNK(info.st_mode))
        error = ELOOP;
    if (error || !directory->sharing.is_shared)
        return error;
    (*out)->sharing = sharing_of((*out)->fd);
    if ((*out)->sharing.group != directory->sharing.group)
        (*out)->sharing = (sharing){0};
    return 0;
}

void calib_directory_close(calib_directory *directory)
{
    if (directory)
        close(directory->fd);
    free(directory);
}

int calib_directory_make_at(const calib_directory *directory, const char *name)
{
    const sharing *with = &directory->sharing;
    mode_t mode = with->is_shared ? S_ISGID | 0770 | with->others : 0700;
    if (mkdirat(directory->fd, name, mode & 0777) != 0)
        return errno != EEXIST ? errno : 0;
    /* The umask has taken rights away. A file system may refuse to give them back. */
    calib_directory *made;
    if (with->is_shared && open_directory(directory->fd, name, O_NOFOLLOW, &made) == 0) {
        (void)!fchmod(made->fd, mode);
        calib_directory_close(made);
    }
    return 0;
}

/* Parents first. An error of a parent counts only if no parent below it exists or can be made: a
 * parent may exist and be closed to us. */
int calib_directory_make(const char *path)
{
    if (mkdir(path, 0700) == 0 || errno == EEXIST)
        return 0;
    if (errno != ENOENT)
        return errno;
    int refused = 0;
    size_t n = strlen(path) + 1;
    char *part = malloc(n);
    if (!part)
        return ENOMEM;
    memcpy(part, path, n);
    for (size_t i = 1; i < n; i++)
        if (part[i] == '/') {
            part[i] = '\0';
            if (mkdir(part, 0700) == 0 || errno == EEXIST)
                refused = 0;
            else if (!refused)
                refused = errno;
            part[i] = '/';
        }
    free(part);
    if (mkdir(path, 0700) == 0 || errno == EEXIST)
        return 0;
    return errno == ENOENT && refused ? refused : errno;
}

int calib_directory_sync(const calib_directory *directory)
{
    int error = sync_descriptor(directory->fd);
    /* Some file systems do not offer it for directories, and do not need it. */
    return error == EINVAL || error == ENOTSUP || error == ENOSYS || error == EBADF ? 0 : error;
}

int calib_directory_list(const calib_directory *directory, calib_name_fn fn, void *ctx, int *result)
{
    *result = 0;
    int fd = -1;
    int error = open_retrying(directory->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0, &fd);
    if (error)
        return error;
    DIR *list = fdopendir(fd);
    if (!list) {
        error = errno;
        close(fd);
        return error;
    }
    while (!*result) {
        errno = 0;
        const struct dirent *entry = readdir(list);
        error = errno;
        if (!entry)
            break;
        const char *name = entry->d_name;
        if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0)
            *result = fn(ctx, name);
    }
    closedir(list);
    return error;
}

static int open_regular(const calib_directory *directory, const char *name, int flags,
                        calib_file **out)
{
    calib_file *file;
    int error = open_file(directory->fd, name, flags | OPEN_AT, &file);
    if (error)
        return error;
    struct stat info;
    error = fstat(file->fd, &info) != 0 ? errno : S_ISREG(info.st_mode) ? 0 : NOT_REGULAR;
    file->sharing = directory->sharing;
    /* Writing to a file that has a second name would change it under that name, too. */
    if (!error && (flags & O_ACCMODE) == O_RDWR && info.st_nlink != 1)
        error = NOT_REGULAR;
    if (error)
        calib_file_close(file);
    else
        *out = file;
    return error;
}

int calib_file_open_at(const calib_directory *directory, const char *name, calib_file **out)
{
    return open_regular(directory, name, O_RDONLY, out);
}

int calib_file_reopen_at(const calib_directory *directory, const char *name, calib_file **out)
{
    return open_regular(directory, name, O_RDWR, out);
}

int calib_file_create_at(const calib_directory *directory, const char *name, calib_file **out)
{
    int error = open_file(directory->fd, name, O_RDWR | O_CREAT | O_EXCL | OPEN_AT, out);
    if (!error)
        (*out)->sharing = directory->sharing;
    return error;
}

static int64_t last_use(const struct stat *info)
{
    return (int64_t)(info->st_atime > info->st_mtime ? info->st_atime : info->st_mtime);
}

int calib_file_info_at(const calib_directory *directory, const char *name, calib_file_info *out)
{
    struct stat info;
    if (fstatat(directory->fd, name, &info, AT_SYMLINK_NOFOLLOW) != 0)
        return errno;
    *out = (calib_file_info){
        .size = info.st_size > 0 ? (uint64_t)info.st_size : 0,
        .modified = (int64_t)info.st_mtime,
        .used = last_use(&info),
    };
    return 0;
}

int calib_file_rename_at(const calib_directory *directory, const char *from, const char *to)
{
    return renameat(directory->fd, from, directory->fd, to) != 0 ? errno : 0;
}

int calib_file_link_at(const calib_directory *directory, const char *from, const char *to)
{
    return linkat(directory->fd, from, directory->fd, to, 0) != 0 ? errno : 0;
}

int calib_file_remove_at(const calib_directory *directory, const char *name)
{
    return unlinkat(directory->fd, name, 0) != 0 ? errno : 0;
}

/* ---- locks ---- */

/* On network and user-space file systems flock() may do nothing, or hang even if asked not to
 * wait. A file system that is not known to be local counts as one of those. */
bool calib_locks_work(const calib_directory *directory)
{
#ifdef __linux__
    static const uint32_t local[] = {
        0xef53,     /* ext2, ext3, ext4 */
        0x58465342, /* xfs */
        0x9123683e, /* btrfs */
        0x01021994, /* tmpfs */
        0x858458f6, /* ramfs */
        0x794c7630, /* overlayfs */
        0x2fc12fc1, /* zfs */
        0xf2f52010, /* f2fs */
        0xca451a4e, /* bcachefs */
    };
    struct statfs info;
    if (fstatfs(directory->fd, &info) != 0)
        return false;
    for (size_t i = 0; i < sizeof local / sizeof *local; i++)
        if ((uint32_t)info.f_type == local[i])
            return true;
    return false;
#else
    (void)directory;
    return true;
#endif
}

void calib_file_hold(const calib_directory *directory, const calib_file *file)
{
    if (calib_locks_work(directory))
        flock(file->fd, LOCK_SH | LOCK_NB);
}

int calib_file_remove_idle_at(const calib_directory *directory, const char *name)
{
    int fd = -1;
    if (!calib_locks_work(directory))
        return calib_file_remove_at(directory, name);
    int error = open_retrying(directory->fd, name, O_RDONLY | OPEN_AT, 0, &fd);
    if (error)
        return error;
    error = flock(fd, LOCK_EX | LOCK_NB) != 0 ? errno : calib_file_remove_at(directory, name);
    close(fd);
    return error;
}

void calib_file_touch(const calib_file *file)
{
    enum { MINUTE = 60 };
    struct stat info;
    const struct timespec times[2] = {{.tv_nsec = UTIME_NOW}, {.tv_nsec = UTIME_OMIT}};
    if (fstat(file->fd, &info) == 0 && last_use(&info) + MINUTE < calib_unix_time())
        (void)!futimens(file->fd, times);
}

int calib_lock_open_at(const calib_directory *directory, const char *name, calib_lock **out)
{
    calib_lock *lock = malloc(sizeof *lock);
    if (!lock)
        return ENOMEM;
    mode_t mode = directory->sharing.is_shared ? 0660 : 0600;
    int error = open_retrying(directory->fd, name, O_RDWR | O_CREAT | OPEN_AT, mode, &lock->fd);
    if (error) {
        free(lock);
        return error;
    }
    /* The umask may have taken the group's rights away. Only the owner can give them back. */
    if (directory->sharing.is_shared)
        (void)!fchmod(lock->fd, mode);
    *out = lock;
    return 0;
}

int calib_lock_try(calib_lock *lock)
{
    int result;
    do
        result = flock(lock->fd, LOCK_EX | LOCK_NB);
    while (result != 0 && errno == EINTR);
    return result != 0 ? errno : 0;
}

bool calib_lock_has_name(const calib_lock *lock)
{
    struct stat info;
    return fstat(lock->fd, &info) != 0 || info.st_nlink > 0;
}

void calib_lock_release(calib_lock *lock)
{
    if (!lock)
        return;
    /* Unlocked explicitly: a child that was forked in the meantime still has the same open file. */
    flock(lock->fd, LOCK_UN);
    close(lock->fd);
    free(lock);
}
