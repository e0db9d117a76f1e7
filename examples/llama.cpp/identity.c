/* SPDX-License-Identifier: MIT */
#include "tokenizer.h"

#include <gguf.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

enum { HEAD = 24 }; /* magic, version and counts of a GGUF file */

static int decides_ids(const char *key)
{
    static const char tokenizer[] = "tokenizer.", chat[] = "tokenizer.chat_template";
    return strncmp(key, tokenizer, sizeof tokenizer - 1) == 0 &&
           strncmp(key, chat, sizeof chat - 1) != 0;
}

static void keep_tokenizer(struct gguf_context *gguf)
{
    for (int64_t i = gguf_get_n_kv(gguf) - 1; i >= 0; i--)
        if (!decides_ids(gguf_get_key(gguf, i)))
            gguf_remove_key(gguf, gguf_get_key(gguf, i));
}

static int hash(const struct gguf_context *gguf, uint8_t out[32])
{
    size_t size = gguf_get_meta_size(gguf);
    unsigned char *bytes = malloc(size);
    if (!bytes)
        return -1;
    gguf_get_meta_data(gguf, bytes);
    int hashed = EVP_Digest(bytes + HEAD, size - HEAD, out, NULL, EVP_sha256(), NULL);
    free(bytes);
    return hashed ? 0 : -1;
}

int vocab_identity(const char *gguf_path, uint8_t out[32])
{
    struct gguf_init_params params = {.no_alloc = true};
    struct gguf_context *file = gguf_init_from_file(gguf_path, params);
    struct gguf_context *kept = file ? gguf_init_empty() : NULL; /* without the tensors */
    int failed = -1;
    if (kept) {
        gguf_set_kv(kept, file);
        keep_tokenizer(kept);
        failed = hash(kept, out);
    }
    gguf_free(kept);
    gguf_free(file);
    return failed;
}
