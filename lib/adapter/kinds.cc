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

const char *kind_of(std::string_view bytes)
{
    if (bytes.empty())
        return "empty: name the tokenizer's file";
    std::size_t begin = bytes.find_first_not_of(" \t\r\n");
    if (begin != bytes.npos && bytes[begin] == '{') {
        bool hugging_face =
            bytes.find("\"model\"") != bytes.npos && bytes.find("\"pre_tokenizer\"") != bytes.npos;
        return hugging_face ? "a Hugging Face tokenizer.json: it is read from Python, through "
                              "examples/python/calib"
                            : "JSON: name the model file, usually tokenizer.model";
    }
    std::string_view line = first_line(bytes);
    if (line == "#version: 0.2")
        return "merges.txt, a part of a Hugging Face tokenizer: name its tokenizer.json from "
               "Python";
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

int refuse_other_kinds(std::string_view bytes, const char *expected)
{
    const calib_kind *kind = calib_kind_of(bytes.data(), bytes.size());
    if (kind)
        return fail(CALIB_E_MODEL, "not %s, but %s: %s", expected, kind->is, kind->remedy);
    const char *other = kind_of(bytes);
    return other ? fail(CALIB_E_MODEL, "not %s, but %s", expected, other) : CALIB_OK;
}

} // namespace CALIB_ADAPTER
