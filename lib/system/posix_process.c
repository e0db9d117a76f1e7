/* SPDX-License-Identifier: MIT */
/* system.h for POSIX: time, threads, signals and sockets. */
#include "system/cgroup.h"
#include "system/posix.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#ifdef __linux__
#include <sched.h>
#endif

/* ---- time, randomness, environment ---- */

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

const char *calib_environment(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

/* ---- threads ---- */

unsigned calib_cpu_count(void)
{
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned n = online > 0 ? (unsigned)online : 1;
#ifdef __linux__
    /* Room for 16384 processors: the call fails if the kernel's mask is longer than the buffer. */
    cpu_set_t allowed[16];
    if (sched_getaffinity(0, sizeof allowed, allowed) == 0) {
        int count = CPU_COUNT_S(sizeof allowed, allowed);
        if (count > 0 && (unsigned)count < n)
            n = (unsigned)count;
    }
    unsigned quota = calib_cgroup_cpus("/proc/self/cgroup", "/sys/fs/cgroup");
    if (quota && quota < n)
        n = quota;
#endif
    return n;
}

struct calib_monitor {
    pthread_mutex_t mutex;
    pthread_cond_t condition;
};

/* A step of the wall clock must not stretch a wait. Apple has no other clock for conditions: there
 * a step only ends a sleep early or late, and callers check their condition again. */
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
    atomic_int owners; /* the thread itself, and the one that joins or detaches it */
};

static void drop_thread(calib_thread *thread)
{
    if (atomic_fetch_sub(&thread->owners, 1) == 1)
        free(thread);
}

static void *thread_main(void *argument)
{
    calib_thread *thread = argument;
    thread->run(thread->ctx);
    drop_thread(thread);
    return NULL;
}

int calib_thread_start(void (*run)(void *ctx), void *ctx, calib_thread **out)
{
    calib_thread *thread = malloc(sizeof *thread);
    if (!thread)
        return ENOMEM;
    thread->run = run;
    thread->ctx = ctx;
    atomic_init(&thread->owners, 2);
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
    drop_thread(thread);
}

void calib_thread_detach(calib_thread *thread)
{
    pthread_detach(thread->id);
    drop_thread(thread);
}

static pthread_mutex_t process_mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t fork_once = PTHREAD_ONCE_INIT;
static bool fork_is_handled;

static void lock_process_mutex(void)
{
    pthread_mutex_lock(&process_mutex);
}

static void unlock_process_mutex(void)
{
    pthread_mutex_unlock(&process_mutex);
}

static void handle_forks(void)
{
    fork_is_handled =
        pthread_atfork(lock_process_mutex, unlock_process_mutex, unlock_process_mutex) == 0;
}

void calib_process_lock(void)
{
    /* Before the lock is taken: a fork between the two would copy it locked. */
    pthread_once(&fork_once, handle_forks);
    lock_process_mutex();
    /* The first attempt may have failed for lack of memory. */
    if (!fork_is_handled)
        handle_forks();
}

void calib_process_unlock(void)
{
    unlock_process_mutex();
}

/* ---- signals ---- */

void calib_signal_block(int number, calib_signal *state)
{
    sigset_t pending, set, before;
    state->number = number;
    sigemptyset(&pending);
    sigpending(&pending);
    state->was_pending = sigismember(&pending, number) == 1;
    sigemptyset(&set);
    sigaddset(&set, number);
    sigemptyset(&before);
    pthread_sigmask(SIG_BLOCK, &set, &before);
    state->was_blocked = sigismember(&before, number) == 1;
}

void calib_sigpipe_block(calib_signal *state)
{
    calib_signal_block(SIGPIPE, state);
}

/* A signal that arrived in the meantime is consumed: the library's own call caused it. */
void calib_signal_restore(const calib_signal *state)
{
    sigset_t set, pending;
    sigemptyset(&set);
    sigaddset(&set, state->number);
    sigemptyset(&pending);
    sigpending(&pending);
    if (!state->was_pending && sigismember(&pending, state->number) == 1) {
        /* Another thread may consume it first, so this must not wait. */
#ifdef __APPLE__
        /* There is no sigtimedwait(). A signal to this thread, which no other can take, makes sure
         * that there is something to consume. It merges with one that is pending already. */
        int got;
        if (pthread_kill(pthread_self(), state->number) == 0)
            sigwait(&set, &got);
#else
        const struct timespec no_time = {0};
        sigtimedwait(&set, NULL, &no_time);
#endif
    }
    if (!state->was_blocked)
        pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

/* ---- sockets ---- */

int calib_socket_keep_private(uintptr_t socket)
{
    return fcntl((int)socket, F_SETFD, FD_CLOEXEC) < 0 ? errno : 0;
}
