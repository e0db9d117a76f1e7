/* SPDX-License-Identifier: MIT */
/**
 * @file calib_sentencepiece.h
 * calib-sentencepiece: SentencePiece models as calib tokenizers.
 *
 * Opens a `.model` file and returns a vtable for calib_load() and calib_corpus_open(). The ids are
 * those of SentencePiece's own Encode on the whole text. For BPE and char models the adapter proves
 * from the model where a text may be cut without changing an id, which makes tokenizing many times
 * faster; docs/tokenizing.md explains how.
 *
 * @code
 *   calib_sentencepiece_options options = {.struct_size = sizeof options,
 *                                          .path = "tokenizer.model"};
 *   calib_sentencepiece *model = NULL;
 *   if (calib_sentencepiece_open(&options, &model) == 0) {
 *       calib_samples *samples = NULL;
 *       int status = calib_load(calib_sentencepiece_vtable(model), 128, 512, 123, &samples);
 *       ...
 *       calib_samples_free(samples);
 *       calib_sentencepiece_close(model);
 *   }
 * @endcode
 *
 * The contracts of calib.h hold here too: ownership, threads, errors, zero is the default. This is
 * a library of its own (pkg-config: calib-sentencepiece), written in C++. No exception leaves it.
 * It keeps its own record of errors, calib_sentencepiece_last_error().
 */
#ifndef CALIB_SENTENCEPIECE_H
#define CALIB_SENTENCEPIECE_H

#include <calib.h>

#ifdef __cplusplus
extern "C" {
#endif

/** An open model. @since 0.1.0 */
typedef struct calib_sentencepiece calib_sentencepiece;

/** calib_sentencepiece_options.flags. @since 0.1.0 */
enum {
    CALIB_SENTENCEPIECE_BOS = 1, /**< puts the model's BOS in front of a text, except with
                                      CALIB_TEXT_NO_SPECIAL; Hugging Face's Llama and Mistral
                                      tokenizers do this */
    CALIB_SENTENCEPIECE_EOS = 2  /**< puts the model's EOS behind a text, likewise */
};

/** calib_sentencepiece_options.cuts. @since 0.1.0 */
enum {
    CALIB_SENTENCEPIECE_CUTS_PROVEN = 0, /**< wherever the model proves that no id changes */
    CALIB_SENTENCEPIECE_CUTS_NONE = 1    /**< nowhere: the SentencePiece library encodes every text
                                              whole; the same ids, slowly, for comparison */
};

/** The model and how to use it; zero is the default of every field. @since 0.1.0 */
typedef struct calib_sentencepiece_options {
    size_t struct_size;
    const char *path;  /**< the model file; NULL if `model` is given */
    const void *model; /**< the bytes of the model, copied; NULL if `path` is given */
    size_t model_len;  /**< number of bytes at `model`; at most 256 MiB */
    uint32_t flags;    /**< CALIB_SENTENCEPIECE_BOS, CALIB_SENTENCEPIECE_EOS */
    uint32_t cuts;     /**< CALIB_SENTENCEPIECE_CUTS_* */
} calib_sentencepiece_options;

/**
 * Opens a model. The name of the file does not matter. If memory runs out inside the SentencePiece
 * library, that library may end the process (0.1.97 does).
 *
 * @param options   copied; has either `path` or `model`
 * @param[out] out  the model; NULL on failure. Close it with calib_sentencepiece_close().
 * @return 0; E_ARGUMENT, also if `flags` asks for a BOS or EOS that the model does not have, or if
 *   `path` is a directory; E_STRUCT_NEWER; E_NOMEM; E_NOT_FOUND; E_ACCESS; E_SYSTEM; E_MODEL if
 * this is not a SentencePiece model, or a damaged one
 * @par Threads  Any.
 * @since 0.1.0
 */
CALIB_API int calib_sentencepiece_open(const calib_sentencepiece_options *options,
                                       calib_sentencepiece **out);

/** Closes a model, whose vtable must not be in use any more. NULL is fine. @since 0.1.0 */
CALIB_API void calib_sentencepiece_close(calib_sentencepiece *model);

/**
 * Returns the model as a tokenizer with CALIB_TOKENIZER_THREADS. It has
 * CALIB_TOKENIZER_SELF_IDENTIFYING if the SentencePiece library is a shared one with a build-id,
 * which `fingerprint` then covers. `identity` is the SHA-256 of "calib-sentencepiece identity 1",
 * `flags` as 32 bits in little-endian, and the bytes of the model.
 *
 * It has CALIB_TOKENIZER_PARTS unless calib_sentencepiece_why_whole() gives a reason. A part is
 * normalized and merged alone: only BEGIN and END add and trim spaces.
 *
 * SentencePiece reads no control symbols from a text: `encode` refuses CALIB_TEXT_PARSE_SPECIAL,
 * and CALIB_TEXT_PLAIN changes nothing. It also refuses more than 256 MiB of text in one call.
 *
 * @return a vtable that lives until calib_sentencepiece_close(); NULL if `model` is NULL
 * @since 0.1.0
 */
CALIB_API const calib_tokenizer_vtable *calib_sentencepiece_vtable(
    const calib_sentencepiece *model);

/**
 * Returns the reason, in one line, why texts are encoded whole with this model.
 * @return a string that lives until calib_sentencepiece_close(); NULL if texts are cut, or if
 *   `model` is NULL
 * @since 0.1.0
 */
CALIB_API const char *calib_sentencepiece_why_whole(const calib_sentencepiece *model);

/**
 * Reads the detail of this thread's last failure in this library, including the callbacks of its
 * vtables; like calib_last_error().
 * @return 0; E_ARGUMENT if `out` is NULL or its struct_size is out of range
 * @since 0.1.0
 */
CALIB_API int calib_sentencepiece_last_error(calib_error *out);

#ifdef __cplusplus
}
#endif
#endif
