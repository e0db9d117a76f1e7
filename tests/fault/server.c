/* SPDX-License-Identifier: MIT */
#include "server.h"

#include "tls.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct connection {
    int fd;
    SSL *session; /* NULL: plain */
} connection;

static long put(const connection *c, const char *data, size_t len)
{
    return c->session ? SSL_write(c->session, data, (int)len)
                      : (long)send(c->fd, data, len, MSG_NOSIGNAL);
}

static long get(const connection *c, char *data, size_t cap)
{
    return c->session ? SSL_read(c->session, data, (int)cap) : (long)recv(c->fd, data, cap, 0);
}

static void put_all(const connection *c, const char *data, size_t len)
{
    while (len > 0) {
        long n = put(c, data, len);
        if (n <= 0)
            return;
        data += n;
        len -= (size_t)n;
    }
}

static bool asks_for(const char *request, const char *path)
{
    return strncmp(request, "GET ", 4) == 0 && strncmp(request + 4, path, strlen(path)) == 0;
}

static void answer_without_text(const connection *c, const char *status, const char *line)
{
    char head[256];
    snprintf(head, sizeof head, "HTTP/1.1 %s\r\n%sContent-Length: 0\r\nConnection: close\r\n\r\n",
             status, line);
    put_all(c, head, strlen(head));
}

static void answer_text(const connection *c, const char *request, const char *text, size_t len)
{
    const char *range = strstr(request, "Range: bytes=");
    size_t first = range ? (size_t)strtoul(range + strlen("Range: bytes="), NULL, 10) : 0;
    char head[512], place[128] = "";
    if (range)
        snprintf(place, sizeof place, "Content-Range: bytes %zu-%zu/%zu\r\n", first, len - 1, len);
    snprintf(head, sizeof head,
             "HTTP/1.1 %s\r\nContent-Length: %zu\r\nETag: \"v1\"\r\n%sConnection: close\r\n\r\n",
             range ? "206 Partial Content" : "200 OK", len - first, place);
    put_all(c, head, strlen(head));
    size_t end = !range && asks_for(request, "/cut") ? len / 2 : len;
    put_all(c, text + first, end - first);
}

static void answer(const connection *c, const char *request, const char *text, size_t len)
{
    if (asks_for(request, "/moved"))
        answer_without_text(c, "302 Found", "Location: /good\r\n");
    else if (asks_for(request, "/missing"))
        answer_without_text(c, "404 Not Found", "");
    else
        answer_text(c, request, text, len);
}

static void serve(const connection *c, const char *text, size_t len)
{
    char request[8192] = "";
    size_t have = 0;
    while (have + 1 < sizeof request && !strstr(request, "\r\n\r\n")) {
        long n = get(c, request + have, sizeof request - have - 1);
        if (n <= 0)
            return;
        have += (size_t)n;
        request[have] = '\0';
    }
    if (strstr(request, "\r\n\r\n"))
        answer(c, request, text, len);
}

static void serve_one(int listener, SSL_CTX *tls, const char *text, size_t len)
{
    connection c = {.fd = accept(listener, NULL, NULL)};
    if (c.fd < 0)
        return;
    /* A client that hangs or dies must not stop the others for long. */
    const struct timeval limit = {.tv_sec = 2};
    setsockopt(c.fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    if (tls)
        c.session = tls_accept(tls, c.fd);
    if (!tls || c.session)
        serve(&c, text, len);
    if (c.session)
        SSL_shutdown(c.session);
    SSL_free(c.session);
    close(c.fd);
}

int server_start(const char *text, size_t len, const char *ca_file)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    SSL_CTX *tls = ca_file ? tls_server(ca_file) : NULL;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) ||
        listen(listener, 128) || getsockname(listener, (struct sockaddr *)&address, &size))
        abort();
    if (fork() == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        signal(SIGPIPE, SIG_IGN);
        for (;;)
            serve_one(listener, tls, text, len);
    }
    SSL_CTX_free(tls);
    close(listener);
    return ntohs(address.sin_port);
}
