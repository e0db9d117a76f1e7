/* SPDX-License-Identifier: MIT */
/* The build of the SentencePiece library that is loaded. The library has no function that returns
 * its version, and may be another one than this adapter was built with. */
#ifndef CALIB_SENTENCEPIECE_BUILD_ID_H
#define CALIB_SENTENCEPIECE_BUILD_ID_H

#include <cstddef>

namespace calib_sp
{

struct BuildId {
    std::size_t len; /* 0: not known */
    unsigned char bytes[64];
};

/** Finds the build-id that the linker gave to the shared object in which `address` lies. It is not
 *  known if the system or the linker has no build-ids, and for code in the same object as the
 *  adapter: that object's build-id would change with every program that contains it. */
BuildId build_id_at(const void *address);

} // namespace calib_sp

#endif
