/* SPDX-License-Identifier: MIT */
#include "server.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

static void send_all(int fd, const char *data, size_t len)
{
    while (len > 0) {
        ssize_t n = send(fd, data, len, MSG_NOSIGNAL);
        if (n <= 0)
            return;
        data += n;
        len -= (size_t)n;
    }
}

static void answer(int fd, const char *request, const char *text, size_t len)
{
    const char *range = strstr(request, "Range: bytes=");
    size_t first = range ? (size_t)strtoul(range + strlen("Range: bytes="), NULL, 10) : 0;
    char head[512], place[128] = "";
    if (range)
        snprintf(place, sizeof place, "Content-Range: bytes %zu-%zu/%zu\r\n", first, len - 1, len);
    snprintf(head, sizeof head,
             "HTTP/1.1 %s\r\nContent-Length: %zu\r\nETag: \"v1\"\r\n%sConnection: close\r\n\r\n",
             range ? "206 Partial Content" : "200 OK", len - first, place);
    send_all(fd, head, strlen(head));
    size_t end = !range && strncmp(request, "GET /cut", 8) == 0 ? len / 2 : len;
    send_all(fd, text + first, end - first);
}

static void serve_one(int listener, const char *text, size_t len)
{
    int fd = accept(listener, NULL, NULL);
    if (fd < 0)
        return;
    char request[8192] = "";
    size_t have = 0;
    while (have + 1 < sizeof request && !strstr(request, "\r\n\r\n")) {
        ssize_t n = recv(fd, request + have, sizeof request - have - 1, 0);
        if (n <= 0)
            break;
        have += (size_t)n;
        request[have] = '\0';
    }
    if (strstr(request, "\r\n\r\n"))
        answer(fd, request, text, len);
    close(fd);
}

int server_start(const char *text, size_t len)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) ||
        listen(listener, 128) || getsockname(listener, (struct sockaddr *)&address, &size))
        abort();
    if (fork() == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        /* A client that hangs or dies does not stop the others for long. */
        const struct timeval limit = {.tv_sec = 2};
        for (;;) {
            setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
            serve_one(listener, text, len);
        }
    }
    close(listener);
    return ntohs(address.sin_port);
}
