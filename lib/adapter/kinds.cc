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
bool is_ranks(std::string_view line)
{
    std::size_t space = line.find(' ');
    return space != line.npos && is_made_of(line.substr(space + 1), "0123456789\r") &&
           is_made_of(line.substr(0, space), "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                             "0123456789+/=");
}

/* A line "PIECE<tab>SCORE". */
bool is_pieces(std::string_view line)
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

bool is_tokenizer_json(std::string_view bytes)
{
    return has_member(bytes, "\"model\"", '{') || has_member(bytes, "\"added_tokens\"", '[');
}

void skip_spaces(std::string_view &text)
{
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
}

/* Goes behind white space and `c`. Returns false if `c` does not follow. */
bool skip(std::string_view &text, char c)
{
    skip_spaces(text);
    if (text.empty() || text[0] != c)
        return false;
    text.remove_prefix(1);
    return true;
}

/* Goes behind `"text": number`. Returns false if this is no such member of an object. */
bool skip_entry(std::string_view &text)
{
    if (!skip(text, '"'))
        return false;
    while (!text.empty() && text[0] != '"')
        text.remove_prefix(std::min<std::size_t>(text.size(), text[0] == '\\' ? 2 : 1));
    if (!skip(text, '"') || !skip(text, ':'))
        return false;
    skip_spaces(text);
    std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    text.remove_prefix(digits);
    skip_spaces(text);
    return digits > 0 && !text.empty() && (text[0] == ',' || text[0] == '}');
}

/* Returns true if the first members of an object are all entries of a vocabulary. */
bool is_vocabulary(std::string_view text)
{
    constexpr int MOST = 16;
    bool good = skip(text, '{') && skip_entry(text);
    for (int i = 1; i < MOST && good && skip(text, ','); i++)
        good = skip_entry(text);
    return good;
}

struct Kind {
    const char *is, *remedy;
};

/* Of an object that is not what is wanted. */
Kind kind_of_json(std::string_view bytes, Wanted wanted)
{
    bool wants_json = wanted == Wanted::tokenizer_json;
    if (is_vocabulary(bytes))
        return {"vocab.json, a part of a Hugging Face tokenizer", remedies::MERGES};
    if (wants_json && has_name(bytes, "\"tokenizer_class\""))
        return {"a tokenizer_config.json", "name the tokenizer.json beside it"};
    if (wants_json)
        return {"other JSON", "name the tokenizer.json"};
    bool is_tekken = has_member(bytes, "\"config\"", '{') && has_member(bytes, "\"vocab\"", '[');
    if (is_tekken || is_tokenizer_json(bytes))
        return {is_tekken ? "a tekken.json of mistral-common" : "a Hugging Face tokenizer.json",
                "open it with calib-tokenizer-json, which --tokenizer does where that library is "
                "there"};
    return {"JSON", "name the model file, usually tokenizer.model"};
}

/* Of a file that is not what is wanted; {} if it may be. */
Kind kind_of(std::string_view bytes, Wanted wanted)
{
    if (bytes.empty())
        return {"empty", "name the tokenizer's file"};
    std::size_t begin = bytes.find_first_not_of(" \t\r\n");
    bool is_json = begin != bytes.npos && bytes[begin] == '{';
    if (is_json && wanted == Wanted::tokenizer_json && is_tokenizer_json(bytes))
        return {};
    if (is_json)
        return kind_of_json(bytes, wanted);
    if (wanted != Wanted::sentencepiece_model && is_sentencepiece(bytes))
        return {"a SentencePiece model",
                "open it with calib-sentencepiece, which --tokenizer does where that library is "
                "there"};
    std::string_view line = first_line(bytes);
    if (line.substr(0, 9) == "#version:")
        return {"merges.txt, a part of a Hugging Face tokenizer", remedies::MERGES};
    if (is_ranks(line))
        return {"a tiktoken file of ranks, without the pattern and the special tokens that its "
                "tokenizer needs",
                remedies::RANKS};
    if (is_pieces(line))
        return {"the vocabulary list of a SentencePiece model", "name the .model file beside it"};
    if (line == "[PAD]" || line == "[PAD]\r")
        return {"vocab.txt, a part of a BERT tokenizer", remedies::WORDS};
    return {};
}

/* Of a file that is neither a text nor a tokenizer. */
Kind kind_of_binary(std::string_view bytes)
{
    const calib_kind *kind = calib_kind_of(bytes.data(), bytes.size());
    if (!kind)
        return {};
    bool is_gguf = bytes.substr(0, 4) == "GGUF";
    return {kind->is, is_gguf ? remedies::GGUF : kind->remedy};
}

} // namespace

int refuse_other_kinds(std::string_view bytes, Wanted wanted)
{
    const char *expected =
        wanted == Wanted::tokenizer_json ? "a tokenizer.json" : "a SentencePiece model";
    Kind kind = kind_of_binary(bytes);
    if (!kind.is)
        kind = kind_of(bytes, wanted);
    return kind.is ? fail(CALIB_E_MODEL, "not %s, but %s: %s", expected, kind.is, kind.remedy)
                   : CALIB_OK;
}

} // namespace CALIB_ADAPTER
