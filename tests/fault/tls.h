/* SPDX-License-Identifier: MIT */
/* The server's side of TLS, with a certificate made at the start. */
#ifndef CALIB_TESTS_TLS_H
#define CALIB_TESTS_TLS_H

#include <openssl/ssl.h>

/** Makes a self-signed certificate for 127.0.0.1 and writes it to the file `ca_file`. */
SSL_CTX *tls_server(const char *ca_file);

/** Returns NULL if the client refuses the handshake. */
SSL *tls_accept(SSL_CTX *server, int fd);

#endif
