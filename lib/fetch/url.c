/* SPDX-License-Identifier: MIT */
#include "fetch/url.h"

#include "base/error.h"

#include <string.h>

enum { LONGEST = 8000 };

/* Finds the characters after "://", up to the path, query, fragment or end. */
static void find_authority(const char *url, const char **start, size_t *len)
{
    const char *colon = strstr(url, "://");
    *start = colon ? colon + 3 : url;
    *len = strcspn(*start, "/?#");
}

static const char *last_at_sign(const char *text, size_t len)
{
    for (size_t i = len; i > 0; i--)
        if (text[i - 1] == '@')
            return text + i - 1;
    return NULL;
}

void calib_url_display(const char *url, char *out, size_t cap)
{
    const char *host;
    size_t len;
    find_authority(url, &host, &len);
    const char *sign = last_at_sign(host, len);
    size_t scheme = (size_t)(host - url);
    if (!sign || scheme >= cap) {
        calib_shorten(url, sign ? scheme : strcspn(url, "?#"), out, cap);
        return;
    }
    memcpy(out, url, scheme);
    calib_shorten(sign + 1, strcspn(sign + 1, "?#"), out + scheme, cap - scheme);
}

int calib_url_check(const char *url)
{
    char shown[CALIB_SHOWN];
    calib_url_display(url, shown, sizeof shown);
    size_t n = strlen(url);
    if (n > LONGEST)
        return calib_fail(CALIB_E_ARGUMENT, "the URL %.80s... has %zu characters, the limit is %d",
                          shown, n, (int)LONGEST);
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)url[i];
        if (c <= ' ' || c == 0x7f || c == '\\')
            return calib_fail(CALIB_E_ARGUMENT,
                              "the URL %s holds the byte 0x%02x at offset %zu: write it "
                              "as %%%02X",
                              shown, c, i, c);
    }
    const char *host;
    size_t len;
    find_authority(url, &host, &len);
    if (last_at_sign(host, len))
        return calib_fail(CALIB_E_ARGUMENT,
                          "the URL %s holds a user name or password: take it out, and "
                          "give a bearer token if the server wants one",
                          shown);
    return CALIB_OK;
}

static bool same_letters(const char *text, const char *lower, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        char c = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] + 32) : text[i];
        if (c != lower[i])
            return false;
    }
    return true;
}

bool calib_url_is_plain(const char *url)
{
    return strlen(url) >= 5 && same_letters(url, "http:", 5);
}

bool calib_host_is_loopback(const char *host)
{
    size_t n = strlen(host);
    if (n == strlen("localhost") && same_letters(host, "localhost", n))
        return true;
    if (strcmp(host, "[::1]") == 0 || strcmp(host, "::1") == 0)
        return true;
    /* A complete dotted quad that begins with 127: "127.evil.example" is a name. */
    if (strncmp(host, "127.", 4) != 0)
        return false;
    int dots = 0, digits = 0;
    for (const char *c = host; *c; c++) {
        if (*c == '.' && digits > 0) {
            dots++;
            digits = 0;
        } else if (*c >= '0' && *c <= '9' && digits < 3) {
            digits++;
        } else {
            return false;
        }
    }
    return dots == 3 && digits > 0;
}

int calib_url_key(const char *url, char key[CALIB_SHA256_HEX])
{
    uint8_t hash[CALIB_SHA256_SIZE];
    int status = calib_sha256_of(url, strlen(url), hash);
    if (!status)
        calib_sha256_to_hex(hash, key);
    return status;
}
