/* SPDX-License-Identifier: MIT */
#include "tls.h"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>

enum { ONE_DAY = 24 * 60 * 60 };

static void must(int done)
{
    if (done <= 0)
        abort();
}

static EVP_PKEY *make_key(void)
{
    EVP_PKEY *key = NULL;
    EVP_PKEY_CTX *maker = EVP_PKEY_CTX_new_id(EVP_PKEY_EC, NULL);
    must(maker != NULL && EVP_PKEY_keygen_init(maker) > 0);
    must(EVP_PKEY_CTX_set_ec_paramgen_curve_nid(maker, NID_X9_62_prime256v1));
    must(EVP_PKEY_keygen(maker, &key));
    EVP_PKEY_CTX_free(maker);
    return key;
}

static void add_extension(X509 *certificate, int kind, const char *value)
{
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, kind, value);
    must(extension != NULL && X509_add_ext(certificate, extension, -1));
    X509_EXTENSION_free(extension);
}

static X509 *make_certificate(EVP_PKEY *key)
{
    X509 *certificate = X509_new();
    must(certificate != NULL && X509_set_version(certificate, 2));
    must(ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1));
    must(X509_gmtime_adj(X509_getm_notBefore(certificate), -ONE_DAY) != NULL);
    must(X509_gmtime_adj(X509_getm_notAfter(certificate), ONE_DAY) != NULL);
    X509_NAME *name = X509_get_subject_name(certificate);
    must(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"calib test",
                                    -1, -1, 0));
    must(X509_set_issuer_name(certificate, name));
    add_extension(certificate, NID_basic_constraints, "critical,CA:TRUE");
    add_extension(certificate, NID_subject_alt_name, "IP:127.0.0.1");
    must(X509_set_pubkey(certificate, key));
    must(X509_sign(certificate, key, EVP_sha256()));
    return certificate;
}

SSL_CTX *tls_server(const char *ca_file)
{
    SSL_CTX *server = SSL_CTX_new(TLS_server_method());
    EVP_PKEY *key = make_key();
    X509 *certificate = make_certificate(key);
    FILE *file = fopen(ca_file, "wb");
    must(file != NULL && PEM_write_X509(file, certificate) && fclose(file) == 0);
    must(server != NULL && SSL_CTX_use_certificate(server, certificate));
    must(SSL_CTX_use_PrivateKey(server, key));
    X509_free(certificate);
    EVP_PKEY_free(key);
    return server;
}

SSL *tls_accept(SSL_CTX *server, int fd)
{
    SSL *session = SSL_new(server);
    must(session != NULL && SSL_set_fd(session, fd));
    if (SSL_accept(session) == 1)
        return session;
    SSL_free(session);
    return NULL;
}
