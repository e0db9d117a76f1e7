/* SPDX-License-Identifier: MIT */
/* Which build of the SentencePiece library is loaded: it has no function that tells its version,
 * and may be another one than this adapter was built with. */
#ifndef CALIB_SENTENCEPIECE_IDENTITY_H
#define CALIB_SENTENCEPIECE_IDENTITY_H

#include <cstddef>

namespace calib_sp
{

struct BuildId {
    std::size_t len; /* 0: there is none */
    unsigned char bytes[64];
};

/** The build-id that the linker gave to the loaded library which `address` lies in. None where the
 *  system or the linker has no such thing, and for code that is linked into the adapter itself: its
 *  version is then known from the build. */
BuildId build_id_at(const void *address);

} // namespace calib_sp

#endif
