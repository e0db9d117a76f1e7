/* SPDX-License-Identifier: MIT */
/* Faults in libcurl's calls of libc, and in the allocations of libcurl and OpenSSL. libcurl.txt
 * lists the calls without faults. */
#include "inject.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <netdb.h>
#include <openssl/crypto.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* ---- finding the caller ---- */

/* The addresses of libcurl's code. The core, libcrypto and the tests call the same functions. */
static uintptr_t libcurl_first, libcurl_end;

static int find_code(struct dl_phdr_info *info, size_t size, void *known)
{
    (void)size;
    for (unsigned i = 0; i < info->dlpi_phnum; i++) {
        uintptr_t first = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
        uintptr_t end = first + info->dlpi_phdr[i].p_memsz;
        if ((uintptr_t)known < first || (uintptr_t)known >= end)
            continue;
        libcurl_first = first;
        libcurl_end = end;
        return 1;
    }
    return 0;
}

static bool is_libcurl(const void *caller)
{
    return (uintptr_t)caller >= libcurl_first && (uintptr_t)caller < libcurl_end;
}

static bool refuses(const void *caller, inject_kind able, const char *name)
{
    return is_libcurl(caller) && inject_ask(INJECT_CURL_SYSTEM, able, name) == INJECT_NO;
}

static void done(const void *caller)
{
    if (is_libcurl(caller))
        inject_done(INJECT_CURL_SYSTEM);
}

static int choose(int error, int interrupted, int else_error)
{
    switch (inject_current()) {
    case INJECT_FAIL: return error;
    case INJECT_INTERRUPT: return interrupted;
    default: return else_error;
    }
}

static void *next(const char *name, void **known)
{
    if (!*known)
        *known = dlsym(RTLD_NEXT, name);
    return *known;
}

#define CALLER __builtin_return_address(0)

/* Finds libc's own function. ISO C has no cast from void * to a function. */
#define NEXT(type, name, parameters)                                                               \
    static void *known;                                                                            \
    void *found = next(#name, &known);                                                             \
    type(*call) parameters;                                                                        \
    memcpy(&call, &found, sizeof call)

/* ---- sockets, pipes and descriptors ---- */

/* Like WRAP in wrap.c. */
#define INTERPOSE(able, name, parameters, arguments, error, else_error)                            \
    int name parameters;                                                                           \
    int name parameters                                                                            \
    {                                                                                              \
        NEXT(int, name, parameters);                                                               \
        if (refuses(CALLER, able, #name))                                                          \
            return errno = choose(error, EINTR, else_error), -1;                                   \
        int result = call arguments;                                                               \
        done(CALLER);                                                                              \
        return result;                                                                             \
    }
INTERPOSE(INJECT_FAIL, socket, (int a, int b, int c), (a, b, c), EMFILE, ENOBUFS)
INTERPOSE(INJECT_FAIL, socketpair, (int a, int b, int c, int d[2]), (a, b, c, d), EMFILE, ENOMEM)
INTERPOSE(INJECT_INTERRUPT, connect, (int fd, const struct sockaddr *to, socklen_t n), (fd, to, n),
          ECONNREFUSED, ENETUNREACH)
INTERPOSE(INJECT_FAIL, setsockopt, (int fd, int l, int o, const void *v, socklen_t n),
          (fd, l, o, v, n), ENOPROTOOPT, EINVAL)
INTERPOSE(INJECT_FAIL, getsockopt, (int fd, int l, int o, void *v, socklen_t *n), (fd, l, o, v, n),
          ENOPROTOOPT, EINVAL)
INTERPOSE(INJECT_FAIL, getsockname, (int fd, struct sockaddr *to, socklen_t *n), (fd, to, n),
          ENOBUFS, ENOTCONN)
INTERPOSE(INJECT_FAIL, getpeername, (int fd, struct sockaddr *to, socklen_t *n), (fd, to, n),
          ENOBUFS, ENOTCONN)
INTERPOSE(INJECT_INTERRUPT, poll, (struct pollfd * fds, nfds_t n, int ms), (fds, n, ms), EINVAL,
          ENOMEM)
/* Later releases of libcurl wake their threads with these. */
INTERPOSE(INJECT_FAIL, pipe, (int fds[2]), (fds), EMFILE, ENFILE)
INTERPOSE(INJECT_FAIL, pipe2, (int fds[2], int flags), (fds, flags), EMFILE, ENFILE)
INTERPOSE(INJECT_FAIL, eventfd, (unsigned count, int flags), (count, flags), EMFILE, ENOMEM)

/* A failing close() has closed the descriptor. */
int close(int fd);
int close(int fd)
{
    NEXT(int, close, (int));
    bool fails = refuses(CALLER, INJECT_INTERRUPT, "close");
    int result = call(fd);
    done(CALLER);
    return fails ? (errno = choose(EIO, EINTR, EIO), -1) : result;
}

#define FCNTL(name)                                                                                \
    int name(int fd, int command, ...);                                                            \
    int name(int fd, int command, ...)                                                             \
    {                                                                                              \
        NEXT(int, name, (int, int, ...));                                                          \
        va_list list;                                                                              \
        va_start(list, command);                                                                   \
        long value = va_arg(list, long);                                                           \
        va_end(list);                                                                              \
        if (refuses(CALLER, INJECT_FAIL, #name))                                                   \
            return errno = choose(EBADF, EBADF, EINVAL), -1;                                       \
        int result = call(fd, command, value);                                                     \
        done(CALLER);                                                                              \
        return result;                                                                             \
    }
FCNTL(fcntl)
FCNTL(fcntl64)

/* A short transfer: one byte, or enough of a long text that the test ends in time. */
static size_t shorten(size_t n)
{
    return n > 4096 ? 4096 : n > 0;
}

#define MOVE(name, parameters, arguments, error, else_error)                                       \
    ssize_t name parameters;                                                                       \
    ssize_t name parameters                                                                        \
    {                                                                                              \
        NEXT(ssize_t, name, parameters);                                                           \
        bool fails = refuses(CALLER, INJECT_SHORT, #name);                                         \
        if (fails && inject_current() != INJECT_SHORT)                                             \
            return errno = choose(error, EINTR, else_error), -1;                                   \
        n = fails ? shorten(n) : n;                                                                \
        ssize_t result = call arguments;                                                           \
        done(CALLER);                                                                              \
        return result;                                                                             \
    }
MOVE(send, (int fd, const void *data, size_t n, int flags), (fd, data, n, flags), EPIPE, ETIMEDOUT)
MOVE(recv, (int fd, void *data, size_t n, int flags), (fd, data, n, flags), ECONNRESET, ETIMEDOUT)
MOVE(write, (int fd, const void *data, size_t n), (fd, data, n), EPIPE, EIO)
MOVE(read, (int fd, void *data, size_t n), (fd, data, n), EIO, EBADF)

/* ---- names and threads ---- */

int getaddrinfo(const char *name, const char *port, const struct addrinfo *hints,
                struct addrinfo **out)
{
    NEXT(int, getaddrinfo,
         (const char *, const char *, const struct addrinfo *, struct addrinfo **));
    if (refuses(CALLER, INJECT_INTERRUPT, "getaddrinfo"))
        return errno = EINTR, choose(EAI_AGAIN, EAI_SYSTEM, EAI_NONAME);
    bool ours = name && strcmp(name, INJECT_HOST) == 0;
    int result = call(ours ? "127.0.0.1" : name, port, hints, out);
    done(CALLER);
    return result;
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
                   void *ctx)
{
    NEXT(int, pthread_create, (pthread_t *, const pthread_attr_t *, void *(*)(void *), void *));
    if (refuses(CALLER, INJECT_FAIL, "pthread_create"))
        return choose(EAGAIN, EAGAIN, EPERM);
    int result = call(thread, attributes, run, ctx);
    done(CALLER);
    return result;
}

/* ---- memory ---- */

/* LeakSanitizer must ignore blocks that libcurl and OpenSSL lose without memory. Blocks of libcurl
 * that calib holds are counted here, those of OpenSSL in wrap.c. */
void __lsan_ignore_object(const void *block) __attribute__((weak));

static void *ignore(void *block)
{
    if (block && __lsan_ignore_object)
        __lsan_ignore_object(block);
    return block;
}

static void *take(void *block)
{
    inject_count(block != NULL);
    return ignore(block);
}

static bool refused(const char *name)
{
    return inject_ask(INJECT_CURL_MEMORY, INJECT_FAIL, name) == INJECT_NO;
}

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t n);
void __real_free(void *block);

static void *curl_malloc(size_t n)
{
    return refused("malloc") ? NULL : take(__real_malloc(n));
}

static void *curl_calloc(size_t n, size_t size)
{
    return refused("calloc") ? NULL : take(__real_calloc(n, size));
}

static void *curl_realloc(void *old, size_t n)
{
    if (refused("realloc"))
        return NULL;
    bool is_new = !old;
    void *block = __real_realloc(old, n);
    return is_new ? take(block) : ignore(block);
}

static void curl_release(void *block)
{
    inject_count(-(block != NULL));
    __real_free(block);
}

static char *curl_copy(const char *text)
{
    size_t n = strlen(text) + 1;
    char *copy = refused("strdup") ? NULL : take(__real_malloc(n));
    if (copy)
        memcpy(copy, text, n);
    return copy;
}

/* OpenSSL keeps some blocks until the process ends, so its blocks are not counted. */

static bool tls_refused(const char *name)
{
    return inject_ask(INJECT_TLS_MEMORY, INJECT_FAIL, name) == INJECT_NO;
}

static void *tls_malloc(size_t n, const char *file, int line)
{
    (void)file, (void)line;
    return tls_refused("CRYPTO_malloc") ? NULL : ignore(__real_malloc(n));
}

static void *tls_realloc(void *old, size_t n, const char *file, int line)
{
    (void)file, (void)line;
    return tls_refused("CRYPTO_realloc") ? NULL : ignore(__real_realloc(old, n));
}

static void tls_free(void *block, const char *file, int line)
{
    (void)file, (void)line;
    __real_free(block);
}

void inject_start(void)
{
    if (!CRYPTO_set_mem_functions(tls_malloc, tls_realloc, tls_free))
        abort();
    dl_iterate_phdr(find_code, dlsym(RTLD_DEFAULT, "curl_easy_init"));
    if (!libcurl_end)
        abort();
    if (curl_global_init_mem(CURL_GLOBAL_DEFAULT, curl_malloc, curl_release, curl_realloc,
                             curl_copy, curl_calloc))
        abort();
}
