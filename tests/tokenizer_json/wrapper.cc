/* SPDX-License-Identifier: MIT */
/* calib_tokenizer_json.hpp: a file is a tokenizer as long as anything uses it, and failures throw.
 */
#include <calib_tokenizer_json.hpp>

#include "tell.h"

#include <optional>
#include <string_view>

namespace
{

const std::string_view FILE_OF_THREE =
    R"({"version":"1.0","added_tokens":[],"normalizer":null,"pre_tokenizer":null,)"
    R"("model":{"type":"BPE","vocab":{"a":0,"b":1,"ab":2},"merges":["a b"]}})";

calib::tokenizer_json open(std::string_view json)
{
    calib::tokenizer_json_options how;
    how.json = json.data();
    how.json_len = json.size();
    return calib::tokenizer_json(how);
}

template <class F> int status_of(F call)
{
    try {
        call();
    } catch (const calib::error &failed) {
        return *failed.what() ? failed.status() : 0;
    }
    return 0;
}

void ids()
{
    std::optional<calib::tokenizer_json> file = open(FILE_OF_THREE);
    tell(file->get() && *file->describe(), "what it says of itself");
    const std::optional<calib::tokenizer_json> copy = file;
    tell(copy->get() == file->get(), "a copy shares the file");
    calib::corpus corpus(*file, calib::source::text("abba"));
    const calib::tokenizer tokenizer = *copy;
    file.reset();
    tell(corpus.tokens(0, 3) == std::vector<std::int32_t>{2, 1, 0}, "a corpus keeps it open");
    tell(corpus.info().has_fingerprint == 1, "its fingerprint");
    const calib::samples rows = calib::load(tokenizer, {0, 3}, calib::source::text("abba"));
    tell(rows[0][0] == 2, "as a tokenizer");
}

void failures()
{
    tell(status_of([] { open("{}"); }) == CALIB_E_MODEL, "no tokenizer.json");
    tell(status_of([] { calib::tokenizer_json("/no/such/file"); }) == CALIB_E_NOT_FOUND, "no file");
    auto unknown = [] { calib::load(open(FILE_OF_THREE), {1, 1}, calib::source::text("z")); };
    tell(status_of(unknown) == CALIB_E_TOO_SHORT || status_of(unknown) == CALIB_E_EMPTY,
         "a text without ids");
}

} // namespace

int main()
{
    ids();
    failures();
    return told_all();
}
