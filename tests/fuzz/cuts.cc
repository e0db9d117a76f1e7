/* SPDX-License-Identifier: MIT */
/* Tokenizer.json files: the ids of segments, and those that the core gives, are those of the whole
 * text, wherever windows and batches end. */
#include "target.h"

#include "../tokenizer_json/small_set.h"
#include "adapter/utf8.h"

#include <exact/exact.h>

#include <calib_tokenizer_json.h>

#include <algorithm>
#include <string>
#include <vector>

void die(const char *what)
{
    calib_error error = {};
    error.struct_size = sizeof error;
    calib_tokenizer_json_last_error(&error);
    std::fprintf(stderr, "%s: %s\n", what, error.message);
    std::abort();
}

namespace
{

constexpr std::size_t LONGEST = 3000;

struct Pair {
    calib_tokenizer_json *cutting, *whole;
};

calib_tokenizer_json *open_json(const std::string &json, std::uint32_t cuts)
{
    calib_tokenizer_json_options options = {};
    options.struct_size = sizeof options;
    options.json = json.data();
    options.json_len = json.size();
    options.cuts = cuts;
    calib_tokenizer_json *file = nullptr;
    MUST(calib_tokenizer_json_open(&options, &file) == 0);
    return file;
}

/* All files, open until the program ends. */
class Set
{
public:
    Set()
    {
        for (const small_set::File &each : small_set::files())
            pairs_.push_back({open_json(each.json, CALIB_TOKENIZER_JSON_CUTS_PROVEN),
                              open_json(each.json, CALIB_TOKENIZER_JSON_CUTS_NONE)});
    }

    ~Set()
    {
        for (const Pair &pair : pairs_) {
            calib_tokenizer_json_close(pair.cutting);
            calib_tokenizer_json_close(pair.whole);
        }
    }

    const Pair &at(std::size_t i) const
    {
        return pairs_[i % pairs_.size()];
    }

private:
    std::vector<Pair> pairs_;
};

/* An atom for each byte. */
std::string text_of_atoms(std::string_view input)
{
    const std::vector<std::string_view> &atoms = small_set::atoms();
    std::string text;
    for (char c : input)
        text += atoms[static_cast<unsigned char>(c) % atoms.size()];
    return text;
}

/* The input itself, without the bytes that are not UTF-8. */
std::string text_itself(std::string_view input)
{
    std::string text;
    std::size_t len = 0;
    for (; !input.empty(); input.remove_prefix(len))
        if (calib_tj::first_character(input, len) != calib_tj::NO_CHARACTER)
            text.append(input.substr(0, len));
    return text;
}

} // namespace

/* The first bytes are: the file, how the text is made and its flags, and a seed for windows. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const Set set;
    if (size < 4)
        return 0;
    const Pair &pair = set.at(data[0]);
    std::string_view input(reinterpret_cast<const char *>(data) + 3, std::min(size - 3, LONGEST));
    std::string text = data[1] & 1 ? text_itself(input) : text_of_atoms(input);
    run r = {};
    r.random = data[2] + 1u;
    r.tok = calib_tokenizer_json_vtable(pair.cutting);
    r.whole = calib_tokenizer_json_vtable(pair.whole);
    r.flags = data[1] & 2 ? CALIB_TEXT_PLAIN : 0;
    r.text = &text[0];
    r.len = text.size();
    std::vector<std::size_t> offsets(text.size() + 1);
    r.offsets = offsets.data();
    MUST(compare(&r, false));
    std::free(r.expected.ids);
    std::free(r.got.ids);
    return 0;
}
