/* SPDX-License-Identifier: MIT */
/* Implements system.h with POSIX calls. */
#include "system.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t seen;
static const char *volatile doomed;
static const char *volatile doomed_home;

uint64_t cli_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

int64_t cli_unix_time(void)
{
    return (int64_t)time(NULL);
}

bool cli_is_terminal(int fd)
{
    return isatty(fd) == 1;
}

size_t cli_columns(int fd)
{
    struct winsize size;
    if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    const char *columns = getenv("COLUMNS");
    unsigned long n = columns ? strtoul(columns, NULL, 10) : 0;
    return n >= 20 && n <= 1000 ? (size_t)n : 80;
}

void cli_guard_standard_descriptors(void)
{
    /* open() takes the lowest free number, so going upwards fills exactly the gaps. The opposite
     * access mode makes every use of a filled gap fail. */
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) < 0)
            (void)!open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
}

/* The library sees `seen` through the progress callback. It cannot during one long encode call or a
 * read from a silent pipe, so on_signal() sets an alarm. The handlers use only async-signal-safe
 * calls. */
static void die(int signal_number)
{
    if (doomed && doomed_home)
        rename(doomed, doomed_home);
    else if (doomed)
        unlink(doomed);
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

static void on_alarm(int signal_number)
{
    static const char message[] = "calib: error: cancelled by a signal\n";
    (void)signal_number;
    (void)!write(STDERR_FILENO, message, sizeof message - 1);
    die(seen);
}

static void on_signal(int signal_number)
{
    if (seen)
        die(signal_number);
    seen = signal_number;
    alarm(2);
}

static void handle(int signal_number, void (*handler)(int))
{
    /* Without SA_RESTART a blocked open() or write() returns and sees the signal. With SA_NODEFER
     * the signals stay unblocked in their handlers, so that die() takes effect at once. */
    struct sigaction action = {.sa_flags = SA_NODEFER};
    struct sigaction before;
    action.sa_handler = handler;
    sigemptyset(&action.sa_mask);
    /* A signal that the parent ignores (nohup) stays ignored. */
    if (sigaction(signal_number, NULL, &before) == 0 && before.sa_handler != SIG_IGN)
        sigaction(signal_number, &action, NULL);
}

void cli_signals_begin(void)
{
    handle(SIGINT, on_signal);
    handle(SIGTERM, on_signal);
    handle(SIGHUP, on_signal);
    handle(SIGALRM, on_alarm);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
}

int cli_signal_seen(void)
{
    return seen;
}

const char *cli_signal_name(void)
{
    switch (seen) {
    case SIGINT: return "SIGINT";
    case SIGTERM: return "SIGTERM";
    case SIGHUP: return "SIGHUP";
    default: return "a signal";
    }
}

void cli_signals_undo(const char *path, const char *home)
{
    /* A signal between two of these lines finds nothing to do. */
    doomed = NULL;
    doomed_home = home;
    doomed = path;
}

void cli_signals_end(void)
{
    if (!seen)
        return;
    alarm(0);
    die(seen);
}
