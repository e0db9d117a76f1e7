/* SPDX-License-Identifier: MIT */
/* SHA-256 in plain C (FIPS 180-4), behind base/sha256.h, for emulated machines, which have no
 * libcrypto. The golden bytes prove it correct. */
#include "base/error.h"
#include "base/sha256.h"

#include <stdlib.h>
#include <string.h>

typedef struct state {
    uint32_t h[8];
    uint64_t len;
    uint8_t block[64];
} state;

static const uint32_t k[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t turn(uint32_t x, int n)
{
    return x >> n | x << (32 - n);
}

static void schedule(const uint8_t *block, uint32_t w[64])
{
    for (int i = 0; i < 16; i++)
        w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 |
               (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
    for (int i = 16; i < 64; i++)
        w[i] = w[i - 16] + (turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ w[i - 15] >> 3) + w[i - 7] +
               (turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ w[i - 2] >> 10);
}

static void compress(state *s)
{
    uint32_t w[64], v[8];
    schedule(s->block, w);
    memcpy(v, s->h, sizeof v);
    for (int i = 0; i < 64; i++) {
        uint32_t e = v[4], a = v[0];
        uint32_t t1 = v[7] + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & v[5]) ^ (~e & v[6])) +
                      k[i] + w[i];
        uint32_t t2 =
            (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & v[1]) ^ (a & v[2]) ^ (v[1] & v[2]));
        memmove(v + 1, v, 7 * sizeof *v);
        v[4] += t1;
        v[0] = t1 + t2;
    }
    for (int i = 0; i < 8; i++)
        s->h[i] += v[i];
}

int calib_sha256_begin(calib_sha256 *hash)
{
    static const uint32_t start[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                      0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    state *s = hash->state = calloc(1, sizeof *s);
    if (!s)
        return calib_fail_memory(sizeof *s);
    memcpy(s->h, start, sizeof start);
    return CALIB_OK;
}

int calib_sha256_add(calib_sha256 *hash, const void *data, size_t len)
{
    state *s = hash->state;
    const uint8_t *bytes = data;
    for (size_t i = 0; i < len; i++) {
        s->block[s->len++ % 64] = bytes[i];
        if (s->len % 64 == 0)
            compress(s);
    }
    return CALIB_OK;
}

int calib_sha256_end(calib_sha256 *hash, uint8_t out[CALIB_SHA256_SIZE])
{
    state *s = hash->state;
    uint64_t bits = s->len * 8;
    uint8_t pad[72] = {0x80}, n_pad = (uint8_t)(64 - (s->len + 8) % 64);
    for (int i = 0; i < 8; i++)
        pad[n_pad + i] = (uint8_t)(bits >> (56 - 8 * i));
    calib_sha256_add(hash, pad, (size_t)n_pad + 8);
    for (int i = 0; i < CALIB_SHA256_SIZE; i++)
        out[i] = (uint8_t)(s->h[i / 4] >> (24 - 8 * (i % 4)));
    calib_sha256_free(hash);
    return CALIB_OK;
}

void calib_sha256_free(calib_sha256 *hash)
{
    free(hash->state);
    hash->state = NULL;
}

int calib_sha256_of(const void *data, size_t len, uint8_t out[CALIB_SHA256_SIZE])
{
    calib_sha256 hash = {0};
    int status = calib_sha256_begin(&hash);
    if (status)
        return status;
    calib_sha256_add(&hash, data, len);
    return calib_sha256_end(&hash, out);
}

void calib_sha256_to_hex(const uint8_t hash[CALIB_SHA256_SIZE], char out[CALIB_SHA256_HEX])
{
    for (int i = 0; i < CALIB_SHA256_SIZE; i++) {
        out[2 * i] = "0123456789abcdef"[hash[i] >> 4];
        out[2 * i + 1] = "0123456789abcdef"[hash[i] & 15];
    }
    out[CALIB_SHA256_HEX - 1] = '\0';
}
