/* SPDX-License-Identifier: MIT */
/* Rules of cutting that only newer versions of the library need. TAP. */
#include "cuts.h"

#include <cstdio>

using namespace calib_sp;

namespace
{

/* Returns true if there is a cut between "x", a piece of this kind, and "y", which is not a piece.
 */
bool is_cut(Kind kind, bool byte_fallback)
{
    Model model;
    Cuts cuts;
    model.type = Type::bpe;
    model.byte_fallback = byte_fallback;
    model.pieces = {{"<unk>", 0, Kind::unknown}, {"x", -1, kind}};
    return cuts.build(model) && cuts.allowed('x', 'y');
}

void tell(int number, bool good, const char *what)
{
    std::printf("%sok %d - %s\n", good ? "" : "not ", number, what);
}

} // namespace

int main()
{
    std::printf("1..3\n");
    tell(1, is_cut(Kind::normal, false), "one of two is known");
    tell(2, !is_cut(Kind::unused, false), "a character whose piece is unused is unknown");
    tell(3, is_cut(Kind::unused, true), "unknown characters that become bytes may be cut apart");
    return 0;
}
