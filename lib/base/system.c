/* SPDX-License-Identifier: MIT */
/* POSIX. Nothing outside this file may include a system header beyond the C standard's, except
 * that the HTTP unit includes curl's. */
#include "base/system.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
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

int calib_monitor_new(calib_monitor **out)
{
    calib_monitor *monitor = malloc(sizeof *monitor);
    if (!monitor)
        return ENOMEM;
    int error = pthread_mutex_init(&monitor->mutex, NULL);
    if (!error) {
        error = pthread_cond_init(&monitor->condition, NULL);
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

/* The wall clock is the condition's clock on every POSIX; a step of it only ends a sleep early or
 * late, and callers look again. */
void calib_monitor_wait(calib_monitor *monitor, unsigned ms)
{
    if (ms == 0) {
        pthread_cond_wait(&monitor->condition, &monitor->mutex);
        return;
    }
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
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
