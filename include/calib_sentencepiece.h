/* SPDX-License-Identifier: MIT */
/**
 * @file calib_sentencepiece.h
 * calib-sentencepiece: SentencePiece models as calib tokenizers.
 *
 * Opens a `.model` file and gives the vtable that calib_load() and calib_corpus_open() want. The
 * ids are those of SentencePiece's own Encode on the whole text. For BPE and char models the
 * adapter proves from the model where a text may be cut without changing an id, which makes
 * tokenizing many times faster; docs/tokenizing.md tells how.
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
 * The contracts of calib.h hold here too: ownership, threads, errors, zero is the default. The
 * library is its own (pkg-config: calib-sentencepiece), written in C++; no exception leaves it. Its
 * errors have their own record, calib_sentencepiece_last_error().
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
    CALIB_SENTENCEPIECE_BOS = 1, /**< the model's BOS in front of a text, unless it is encoded with
                                      CALIB_TEXT_NO_SPECIAL; Hugging Face's Llama and Mistral
                                      tokenizers do this */
    CALIB_SENTENCEPIECE_EOS = 2  /**< the model's EOS behind a text, likewise */
};

/** calib_sentencepiece_options.cuts. @since 0.1.0 */
enum {
    CALIB_SENTENCEPIECE_CUTS_PROVEN = 0, /**< where the model proves that no id changes */
    CALIB_SENTENCEPIECE_CUTS_NONE = 1    /**< nowhere: the SentencePiece library encodes every text
                                              whole. The same ids, slowly: to compare with */
};

/** Which model, and how; zero is the default of every field. @since 0.1.0 */
typedef struct calib_sentencepiece_options {
    size_t struct_size;
    const char *path;  /**< the model file */
    const void *model; /**< or its bytes; copied */
    size_t model_len;  /**< bytes */
    uint32_t flags;    /**< CALIB_SENTENCEPIECE_BOS, CALIB_SENTENCEPIECE_EOS */
    uint32_t cuts;     /**< CALIB_SENTENCEPIECE_CUTS_* */
} calib_sentencepiece_options;

/**
 * Opens a model. What it is, its content decides, not its name. When memory runs out inside the
 * SentencePiece library, that library may end the process (0.1.97 does).
 *
 * @param options   copied; either `path` or `model` is given
 * @param[out] out  the model; NULL on failure. Give back with calib_sentencepiece_close().
 * @return 0; E_ARGUMENT, E_STRUCT_NEWER, E_NOMEM, E_NOT_FOUND, E_ACCESS,
 *   E_SYSTEM; E_MODEL when this is no SentencePiece model or a damaged one;
 *    when BOS or EOS is asked for and the model has none.
 * @par Threads  Any.
 * @since 0.1.0
 */
CALIB_API int calib_sentencepiece_open(const calib_sentencepiece_options *options,
                                       calib_sentencepiece **out);

/** Closes a model; its vtable must be in use nowhere. NULL is fine. @since 0.1.0 */
CALIB_API void calib_sentencepiece_close(calib_sentencepiece *model);

/**
 * The model as a tokenizer, CALIB_TOKENIZER_THREADS included.
 *
 * CALIB_TEXT_PARSE_SPECIAL is refused by its `encode`: SentencePiece reads no control symbols from
 * a text. A text may have 256 MiB in one call.
 *
 * @return a vtable that lives until calib_sentencepiece_close(); NULL when `model` is NULL.
 * @since 0.1.0
 */
CALIB_API const calib_tokenizer_vtable *calib_sentencepiece_vtable(
    const calib_sentencepiece *model);

/**
 * Why this model's texts are encoded whole: one line, for people.
 * @return a string that lives until calib_sentencepiece_close(); NULL: texts are cut.
 * @since 0.1.0
 */
CALIB_API const char *calib_sentencepiece_why_whole(const calib_sentencepiece *model);

/**
 * Detail of this thread's last failure in this library, callbacks of its vtables included; as
 * calib_last_error().
 * @return 0, E_ARGUMENT or . @since 0.1.0
 */
CALIB_API int calib_sentencepiece_last_error(calib_error *out);

#ifdef __cplusplus
}
#endif
#endif
