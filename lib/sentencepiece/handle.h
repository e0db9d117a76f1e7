/* SPDX-License-Identifier: MIT */
/* An open model: the public functions and the callbacks of the vtable work on it. */
#ifndef CALIB_SENTENCEPIECE_HANDLE_H
#define CALIB_SENTENCEPIECE_HANDLE_H

#include "adapter/once.h"
#include "segments.h"

#include <calib_sentencepiece.h>

#include <cstdint>
#include <string>

struct calib_sentencepiece {
    calib_tokenizer_vtable vtable = {};
    std::uint32_t flags = 0;
    std::string bytes;               /* the model file */
    const char *why_whole = nullptr; /* as far as it is known without the tables */
    calib_sp::Model model;           /* points into bytes */
    calib_sp::Library library;
    calib_sp::Once built;
    calib_sp::Segments segments;
};

namespace calib_sp
{

/** Fills the vtable of a handle that is loaded. */
void make_vtable(calib_sentencepiece &handle);

/** Builds the tables of a handle without `why_whole`, unless they are built. After a failure the
 *  next call tries again. Thread-safe. 0, E_NOMEM, E_MODEL; throws std::bad_alloc. */
int build_segments(calib_sentencepiece &handle);

} // namespace calib_sp

#endif
