/* SPDX-License-Identifier: MIT */
/* Finding the build-id of loaded code. TAP. */
#include "build_id.h"

#include <cstdio>
#include <cstring>

extern "C" int with_build_id();
extern "C" int without_build_id();

using namespace calib_sp;

namespace
{

template <typename Function> BuildId build_id_of(Function *function)
{
    return build_id_at(reinterpret_cast<const void *>(function));
}

void tell(int number, bool good, const char *what)
{
    std::printf("%sok %d - %s\n", good ? "" : "not ", number, what);
}

} // namespace

int main()
{
    BuildId found = build_id_of(&with_build_id);
    std::printf("1..4\n");
    tell(1, found.len == 5 && std::memcmp(found.bytes, "calib", 5) == 0, "a build-id is found");
    tell(2, build_id_of(&without_build_id).len == 0, "a library without one has none");
    tell(3, build_id_of(&tell).len == 0, "nor has code beside the adapter's");
    tell(4, build_id_at(nullptr).len == 0, "nor has what is no code");
    return with_build_id() + without_build_id() - 2;
}
