/* SPDX-License-Identifier: MIT */
/* The ids of small files on this machine are those of golden.txt. TAP.
 *
 * usage: golden GOLDEN   compares
 *        golden --print  prints the lines of golden.txt: file, identity, number of ids, their hash
 *        golden --files  prints the files and the texts as JSON, for golden_live.py */
#include "small_set.h"

#include <calib_tokenizer_json.h>

#include <cinttypes>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <set>

namespace
{

constexpr std::size_t N_TEXTS = 40, MOST_ATOMS = 60;
constexpr std::uint32_t WHOLE = CALIB_TEXT_BEGIN | CALIB_TEXT_END;

using Ids = std::vector<std::int32_t>;

[[noreturn]] void die(const char *what)
{
    calib_error error = {};
    error.struct_size = sizeof error;
    calib_tokenizer_json_last_error(&error);
    std::printf("Bail out! %s: %s\n", what, error.message);
    std::exit(2);
}

/* The same on every machine. */
std::vector<std::string> texts()
{
    std::uint64_t state = 88172645463325252u;
    auto below = [&state](std::size_t n) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        return static_cast<std::size_t>(state % n);
    };
    std::vector<std::string> list(N_TEXTS);
    for (std::string &text : list)
        for (std::size_t n = below(MOST_ATOMS); n > 0; n--)
            text += small_set::atoms()[below(small_set::atoms().size())];
    return list;
}

int append(void *ctx, const std::int32_t *ids, std::size_t n)
{
    auto &list = *static_cast<Ids *>(ctx);
    list.insert(list.end(), ids, ids + n);
    return 0;
}

/* A text that is refused has the id -1. */
Ids encode(const calib_tokenizer_vtable &tok, const std::string &text)
{
    Ids ids;
    if (tok.encode(tok.ctx, text.data(), text.size(), WHOLE, append, &ids))
        return {-1};
    return ids;
}

/* Checks that the ids of all segments are those of the whole. */
void check_segments(const calib_tokenizer_vtable &tok, const std::string &text, const Ids &whole)
{
    if (!tok.cuts || text.empty() || whole == Ids{-1})
        return;
    std::vector<std::size_t> ends(text.size() + 1);
    std::size_t n = 0, begin = 0;
    if (tok.cuts(tok.ctx, text.data(), text.size(), WHOLE, ends.data(), text.size(), &n))
        die("cuts");
    ends[n] = text.size();
    Ids ids;
    for (std::size_t i = 0; i <= n; begin = ends[i++]) {
        std::uint32_t flags = (begin == 0 ? static_cast<std::uint32_t>(CALIB_TEXT_BEGIN) : 0u) |
                              (i == n ? static_cast<std::uint32_t>(CALIB_TEXT_END) : 0u);
        if (tok.encode(tok.ctx, text.data() + begin, ends[i] - begin, flags, append, &ids))
            die("a segment");
    }
    if (ids != whole)
        die("the ids of segments differ");
}

/* FNV-1a of 32-bit numbers in little-endian. */
class Hash
{
public:
    void add(std::int32_t number)
    {
        auto bits = static_cast<std::uint32_t>(number);
        for (int i = 0; i < 4; i++)
            value_ = (value_ ^ (bits >> 8 * i & 0xff)) * 1099511628211u;
    }

    std::uint64_t value() const
    {
        return value_;
    }

private:
    std::uint64_t value_ = 14695981039346656037u;
};

std::string line_of(const small_set::File &from)
{
    calib_tokenizer_json_options options = {};
    options.struct_size = sizeof options;
    options.json = from.json.data();
    options.json_len = from.json.size();
    calib_tokenizer_json *file = nullptr;
    if (calib_tokenizer_json_open(&options, &file))
        die(from.name.c_str());
    const calib_tokenizer_vtable &tok = *calib_tokenizer_json_vtable(file);
    std::uint8_t identity[32];
    if (tok.identity(tok.ctx, identity))
        die("identity");
    char numbers[64], digits[3];
    std::string line = from.name + "\t";
    for (std::uint8_t byte : identity) {
        std::snprintf(digits, sizeof digits, "%02x", static_cast<unsigned>(byte));
        line += digits;
    }
    Hash hash;
    std::size_t n = 0;
    for (const std::string &text : texts()) {
        Ids ids = encode(tok, text);
        check_segments(tok, text, ids);
        n += ids.size();
        for (std::int32_t id : ids)
            hash.add(id);
        hash.add(-2);
    }
    calib_tokenizer_json_close(file);
    std::snprintf(numbers, sizeof numbers, "\t%zu\t%016" PRIx64, n, hash.value());
    return line + numbers;
}

void print_files()
{
    std::string list;
    for (const std::string &text : texts())
        list += (list.empty() ? "" : ",") + small_set::quoted(text);
    std::printf("{\"texts\":[%s],\"files\":{", list.c_str());
    const char *comma = "";
    for (const small_set::File &file : small_set::files()) {
        std::printf("%s%s:%s", comma, small_set::quoted(file.name).c_str(),
                    small_set::quoted(file.json).c_str());
        comma = ",";
    }
    std::printf("}}\n");
}

int compare(const char *path)
{
    std::ifstream golden(path);
    std::set<std::string> lines;
    for (std::string line; std::getline(golden, line);)
        lines.insert(line);
    std::vector<small_set::File> files = small_set::files();
    std::printf("1..%zu\n", files.size() + 1);
    for (std::size_t i = 0; i < files.size(); i++) {
        bool same = lines.count(line_of(files[i])) == 1;
        std::printf("%sok %zu - ids of the file: %s\n", same ? "" : "not ", i + 1,
                    files[i].name.c_str());
    }
    std::printf("%sok %zu - no file is missing\n", lines.size() == files.size() ? "" : "not ",
                files.size() + 1);
    return 0;
}

} // namespace

int main(int argc, char **argv)
{
    if (argc != 2)
        return std::fprintf(stderr, "usage: golden GOLDEN | --print | --files\n"), 2;
    if (std::strcmp(argv[1], "--files") == 0)
        return print_files(), 0;
    if (std::strcmp(argv[1], "--print") != 0)
        return compare(argv[1]);
    for (const small_set::File &file : small_set::files())
        std::printf("%s\n", line_of(file).c_str());
    return 0;
}
