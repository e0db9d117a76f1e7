/* SPDX-License-Identifier: MIT */
/* The functions of wrapped.txt. Each asks if it must fail. Some have two names because headers
 * rename them for large files. */
#include "inject.h"

#include <curl/curl.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

/* Defines a wrapped function, TYPE name(PARAMETERS), that is called with ARGUMENTS and fails with
 * FAILURE and the errno ERROR or ELSE_ERROR. */
#define WRAP(able, type, name, parameters, arguments, failure, error, else_error)                  \
    type __real_##name parameters;                                                                 \
    type __wrap_##name parameters;                                                                 \
    type __wrap_##name parameters                                                                  \
    {                                                                                              \
        if (inject_ask(INJECT_CORE, able, #name) == INJECT_NO) {                                   \
            errno = inject_current() == INJECT_FAIL        ? (error)                               \
                    : inject_current() == INJECT_INTERRUPT ? EINTR                                 \
                                                           : (else_error);                         \
            return failure;                                                                        \
        }                                                                                          \
        type result = __real_##name arguments;                                                     \
        inject_done(INJECT_CORE);                                                                  \
        return result;                                                                             \
    }
#define PLAIN(...) WRAP(INJECT_FAIL, __VA_ARGS__)
#define RESTARTS(...) WRAP(INJECT_INTERRUPT, __VA_ARGS__)
#define NONE ()

/* ---- files ---- */

PLAIN(int, faccessat, (int d, const char *n, int how, int f), (d, n, how, f), -1, EACCES, EIO)
PLAIN(int, fchmod, (int fd, mode_t mode), (fd, mode), -1, EPERM, EIO)
PLAIN(int, fstat, (int fd, struct stat *to), (fd, to), -1, EIO, ENOMEM)
PLAIN(int, fstat64, (int fd, struct stat *to), (fd, to), -1, EIO, ENOMEM)
PLAIN(int, fstatat, (int d, const char *n, struct stat *to, int f), (d, n, to, f), -1, EIO, EACCES)
PLAIN(int, fstatat64, (int d, const char *n, struct stat *to, int f), (d, n, to, f), -1, EIO,
      EACCES)
PLAIN(int, fstatfs, (int fd, struct statfs *to), (fd, to), -1, EIO, ENOSYS)
PLAIN(int, fstatfs64, (int fd, struct statfs *to), (fd, to), -1, EIO, ENOSYS)
RESTARTS(int, fsync, (int fd), (fd), -1, EIO, ENOSPC)
PLAIN(int, futimens, (int fd, const struct timespec *t), (fd, t), -1, EPERM, EIO)
RESTARTS(int, ftruncate, (int fd, off_t size), (fd, size), -1, EIO, EFBIG)
RESTARTS(int, ftruncate64, (int fd, off_t size), (fd, size), -1, EIO, EFBIG)
PLAIN(off_t, lseek, (int fd, off_t to, int how), (fd, to, how), -1, EIO, ESPIPE)
PLAIN(off_t, lseek64, (int fd, off_t to, int how), (fd, to, how), -1, EIO, ESPIPE)
PLAIN(int, linkat, (int a, const char *b, int c, const char *d, int f), (a, b, c, d, f), -1, EPERM,
      EIO)
PLAIN(int, mkdir, (const char *path, mode_t mode), (path, mode), -1, ENOSPC, EACCES)
PLAIN(int, mkdirat, (int d, const char *n, mode_t mode), (d, n, mode), -1, ENOSPC, EACCES)
PLAIN(int, renameat, (int a, const char *b, int c, const char *d), (a, b, c, d), -1, ENOSPC, EIO)
PLAIN(int, unlinkat, (int d, const char *n, int f), (d, n, f), -1, EACCES, EIO)
PLAIN(int, unlink, (const char *path), (path), -1, EACCES, EIO)
PLAIN(int, mkostemp, (char *path, int flags), (path, flags), -1, ENOSPC, EMFILE)
PLAIN(int, mkostemp64, (char *path, int flags), (path, flags), -1, ENOSPC, EMFILE)
PLAIN(int, sched_getaffinity, (pid_t p, size_t n, cpu_set_t *to), (p, n, to), -1, EINVAL, EPERM)
RESTARTS(int, flock, (int fd, int how), (fd, how), -1, ENOLCK, EIO)
PLAIN(int, getentropy, (void *to, size_t n), (to, n), -1, ENOSYS, EIO)
PLAIN(DIR *, fdopendir, (int fd), (fd), NULL, ENOMEM, EIO)
PLAIN(struct dirent *, readdir, (DIR * d), (d), NULL, EIO, EBADF)
PLAIN(struct dirent *, readdir64, (DIR * d), (d), NULL, EIO, EBADF)

/* A failing close() has closed the descriptor. */
int __real_close(int fd);
int __wrap_close(int fd);
int __wrap_close(int fd)
{
    bool fails = inject_ask(INJECT_CORE, INJECT_INTERRUPT, "close") == INJECT_NO;
    int result = __real_close(fd);
    inject_done(INJECT_CORE);
    errno = fails ? EIO : errno;
    return fails ? -1 : result;
}

int __real_closedir(DIR *d);
int __wrap_closedir(DIR *d);
int __wrap_closedir(DIR *d)
{
    bool fails = inject_ask(INJECT_CORE, INJECT_FAIL, "closedir") == INJECT_NO;
    int result = __real_closedir(d);
    inject_done(INJECT_CORE);
    return fails ? -1 : result;
}

#define MOVE(name, data_type, error)                                                               \
    ssize_t __real_##name(int fd, data_type data, size_t n);                                       \
    ssize_t __wrap_##name(int fd, data_type data, size_t n);                                       \
    ssize_t __wrap_##name(int fd, data_type data, size_t n)                                        \
    {                                                                                              \
        bool fails = inject_ask(INJECT_CORE, INJECT_SHORT, #name) == INJECT_NO;                    \
        if (fails && inject_current() == INJECT_SHORT && n > 1)                                    \
            n = n > 4096 ? 4096 : 1;                                                               \
        else if (fails && inject_current() != INJECT_SHORT)                                        \
            return errno = inject_current() == INJECT_FAIL        ? (error)                        \
                           : inject_current() == INJECT_INTERRUPT ? EINTR                          \
                                                                  : EIO,                           \
                   -1;                                                                             \
        ssize_t result = __real_##name(fd, data, n);                                               \
        inject_done(INJECT_CORE);                                                                  \
        return result;                                                                             \
    }
MOVE(read, void *, EISDIR)
MOVE(write, const void *, ENOSPC)

#define MOVE_AT(name, data_type, error)                                                            \
    ssize_t __real_##name(int fd, data_type data, size_t n, off_t at);                             \
    ssize_t __wrap_##name(int fd, data_type data, size_t n, off_t at);                             \
    ssize_t __wrap_##name(int fd, data_type data, size_t n, off_t at)                              \
    {                                                                                              \
        bool fails = inject_ask(INJECT_CORE, INJECT_SHORT, #name) == INJECT_NO;                    \
        if (fails && inject_current() == INJECT_SHORT && n > 1)                                    \
            n = n > 4096 ? 4096 : 1;                                                               \
        else if (fails && inject_current() != INJECT_SHORT)                                        \
            return errno = inject_current() == INJECT_FAIL        ? (error)                        \
                           : inject_current() == INJECT_INTERRUPT ? EINTR                          \
                                                                  : EIO,                           \
                   -1;                                                                             \
        ssize_t result = __real_##name(fd, data, n, at);                                           \
        inject_done(INJECT_CORE);                                                                  \
        return result;                                                                             \
    }
MOVE_AT(pread, void *, EISDIR)
MOVE_AT(pread64, void *, EISDIR)
MOVE_AT(pwrite, const void *, ENOSPC)
MOVE_AT(pwrite64, const void *, ENOSPC)

static int open_error(void)
{
    int kind = inject_current();
    return kind == INJECT_INTERRUPT ? EINTR : kind == INJECT_FAIL ? EMFILE : EACCES;
}

/* open() and openat() have a mode only if they may create a file. */
#define OPEN(name, parameters, arguments, flags)                                                   \
    int __real_##name parameters;                                                                  \
    int __wrap_##name parameters;                                                                  \
    int __wrap_##name parameters                                                                   \
    {                                                                                              \
        if (inject_ask(INJECT_CORE, INJECT_INTERRUPT, #name) == INJECT_NO) {                       \
            errno = open_error();                                                                  \
            return -1;                                                                             \
        }                                                                                          \
        va_list list;                                                                              \
        va_start(list, flags);                                                                     \
        mode_t mode = (flags) & O_CREAT ? va_arg(list, mode_t) : 0;                                \
        va_end(list);                                                                              \
        int result = __real_##name arguments;                                                      \
        inject_done(INJECT_CORE);                                                                  \
        return result;                                                                             \
    }
OPEN(open, (const char *path, int flags, ...), (path, flags, mode), flags)
OPEN(open64, (const char *path, int flags, ...), (path, flags, mode), flags)
OPEN(openat, (int d, const char *path, int flags, ...), (d, path, flags, mode), flags)
OPEN(openat64, (int d, const char *path, int flags, ...), (d, path, flags, mode), flags)

#define FCNTL(name)                                                                                \
    int __real_##name(int fd, int command, ...);                                                   \
    int __wrap_##name(int fd, int command, ...);                                                   \
    int __wrap_##name(int fd, int command, ...)                                                    \
    {                                                                                              \
        va_list list;                                                                              \
        va_start(list, command);                                                                   \
        long value = va_arg(list, long);                                                           \
        va_end(list);                                                                              \
        if (inject_ask(INJECT_CORE, INJECT_FAIL, #name) == INJECT_NO)                              \
            return errno = EBADF, -1;                                                              \
        int result = __real_##name(fd, command, value);                                            \
        inject_done(INJECT_CORE);                                                                  \
        return result;                                                                             \
    }
FCNTL(fcntl)
FCNTL(fcntl64)

/* ---- time: waiting takes no time ---- */

static _Thread_local long long skipped_ns;

int __wrap_nanosleep(const struct timespec *span, struct timespec *left);
int __wrap_nanosleep(const struct timespec *span, struct timespec *left)
{
    (void)left;
    skipped_ns += (long long)span->tv_sec * 1000000000 + span->tv_nsec;
    return 0;
}

int __real_clock_gettime(clockid_t clock, struct timespec *to);
int __wrap_clock_gettime(clockid_t clock, struct timespec *to);
int __wrap_clock_gettime(clockid_t clock, struct timespec *to)
{
    int result = __real_clock_gettime(clock, to);
    long long ns = (long long)to->tv_nsec + skipped_ns;
    to->tv_sec += (time_t)(ns / 1000000000);
    to->tv_nsec = (long)(ns % 1000000000);
    return result;
}

/* ---- memory ---- */

void *__real_malloc(size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_malloc(size_t n)
{
    if (inject_ask(INJECT_CORE, INJECT_FAIL, "malloc") == INJECT_NO)
        return errno = ENOMEM, NULL;
    void *block = __real_malloc(n);
    inject_count(block != NULL);
    return block;
}

void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size)
{
    if (inject_ask(INJECT_CORE, INJECT_FAIL, "calloc") == INJECT_NO)
        return errno = ENOMEM, NULL;
    void *block = __real_calloc(n, size);
    inject_count(block != NULL);
    return block;
}

void *__real_realloc(void *old, size_t n);
void *__wrap_realloc(void *old, size_t n);
void *__wrap_realloc(void *old, size_t n)
{
    if (inject_ask(INJECT_CORE, INJECT_FAIL, "realloc") == INJECT_NO)
        return errno = ENOMEM, NULL;
    bool is_new = !old;
    void *block = __real_realloc(old, n);
    inject_count(is_new && block);
    return block;
}

void __real_free(void *block);
void __wrap_free(void *block);
void __wrap_free(void *block)
{
    inject_count(-(block != NULL));
    __real_free(block);
}

/* ---- threads ---- */

typedef void *thread_fn(void *);

#define NUMBERED(name, parameters, arguments)                                                      \
    int __real_##name parameters;                                                                  \
    int __wrap_##name parameters;                                                                  \
    int __wrap_##name parameters                                                                   \
    {                                                                                              \
        return inject_ask(INJECT_CORE, INJECT_FAIL, #name) == INJECT_NO ? EAGAIN                   \
                                                                        : __real_##name arguments; \
    }
NUMBERED(pthread_create, (pthread_t * t, const pthread_attr_t *a, thread_fn *f, void *c),
         (t, a, f, c))
NUMBERED(pthread_atfork, (void (*a)(void), void (*b)(void), void (*c)(void)), (a, b, c))
NUMBERED(pthread_mutex_init, (pthread_mutex_t * m, const pthread_mutexattr_t *a), (m, a))
NUMBERED(pthread_cond_init, (pthread_cond_t * m, const pthread_condattr_t *a), (m, a))

/* ---- libcrypto ---- */

EVP_MD_CTX *__real_EVP_MD_CTX_new(void);
EVP_MD_CTX *__wrap_EVP_MD_CTX_new(void);
EVP_MD_CTX *__wrap_EVP_MD_CTX_new(void)
{
    if (inject_ask(INJECT_CORE, INJECT_FAIL, "EVP_MD_CTX_new") == INJECT_NO)
        return NULL;
    EVP_MD_CTX *state = __real_EVP_MD_CTX_new();
    inject_count(state != NULL);
    return state;
}

void __real_EVP_MD_CTX_free(EVP_MD_CTX *state);
void __wrap_EVP_MD_CTX_free(EVP_MD_CTX *state);
void __wrap_EVP_MD_CTX_free(EVP_MD_CTX *state)
{
    inject_count(-(state != NULL));
    __real_EVP_MD_CTX_free(state);
}

PLAIN(int, EVP_DigestInit_ex, (EVP_MD_CTX * c, const EVP_MD *m, ENGINE *e), (c, m, e), 0, ENOMEM,
      ENOMEM)
PLAIN(int, EVP_DigestUpdate, (EVP_MD_CTX * c, const void *d, size_t n), (c, d, n), 0, ENOMEM,
      ENOMEM)
PLAIN(int, EVP_DigestFinal_ex, (EVP_MD_CTX * c, unsigned char *d, unsigned *n), (c, d, n), 0,
      ENOMEM, ENOMEM)
PLAIN(int, EVP_MD_CTX_copy_ex, (EVP_MD_CTX * a, const EVP_MD_CTX *b), (a, b), 0, ENOMEM, ENOMEM)

/* ---- zlib and libzstd ---- */

int __real_inflateInit2_(z_streamp z, int bits, const char *version, int size);
int __wrap_inflateInit2_(z_streamp z, int bits, const char *version, int size);
int __wrap_inflateInit2_(z_streamp z, int bits, const char *version, int size)
{
    if (inject_ask(INJECT_CORE, INJECT_FAIL, "inflateInit2_") == INJECT_NO)
        return Z_MEM_ERROR;
    inject_count(1);
    return __real_inflateInit2_(z, bits, version, size);
}

int __real_inflateEnd(z_streamp z);
int __wrap_inflateEnd(z_streamp z);
int __wrap_inflateEnd(z_streamp z)
{
    inject_count(-1);
    return __real_inflateEnd(z);
}

ZSTD_DCtx *__real_ZSTD_createDCtx(void);
ZSTD_DCtx *__wrap_ZSTD_createDCtx(void);
ZSTD_DCtx *__wrap_ZSTD_createDCtx(void)
{
    if (inject_ask(INJECT_CORE, INJECT_FAIL, "ZSTD_createDCtx") == INJECT_NO)
        return NULL;
    inject_count(1);
    return __real_ZSTD_createDCtx();
}

size_t __real_ZSTD_freeDCtx(ZSTD_DCtx *context);
size_t __wrap_ZSTD_freeDCtx(ZSTD_DCtx *context);
size_t __wrap_ZSTD_freeDCtx(ZSTD_DCtx *context)
{
    inject_count(-(context != NULL));
    return __real_ZSTD_freeDCtx(context);
}

PLAIN(int, inflate, (z_streamp z, int flush), (z, flush), Z_MEM_ERROR, ENOMEM, ENOMEM)
PLAIN(size_t, ZSTD_decompressStream, (ZSTD_DCtx * c, ZSTD_outBuffer *out, ZSTD_inBuffer *in),
      (c, out, in), (size_t)-ZSTD_error_memory_allocation, ENOMEM, ENOMEM)

/* ---- libcurl ---- */

PLAIN(CURL *, curl_easy_init, (void), NONE, NULL, ENOMEM, ENOMEM)
PLAIN(CURLM *, curl_multi_init, (void), NONE, NULL, ENOMEM, ENOMEM)
PLAIN(CURLU *, curl_url, (void), NONE, NULL, ENOMEM, ENOMEM)
PLAIN(CURLcode, curl_global_init, (long flags), (flags), CURLE_OUT_OF_MEMORY, 0, 0)
PLAIN(CURLUcode, curl_url_set, (CURLU * u, CURLUPart w, const char *p, unsigned f), (u, w, p, f),
      CURLUE_OUT_OF_MEMORY, 0, 0)
PLAIN(CURLUcode, curl_url_get, (const CURLU *u, CURLUPart w, char **p, unsigned f), (u, w, p, f),
      CURLUE_OUT_OF_MEMORY, 0, 0)
PLAIN(struct curl_slist *, curl_slist_append, (struct curl_slist * l, const char *s), (l, s), NULL,
      ENOMEM, ENOMEM)
PLAIN(CURLMcode, curl_multi_add_handle, (CURLM * m, CURL *e), (m, e), CURLM_OUT_OF_MEMORY, 0, 0)
PLAIN(CURLMcode, curl_multi_perform, (CURLM * m, int *n), (m, n), CURLM_INTERNAL_ERROR, 0, 0)
PLAIN(CURLMcode, curl_multi_poll, (CURLM * m, struct curl_waitfd *f, unsigned n, int ms, int *r),
      (m, f, n, ms, r), CURLM_OUT_OF_MEMORY, 0, 0)

#undef curl_easy_setopt
CURLcode __real_curl_easy_setopt(CURL *easy, CURLoption option, ...);
CURLcode __wrap_curl_easy_setopt(CURL *easy, CURLoption option, ...);
CURLcode __wrap_curl_easy_setopt(CURL *easy, CURLoption option, ...)
{
    va_list list;
    va_start(list, option);
    bool is_offset = option >= CURLOPTTYPE_OFF_T && option < CURLOPTTYPE_BLOB;
    curl_off_t offset = is_offset ? va_arg(list, curl_off_t) : 0;
    void *value = is_offset ? NULL : va_arg(list, void *);
    va_end(list);
    if (inject_ask(INJECT_CORE, INJECT_FAIL, "curl_easy_setopt") == INJECT_NO)
        return CURLE_OUT_OF_MEMORY;
    return is_offset ? __real_curl_easy_setopt(easy, option, offset)
                     : __real_curl_easy_setopt(easy, option, value);
}
