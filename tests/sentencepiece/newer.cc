/* SPDX-License-Identifier: MIT */
/* Encodes texts segment by segment as calib does with a newer SentencePiece, to which a character
 * whose piece is UNUSED is unknown. Does not ask the library that this is built with.
 *
 * usage: newer ids MODEL TEXT
 *
 * Writes the ids as native 32-bit numbers. */
#include "cuts.h"
#include "merges.h"
#include "normalizer.h"

#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

using namespace calib_sp;

namespace
{

std::string read(const char *path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

bool encode(const Model &model, const std::string &text, std::vector<int> &ids)
{
    Cuts cuts;
    Merges merges;
    SymbolTable symbols(model);
    Normalizer normalizer(model, symbols);
    if (why_whole(model) || !cuts.build(model) || !merges.build(model, symbols, true))
        return false;
    std::vector<std::size_t> ends(text.size() + 1);
    ends.resize(cuts.scan(text, ends.data(), text.size()));
    ends.push_back(text.size());
    std::string normalized;
    std::size_t at = 0;
    for (std::size_t end : ends) {
        std::string_view segment = std::string_view(text).substr(at, end - at);
        normalizer.normalize(segment, at == 0, end == text.size(), normalized);
        merges.encode(normalized, ids);
        at = end;
    }
    return true;
}

} // namespace

int main(int argc, char **argv)
{
    if (argc != 4)
        return std::fprintf(stderr, "usage: newer ids MODEL TEXT\n"), 2;
    std::string bytes = read(argv[2]);
    Model model;
    std::vector<int> ids;
    if (read_model(bytes, model) || !encode(model, read(argv[3]), ids))
        return 1;
    return std::fwrite(ids.data(), sizeof(int), ids.size(), stdout) != ids.size();
}
