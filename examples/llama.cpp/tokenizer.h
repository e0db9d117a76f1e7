/* SPDX-License-Identifier: MIT */
/* A tokenizer for calib over a vocabulary that llama.cpp has loaded: the ids of llama_tokenize. */
#ifndef CALIB_EXAMPLE_LLAMA_TOKENIZER_H
#define CALIB_EXAMPLE_LLAMA_TOKENIZER_H

#include <calib.h>
#include <llama.h>

typedef struct vocab_tokenizer {
    calib_tokenizer_vtable vtable; /**< for calib; the struct stays in its place */
    const struct llama_vocab *vocab;
    uint8_t identity[32];
} vocab_tokenizer;

/** `vocab` is borrowed. `identity` is 32 bytes, copied, as of vocab_identity(); NULL: not known, so
 *  that recipes cannot be locked. Sources must not have CALIB_RAW_BYTES: at bytes that are not
 *  UTF-8 llama.cpp throws an exception of C++, which ends a program in C. */
void vocab_tokenizer_init(vocab_tokenizer *self, const struct llama_vocab *vocab,
                          const uint8_t *identity);

/** Writes the SHA-256 of what a GGUF file says about its tokenizer. Returns 0, or -1 if the file
 *  cannot be read. */
int vocab_identity(const char *gguf_path, uint8_t out[32]);

#endif
