/* SPDX-License-Identifier: MIT */
/* An open model: what the public functions and the vtable's callbacks work on. */
#ifndef CALIB_SENTENCEPIECE_HANDLE_H
#define CALIB_SENTENCEPIECE_HANDLE_H

#include "library.h"

#include <calib_sentencepiece.h>

#include <string>

struct calib_sentencepiece {
    calib_tokenizer_vtable vtable = {};
    std::uint32_t flags = 0;
    std::string bytes; /* the model file */
    std::string why_whole; /* empty: texts are cut */
    calib_sp::Library library;
};

namespace calib_sp
{

/** Fills handle.vtable. The handle is loaded. */
void make_vtable(calib_sentencepiece &handle);

} // namespace calib_sp

#endif
