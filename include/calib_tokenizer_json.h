/* SPDX-License-Identifier: MIT */
/**
 * @file calib_tokenizer_json.h
 * calib-tokenizer-json: Hugging Face's tokenizer.json and mistral-common's tekken.json as calib
 * tokenizers.
 *
 * Opens a `tokenizer.json` and returns a vtable for calib_load() and calib_corpus_open(). The ids
 * are those of the Python package `tokenizers` 0.23.3 on the whole text, without truncation and
 * padding. The adapter proves from the file where a text may be cut without changing an id, which
 * makes tokenizing many times faster; docs/tokenizing.md explains how. A file with anything that
 * the adapter does not know is refused: no id is ever guessed.
 *
 * A `tekken.json` is told by its content. Its ids are those of mistral-common 1.13.1, with BOS in
 * front of a text. Special tokens that are spelled in a text are text: `encode` refuses
 * CALIB_TEXT_PARSE_SPECIAL.
 *
 * @code
 *   calib_tokenizer_json_options options = {.struct_size = sizeof options,
 *                                           .path = "tokenizer.json"};
 *   calib_tokenizer_json *file = NULL;
 *   if (calib_tokenizer_json_open(&options, &file) == 0) {
 *       calib_samples *samples = NULL;
 *       int status = calib_load(calib_tokenizer_json_vtable(file), 128, 512, 123, &samples);
 *       ...
 *       calib_samples_free(samples);
 *       calib_tokenizer_json_close(file);
 *   }
 * @endcode
 *
 * The contracts of calib.h hold here too: ownership, threads, errors, zero is the default. This is
 * a library of its own (pkg-config: calib-tokenizer-json), written in C++. No exception leaves it.
 * It keeps its own record of errors, calib_tokenizer_json_last_error().
 */
#ifndef CALIB_TOKENIZER_JSON_H
#define CALIB_TOKENIZER_JSON_H

#include <calib.h>

#ifdef __cplusplus
extern "C" {
#endif

/** An open file. @since 0.1.0 */
typedef struct calib_tokenizer_json calib_tokenizer_json;

/** calib_tokenizer_json_options.flags. @since 0.1.0 */
enum {
    CALIB_TOKENIZER_JSON_NO_SPECIAL = 1, /**< leaves out what the post-processor adds (BOS), like
                                              `add_special_tokens=False` */
    CALIB_TOKENIZER_JSON_PLAIN = 2       /**< reads no special token that is spelled in the text,
                                              like `encode_special_tokens = True`; what a text's
                                              own flags say comes first */
};

/** calib_tokenizer_json_options.cuts. @since 0.1.0 */
enum {
    CALIB_TOKENIZER_JSON_CUTS_PROVEN = 0, /**< wherever the file proves that no id changes */
    CALIB_TOKENIZER_JSON_CUTS_NONE = 1    /**< nowhere: the same ids, slowly, for comparison */
};

/** The file and how to use it; zero is the default of every field. @since 0.1.0 */
typedef struct calib_tokenizer_json_options {
    size_t struct_size;
    const char *path;   /**< the file, or the folder that holds tokenizer.json or else tekken.json;
                             NULL if `json` is given. Of a tokenizer.json, tokenizer_config.json
                             beside it is read, if there is one */
    const void *json;   /**< the bytes of the file, not kept; NULL if `path` is given */
    size_t json_len;    /**< number of bytes at `json`; at most 256 MiB */
    const void *config; /**< the bytes of tokenizer_config.json for `json`, or NULL; a tekken.json
                             has no use for it */
    size_t config_len;  /**< number of bytes at `config`; at most 16 MiB */
    uint32_t flags;     /**< CALIB_TOKENIZER_JSON_NO_SPECIAL, CALIB_TOKENIZER_JSON_PLAIN */
    uint32_t cuts;      /**< CALIB_TOKENIZER_JSON_CUTS_* */
} calib_tokenizer_json_options;

/**
 * Opens a tokenizer.json or a tekken.json. Reads and checks all of it, and builds no tables: these
 * are built when they are first needed.
 *
 * @param options   copied; has either `path` or `json`
 * @param[out] out  the file; NULL on failure. Close it with calib_tokenizer_json_close().
 * @return 0; E_ARGUMENT; E_STRUCT_NEWER; E_NOMEM; E_NOT_FOUND; E_ACCESS; E_SYSTEM; E_MODEL if this
 *   is no such file, or a damaged one; E_UNSUPPORTED if it has a component, field, value or
 *   regular expression that this version does not know: the message names it
 * @par Threads  Any.
 * @since 0.1.0
 */
CALIB_API int calib_tokenizer_json_open(const calib_tokenizer_json_options *options,
                                        calib_tokenizer_json **out);

/** Closes a file, whose vtable must not be in use any more. NULL is fine. @since 0.1.0 */
CALIB_API void calib_tokenizer_json_close(calib_tokenizer_json *file);

/**
 * Returns the file as a tokenizer with CALIB_TOKENIZER_THREADS, CALIB_TOKENIZER_SELF_IDENTIFYING
 * and CALIB_TOKENIZER_PARTS. `identity` is the SHA-256 of "calib-tokenizer-json identity 1",
 * `flags` as 32 bits in little-endian, and the SHA-256 of the file's bytes.
 *
 * `special_id`: BOS is the one id that the post-processor puts in front of a text; EOS, PAD and UNK
 * are those that tokenizer_config.json names, and UNK else the model's. A tekken.json names its
 * own.
 *
 * @return a vtable that lives until calib_tokenizer_json_close(); NULL if `file` is NULL
 * @since 0.1.0
 */
CALIB_API const calib_tokenizer_vtable *calib_tokenizer_json_vtable(
    const calib_tokenizer_json *file);

/**
 * Returns the reason, in one line, why texts are encoded whole with this file. Builds the tables if
 * they are not built.
 * @return a string that lives until calib_tokenizer_json_close(); NULL if texts are cut, or if
 *   `file` is NULL
 * @since 0.1.0
 */
CALIB_API const char *calib_tokenizer_json_why_whole(const calib_tokenizer_json *file);

/**
 * Returns, in one line, how texts are cut with this file, and what of the file and of
 * tokenizer_config.json is ignored. Builds the tables if they are not built.
 * @return a string that lives until calib_tokenizer_json_close(); NULL if `file` is NULL
 * @since 0.1.0
 */
CALIB_API const char *calib_tokenizer_json_describe(const calib_tokenizer_json *file);

/**
 * Reads the detail of this thread's last failure in this library, including the callbacks of its
 * vtables; like calib_last_error().
 * @return 0; E_ARGUMENT if `out` is NULL or its struct_size is out of range
 * @since 0.1.0
 */
CALIB_API int calib_tokenizer_json_last_error(calib_error *out);

#ifdef __cplusplus
}
#endif
#endif
