/* SPDX-License-Identifier: MIT */
/* What is read from tekken.json files, what is refused with which words, and what the vtable gives.
 * tekken_live.py compares ids with those of mistral-common. */
#include "small_tekken.h"
#include "tell.h"

#include "tokenizer_json/base64.h"
#include "tokenizer_json/parse_tekken.h"

#include "adapter/error.h"

#include <calib_tokenizer_json.h>

#include <filesystem>
#include <fstream>

namespace
{

using namespace calib_tj;
using small_tekken::config;
using small_tekken::file;
using Ids = std::vector<std::int32_t>;

constexpr std::uint32_t WHOLE = CALIB_TEXT_BEGIN | CALIB_TEXT_END;
constexpr std::int32_t FIRST = 20; /* id of rank 0 */

const std::vector<std::string> TOKENS = {"bc", "ab", "abc", "bcd", "aa", "abcdx", "late"};

/* Six of the tokens are in the vocabulary. */
const std::string CONFIG = config({20 + 256 + 6, 20});

std::string file(const std::string &more = "")
{
    return file(CONFIG, TOKENS, more);
}

std::string replaced(std::string text, const std::string &from, const std::string &to)
{
    std::size_t at = text.find(from);
    if (at == text.npos)
        tell(false, ("nothing to replace: " + from).c_str());
    else
        text.replace(at, from.size(), to);
    return text;
}

void check(bool good, const std::string &what)
{
    tell(good, what.c_str());
}

void test_base64()
{
    auto read = [](const char *text, std::string &out) {
        out = "x";
        return BASE64.read(text, out);
    };
    std::string out;
    check(read("", out) && out == "x", "base64 of nothing");
    check(read("YQ==", out) && out == "xa", "base64 of one byte");
    check(read("YWI=", out) && out == "xab", "base64 of two bytes");
    check(read("YWJj/+8A", out) && out == std::string("xabc\xff\xef\0", 7), "base64 of six bytes");
    bool none = false;
    for (const char *text : {"Y", "YQ", "YQ=", "YQ==YWJj", "YR==", "YWJ=", "====", "A===", "Y Q=",
                             "YQ=a", "YWJj\n", "YW-_", "\xc3\xa9=="})
        none = none || read(text, out);
    check(!none, "what is no base64");
}

void test_members()
{
    Spec spec;
    Config specials;
    int status = parse_tekken(file(R"(,"image":{"x":[1]},"audio":null,"type":"t","version":1)"),
                              spec, specials);
    const ModelSpec &model = spec.model;
    std::string joined;
    for (std::size_t i = 256; i < 262; i++)
        joined += model.entries[i];
    check(status == 0 && model.is_ranked && model.entries.size() == 262 &&
              model.ids.front() == FIRST && model.ids.back() == 281 && spec.largest_id == 281 &&
              joined == "bcababcbcdaaabcdx",
          "the vocabulary ends where the config says");
    check(spec.before == Ids{1} && spec.behind.empty() && specials.eos == 2 && specials.pad == 11 &&
              specials.unk == 0 && spec.slots.size() == 20 && spec.slots[19] == "[TOOL_CONTENT]",
          "special tokens of a file that does not list them");
    check(spec.ignored.size() == 1 && spec.ignored[0] == std::string("image"),
          "what changes no id is noted");
    std::string listed = R"(,"special_tokens":[{"rank":0,"token_str":"<s>","is_control":true},)"
                         R"({"is_control":false,"token_str":"[X]","rank":1}],)"
                         R"("model_settings_builder":{}})";
    std::string settings = file(config({280, 20, "v15"}), TOKENS) + " ";
    settings.replace(settings.size() - 2, 2, listed);
    status = parse_tekken(settings, spec, specials);
    check(status == 0 && spec.before == Ids{0} && specials.eos == -1 && specials.unk == -1 &&
              spec.slots[1] == "[X]" && spec.slots[2] == "<SPECIAL_2>" &&
              spec.slots[19] == "<SPECIAL_19>",
          "special tokens of a file that lists them, members in any order");
}

void refuse(const std::string &bytes, int status, const std::string &words)
{
    Spec spec;
    Config specials;
    int is = parse_tekken(bytes, spec, specials);
    std::string message = last_error().message;
    bool good = is == status && message.find(words) != message.npos;
    if (!good)
        std::printf("# %d %s\n", is, message.c_str());
    check(good, "refused: " + words);
}

void test_config()
{
    refuse(replaced(file(), "\"v3\"", "\"v4\""), CALIB_E_UNSUPPORTED, "config.version is \"v4\"");
    refuse(replaced(file(), "\"v3\"", "3"), CALIB_E_MODEL, "config.version is no string");
    refuse(replaced(file(), ",\"version\":\"v3\"", ""), CALIB_E_MODEL, "config has no version");
    refuse(replaced(file(), "\\\\s+\"", "\\\\s\""), CALIB_E_UNSUPPORTED,
           "config.pattern is a pattern");
    refuse(replaced(file(), "\"num_vocab", "\"more\":1,\"num_vocab"), CALIB_E_UNSUPPORTED,
           "config.more is a field");
    refuse(file(config({284, 20}), TOKENS), CALIB_E_MODEL, "vocab has 263 tokens");
    refuse(file(config({275, 20}), TOKENS), CALIB_E_UNSUPPORTED, "has no room for 20");
    refuse(file(config({19, 20}), TOKENS), CALIB_E_UNSUPPORTED, "has no room for 20");
    refuse(file(config({275, 19}), TOKENS), CALIB_E_MODEL, "more special tokens than config");
    refuse(file(config({2147483648, 20}), TOKENS), CALIB_E_UNSUPPORTED, "an id beyond");
    refuse(file(",\"more\":1"), CALIB_E_UNSUPPORTED, "more is a field");
    refuse(file(",\"multimodal\":1"), CALIB_E_UNSUPPORTED, "multimodal is neither");
    refuse(file(",\"model_settings_builder\":{}"), CALIB_E_UNSUPPORTED, "model_settings_builder");
    refuse(file(config({280, 20, "v13"}), TOKENS), CALIB_E_MODEL, "has no special_tokens");
    refuse(file(config({280, 20, "v13"}), TOKENS, ",\"special_tokens\":[],\"multimodal\":{}"),
           CALIB_E_UNSUPPORTED, "multimodal is not known in version v13");
    refuse(R"({"config":{}})", CALIB_E_MODEL, "config has no pattern");
    refuse("{\"config\":" + CONFIG + "}", CALIB_E_MODEL, "tekken.json has no vocab");
    refuse("{\"vocab\":" + small_tekken::vocabulary({}) + "}", CALIB_E_MODEL, "has no config");
    refuse(file() + "x", CALIB_E_MODEL, "tekken.json is not JSON");
}

void test_tokens()
{
    refuse(replaced(file(), "\"rank\":257", "\"rank\":258"), CALIB_E_UNSUPPORTED,
           "vocab[257].rank is not the place");
    refuse(replaced(file(), "\"YmM=\"", "\"YmN=\""), CALIB_E_MODEL,
           "vocab[256].token_bytes is no base64");
    refuse(replaced(file(), "\"YmM=\"", "\"\""), CALIB_E_MODEL, "vocab[256].token_bytes");
    refuse(replaced(file(), "\"AQ==\"", "\"AA==\""), CALIB_E_UNSUPPORTED,
           "vocab[1].token_bytes is not the byte");
    refuse(replaced(file(), "\"AQ==\"", "\"AQE=\""), CALIB_E_UNSUPPORTED, "vocab[1].token_bytes");
    refuse(replaced(file(), ",\"token_str\":null", ""), CALIB_E_MODEL, "vocab[0] has no token_str");
    refuse(replaced(file(), "{\"rank\":256", "{\"x\":0,\"rank\":256"), CALIB_E_UNSUPPORTED,
           "vocab[256].x is a field");
    std::string first = ",\"special_tokens\":[{\"rank\":0,\"token_str\":\"<s>\"}";
    refuse(file(first + ",{\"rank\":1,\"token_str\":\"<s>\"}]"), CALIB_E_MODEL, "\"<s>\" twice");
    refuse(file(first + ",{\"rank\":1,\"token_str\":\"<SPECIAL_7>\"}]"), CALIB_E_MODEL,
           "\"<SPECIAL_7>\" twice");
    refuse(file(first + ",{\"rank\":2,\"token_str\":\"x\"}]"), CALIB_E_UNSUPPORTED,
           "special_tokens[1].rank is not the place");
    refuse(file(first + ",{\"token_str\":\"x\",\"rank\":2}]"), CALIB_E_UNSUPPORTED,
           "special_tokens[1].rank is not the place");
    refuse(file(first + ",{\"rank\":1}]"), CALIB_E_MODEL, "special_tokens[1] has no token_str");
    refuse(file(",\"special_tokens\":[]"), CALIB_E_UNSUPPORTED, "special_tokens has no <s>");
}

calib_tokenizer_json *open_json(const std::string &json, const char *path = nullptr,
                                std::uint32_t flags = 0)
{
    calib_tokenizer_json_options options = {};
    options.struct_size = sizeof options;
    options.json = path ? nullptr : json.data();
    options.json_len = path ? 0 : json.size();
    options.path = path;
    options.flags = flags;
    calib_tokenizer_json *opened = nullptr;
    calib_tokenizer_json_open(&options, &opened);
    return opened;
}

int append(void *ctx, const std::int32_t *ids, std::size_t n)
{
    auto &list = *static_cast<Ids *>(ctx);
    list.insert(list.end(), ids, ids + n);
    return 0;
}

/* A text that is refused has the negative status as its id. */
Ids encode(const calib_tokenizer_json *opened, const std::string &text, std::uint32_t flags = WHOLE)
{
    const calib_tokenizer_vtable &tok = *calib_tokenizer_json_vtable(opened);
    Ids ids;
    int status = tok.encode(tok.ctx, text.data(), text.size(), flags, append, &ids);
    return status ? Ids{-status} : ids;
}

int put(void *ctx, const char *text, std::size_t len)
{
    static_cast<std::string *>(ctx)->assign(text, len);
    return 0;
}

void test_ids()
{
    calib_tokenizer_json *opened = open_json(file());
    constexpr std::int32_t TOKEN = FIRST + 256;
    auto byte = [](char c) { return FIRST + c; };
    check(encode(opened, "") == Ids{1}, "BOS in front of an empty text");
    check(encode(opened, "abc", 0) == Ids{TOKEN + 2}, "a token as a whole");
    check(encode(opened, "abcd", 0) == Ids{TOKEN + 2, byte('d')}, "the lowest rank first");
    check(encode(opened, "aaab", 0) == Ids{TOKEN + 4, TOKEN + 1} &&
              encode(opened, "aaa", 0) == Ids{TOKEN + 4, byte('a')},
          "the leftmost of equal ones");
    check(encode(opened, "abX ab", 0) == Ids{TOKEN + 1, byte('X'), byte(' '), TOKEN + 1},
          "in each pre-token");
    check(encode(opened, "abcdx", 0) == Ids{TOKEN + 5}, "a token that merging does not make");
    check(encode(opened, "late", 0).size() == 4, "a token behind the vocabulary's end is none");
    check(encode(opened, "<s>", WHOLE) == Ids{1, byte('<'), byte('s'), byte('>')} &&
              encode(opened, "<s>") == encode(opened, "<s>", WHOLE | CALIB_TEXT_PLAIN),
          "special tokens are not read");
    check(encode(opened, "a", WHOLE | CALIB_TEXT_PARSE_SPECIAL) == Ids{-CALIB_E_UNSUPPORTED},
          "PARSE_SPECIAL is refused");
    check(encode(opened, "a", WHOLE | CALIB_TEXT_NO_SPECIAL) == Ids{byte('a')}, "without BOS");
    calib_tokenizer_json *bare = open_json(file(), nullptr, CALIB_TOKENIZER_JSON_NO_SPECIAL);
    check(encode(bare, "a") == Ids{byte('a')}, "opened without BOS");
    calib_tokenizer_json_close(bare);
    calib_tokenizer_json_close(opened);
}

void test_vtable()
{
    calib_tokenizer_json *opened = open_json(file(R"(,"image":{},"audio":{})"));
    const calib_tokenizer_vtable &tok = *calib_tokenizer_json_vtable(opened);
    std::string text;
    check(tok.vocab_size == 282 && tok.special_id(tok.ctx, CALIB_SPECIAL_BOS) == 1 &&
              tok.special_id(tok.ctx, CALIB_SPECIAL_EOS) == 2 &&
              tok.special_id(tok.ctx, CALIB_SPECIAL_PAD) == 11 &&
              tok.special_id(tok.ctx, CALIB_SPECIAL_UNK) == 0,
          "special ids");
    check(!tok.text_of(tok.ctx, 3, put, &text) && text == "[INST]", "the text of a slot");
    check(!tok.text_of(tok.ctx, FIRST + 0xe4, put, &text) && text == "\xe4", "the text of a byte");
    check(!tok.text_of(tok.ctx, 281, put, &text) && text == "abcdx", "the text of a token");
    check(tok.text_of(tok.ctx, 282, put, &text) == CALIB_E_ARGUMENT, "no such id");
    check(calib_tokenizer_json_describe(opened) ==
              std::string("texts are cut between pre-tokens; ignored: image, audio"),
          "its description");
    calib_tokenizer_json_close(opened);
}

/* Equal tokens, and what would take too long. */
void test_tables()
{
    auto says = [](const std::string &json, int status, const std::string &words) {
        calib_tokenizer_json *opened = open_json(json);
        bool good = opened && encode(opened, "a") == Ids{-status} &&
                    std::string(last_error().message).find(words) != std::string::npos;
        if (!good)
            std::printf("# %s\n", last_error().message);
        check(good, words);
        calib_tokenizer_json_close(opened);
    };
    says(replaced(file(), "\"YWI=\"", "\"YmM=\""), CALIB_E_MODEL, "vocab[257] has the bytes");
    says(file(config({20 + 257, 20}), {std::string(1 << 20, 'x')}), CALIB_E_UNSUPPORTED,
         "too many long tokens");
}

/* The bytes tell the kind of a file; of two files in a folder tokenizer.json is taken. */
void test_places()
{
    namespace fs = std::filesystem;
    fs::path folder = fs::temp_directory_path() / ("calib-tekken-" + std::to_string(std::rand()));
    fs::remove_all(folder);
    fs::create_directories(folder);
    auto write = [&](const char *name, const std::string &bytes) {
        std::ofstream(folder / name, std::ios::binary) << bytes;
    };
    auto opens = [&](const fs::path &path, std::uint32_t vocab_size, const char *what) {
        calib_tokenizer_json *opened = open_json("", path.string().c_str());
        bool good = opened && calib_tokenizer_json_vtable(opened)->vocab_size == vocab_size;
        if (!good)
            std::printf("# %s\n", last_error().message);
        check(good, what);
        calib_tokenizer_json_close(opened);
    };
    write("tekken.json", file());
    write("other", file());
    write("tokenizer_config.json", "{}");
    opens(folder, 282, "a folder that holds a tekken.json");
    opens(folder / "other", 282, "a name does not matter");
    write("tokenizer.json", R"({"model":{"type":"BPE","vocab":{"a":0},"merges":[]}})");
    opens(folder, 1, "a folder that holds a tokenizer.json, too");
    opens(folder / "tekken.json", 282, "its tekken.json");
    fs::remove_all(folder);
    check(is_tekken("{\"type\":\"x\",\"vocab\":[") && is_tekken("{\"config\":{\"model\":{}") &&
              is_tekken(R"({"image":{"vocab":{}},"special_tokens":[)"),
          "what is a tekken.json");
    check(!is_tekken("") && !is_tekken("[") && !is_tekken("{\"config\":1,\"vocab\":2}") &&
              !is_tekken("{\"version\":\"1.0\",\"added_tokens\":[],\"vocab\":[]}") &&
              !is_tekken("{\"model\":{},\"vocab\":[]}") && !is_tekken("{\"a\":tru"),
          "what is none");
}

} // namespace

int main()
{
    test_base64();
    test_members();
    test_config();
    test_tokens();
    test_ids();
    test_vtable();
    test_tables();
    test_places();
    return told_all();
}
