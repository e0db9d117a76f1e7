/* SPDX-License-Identifier: MIT */
/* Small files of every kind, made here, and characters for texts of them. */
#ifndef CALIB_TESTS_TOKENIZER_JSON_SMALL_SET_H
#define CALIB_TESTS_TOKENIZER_JSON_SMALL_SET_H

#include "adapter/utf8.h"
#include "families.h"
#include "small_tekken.h"

#include <cstdio>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace small_set
{

struct File {
    std::string name, json;
};

/* A string of JSON. */
inline std::string quoted(const std::string &text)
{
    std::string out = "\"";
    for (char c : text) {
        char escape[8];
        std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned char>(c));
        if (c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
            out += escape;
        else
            out += c;
    }
    return out + '"';
}

/* Bytes as the step ByteLevel spells them. */
inline std::string spelled(const std::string &bytes)
{
    std::string out;
    for (char each : bytes) {
        auto byte = static_cast<unsigned char>(each);
        char32_t moved = 0x100; /* the bytes before this one that are no printable Latin-1 */
        for (unsigned i = 0; i <= byte; i++) {
            bool stays = (i >= 0x21 && i <= 0x7e) || (i >= 0xa1 && i != 0xad);
            if (i == byte)
                calib_tj::append_utf8(stays ? char32_t{i} : moved, out);
            moved += !stays;
        }
    }
    return out;
}

/* Views here and below: compilers take a minute for a hundred strings. */
using Merges = std::vector<std::pair<std::string_view, std::string_view>>;

inline const Merges &merges()
{
    static const Merges list = {{" ", "t"},           {"h", "e"},        {" ", "a"},
                                {"i", "n"},           {" t", "he"},      {"\n", "\n"},
                                {" ", " "},           {"  ", "  "},      {"1", "2"},
                                {"in", "g"},          {"'", "s"},        {"a", "b"},
                                {"e", "s"},           {"ab", "ab"},      {"\xc3", "\xa9"},
                                {"e", "\xc3\xa9"},    {"\xe4", "\xb8"},  {"\xe4\xb8", "\xad"},
                                {"\xad", "\xe4\xb8"}, {".", "\n"},       {"T", "h"},
                                {"Th", "e"},          {"e", " t"},       {"\xcc", "\x81"},
                                {"12", "3"},          {" ", "1"},        {"\r", "\n"},
                                {"s", "."},           {"b", "The"},      {"e", "Q"},
                                {"z", "T"},           {"/", "/"},        {".", "/"},
                                {"a", "\xcc\x81"},    {"e", "\xcc\x81"}, {"\xad", "\xe3"},
                                {"1", "a"},           {".", "a"},        {"'", "S"}};
    return list;
}

inline const Merges &character_merges()
{
    static const Merges list = {{"\u2581", "t"},
                                {"h", "e"},
                                {"\u2581", "a"},
                                {"i", "n"},
                                {"\u2581t", "he"},
                                {"\n", "\n"},
                                {"\u2581", "\u2581"},
                                {"in", "g"},
                                {"\u2581\u2581", "\u2581\u2581"},
                                {"a", "b"},
                                {"ab", "ab"},
                                {"e", "\u2581t"},
                                {"\u4e2d", "\u6587"},
                                {"\u00e9", "t"},
                                {"s", "."},
                                {"1", "2"}};
    return list;
}

/* Ids are given in the order in which entries are added. */
class Vocabulary
{
public:
    void add(const std::string &entry)
    {
        if (ids_.emplace(entry, ids_.size()).second)
            json_ +=
                (json_.empty() ? "" : ",") + quoted(entry) + ":" + std::to_string(ids_.size() - 1);
    }

    std::string json() const
    {
        return "{" + json_ + "}";
    }

private:
    std::map<std::string, std::size_t> ids_;
    std::string json_;
};

/* `fields` go in front; a field is followed by a comma. */
template <typename Spell>
std::string model(const std::string &fields, Vocabulary vocabulary, const Merges &pairs,
                  const Spell &spell)
{
    std::string list;
    for (const auto &pair : pairs) {
        std::string first = spell(std::string(pair.first)),
                    second = spell(std::string(pair.second));
        vocabulary.add(first + second);
        list += (list.empty() ? "[" : ",[") + quoted(first) + "," + quoted(second) + "]";
    }
    return "{\"type\":\"BPE\"," + fields + "\"vocab\":" + vocabulary.json() + ",\"merges\":[" +
           list + "]}";
}

inline std::string byte_model(const std::string &fields)
{
    Vocabulary vocabulary;
    for (int byte = 0; byte < 256; byte++)
        vocabulary.add(spelled(std::string(1, static_cast<char>(byte))));
    return model(fields, vocabulary, merges(), spelled);
}

inline std::string character_model(const std::string &fields, bool bytes)
{
    Vocabulary vocabulary;
    vocabulary.add("<unk>");
    for (int byte = 0; bytes && byte < 256; byte++) {
        char name[8];
        std::snprintf(name, sizeof name, "<0x%02X>", static_cast<unsigned>(byte));
        vocabulary.add(name);
    }
    for (const char *entry : {"\u2581", "t",      "h", "e", "a", "i", "n", "\n", "g", "b", "\u4e2d",
                              "\u6587", "\u00e9", "s", ".", "1", "2", "<", ">",  "T", " ", "'"})
        vocabulary.add(entry);
    return model("\"unk_token\":\"<unk>\"," + fields, vocabulary, character_merges(),
                 [](const std::string &text) { return text; });
}

/* An added token; `properties` are true. */
inline std::string token(int id, const std::string &content,
                         const std::vector<std::string> &properties)
{
    std::string out = "{\"id\":" + std::to_string(id) + ",\"content\":" + quoted(content);
    for (std::string name : {"single_word", "lstrip", "rstrip", "normalized", "special"}) {
        bool is_set = false;
        for (const std::string &each : properties)
            is_set = is_set || each == name;
        out += "," + quoted(name) + (is_set ? ":true" : ":false");
    }
    return out + "}";
}

inline std::string tokens()
{
    return token(400, "<s>", {"special"}) + "," + token(401, "</s>", {"special"}) + "," +
           token(402, "<t>", {}) + "," + token(403, "<m>", {"lstrip", "special"}) + "," +
           token(404, "<r>", {"rstrip"}) + "," + token(405, "the", {"single_word"}) + "," +
           token(406, "The\u00e9", {"normalized"}) + "," + token(407, "   ", {"normalized"}) + "," +
           token(408, "<t><", {}) + "," + token(409, "\n\n", {});
}

/* The ids 400 and 401 around a text. */
inline std::string around()
{
    return R"({"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0}},)"
           R"({"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"</s>","type_id":0}}],)"
           R"("pair":[],"special_tokens":{"<s>":{"id":"<s>","ids":[400],"tokens":["<s>"]},)"
           R"("</s>":{"id":"</s>","ids":[401],"tokens":["</s>"]}}})";
}

inline std::string step(const calib_tj::PreTokenizerStep &from)
{
    using Kind = calib_tj::PreTokenizerStep::Kind;
    auto boolean = [](bool value) { return value ? "true" : "false"; };
    if (from.kind == Kind::split_regex)
        return R"({"type":"Split","pattern":{"Regex":)" + quoted(from.pattern) +
               R"(},"behavior":"Isolated","invert":false})";
    if (from.kind == Kind::digits)
        return std::string(R"({"type":"Digits","individual_digits":)") +
               boolean(from.individual_digits) + "}";
    return std::string(R"({"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,)") +
           R"("use_regex":)" + boolean(from.use_regex) + "}";
}

inline std::string pre_tokenizer(const std::vector<calib_tj::PreTokenizerStep> &steps)
{
    std::string list;
    for (const calib_tj::PreTokenizerStep &each : steps)
        list += (list.empty() ? "" : ",") + step(each);
    return R"({"type":"Sequence","pretokenizers":[)" + list + "]}";
}

struct Parts {
    std::string model, pre_tokenizer = "null", normalizer = "null";
    bool with_tokens = false;
};

inline File file(const std::string &name, const Parts &parts)
{
    return {name, R"({"version":"1.0","truncation":null,"padding":null,"added_tokens":[)" +
                      (parts.with_tokens ? tokens() : "") + R"(],"normalizer":)" +
                      parts.normalizer + R"(,"pre_tokenizer":)" + parts.pre_tokenizer +
                      R"(,"post_processor":)" + (parts.with_tokens ? around() : "null") +
                      R"(,"decoder":null,"model":)" + parts.model + "}"};
}

inline std::string normalizers(const std::string &list)
{
    return R"({"type":"Sequence","normalizers":[)" + list + "]}";
}

inline void add_byte_files(std::vector<File> &files)
{
    std::string bytes = byte_model("");
    std::string nfc = R"({"type":"NFC"})";
    for (const Family &family : all_families())
        files.push_back(file(family.name, {bytes, pre_tokenizer(family.steps), "null", false}));
    std::string cl100k = pre_tokenizer(all_families()[2].steps);
    files.push_back(file("tokens", {bytes, cl100k, "null", true}));
    files.push_back(file("nfc", {bytes, cl100k, nfc, true}));
    files.push_back(file("clip", {bytes, cl100k,
                                  normalizers(nfc + R"(,{"type":"Replace","pattern":{"Regex":)"
                                                    R"("\\s+"},"content":" "},)"
                                                    R"({"type":"Lowercase"})"),
                                  true}));
    files.push_back(file("nfkc, strip", {bytes, cl100k,
                                         normalizers(R"({"type":"NFKC"},{"type":"Strip",)"
                                                     R"("strip_left":true,"strip_right":true})"),
                                         false}));
    files.push_back(
        file("ignore_merges", {byte_model("\"ignore_merges\":true,"), cl100k, "null", true}));
    files.push_back(
        file("lines", {bytes, pre_tokenizer({split_step("[^\n]+|[\n]+"), byte_level_step(false)}),
                       "null", true}));
    files.push_back(
        file("nothing is split", {bytes, pre_tokenizer({byte_level_step(false)}), "null", true}));
}

inline void add_character_files(std::vector<File> &files)
{
    std::string fallback = "\"byte_fallback\":true,\"fuse_unk\":true,";
    std::string spaces = "{\"type\":\"Replace\",\"pattern\":{\"String\":\" \"},"
                         "\"content\":\"\u2581\"}";
    std::string llama = normalizers("{\"type\":\"Prepend\",\"prepend\":\"\u2581\"}," + spaces);
    std::string gemma = R"({"type":"Split","pattern":{"String":" "},)"
                        R"("behavior":"MergedWithPrevious","invert":false})";
    auto metaspace = [](const char *scheme, const char *split) {
        return std::string("{\"type\":\"Metaspace\",\"replacement\":\"\u2581\",") +
               "\"prepend_scheme\":\"" + scheme + "\",\"split\":" + split + "}";
    };
    files.push_back(file("llama", {character_model(fallback, true), "null", llama, true}));
    files.push_back(file("gemma", {character_model(fallback, true), gemma, spaces, true}));
    files.push_back(file(
        "mistral", {character_model(fallback, true), metaspace("first", "false"), "null", true}));
    files.push_back(
        file("metaspace", {character_model("", false), metaspace("always", "true"), "null", true}));
    files.push_back(
        file("unknown", {character_model("\"fuse_unk\":true,", false), "null", llama, true}));
    files.push_back(file("words", {character_model("", false), R"({"type":"Whitespace"})",
                                   R"({"type":"NFC"})", true}));
}

/* The results of merges in another order, so that some are not made by the others, and two more
 * tokens than the vocabulary takes. */
inline std::string tekken()
{
    std::vector<std::string> tokens;
    for (auto pair = merges().rbegin(); pair != merges().rend(); ++pair)
        tokens.push_back(std::string(pair->first).append(pair->second));
    std::size_t size = 30 + 256 + tokens.size();
    tokens.insert(tokens.end(), {"th", "es"});
    return small_tekken::file(small_tekken::config({size, 30}), tokens,
                              R"(,"image":{"image_patch_size":16,"max_image_size":1024})");
}

inline std::string word_piece_model()
{
    Vocabulary vocabulary;
    vocabulary.add("[UNK]");
    for (const char *entry :
         {"a",      "b",      "e", "t",      "th",     "the",    "The",    "in",
          "s",      "z",      "q", "1",      "12",     ".",      ",",      "!",
          "/",      "<",      ">", "\u4e2d", "\u6587", "\u00e9", "\u00e5", "\u03c3",
          "\u1100", "\u2026", "+", "\u20ac", "'",      "_",      "["}) {
        vocabulary.add(entry);
        vocabulary.add(std::string("##") + entry);
    }
    return R"({"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##",)"
           R"("max_input_chars_per_word":12,"vocab":)" +
           vocabulary.json() + "}";
}

inline void add_bert_files(std::vector<File> &files)
{
    auto normalizer = [](const char *accents, const char *lowercase) {
        return std::string(R"({"type":"BertNormalizer","clean_text":true,)") +
               R"("handle_chinese_chars":true,"strip_accents":)" + accents +
               ",\"lowercase\":" + lowercase + "}";
    };
    std::string words = R"({"type":"BertPreTokenizer"})", model = word_piece_model();
    files.push_back(file("bert", {model, words, normalizer("null", "true"), true}));
    files.push_back(file("bert, cased", {model, words, normalizer("null", "false"), true}));
    files.push_back(file("bert, accents", {model, words, normalizer("false", "true"), false}));
    files.push_back(file("bert, merges", {character_model("\"fuse_unk\":true,", false), words,
                                          normalizer("true", "false"), true}));
}

inline std::vector<File> files()
{
    std::vector<File> files;
    add_byte_files(files);
    add_character_files(files);
    files.push_back({"tekken.json", tekken()});
    add_bert_files(files);
    return files;
}

/* Texts are made of these. */
inline const std::vector<std::string_view> &atoms()
{
    /* clang-format off */
    static const std::vector<std::string_view> list = {
        "a", "b", "ab", "abab", "e", "he", "t", "th", "the", "The", "in", "ing", "s", "z", "Q",
        "'", "'s", "'S", "'ll", "\u2019", " ", " ", " ", "  ", "   ", "    ", "\t", "\n", "\n",
        "\n\n", "\r\n", "\r", "\v", "\u00a0", "\u2003", "\u3000", "\u2028", "\u0085", "1", "12",
        "123", "1234", "\u0661", "\u00b2", "\u2163", ".", ".", ",", "!", "/", "//", "_", "(",
        "[", "&&", "+", "$", "\u20ac", "\u2026", "\u00e9", "e\u0301", "\u0301", "\u0308\u0301",
        "\u0323\u0307", "The\u00e9", "The\u00e9", "\u00c5", "\u212b", "\uac00", "\u1100\u1161",
        "\u11a8", "\u01c5", "\u02b0", "\u00df", "\u0130", "\u03a3", "\u4e2d", "\u6587",
        "\u4e2d\u6587", "\u3042", "\u30a2", "\uff21", "\uff76\uff9e", "\ufb01", "\u0e33",
        "\u093c", "\u0915\u093c", "\U0001f600", "\U0001d400", "\u200d", "\ufe0f", "\u200b",
        "\ufffd", "\ufeff", "\u2581", "\u2581the", "<", "<s>", "</s>", "<t>", "<t><", "<m>",
        " <m>", "<r>", "<r> ", "<0x41>", "\x01", "\x7f", std::string_view("\0", 1), "\U0010ffff",
        "\u0378", "Th", "e t", "es.", ".\n",
    };
    /* clang-format on */
    return list;
}

} // namespace small_set

#endif
