/* SPDX-License-Identifier: MIT */
#include "base/sha256.h"

#include "base/error.h"
#include "base/numbers.h"

#include <openssl/evp.h>

static int failed(calib_sha256 *hash)
{
    calib_sha256_free(hash);
    return calib_fail(CALIB_E_NOMEM, "out of memory while hashing");
}

int calib_sha256_begin(calib_sha256 *hash)
{
    hash->state = EVP_MD_CTX_new();
    if (!hash->state || EVP_DigestInit_ex(hash->state, EVP_sha256(), NULL) != 1)
        return failed(hash);
    return CALIB_OK;
}

int calib_sha256_add(calib_sha256 *hash, const void *data, size_t len)
{
    return EVP_DigestUpdate(hash->state, data, len) == 1 ? CALIB_OK : failed(hash);
}

int calib_sha256_end(calib_sha256 *hash, uint8_t out[CALIB_SHA256_SIZE])
{
    if (EVP_DigestFinal_ex(hash->state, out, NULL) != 1)
        return failed(hash);
    calib_sha256_free(hash);
    return CALIB_OK;
}

int calib_sha256_copy(const calib_sha256 *hash, calib_sha256 *copy)
{
    copy->state = EVP_MD_CTX_new();
    if (!copy->state || EVP_MD_CTX_copy_ex(copy->state, hash->state) != 1)
        return failed(copy);
    return CALIB_OK;
}

void calib_sha256_free(calib_sha256 *hash)
{
    EVP_MD_CTX_free(hash->state);
    hash->state = NULL;
}

int calib_sha256_of(const void *data, size_t len, uint8_t out[CALIB_SHA256_SIZE])
{
    calib_sha256 hash = {0};
    int status = calib_sha256_begin(&hash);
    if (!status)
        status = calib_sha256_add(&hash, data, len);
    if (!status)
        status = calib_sha256_end(&hash, out);
    return status;
}

void calib_sha256_to_hex(const uint8_t hash[CALIB_SHA256_SIZE], char out[CALIB_SHA256_HEX])
{
    calib_hex_write(hash, CALIB_SHA256_SIZE, out);
}

bool calib_sha256_from_hex(const char *text, uint8_t out[CALIB_SHA256_SIZE])
{
    return calib_hex_read(text, out, CALIB_SHA256_SIZE);
}
