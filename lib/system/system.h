/* SPDX-License-Identifier: MIT */
/* The operating system. A port to another one replaces posix.c.
 *
 * Functions that can fail return 0 or an error number, which is the system's own except for
 * NOT_FILE. Callers ask calib_system_kind_of() for its meaning and keep the number for messages.
 * Handles are opaque, and NULL is not a handle. */
#ifndef CALIB_SYSTEM_SYSTEM_H
#define CALIB_SYSTEM_SYSTEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- errors ---- */

typedef enum calib_system_kind {
    CALIB_SYSTEM_OK = 0,
    CALIB_SYSTEM_NOT_FOUND,     /* no file of this name */
    CALIB_SYSTEM_NOT_DIRECTORY, /* part of the path is not a directory */
    CALIB_SYSTEM_NOT_FILE,      /* a link, a device or a directory where a regular file belongs */
    CALIB_SYSTEM_IS_DIRECTORY,
    CALIB_SYSTEM_EXISTS,
    CALIB_SYSTEM_ACCESS,
    CALIB_SYSTEM_NO_SPACE, /* on the disk or in the user's share of it, or the file is too large */
    CALIB_SYSTEM_NO_MEMORY,
    CALIB_SYSTEM_BUSY, /* another process holds the lock */
    CALIB_SYSTEM_IO,   /* the device failed, or a file is shorter than it was */
    CALIB_SYSTEM_OTHER
} calib_system_kind;

/** Returns the meaning of an error number. */
calib_system_kind calib_system_kind_of(int error);

/** Returns the system's number for a kind of error, for callers that detect one themselves. */
int calib_system_error_of(calib_system_kind kind);

/** Writes the system's text for an error number, NUL-terminated. Thread-safe. */
void calib_system_text(int error, char *out, size_t cap);

/* ---- time, randomness, environment ---- */

/** Monotonic clock in nanoseconds. */
uint64_t calib_now_ns(void);

/** Seconds since 1970. */
int64_t calib_unix_time(void);

/** Sleeps for at most `ms`. A signal may end the sleep early. */
void calib_sleep_ms(uint32_t ms);

/** Writes `len` unpredictable bytes, at most 256. */
int calib_random(void *out, size_t len);

/** Returns an environment variable that is set and not empty, or NULL. */
const char *calib_environment(const char *name);

/* ---- threads ---- */

/** Returns the number of processors that this process may use, at least 1: those online, bounded
 *  by its CPU affinity and by the CPU quota of its control group. */
unsigned calib_cpu_count(void);

/** A mutex and its condition. enter and leave pair. wait leaves, sleeps until woken or until `ms`
 *  have passed (0: no limit), and enters again; it may also wake spuriously. */
typedef struct calib_monitor calib_monitor;
int calib_monitor_new(calib_monitor **out);
void calib_monitor_enter(calib_monitor *monitor);
void calib_monitor_leave(calib_monitor *monitor);
void calib_monitor_wait(calib_monitor *monitor, unsigned ms);
void calib_monitor_wake_all(calib_monitor *monitor);
void calib_monitor_free(calib_monitor *monitor);

/** A thread with all signals blocked: signals belong to the host program's threads. Each thread is
 *  either joined or detached. */
typedef struct calib_thread calib_thread;
int calib_thread_start(void (*run)(void *ctx), void *ctx, calib_thread **out);
void calib_thread_join(calib_thread *thread);
void calib_thread_detach(calib_thread *thread);

/** One lock for the whole process, for initialization that libraries want done once. A fork waits
 *  until the lock is free, so a child never inherits it locked. */
void calib_process_lock(void);
void calib_process_unlock(void);

/* ---- files ---- */

/** An open file. Child processes do not inherit it. */
typedef struct calib_file calib_file;

/** Opens a file for reading. A directory is IS_DIRECTORY. */
int calib_file_open(const char *path, calib_file **out);

/** Gives a handle of standard input. Closing the handle leaves standard input open. */
int calib_standard_input_open(calib_file **out);

/** Creates a file without a name in $TMPDIR, else /var/tmp, else /tmp, for reading and writing. */
int calib_temporary_open(calib_file **out);

/** Gives a second handle of the same open file, which may be closed independently. */
int calib_file_duplicate(const calib_file *file, calib_file **out);

/** Closes the file. NULL is allowed. */
void calib_file_close(calib_file *file);

/** Reads up to `cap` bytes. *n is 0 only at the end. */
int calib_file_read(calib_file *file, void *data, size_t cap, size_t *n);

/** Writes all bytes or fails. Writing never raises a signal: a limit on the size of files is
 *  NO_SPACE. */
int calib_file_write(calib_file *file, const void *data, size_t len);

/** Moves to an offset from the start. */
int calib_file_seek(calib_file *file, uint64_t offset);

/** Reads at an offset without moving the file's position, so several threads may call it. *n is
 *  less than `len` only where the file ends. */
int calib_file_read_at(const calib_file *file, void *data, size_t len, uint64_t offset, size_t *n);

/** Writes all bytes at an offset or fails. */
int calib_file_write_at(const calib_file *file, const void *data, size_t len, uint64_t offset);

/** Gives the size of a regular file, 0 for everything else (pipes, devices). */
int calib_file_size(const calib_file *file, uint64_t *size);

/** Returns true if only this user and root can have written the file: one of them owns it, and
 *  neither the group nor others may write it. In a shared directory its group may have written it,
 *  too. */
bool calib_file_trusted(const calib_file *file);

/** Truncates the file to `size` bytes and moves to its new end. */
int calib_file_truncate(calib_file *file, uint64_t size);

/** Makes the file read-only for everybody (mode 0444), whatever the umask is; in a shared directory
 *  for those who may read the directory (0440 or 0444). The file system may refuse it. */
void calib_file_protect(calib_file *file);

/** Starts writing these bytes to the disk, so that calib_file_sync() has less left to do. */
void calib_file_sync_soon(const calib_file *file, uint64_t offset, uint64_t len);

/** Returns after the file's bytes have reached the disk. */
int calib_file_sync(calib_file *file);

/* ---- directories: a name in one is never followed if it is a link ---- */

/** An open directory. Child processes do not inherit it.
 *
 *  A directory is shared if its mode has the set-group-ID bit and lets its group write, but not
 *  everybody, and this process may write to it. Directories in it that belong to the same group are
 *  shared, too. What is made there gets the group's rights, whatever the umask is. */
typedef struct calib_directory calib_directory;

typedef struct calib_file_info {
    uint64_t size;
    int64_t modified; /* seconds since 1970 */
    int64_t used;     /* when it was last read or written, as far as the system records it */
} calib_file_info;

/** Takes one name. Any result but 0 ends the listing. */
typedef int (*calib_name_fn)(void *ctx, const char *name);

/** Opens a directory. The path itself may be a link. */
int calib_directory_open(const char *path, calib_directory **out);

/** Opens a directory inside a directory. A link is NOT_FILE. */
int calib_directory_open_at(const calib_directory *directory, const char *name,
                            calib_directory **out);

/** Closes the directory. NULL is allowed. */
void calib_directory_close(calib_directory *directory);

/** Creates a directory and its missing parents, each with mode 0700. Succeeds if it exists. */
int calib_directory_make(const char *path);

/** Creates a directory inside a directory, mode 0700; in a shared one 02770 or 02775. Succeeds if
 * it exists. */
int calib_directory_make_at(const calib_directory *directory, const char *name);

/** Returns after the directory's names have reached the disk. */
int calib_directory_sync(const calib_directory *directory);

/** Calls `fn` for each name but "." and "..". *result is the last result of `fn`. */
int calib_directory_list(const calib_directory *directory, calib_name_fn fn, void *ctx,
                         int *result);

/** Opens a regular file for reading; anything else is NOT_FILE. */
int calib_file_open_at(const calib_directory *directory, const char *name, calib_file **out);

/** Opens a regular file that has one name for reading and writing; anything else is NOT_FILE or
 *  IS_DIRECTORY. */
int calib_file_reopen_at(const calib_directory *directory, const char *name, calib_file **out);

/** Creates a file that does not exist yet, mode 0600, for reading and writing. */
int calib_file_create_at(const calib_directory *directory, const char *name, calib_file **out);

int calib_file_info_at(const calib_directory *directory, const char *name, calib_file_info *info);

/** Renames in one step, replacing a file that has the new name. */
int calib_file_rename_at(const calib_directory *directory, const char *from, const char *to);

/** Gives a file a second name. EXISTS if the name is taken. */
int calib_file_link_at(const calib_directory *directory, const char *from, const char *to);

int calib_file_remove_at(const calib_directory *directory, const char *name);

/** Removes a file unless a process holds it; BUSY if one does. Where locks do not work, no process
 *  can. */
int calib_file_remove_idle_at(const calib_directory *directory, const char *name);

/** Holds an open file of the directory until its last handle is closed, so that
 *  calib_file_remove_idle_at() leaves it alone. Does nothing where locks do not work. */
void calib_file_hold(const calib_directory *directory, const calib_file *file);

/** Records that the file is in use now, unless that was recorded within the last minute. Only its
 *  owner can do so; for others the system may. */
void calib_file_touch(const calib_file *file);

/* ---- locks: advisory, released when the process ends ---- */

typedef struct calib_lock calib_lock;

/** Returns true if locks are known to work on the directory's file system, and not to hang. */
bool calib_locks_work(const calib_directory *directory);

/** Opens a lock file, creating it with mode 0600 (in a shared directory 0660) if it is missing. The
 *  lock is not held yet. */
int calib_lock_open_at(const calib_directory *directory, const char *name, calib_lock **out);

/** Takes the lock without waiting. BUSY if another process or handle holds it. */
int calib_lock_try(calib_lock *lock);

/** Returns false if the lock's file has been removed. Another process may then hold a lock of the
 *  same name. */
bool calib_lock_has_name(const calib_lock *lock);

/** Releases the lock if it is held, and closes its file. NULL is allowed. */
void calib_lock_release(calib_lock *lock);

/* ---- sockets ---- */

/** Keeps child processes from inheriting a socket. */
int calib_socket_keep_private(uintptr_t socket);

/* ---- signals ---- */

/** A signal that is blocked in the calling thread while a call may raise it. */
typedef struct calib_signal {
    int number;
    bool was_blocked;
    bool was_pending;
} calib_signal;

/** Blocks SIGPIPE in the calling thread while a library writes to sockets. */
void calib_sigpipe_block(calib_signal *state);

/** Consumes a signal that was raised in the meantime, and unblocks it if it was unblocked before.
 */
void calib_signal_restore(const calib_signal *state);

#endif
