/* SPDX-License-Identifier: MIT */
#include "model.h"

#include "adapter/error.h"
#include "adapter/utf8.h"
#include "protobuf.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <unordered_set>

namespace calib_sp
{

namespace
{

/* The library collects matching user-defined symbols in an array of this size, unchecked. */
constexpr std::size_t MOST_NESTED_SYMBOLS = 64;

/* Field numbers and values are those of sentencepiece_model.proto. To protobuf, a value that an
 * enum does not have is an unknown field. */

bool read_piece(std::string_view message, Piece &piece)
{
    piece = {{}, 0.0f, Kind::normal};
    Fields field(message);
    while (field.next()) {
        if (field.is(1, Fields::BYTES)) {
            piece.text = field.bytes();
        } else if (field.is(2, Fields::FIXED32)) {
            std::uint32_t bits = static_cast<std::uint32_t>(field.value());
            std::memcpy(&piece.score, &bits, sizeof bits);
        } else if (field.is(3, Fields::VARINT)) {
            auto kind = static_cast<std::int32_t>(field.value());
            if (kind >= 1 && kind <= 6)
                piece.kind = static_cast<Kind>(kind);
        }
    }
    return !field.damaged();
}

bool read_trainer(std::string_view message, Model &model)
{
    Fields field(message);
    while (field.next()) {
        if (field.is(3, Fields::VARINT)) {
            auto type = static_cast<std::int32_t>(field.value());
            if (type >= 1 && type <= 4)
                model.type = static_cast<Type>(type);
        } else if (field.is(24, Fields::VARINT)) {
            model.suffix = field.value() != 0;
        } else if (field.is(35, Fields::VARINT)) {
            model.byte_fallback = field.value() != 0;
        }
    }
    return !field.damaged();
}

bool read_normalizer(std::string_view message, Model &model)
{
    Fields field(message);
    while (field.next()) {
        if (field.is(2, Fields::BYTES))
            model.charsmap_bytes = field.bytes();
        else if (field.is(3, Fields::VARINT))
            model.dummy = field.value() != 0;
        else if (field.is(4, Fields::VARINT))
            model.trims = field.value() != 0;
        else if (field.is(5, Fields::VARINT))
            model.escapes = field.value() != 0;
    }
    return !field.damaged();
}

/* The largest number of symbols that one text can begin with: each of them begins with the next
 * shorter one. */
std::size_t nested_symbols(const Model &model)
{
    std::vector<std::string_view> symbols, open;
    for (const Piece &piece : model.pieces)
        if (piece.kind == Kind::user_defined)
            symbols.push_back(piece.text);
    std::sort(symbols.begin(), symbols.end());
    std::size_t most = 0;
    for (std::string_view symbol : symbols) {
        while (!open.empty() && symbol.substr(0, open.back().size()) != open.back())
            open.pop_back();
        open.push_back(symbol);
        most = std::max(most, open.size());
    }
    return most;
}

} // namespace

int read_model(std::string_view bytes, Model &model)
{
    Fields field(bytes);
    bool good = true;
    while (good && field.next()) {
        if (field.is(1, Fields::BYTES)) {
            model.pieces.emplace_back();
            good = read_piece(field.bytes(), model.pieces.back());
        } else if (field.is(2, Fields::BYTES)) {
            good = read_trainer(field.bytes(), model);
        } else if (field.is(3, Fields::BYTES)) {
            good = read_normalizer(field.bytes(), model);
        }
    }
    if (!good || field.damaged())
        return fail(CALIB_E_MODEL, "not a SentencePiece model, or a damaged one");
    if (!model.charsmap.load(model.charsmap_bytes))
        return fail(CALIB_E_MODEL, "the model's normalization rules are damaged");
    if (nested_symbols(model) > MOST_NESTED_SYMBOLS)
        return fail(CALIB_E_MODEL,
                    "the model has more than %zu user-defined symbols that begin with one another, "
                    "which SentencePiece cannot handle",
                    MOST_NESTED_SYMBOLS);
    return CALIB_OK;
}

const char *why_whole(const Model &model)
{
    switch (model.type) {
    case Type::unigram:
        return "a unigram model: its scores are sums over the whole text, so a cut anywhere may "
               "change ids; SentencePiece takes 30 times the text in memory (0.2.3) to 132 times "
               "(0.1.97)";
    case Type::word: return "a word model: it has no pieces smaller than words to cut between";
    case Type::bpe:
    case Type::character: break;
    }
    if (!model.escapes)
        return "the model does not escape spaces (escape_whitespaces is off)";
    std::vector<char32_t> scratch;
    std::unordered_set<std::string_view> reserved;
    for (const Piece &piece : model.pieces) {
        if (!piece.in_texts()) {
            reserved.insert(piece.text);
            continue;
        }
        /* The library passes symbols on as C strings. */
        bool cut_short =
            piece.kind == Kind::user_defined && piece.text.find('\0') != piece.text.npos;
        if (cut_short || std::isnan(piece.score) || !characters(piece.text, scratch))
            return "a piece of the model is not UTF-8, holds NUL, or has no number as its score";
    }
    /* A text that is both a piece and a special token has two ids, and the library uses one or the
     * other. */
    for (const Piece &piece : model.pieces)
        if (piece.in_texts() && reserved.count(piece.text))
            return "a piece and a special token of the model have the same text";
    return nullptr;
}

int byte_value(std::string_view piece)
{
    static constexpr std::string_view digits = "0123456789ABCDEF";
    if (piece.size() != 6 || piece.substr(0, 3) != "<0x" || piece[5] != '>')
        return -1;
    std::size_t high = digits.find(piece[3]), low = digits.find(piece[4]);
    if (high == digits.npos || low == digits.npos)
        return -1;
    return static_cast<int>(high << 4 | low);
}

} // namespace calib_sp
