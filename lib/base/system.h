/* SPDX-License-Identifier: MIT */
/* Everything that differs between operating systems. A port to another one replaces system.c.
 * Functions that can fail return 0 or an errno; the caller knows what to say. */
#ifndef CALIB_BASE_SYSTEM_H
#define CALIB_BASE_SYSTEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Monotonic clock, nanoseconds. */
uint64_t calib_now_ns(void);

/** Seconds since 1970. */
int64_t calib_unix_time(void);

/** Sleeps at most that long; a signal may end it early. */
void calib_sleep_ms(uint32_t ms);

/** Random bytes, at most 256, that nobody can guess. */
int calib_random(void *out, size_t len);

/** The system's text of an errno, NUL-terminated; safe in threads. */
void calib_errno_text(int error_number, char *out, size_t cap);

/** An environment variable that is set and not empty, or NULL. */
const char *calib_environment(const char *name);

/** What a block of `len` bytes that is to be used as a whole is best aligned to: a power of
 *  two. */
size_t calib_memory_alignment(size_t len);

/** Memory that is about to be used as a whole: large pages, where the system has them, save it much
 *  looking up of addresses. A hint, for blocks of megabytes. */
void calib_memory_whole(void *data, size_t len);

/** Cores this process may use, at least 1. */
unsigned calib_cpu_count(void);

/** A mutex and its condition. enter and leave pair; wait leaves, sleeps until woken or `ms` have
 *  passed (0: no limit; may also wake for nothing) and enters again. */
typedef struct calib_monitor calib_monitor;
int calib_monitor_new(calib_monitor **out);
void calib_monitor_enter(calib_monitor *monitor);
void calib_monitor_leave(calib_monitor *monitor);
void calib_monitor_wait(calib_monitor *monitor, unsigned ms);
void calib_monitor_wake_all(calib_monitor *monitor);
void calib_monitor_free(calib_monitor *monitor);

/** A thread in which all signals are blocked: they belong to the host program's threads. */
typedef struct calib_thread calib_thread;
int calib_thread_start(void (*run)(void *ctx), void *ctx, calib_thread **out);
void calib_thread_join(calib_thread *thread);

/* ---- files ---- */

/** Opens a file for reading (not inherited by child processes). A directory is EISDIR. */
int calib_file_open(const char *path, int *fd);

/** Reads up to `cap` bytes; *n is 0 at the end only. Goes on after EINTR. */
int calib_file_read(int fd, void *data, size_t cap, size_t *n);

/** Size of a regular file, 0 for everything else (pipes, devices). */
int calib_file_size(int fd, uint64_t *size);

void calib_file_close(int fd);

/** Descriptor of standard input. */
int calib_standard_input(void);

/** Writes all of it or fails. */
int calib_file_write(int fd, const void *data, size_t len);

/** Moves to a place from the start. */
int calib_file_seek(int fd, uint64_t offset);

/** Reads at a place, leaving the file's own position alone: safe from several threads. *n is less
 *  than `len` only where the file ends. */
int calib_file_read_at(int fd, void *data, size_t len, uint64_t offset, size_t *n);

/** Writes all of it at a place or fails. */
int calib_file_write_at(int fd, const void *data, size_t len, uint64_t offset);

/** Makes a file without a name in $TMPDIR, else /var/tmp, else /tmp, for reading and writing. */
int calib_temporary_open(int *fd);

/** Nobody but this user and root can have written it: its owner is one of them, and neither group
 *  nor others may write. */
bool calib_file_trusted(int fd);

/** Cuts the file to `size` bytes and moves to its new end. */
int calib_file_truncate(int fd, uint64_t size);

/** Nobody writes to it any more: mode 0444, whatever the umask. */
int calib_file_protect(int fd);

/** Lets the disk begin with these bytes, so that less is left to wait for at the end. */
void calib_file_sync_soon(int fd, uint64_t offset, uint64_t len);

/** Returns when the file's bytes are on the disk. */
int calib_file_sync(int fd);

/* ---- directories: names in them are never followed when they are links ---- */

typedef struct calib_file_info {
    uint64_t size;
    int64_t modified; /* seconds since 1970 */
    bool regular;
} calib_file_info;

/** 0 to go on; anything else ends the listing and comes back. */
typedef int (*calib_name_fn)(void *ctx, const char *name);

/** Opens a directory, by a path that may be a link. */
int calib_directory_open(const char *path, int *fd);

/** Opens a directory in a directory. */
int calib_directory_open_at(int directory, const char *name, int *fd);

/** Makes a directory and its parents, each missing one with mode 0700. */
int calib_directory_make(const char *path);

/** Makes a directory in a directory, mode 0700. That it is there is no error. */
int calib_directory_make_at(int directory, const char *name);

/** Returns when the directory's names are on the disk. */
int calib_directory_sync(int directory);

/** Calls `fn` for each name but "." and "..". An errno, or what `fn` returned in *result. */
int calib_directory_list(int directory, calib_name_fn fn, void *ctx, int *result);

/** Opens a regular file for reading; anything else is EINVAL or ELOOP. */
int calib_file_open_at(int directory, const char *name, int *fd);

/** Opens an existing regular file of one name for reading and writing; else EINVAL or ELOOP. */
int calib_file_reopen_at(int directory, const char *name, int *fd);

/** Makes a file that must not be there yet, mode 0600, open for reading and writing. */
int calib_file_create_at(int directory, const char *name, int *fd);

int calib_file_info_at(int directory, const char *name, calib_file_info *info);

/** Renames in one step, replacing what has the new name. */
int calib_file_rename_at(int directory, const char *from, const char *to);

/** Gives a file a second name that must not be taken (EEXIST). */
int calib_file_link_at(int directory, const char *from, const char *to);

int calib_file_remove_at(int directory, const char *name);

/* ---- locks: advisory, gone with the process ---- */

/** Whether locks are known to work on the file system, and not to hang. */
bool calib_locks_work(int directory);

/** Opens a lock file, making it when it is missing. */
int calib_lock_open_at(int directory, const char *name, int *fd);

/** Takes the lock without waiting; EWOULDBLOCK when another has it. */
int calib_lock_try(int fd);

/** Gives the lock back and closes its file. */
void calib_lock_release(int fd);

/** One lock for the whole process: for what libraries want done once. */
void calib_process_lock(void);
void calib_process_unlock(void);

/* ---- sockets ---- */

/** Children do not inherit the descriptor. */
int calib_close_on_exec(int fd);

/** SIGPIPE of the calling thread, held back while a library writes to sockets. */
typedef struct calib_sigpipe {
    bool was_blocked;
    bool was_pending;
} calib_sigpipe;

void calib_sigpipe_block(calib_sigpipe *state);
void calib_sigpipe_restore(const calib_sigpipe *state);

#endif
