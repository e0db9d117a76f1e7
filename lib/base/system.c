/* SPDX-License-Identifier: MIT */
/* POSIX. Nothing outside this file may include a system header beyond the C standard's, except
 * that the HTTP unit includes curl's. */
#ifdef __linux__
#define _GNU_SOURCE /* sync_file_range() */
#endif
#include "base/system.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/mman.h>
#include <sys/vfs.h>
#endif

enum { OPEN_AT = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY };

uint64_t calib_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

int64_t calib_unix_time(void)
{
    return (int64_t)time(NULL);
}

void calib_sleep_ms(uint32_t ms)
{
    struct timespec span = {.tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000};
    nanosleep(&span, NULL);
}

int calib_random(void *out, size_t len)
{
    return getentropy(out, len) == 0 ? 0 : errno;
}

void calib_errno_text(int error_number, char *out, size_t cap)
{
#if defined __GLIBC__ && defined _GNU_SOURCE
    /* There it may return a text of its own instead of filling `out`. */
    char room[128];
    snprintf(out, cap, "%s", strerror_r(error_number, room, sizeof room));
#else
    if (strerror_r(error_number, out, cap) != 0)
        snprintf(out, cap, "error %d", error_number);
#endif
}

const char *calib_environment(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

enum { LARGE_PAGE = 2 * 1024 * 1024 };

size_t calib_memory_alignment(size_t len)
{
#ifdef MADV_HUGEPAGE
    if (len >= LARGE_PAGE)
        return LARGE_PAGE;
#endif
    (void)len;
    return 1;
}

void calib_memory_whole(void *data, size_t len)
{
#ifdef MADV_HUGEPAGE
    size_t skip = (size_t)(-(uintptr_t)data & (LARGE_PAGE - 1));
    if (len >= skip + LARGE_PAGE)
        madvise((char *)data + skip, (len - skip) & ~(size_t)(LARGE_PAGE - 1), MADV_HUGEPAGE);
#else
    (void)data, (void)len;
#endif
}

/* ---- threads ---- */

unsigned calib_cpu_count(void)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n > 0 ? (unsigned)n : 1;
}

struct calib_monitor {
    pthread_mutex_t mutex;
    pthread_cond_t condition;
};

/* A step of the wall clock must not stretch a wait. Apple has no other clock for conditions: there
 * a step only ends a sleep early or late, and callers look again. */
#ifdef __APPLE__
#define CONDITION_CLOCK CLOCK_REALTIME
static int condition_init(pthread_cond_t *condition)
{
    return pthread_cond_init(condition, NULL);
}
#else
#define CONDITION_CLOCK CLOCK_MONOTONIC
static int condition_init(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;
    int error = pthread_condattr_init(&attributes);
    if (error)
        return error;
    error = pthread_condattr_setclock(&attributes, CONDITION_CLOCK);
    if (!error)
        error = pthread_cond_init(condition, &attributes);
    pthread_condattr_destroy(&attributes);
    return error;
}
#endif

int calib_monitor_new(calib_monitor **out)
{
    calib_monitor *monitor = malloc(sizeof *monitor);
    if (!monitor)
        return ENOMEM;
    int error = pthread_mutex_init(&monitor->mutex, NULL);
    if (!error) {
        error = condition_init(&monitor->condition);
        if (error)
            pthread_mutex_destroy(&monitor->mutex);
    }
    if (error) {
        free(monitor);
        return error;
    }
    *out = monitor;
    return 0;
}

void calib_monitor_enter(calib_monitor *monitor)
{
    pthread_mutex_lock(&monitor->mutex);
}

void calib_monitor_leave(calib_monitor *monitor)
{
    pthread_mutex_unlock(&monitor->mutex);
}

void calib_monitor_wait(calib_monitor *monitor, unsigned ms)
{
    if (ms == 0) {
        pthread_cond_wait(&monitor->condition, &monitor->mutex);
        return;
    }
    struct timespec until;
    clock_gettime(CONDITION_CLOCK, &until);
    until.tv_sec += ms / 1000;
    until.tv_nsec += (long)(ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_nsec -= 1000000000;
        until.tv_sec++;
    }
    pthread_cond_timedwait(&monitor->condition, &monitor->mutex, &until);
}

void calib_monitor_wake_all(calib_monitor *monitor)
{
    pthread_cond_broadcast(&monitor->condition);
}

void calib_monitor_free(calib_monitor *monitor)
{
    if (!monitor)
        return;
    pthread_cond_destroy(&monitor->condition);
    pthread_mutex_destroy(&monitor->mutex);
    free(monitor);
}

struct calib_thread {
    pthread_t id;
    void (*run)(void *ctx);
    void *ctx;
};

static void *thread_main(void *argument)
{
    calib_thread *thread = argument;
    thread->run(thread->ctx);
    return NULL;
}

int calib_thread_start(void (*run)(void *ctx), void *ctx, calib_thread **out)
{
    calib_thread *thread = malloc(sizeof *thread);
    if (!thread)
        return ENOMEM;
    *thread = (calib_thread){.run = run, .ctx = ctx};
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = pthread_create(&thread->id, NULL, thread_main, thread);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (error) {
        free(thread);
        return error;
    }
    *out = thread;
    return 0;
}

void calib_thread_join(calib_thread *thread)
{
    pthread_join(thread->id, NULL);
    free(thread);
}

/* ---- files ---- */

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

int calib_file_write(int fd, const void *data, size_t len)
{
    const char *at = data;
    while (len > 0) {
        ssize_t n = write(fd, at, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n < 0 ? errno : EIO;
        at += n;
        len -= (size_t)n;
    }
    return 0;
}

int calib_file_seek(int fd, uint64_t offset)
{
    return lseek(fd, (off_t)offset, SEEK_SET) < 0 ? errno : 0;
}

int calib_file_read_at(int fd, void *data, size_t len, uint64_t offset, size_t *n)
{
    *n = 0;
    while (*n < len) {
        ssize_t got = pread(fd, (char *)data + *n, len - *n, (off_t)(offset + *n));
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

int calib_file_write_at(int fd, const void *data, size_t len, uint64_t offset)
{
    for (size_t done = 0; done < len;) {
        ssize_t n = pwrite(fd, (const char *)data + done, len - done, (off_t)(offset + done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n < 0 ? errno : EIO;
        done += (size_t)n;
    }
    return 0;
}

static int open_unnamed(const char *directory, int *fd)
{
    char path[4096];
    int n = snprintf(path, sizeof path, "%s/calib-XXXXXX", directory);
    if (n < 0 || (size_t)n >= sizeof path)
        return ENAMETOOLONG;
    int opened = mkstemp(path);
    if (opened < 0)
        return errno;
    unlink(path);
    int error = calib_close_on_exec(opened);
    if (error)
        close(opened);
    else
        *fd = opened;
    return error;
}

/* /tmp is often memory: it comes last. */
int calib_temporary_open(int *fd)
{
    const char *chosen = calib_environment("TMPDIR");
    if (chosen && open_unnamed(chosen, fd) == 0)
        return 0;
    return open_unnamed("/var/tmp", fd) == 0 ? 0 : open_unnamed("/tmp", fd);
}

bool calib_file_trusted(int fd)
{
    struct stat info;
    return fstat(fd, &info) == 0 && (info.st_uid == geteuid() || info.st_uid == 0) &&
           (info.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

int calib_file_truncate(int fd, uint64_t size)
{
    int result;
    do
        result = ftruncate(fd, (off_t)size);
    while (result != 0 && errno == EINTR);
    return result != 0 ? errno : calib_file_seek(fd, size);
}

int calib_file_protect(int fd)
{
    return fchmod(fd, 0444) != 0 ? errno : 0;
}

void calib_file_sync_soon(int fd, uint64_t offset, uint64_t len)
{
#ifdef SYNC_FILE_RANGE_WRITE
    sync_file_range(fd, (off_t)offset, (off_t)len, SYNC_FILE_RANGE_WRITE);
#else
    (void)fd, (void)offset, (void)len;
#endif
}

int calib_file_sync(int fd)
{
    int result;
    do
        result = fsync(fd);
    while (result != 0 && errno == EINTR);
    return result != 0 ? errno : 0;
}

/* ---- directories ---- */

static int open_retrying(int directory, const char *name, int flags, int *fd)
{
    int opened;
    do
        opened = openat(directory, name, flags, 0600);
    while (opened < 0 && errno == EINTR);
    if (opened < 0)
        return errno;
    *fd = opened;
    return 0;
}

int calib_directory_open(const char *path, int *fd)
{
    return open_retrying(AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, fd);
}

int calib_directory_open_at(int directory, const char *name, int *fd)
{
    return open_retrying(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, fd);
}

int calib_directory_make_at(int directory, const char *name)
{
    return mkdirat(directory, name, 0700) != 0 && errno != EEXIST ? errno : 0;
}

/* Parents first. The errors of parents are not looked at: some may be there and closed to us, and
 * only the last step tells whether the whole path could be made. */
int calib_directory_make(const char *path)
{
    if (mkdir(path, 0700) == 0 || errno == EEXIST)
        return 0;
    if (errno != ENOENT)
        return errno;
    size_t n = strlen(path) + 1;
    char *part = malloc(n);
    if (!part)
        return ENOMEM;
    memcpy(part, path, n);
    for (size_t i = 1; i < n; i++)
        if (part[i] == '/') {
            part[i] = '\0';
            mkdir(part, 0700);
            part[i] = '/';
        }
    free(part);
    return mkdir(path, 0700) == 0 || errno == EEXIST ? 0 : errno;
}

int calib_directory_sync(int directory)
{
    int error = calib_file_sync(directory);
    /* Some file systems cannot do it for directories, and need not. */
    return error == EINVAL || error == ENOTSUP ? 0 : error;
}

static int list_open(DIR *list, calib_name_fn fn, void *ctx, int *result)
{
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(list);
        if (!entry)
            return errno;
        const char *name = entry->d_name;
        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
            continue;
        *result = fn(ctx, name);
        if (*result)
            return 0;
    }
}

int calib_directory_list(int directory, calib_name_fn fn, void *ctx, int *result)
{
    *result = 0;
    int fd = -1;
    int error = calib_directory_open_at(directory, ".", &fd);
    if (error)
        return error;
    DIR *list = fdopendir(fd);
    if (!list) {
        error = errno;
        close(fd);
        return error;
    }
    error = list_open(list, fn, ctx, result);
    closedir(list);
    return error;
}

static int open_regular(int directory, const char *name, int flags, int *fd)
{
    int opened = -1;
    int error = open_retrying(directory, name, flags | OPEN_AT, &opened);
    if (error)
        return error;
    struct stat info;
    error = fstat(opened, &info) != 0 ? errno : S_ISREG(info.st_mode) ? 0 : EINVAL;
    /* What has a second name would be written to under that name, too. */
    if (!error && (flags & O_ACCMODE) == O_RDWR && info.st_nlink != 1)
        error = EINVAL;
    if (error) {
        close(opened);
        return error;
    }
    *fd = opened;
    return 0;
}

int calib_file_open_at(int directory, const char *name, int *fd)
{
    return open_regular(directory, name, O_RDONLY, fd);
}

int calib_file_reopen_at(int directory, const char *name, int *fd)
{
    return open_regular(directory, name, O_RDWR, fd);
}

int calib_file_create_at(int directory, const char *name, int *fd)
{
    return open_retrying(directory, name, O_RDWR | O_CREAT | O_EXCL | OPEN_AT, fd);
}

int calib_file_info_at(int directory, const char *name, calib_file_info *out)
{
    struct stat info;
    if (fstatat(directory, name, &info, AT_SYMLINK_NOFOLLOW) != 0)
        return errno;
    *out = (calib_file_info){
        .size = info.st_size > 0 ? (uint64_t)info.st_size : 0,
        .modified = (int64_t)info.st_mtime,
        .regular = S_ISREG(info.st_mode),
    };
    return 0;
}

int calib_file_rename_at(int directory, const char *from, const char *to)
{
    return renameat(directory, from, directory, to) != 0 ? errno : 0;
}

int calib_file_link_at(int directory, const char *from, const char *to)
{
    return linkat(directory, from, directory, to, 0) != 0 ? errno : 0;
}

int calib_file_remove_at(int directory, const char *name)
{
    return unlinkat(directory, name, 0) != 0 ? errno : 0;
}

/* ---- locks ---- */

/* On network and user-space file systems flock() may be a no-op, or hang even when asked not to
 * wait; what is not known to be local is taken for one of those. */
bool calib_locks_work(int directory)
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
    if (fstatfs(directory, &info) != 0)
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

int calib_lock_open_at(int directory, const char *name, int *fd)
{
    return open_retrying(directory, name, O_RDWR | O_CREAT | OPEN_AT, fd);
}

int calib_lock_try(int fd)
{
    int result;
    do
        result = flock(fd, LOCK_EX | LOCK_NB);
    while (result != 0 && errno == EINTR);
    return result != 0 ? errno : 0;
}

void calib_lock_release(int fd)
{
    /* Unlocked by name: a child that was forked meanwhile still has the same open file. */
    flock(fd, LOCK_UN);
    close(fd);
}

static pthread_mutex_t process_mutex = PTHREAD_MUTEX_INITIALIZER;

void calib_process_lock(void)
{
    pthread_mutex_lock(&process_mutex);
}

void calib_process_unlock(void)
{
    pthread_mutex_unlock(&process_mutex);
}

/* ---- sockets ---- */

int calib_close_on_exec(int fd)
{
    return fcntl(fd, F_SETFD, FD_CLOEXEC) < 0 ? errno : 0;
}

void calib_sigpipe_block(calib_sigpipe *state)
{
    sigset_t pending, set, before;
    sigemptyset(&pending);
    sigpending(&pending);
    state->was_pending = sigismember(&pending, SIGPIPE) == 1;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    sigemptyset(&before);
    pthread_sigmask(SIG_BLOCK, &set, &before);
    state->was_blocked = sigismember(&before, SIGPIPE) == 1;
}

static void eat_signal(const sigset_t *set)
{
#ifdef __APPLE__
    int got;
    sigwait(set, &got);
#else
    /* Another thread may take it first: never wait for it. */
    const struct timespec no_time = {0};
    sigtimedwait(set, NULL, &no_time);
#endif
}

/* A SIGPIPE that came meanwhile is eaten: it belongs to the library's own sockets. */
void calib_sigpipe_restore(const calib_sigpipe *state)
{
    sigset_t set, pending;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    sigemptyset(&pending);
    sigpending(&pending);
    if (!state->was_pending && sigismember(&pending, SIGPIPE) == 1)
        eat_signal(&set);
    if (!state->was_blocked)
        pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}
