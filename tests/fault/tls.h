/* SPDX-License-Identifier: MIT */
/* The server's side of TLS, with a certificate made for the occasion. */
#ifndef CALIB_TESTS_TLS_H
#define CALIB_TESTS_TLS_H

#include <openssl/ssl.h>

/** For 127.0.0.1; its certificate, which signs itself, goes to the file `ca_file`. */
SSL_CTX *tls_server(const char *ca_file);

/** NULL: the client does not like us. */
SSL *tls_accept(SSL_CTX *server, int fd);

#endif
