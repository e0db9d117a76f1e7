/* SPDX-License-Identifier: MIT */
/* The build-id of loaded code, and the capability of a model that depends on it. TAP. */
#include "build_id.h"
#include "golden.h"
#include "library.h"

#include <calib_sentencepiece.h>

#include <cstdint>
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

/* The fingerprint covers all code that decides ids only if the build of the library is known. */
bool check_capability()
{
    calib_sentencepiece_options options = {};
    calib_sentencepiece *model = nullptr;
    options.struct_size = sizeof options;
    options.model = golden_model;
    options.model_len = sizeof golden_model;
    if (calib_sentencepiece_open(&options, &model))
        return false;
    std::uint32_t found = calib_sentencepiece_vtable(model)->capabilities;
    calib_sentencepiece_close(model);
    bool is_known = build_id_at(Library::code()).len > 0;
    return found == (CALIB_TOKENIZER_THREADS | CALIB_TOKENIZER_PARTS | (is_known ? 2u : 0u));
}

void tell(int number, bool good, const char *what)
{
    std::printf("%sok %d - %s\n", good ? "" : "not ", number, what);
}

} // namespace

int main()
{
    BuildId found = build_id_of(&with_build_id);
    std::printf("1..5\n");
    tell(1, found.len == 5 && std::memcmp(found.bytes, "calib", 5) == 0, "a build-id is found");
    tell(2, build_id_of(&without_build_id).len == 0, "a library without one has none");
    tell(3, build_id_of(&tell).len == 0, "nor has code beside the adapter's");
    tell(4, build_id_at(nullptr).len == 0, "nor has what is no code");
    tell(5, check_capability(), "a model says whether its library is known");
    return with_build_id() + without_build_id() - 2;
}
