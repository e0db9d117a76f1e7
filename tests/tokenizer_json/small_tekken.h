/* SPDX-License-Identifier: MIT */
/* Small tekken.json files, made here. */
#ifndef CALIB_TESTS_TOKENIZER_JSON_SMALL_TEKKEN_H
#define CALIB_TESTS_TOKENIZER_JSON_SMALL_TEKKEN_H

#include "families.h"

#include <cstdint>
#include <string>
#include <vector>

namespace small_tekken
{

inline std::string base64(const std::string &bytes)
{
    const char *digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        std::string group = bytes.substr(at, 3);
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < 3; i++)
            bits = bits << 8 | (i < group.size() ? static_cast<unsigned char>(group[i]) : 0u);
        for (std::size_t i = 0; i < 4; i++)
            out += i <= group.size() ? digits[bits >> (18 - 6 * i) & 63] : '=';
    }
    return out;
}

inline std::string entry(std::size_t rank, const std::string &bytes)
{
    return "{\"rank\":" + std::to_string(rank) + ",\"token_bytes\":\"" + base64(bytes) +
           "\",\"token_str\":null}";
}

/* The 256 bytes and these tokens, as the list "vocab". */
inline std::string vocabulary(const std::vector<std::string> &tokens)
{
    std::string list;
    for (std::size_t byte = 0; byte < 256; byte++)
        list += (byte ? "," : "") + entry(byte, std::string(1, static_cast<char>(byte)));
    for (std::size_t i = 0; i < tokens.size(); i++)
        list += "," + entry(256 + i, tokens[i]);
    return "[" + list + "]";
}

/* As JSON writes it. */
inline std::string pattern()
{
    const std::string pattern = all_families()[7].steps[0].pattern;
    std::string out;
    for (char c : pattern)
        out += c == '\\' ? "\\\\" : std::string(1, c);
    return out;
}

struct Config {
    std::size_t vocab_size, n_special;
    const char *version = "v3";
};

inline std::string config(const Config &from)
{
    return "{\"pattern\":\"" + pattern() +
           "\",\"num_vocab_tokens\":1,\"default_vocab_size\":" + std::to_string(from.vocab_size) +
           ",\"default_num_special_tokens\":" + std::to_string(from.n_special) + ",\"version\":\"" +
           from.version + "\"}";
}

/* `more` begins with a comma. */
inline std::string file(const std::string &config, const std::vector<std::string> &tokens,
                        const std::string &more = "")
{
    return "{\"config\":" + config + ",\"vocab\":" + vocabulary(tokens) + more + "}";
}

} // namespace small_tekken

#endif
