/* SPDX-License-Identifier: MIT */
/* Reads documents from standard input, each as a line with its length and then its bytes, and
 * writes a line for each: what parse() makes of it, or its status and message. parse_live.py
 * compares them. */
#include "parse.h"

#include "adapter/error.h"

#include <cstdio>
#include <string>

namespace
{

using namespace calib_tj;

void write_ids(const char *name, const std::vector<std::int32_t> &ids)
{
    std::printf("\"%s\":[", name);
    for (std::size_t i = 0; i < ids.size(); i++)
        std::printf("%s%ld", i ? "," : "", static_cast<long>(ids[i]));
    std::printf("],");
}

void write_spec(const Spec &spec)
{
    std::printf("{\"status\":0,\"n\":%zu,\"largest\":%ld,\"merges\":%zu,", spec.model.ids.size(),
                static_cast<long>(spec.largest_id), spec.model.merges.size() / 2);
    write_ids("before", spec.before);
    write_ids("behind", spec.behind);
    std::printf("\"added\":[");
    for (const AddedToken &token : spec.added_tokens) {
        std::printf("%s[%ld,%d,%d,%d,%d,%d,\"", &token == spec.added_tokens.data() ? "" : ",",
                    static_cast<long>(token.id), token.special, token.normalized, token.lstrip,
                    token.rstrip, token.single_word);
        for (char c : token.content)
            std::printf("%02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
        std::printf("\"]");
    }
    std::printf("]}\n");
}

void write_failure(int status)
{
    std::printf("{\"status\":%d,\"message\":\"", status);
    for (const char *c = last_error().message; *c; c++)
        std::printf(*c == '"' || *c == '\\' ? "\\%c" : "%c", *c);
    std::printf("\"}\n");
}

} // namespace

int main()
{
    std::size_t len = 0;
    while (std::scanf("%zu", &len) == 1 && std::getchar() == '\n') {
        std::string bytes(len, '\0');
        if (std::fread(&bytes[0], 1, len, stdin) != len)
            return 1;
        Spec spec;
        int status = guarded(CALIB_E_MODEL, [&] { return parse(bytes, spec); });
        if (status)
            write_failure(status);
        else
            write_spec(spec);
    }
    return 0;
}
