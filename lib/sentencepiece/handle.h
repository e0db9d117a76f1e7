/* SPDX-License-Identifier: MIT */
/* An open model: what the public functions and the vtable's callbacks work on. */
#ifndef CALIB_SENTENCEPIECE_HANDLE_H
#define CALIB_SENTENCEPIECE_HANDLE_H

#include "segments.h"

#include <calib_sentencepiece.h>

#include <cstdint>
#include <mutex>
#include <string>

struct calib_sentencepiece {
    calib_tokenizer_vtable vtable = {};
    std::uint32_t flags = 0;
    std::string bytes;               /* the model file */
    const char *why_whole = nullptr; /* as far as it is known without the tables */
    calib_sp::Model model;           /* points into bytes */
    calib_sp::Library library;
    std::once_flag built;
    calib_sp::Segments segments;
};

namespace calib_sp
{

/** Fills handle.vtable. The handle is loaded. */
void make_vtable(calib_sentencepiece &handle);

/** Builds the tables unless that is done; throws std::bad_alloc. Safe in threads. Only for a handle
 *  without `why_whole`. */
void build_segments(calib_sentencepiece &handle);

} // namespace calib_sp

#endif
