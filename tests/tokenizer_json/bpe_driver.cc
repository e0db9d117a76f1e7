/* SPDX-License-Identifier: MIT */
/* Encodes texts by models, for bpe_live.py. Reads cases from standard input: a line with 1 if the
 * symbols are bytes, else 0, and the number of texts; then the model as a file has it and the
 * texts, each of which has its length and a line feed in front. Writes a line for each text: its
 * ids; or one for the case if the model is refused: "E", the status and the message. With the
 * argument "time" it tells on standard error how long all that took. */
#include "bpe.h"

#include "adapter/error.h"
#include "parse.h"

#include <chrono>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

using namespace calib_tj;

namespace
{

struct Case {
    int status;
    Spec spec;
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
    int byte_level;
    unsigned long n_texts;
    std::string model;
    if (std::scanf("%d %lu", &byte_level, &n_texts) != 2 || !read_bytes(model))
        return false;
    out.byte_level = byte_level;
    out.status = parse("{\"model\":" + model + "}", out.spec);
    out.texts.resize(n_texts);
    bool ok = true;
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
        int status = one.status ? one.status : bpe.build(one.spec.model, one.byte_level);
        double built = seconds();
        if (status) {
            std::printf("E %d %s\n", status, last_error().message);
            continue;
        }
        std::vector<IdList> ids(one.texts.size());
        for (std::size_t i = 0; i < ids.size(); i++)
            bpe.encode(one.texts[i], ids[i]);
        double end = seconds();
        for (const IdList &list : ids) {
            for (std::size_t i = 0; i < list.size(); i++)
                std::printf("%d ", list.data()[i]);
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
