/* SPDX-License-Identifier: MIT */
#include "segments.h"

#include "adapter/error.h"

#include <algorithm>

namespace calib_sp
{

namespace
{

bool has_unused(const Model &model)
{
    return std::any_of(model.pieces.begin(), model.pieces.end(),
                       [](const Piece &piece) { return piece.kind == Kind::unused; });
}

} // namespace

int Segments::build(const Model &model, const std::string &bytes, Library &library)
{
    if (!cuts_.build(model)) {
        why_whole_ =
            "the model's normalization rules are not UTF-8, or too many begin with one another";
        return CALIB_OK;
    }
    symbols_ = std::make_unique<SymbolTable>(model);
    normalizer_ = std::make_unique<Normalizer>(model, *symbols_);
    merges_built_ = merges_.build(model, *symbols_, has_unused(model) && Library::drops_unused());
    int status = merges_built_ ? CALIB_OK : library.load_plain(bytes);
    if (!status && !check(model, library))
        why_whole_ = "this SentencePiece library does not work as the proof assumes";
    return status;
}

int Segments::encode(const Library &library, std::string_view segment, bool begins_text,
                     bool ends_text, std::vector<int> &ids) const
{
    std::string normalized;
    normalizer_->normalize(segment, begins_text, ends_text, normalized);
    if (!merges_built_)
        return library.encode(Library::PLAIN, normalized.data(), normalized.size(), ids);
    ids.clear();
    ids.reserve(normalized.size()); /* never more, even if all become bytes */
    merges_.encode(normalized, ids);
    return CALIB_OK;
}

/* The proof holds for the SentencePiece library as it is today. Encodes a text of every kind that
 * matters both ways, so that a library that works differently is detected and left alone. */
bool Segments::check(const Model &model, const Library &library) const
{
    static constexpr std::string_view texts[] = {
        "One text, 2 words.",
        " a",
        "a ",
        "  a  b  ",
        "   ",
        "a\t\tb\r\n\nc ",
        "\n x\n",
        "\xe2\x96\x81 a\xe2\x96\x81\xe2\x96\x81",
        "a \xe2\x96\x81",
        "\xe2\x96\x81",
        "e\xcc\x81\xcc\x82 \xcc\x81x \xc2\xa8 \xc2\xa0.",
        "\xe3\x82\xab\xe3\x82\x99\xef\xbd\xb6\xef\xbe\x9e",
        "\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab\xea\xb0\x80\xe1\x86\xa8",
        "\xff\xe2\x96 \xed\xa0\x80 \xc0\x80",
        "\x01\x02 \xe2\x80\x8b\xc2\xad \xef\xb7\xba \xef\xbb\xbf",
        "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x9a\x80 <s></s><unk>",
        "\xf3\xb0\x80\x80\xf3\xb0\x80\x81 \xf3\xb0\x80\x82x",
        std::string_view("a\0b \0", 5),
    };
    for (std::string_view text : texts)
        if (!check_text(library, text))
            return false;
    std::string symbols = "a";
    for (const Piece &piece : model.pieces)
        if (piece.kind == Kind::user_defined && symbols.size() < 4000)
            symbols.append(piece.text).append(" ").append(piece.text).append("b");
    return check_text(library, symbols);
}

/* Returns true if both ways give the same ids, or if the library refuses the text. */
bool Segments::check_text(const Library &library, std::string_view text) const
{
    std::vector<int> whole, ids, segment;
    if (library.encode(Library::AS_MODEL, text.data(), text.size(), whole))
        return true;
    std::vector<std::size_t> ends(text.size() + 1);
    ends.resize(cuts_.scan(text, ends.data(), text.size()));
    ends.push_back(text.size());
    std::size_t at = 0;
    for (std::size_t end : ends) {
        if (encode(library, text.substr(at, end - at), at == 0, end == text.size(), segment))
            return false;
        ids.insert(ids.end(), segment.begin(), segment.end());
        at = end;
    }
    return ids == whole;
}

} // namespace calib_sp
