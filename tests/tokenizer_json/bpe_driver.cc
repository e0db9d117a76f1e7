/* SPDX-License-Identifier: MIT */
/* Encodes texts by models, for bpe_live.py. Reads cases from standard input: a line of numbers, see
 * read_case(), then the bytes of the file, the unknown token, the prefix, the suffix and the texts,
 * each of which has its length and a line feed in front. Writes a line for each text: its ids; or
 * one for the case if the model is refused: "E", the status and the message. With the argument
 * "time" it tells on standard error how long all that took. */
#include "bpe.h"

#include "adapter/error.h"

#include <chrono>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

using namespace calib_tj;

namespace
{

struct Case {
    ModelSpec model;
    std::string json;
    std::vector<std::string> texts;
    bool byte_level;
};

bool read_bytes(std::string &out)
{
    unsigned long size = 0;
    if (std::scanf("%lu", &size) != 1 || std::getchar() != '\n')
        return false;
    out.resize(size);
    return std::fread(out.data(), 1, size, stdin) == size;
}

bool read_case(Case &out)
{
    int flags[6];
    unsigned long ranges[6], n_texts;
    ModelSpec &model = out.model;
    for (int &flag : flags)
        if (std::scanf("%d", &flag) != 1)
            return false;
    for (unsigned long &value : ranges)
        if (std::scanf("%lu", &value) != 1)
            return false;
    if (std::scanf("%lu", &n_texts) != 1)
        return false;
    out.byte_level = flags[0];
    model.ignore_merges = flags[1];
    model.byte_fallback = flags[2];
    model.fuse_unk = flags[3];
    model.has_unknown = flags[4];
    model.merges_are_pairs = flags[5];
    model.vocab = {ranges[0], ranges[1], ranges[2]};
    model.merges = {ranges[3], ranges[4], ranges[5]};
    out.texts.resize(n_texts);
    bool ok = read_bytes(out.json) && read_bytes(model.unknown) && read_bytes(model.prefix) &&
              read_bytes(model.suffix);
    for (std::string &text : out.texts)
        ok = ok && read_bytes(text);
    return ok;
}

double seconds()
{
    auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration<double>(now).count();
}

int run(bool timed)
{
    for (Case one; read_case(one);) {
        Bpe bpe;
        double begin = seconds();
        int status = bpe.build(one.model, one.json, one.byte_level);
        double built = seconds();
        if (status) {
            std::printf("E %d %s\n", status, last_error().message);
            continue;
        }
        std::vector<std::vector<std::int32_t>> ids(one.texts.size());
        for (std::size_t i = 0; i < ids.size(); i++)
            bpe.encode(one.texts[i], ids[i]);
        double end = seconds();
        for (const std::vector<std::int32_t> &list : ids) {
            for (std::int32_t id : list)
                std::printf("%d ", id);
            std::putchar('\n');
        }
        if (timed)
            std::fprintf(stderr, "build %.1f ms, %zu texts %.3f us each\n", (built - begin) * 1e3,
                         ids.size(), (end - built) * 1e6 / static_cast<double>(ids.size()));
    }
    return 0;
}

} // namespace

int main(int argc, char **argv)
{
    bool timed = argc > 1 && std::strcmp(argv[1], "time") == 0;
    return guarded(CALIB_E_MODEL, [timed] { return run(timed); });
}
