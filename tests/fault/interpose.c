/* SPDX-License-Identifier: MIT */
/* libcurl's calls of libc, and its memory. */
#include "inject.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static void *next(const char *name, void **known)
{
    if (!*known)
        *known = dlsym(RTLD_NEXT, name);
    return *known;
}

/* As WRAP of wrap.c, over libc's own function. ISO C has no cast from void * to a function. */
#define INTERPOSE(able, type, name, parameters, arguments, error, else_error)                      \
    type name parameters;                                                                          \
    type name parameters                                                                           \
    {                                                                                              \
        static void *known;                                                                        \
        void *found = next(#name, &known);                                                         \
        type(*call) parameters;                                                                    \
        memcpy(&call, &found, sizeof call);                                                        \
        if (inject_ask(INJECT_CURL_SYSTEM, able, #name) == INJECT_NO) {                            \
            errno = inject_current() == INJECT_FAIL        ? (error)                               \
                    : inject_current() == INJECT_INTERRUPT ? EINTR                                 \
                                                           : (else_error);                         \
            return -1;                                                                             \
        }                                                                                          \
        type result = call arguments;                                                              \
        inject_done(INJECT_CURL_SYSTEM);                                                           \
        return result;                                                                             \
    }
INTERPOSE(INJECT_FAIL, int, socket, (int a, int b, int c), (a, b, c), EMFILE, ENOBUFS)
INTERPOSE(INJECT_FAIL, int, socketpair, (int a, int b, int c, int d[2]), (a, b, c, d), EMFILE,
          ENOMEM)
INTERPOSE(INJECT_INTERRUPT, int, connect, (int fd, const struct sockaddr *to, socklen_t n),
          (fd, to, n), ECONNREFUSED, ENETUNREACH)
INTERPOSE(INJECT_FAIL, int, setsockopt, (int fd, int l, int o, const void *v, socklen_t n),
          (fd, l, o, v, n), ENOPROTOOPT, EINVAL)
INTERPOSE(INJECT_FAIL, int, getsockopt, (int fd, int l, int o, void *v, socklen_t *n),
          (fd, l, o, v, n), ENOPROTOOPT, EINVAL)
INTERPOSE(INJECT_FAIL, int, getsockname, (int fd, struct sockaddr *to, socklen_t *n), (fd, to, n),
          ENOBUFS, ENOTCONN)
INTERPOSE(INJECT_FAIL, int, getpeername, (int fd, struct sockaddr *to, socklen_t *n), (fd, to, n),
          ENOBUFS, ENOTCONN)
INTERPOSE(INJECT_INTERRUPT, int, poll, (struct pollfd * fds, nfds_t n, int ms), (fds, n, ms),
          EINVAL, ENOMEM)

#define INTERPOSE_MOVE(name, data_type, error)                                                     \
    ssize_t name(int fd, data_type data, size_t n, int flags);                                     \
    ssize_t name(int fd, data_type data, size_t n, int flags)                                      \
    {                                                                                              \
        static void *known;                                                                        \
        void *found = next(#name, &known);                                                         \
        ssize_t (*call)(int, data_type, size_t, int);                                              \
        memcpy(&call, &found, sizeof call);                                                        \
        bool fails = inject_ask(INJECT_CURL_SYSTEM, INJECT_SHORT, #name) == INJECT_NO;             \
        if (fails && inject_current() != INJECT_SHORT)                                             \
            return errno = inject_current() == INJECT_FAIL        ? (error)                        \
                           : inject_current() == INJECT_INTERRUPT ? EINTR                          \
                                                                  : ETIMEDOUT,                     \
                   -1;                                                                             \
        ssize_t result = call(fd, data, fails && n > 1 ? n > 4096 ? 4096 : 1 : n, flags);          \
        inject_done(INJECT_CURL_SYSTEM);                                                           \
        return result;                                                                             \
    }
INTERPOSE_MOVE(send, const void *, EPIPE)
INTERPOSE_MOVE(recv, void *, ECONNRESET)

/* ---- memory ---- */

static void *take(void *block, const char *name)
{
    (void)name;
    inject_count(block != NULL);
    return block;
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
    return refused("malloc") ? NULL : take(__real_malloc(n), "malloc");
}

static void *curl_calloc(size_t n, size_t size)
{
    return refused("calloc") ? NULL : take(__real_calloc(n, size), "calloc");
}

static void *curl_realloc(void *old, size_t n)
{
    if (refused("realloc"))
        return NULL;
    bool is_new = !old;
    void *block = __real_realloc(old, n);
    return is_new ? take(block, "realloc") : block;
}

static void curl_release(void *block)
{
    inject_count(-(block != NULL));
    __real_free(block);
}

static char *curl_copy(const char *text)
{
    size_t n = strlen(text) + 1;
    char *copy = refused("strdup") ? NULL : take(__real_malloc(n), "strdup");
    if (copy)
        memcpy(copy, text, n);
    return copy;
}

void inject_start_curl(void)
{
    if (curl_global_init_mem(CURL_GLOBAL_DEFAULT, curl_malloc, curl_release, curl_realloc,
                             curl_copy, curl_calloc))
        abort();
}
