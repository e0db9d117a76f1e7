/* SPDX-License-Identifier: MIT */
#include "adapter/kinds.h"

#include "adapter/error.h"
#include "shared/kind.h"

#include <algorithm>
#include <cstddef>

namespace CALIB_ADAPTER
{

namespace
{

std::string_view first_line(std::string_view bytes)
{
    return bytes.substr(0, std::min<std::size_t>(bytes.find('\n'), 4096));
}

bool is_made_of(std::string_view text, const char *characters)
{
    return !text.empty() && text.find_first_not_of(characters) == text.npos;
}

/* A line "BASE64 RANK". */
bool is_tiktoken(std::string_view line)
{
    std::size_t space = line.find(' ');
    return space != line.npos && is_made_of(line.substr(space + 1), "0123456789\r") &&
           is_made_of(line.substr(0, space), "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                             "0123456789+/=");
}

/* A line "PIECE<tab>SCORE". */
bool is_vocab(std::string_view line)
{
    std::size_t tab = line.rfind('\t');
    return tab != line.npos && tab > 0 && is_made_of(line.substr(tab + 1), "0123456789.-e\r");
}

/* A SentencePiece model begins with its first piece, which begins with its text. */
bool is_sentencepiece(std::string_view bytes)
{
    return bytes.size() > 4 && bytes[0] == '\n' && bytes[2] == '\n' && bytes[3] < bytes[1];
}

bool has_name(std::string_view bytes, std::string_view name)
{
    return bytes.find(name) != bytes.npos;
}

/* Returns true if a member of this name, which is quoted, has a value that begins with `value`: in
 * a vocabulary any word can be a name. */
bool has_member(std::string_view bytes, std::string_view name, char value)
{
    const char *spaces = " \t\r\n";
    for (std::size_t at = bytes.find(name); at != bytes.npos; at = bytes.find(name, at + 1)) {
        std::size_t colon = bytes.find_first_not_of(spaces, at + name.size());
        if (colon == bytes.npos || bytes[colon] != ':')
            continue;
        std::size_t begin = bytes.find_first_not_of(spaces, colon + 1);
        if (begin != bytes.npos && bytes[begin] == value)
            return true;
    }
    return false;
}

/* Of an object. */
const char *kind_of_json(std::string_view bytes, Wanted wanted)
{
    bool is_tokenizer =
        has_member(bytes, "\"model\"", '{') || has_member(bytes, "\"added_tokens\"", '[');
    if (wanted == Wanted::tokenizer_json) {
        if (is_tokenizer)
            return nullptr;
        return has_name(bytes, "\"tokenizer_class\"")
                   ? "a tokenizer_config.json: name the tokenizer.json beside it"
                   : "other JSON: name the tokenizer.json";
    }
    return is_tokenizer ? "a Hugging Face tokenizer.json: open it with calib-tokenizer-json, which "
                          "--tokenizer does where that library is there"
                        : "JSON: name the model file, usually tokenizer.model";
}

const char *kind_of(std::string_view bytes, Wanted wanted)
{
    if (bytes.empty())
        return "empty: name the tokenizer's file";
    std::size_t begin = bytes.find_first_not_of(" \t\r\n");
    if (begin != bytes.npos && bytes[begin] == '{')
        return kind_of_json(bytes, wanted);
    if (wanted != Wanted::sentencepiece_model && is_sentencepiece(bytes))
        return "a SentencePiece model: open it with calib-sentencepiece, which --tokenizer does "
               "where that library is there";
    std::string_view line = first_line(bytes);
    if (line == "#version: 0.2")
        return "merges.txt, a part of a Hugging Face tokenizer: name its tokenizer.json";
    if (is_tiktoken(line))
        return "a tiktoken file of ranks, without the pattern and the special tokens that its "
               "tokenizer needs: use the tokenizer itself from Python";
    if (is_vocab(line))
        return "the vocabulary list of a SentencePiece model: name the .model file beside it";
    if (line == "[PAD]" || line == "[PAD]\r")
        return "vocab.txt, a part of a BERT tokenizer: use the tokenizer itself from Python";
    return nullptr;
}

} // namespace

int refuse_other_kinds(std::string_view bytes, Wanted wanted)
{
    const char *expected =
        wanted == Wanted::tokenizer_json ? "a tokenizer.json" : "a SentencePiece model";
    const calib_kind *kind = calib_kind_of(bytes.data(), bytes.size());
    if (kind)
        return fail(CALIB_E_MODEL, "not %s, but %s: %s", expected, kind->is, kind->remedy);
    const char *other = kind_of(bytes, wanted);
    return other ? fail(CALIB_E_MODEL, "not %s, but %s", expected, other) : CALIB_OK;
}

} // namespace CALIB_ADAPTER
