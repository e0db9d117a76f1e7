/* SPDX-License-Identifier: MIT */
/* The caller's options, checked, and the bytes of the model. */
#ifndef CALIB_SENTENCEPIECE_OPTIONS_H
#define CALIB_SENTENCEPIECE_OPTIONS_H

#include <calib_sentencepiece.h>

#include <string>

namespace calib_sp
{

/** Copies the caller's struct into `to`, complete and zero-filled. 0, E_ARGUMENT, E_STRUCT_NEWER.
 */
int read_options(const calib_sentencepiece_options *from, calib_sentencepiece_options &to);

/** Reads the bytes of the model. 0, E_NOT_FOUND, E_ACCESS, E_ARGUMENT, E_SYSTEM, E_MODEL; throws
 *  std::bad_alloc. */
int read_bytes(const calib_sentencepiece_options &options, std::string &bytes);

} // namespace calib_sp

#endif
