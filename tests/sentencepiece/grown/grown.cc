/* SPDX-License-Identifier: MIT */
/* A later release, whose options have one field more, and programs built against 0.1. TAP. */
#include "adapter/error.h"
#include "options.h"

#include <cstddef>
#include <cstdio>
#include <cstring>

using namespace calib_sp;

namespace
{

/* Status of reading options of which the caller knows `size` bytes and all others are garbage. */
int read_first(std::size_t size, calib_sentencepiece_options &to)
{
    calib_sentencepiece_options from = {};
    from.struct_size = size;
    from.path = "tokenizer.model";
    from.flags = CALIB_SENTENCEPIECE_EOS;
    from.next = 7;
    std::memset(&to, 0xff, sizeof to);
    return read_options(&from, to);
}

void tell(int number, bool good, const char *what)
{
    std::printf("%sok %d - %s\n", good ? "" : "not ", number, what);
}

} // namespace

int main()
{
    constexpr std::size_t SIZE_0_1 = offsetof(calib_sentencepiece_options, next);
    calib_sentencepiece_options to;
    std::printf("1..3\n");
    tell(1,
         read_first(SIZE_0_1, to) == CALIB_OK && to.flags == CALIB_SENTENCEPIECE_EOS &&
             to.next == 0,
         "the options of 0.1 are accepted, and the newer field is 0");
    tell(2, read_first(SIZE_0_1 - 1, to) == CALIB_E_ARGUMENT, "less is refused");
    tell(3, read_first(sizeof to, to) == CALIB_OK && to.next == 7, "the newer field is read");
    return 0;
}
