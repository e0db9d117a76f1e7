/* SPDX-License-Identifier: MIT */
/* The caller's options, checked, and the bytes of the files. */
#ifndef CALIB_TOKENIZER_JSON_OPTIONS_H
#define CALIB_TOKENIZER_JSON_OPTIONS_H

#include <calib_tokenizer_json.h>

#include <string>

namespace calib_tj
{

/** Copies the caller's struct into `to`, complete and zero-filled. 0, E_ARGUMENT, E_STRUCT_NEWER.
 */
int read_options(const calib_tokenizer_json_options *from, calib_tokenizer_json_options &to);

/** The bytes of a file: the caller's, or `own`, which must then stay where it is. */
struct Bytes {
    std::string own;
    std::string_view view;
};

/** Reads the bytes of tokenizer.json, and of tokenizer_config.json, which are empty if there is
 *  none. Refuses files of other kinds. 0, E_NOT_FOUND, E_ACCESS, E_ARGUMENT, E_SYSTEM, E_MODEL;
 *  throws std::bad_alloc. */
int read_bytes(const calib_tokenizer_json_options &options, Bytes &json, Bytes &config);

} // namespace calib_tj

#endif
