/* SPDX-License-Identifier: MIT */
/* Files that are large or deep where no model's file is: each opens or is refused by name, and then
 * takes bounded memory, and time that grows with the file and the text alone. A hang ends by the
 * test's time limit. TAP. */
#include <calib_tokenizer_json.h>

#include <sys/resource.h>

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <functional>
#include <string>

namespace
{

constexpr std::size_t MIB = std::size_t{1} << 20, TEXT_LEN = 5000;

/* With sanitizers memory is another matter. */
#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
constexpr bool MEASURES = false;
#elif defined __has_feature
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool MEASURES = false;
#else
constexpr bool MEASURES = true;
#endif
#else
constexpr bool MEASURES = true;
#endif

struct Parts {
    std::string vocab = R"({"a":0,"b":1})", merges = "[]", added = "[]";
    std::string normalizer = "null", pre_tokenizer = "null";
};

/* Words may be as long as they like. */
std::string word_piece(const std::string &vocab, const std::string &prefix = "##")
{
    return R"({"version":"1.0","added_tokens":[],"normalizer":null,"pre_tokenizer":null,"model":{)"
           R"("type":"WordPiece","unk_token":"[UNK]","max_input_chars_per_word":)" +
           std::to_string(INT64_MAX) + R"(,"continuing_subword_prefix":")" + prefix +
           R"(","vocab":)" + vocab + "}}";
}

std::string file(const Parts &parts)
{
    return R"({"version":"1.0","added_tokens":)" + parts.added + R"(,"normalizer":)" +
           parts.normalizer + R"(,"pre_tokenizer":)" + parts.pre_tokenizer +
           R"(,"model":{"type":"BPE","vocab":)" + parts.vocab + R"(,"merges":)" + parts.merges +
           "}}";
}

/* "OPEN item, item ... CLOSE" */
std::string list(const char *open, std::size_t n, const std::function<std::string(std::size_t)> &at,
                 const char *close)
{
    std::string out = open;
    for (std::size_t i = 0; i < n; i++)
        out.append(i ? "," : "").append(at(i));
    return out + close;
}

std::string repeated(std::size_t n, const std::string &item)
{
    return list("[", n, [&](std::size_t) { return item; }, "]");
}

std::string quoted(const std::string &text)
{
    return '"' + text + '"';
}

std::string letters(std::size_t n)
{
    return std::string(n, 'a');
}

std::string token(const std::string &content)
{
    return R"({"id":0,"content":)" + quoted(content) +
           R"(,"single_word":false,"lstrip":true,"rstrip":true,"normalized":false,"special":true})";
}

int drop(void *, const std::int32_t *, std::size_t)
{
    return 0;
}

std::string message()
{
    calib_error error = {};
    error.struct_size = sizeof error;
    calib_tokenizer_json_last_error(&error);
    return error.message;
}

std::size_t peak()
{
    rusage usage = {};
    getrusage(RUSAGE_SELF, &usage);
#ifdef __APPLE__
    return static_cast<std::size_t>(usage.ru_maxrss);
#else
    return static_cast<std::size_t>(usage.ru_maxrss) * 1024;
#endif
}

/* Texts of one letter, and of what added tokens begin with. */
bool encodes(const calib_tokenizer_vtable &tok)
{
    const std::uint32_t whole = CALIB_TEXT_BEGIN | CALIB_TEXT_END;
    std::string mixed;
    while (mixed.size() < TEXT_LEN)
        mixed += "<t123> b";
    for (const std::string &text : {letters(TEXT_LEN), mixed}) {
        std::size_t offsets[64], n = 0;
        if (tok.cuts(tok.ctx, text.data(), text.size(), whole, offsets, 64, &n) ||
            tok.encode(tok.ctx, text.data(), text.size(), whole, drop, nullptr))
            return false;
    }
    return true;
}

int n_told = 0;

/* `refusal`: what the message holds; nullptr: it opens. */
void check(const char *name, const std::string &json, const char *refusal)
{
    std::size_t before = peak();
    calib_tokenizer_json_options options = {};
    options.struct_size = sizeof options;
    options.json = json.data();
    options.json_len = json.size();
    calib_tokenizer_json *opened = nullptr;
    int status = calib_tokenizer_json_open(&options, &opened);
    bool good = refusal ? status != 0 && message().find(refusal) != std::string::npos
                        : status == 0 && encodes(*calib_tokenizer_json_vtable(opened));
    if (!good)
        std::printf("# %d %s\n", status, message().c_str());
    calib_tokenizer_json_close(opened);
    std::size_t grown = peak() - before;
    if (MEASURES && grown > 8 * json.size() + 64 * MIB) {
        std::printf("# %zu MiB for %zu MiB\n", grown / MIB, json.size() / MIB);
        good = false;
    }
    std::printf("%sok %d - %s\n", good ? "" : "not ", ++n_told, name);
    std::fflush(stdout);
}

void check_strings()
{
    const char *refusal = "more than 1,024 bytes";
    std::string text = quoted(std::string(32 * MIB, 'x'));
    Parts parts;
    parts.vocab = R"({"a":0,"b":1,)" + text + ":2}";
    check("an entry of 32 MiB", file(parts), nullptr);
    parts = {};
    parts.normalizer = R"({"type":"Prepend","prepend":)" + text + "}";
    check("32 MiB in front of each text", file(parts), refusal);
    parts.normalizer = R"({"type":"Replace","pattern":{"String":)" + text + R"(},"content":"y"})";
    check("a pattern of 32 MiB", file(parts), refusal);
    parts = {};
    parts.added = "[" + token(text.substr(1, text.size() - 2)) + "]";
    check("an added token of 32 MiB", file(parts), refusal);
    parts = {};
    parts.pre_tokenizer = R"({"type":"Split","pattern":{"Regex":)" + text +
                          R"(},"behavior":"Isolated","invert":false})";
    check("a regular expression of 32 MiB", file(parts), "regular expression");
}

void check_lists()
{
    Parts parts;
    parts.normalizer = repeated(1000000, "0");
    check("a normalizer that is a long array", file(parts), "array");
    parts = {};
    parts.vocab = R"({"a":0,"b":1,"ab":2})";
    parts.merges = repeated(1000000, R"("a b")");
    check("a million times one merge", file(parts), nullptr);
    parts = {};
    parts.added =
        list("[", 100000, [](std::size_t i) { return token("<t" + std::to_string(i) + ">"); }, "]");
    check("100,000 added tokens", file(parts), nullptr);
    parts.added = list("[", 1000, [](std::size_t i) { return token(letters(i + 1)); }, "]");
    check("added tokens a, aa, aaa ...", file(parts), nullptr);
    parts.added = list("[", 1000, [](std::size_t i) { return token(letters(i + 1) + "b"); }, "]");
    check("added tokens ab, aab, aaab ...", file(parts), nullptr);
    parts = {};
    parts.normalizer =
        R"({"type":"Sequence","normalizers":)" + repeated(257, R"({"type":"Lowercase"})") + "}";
    check("257 steps", file(parts), "one step more than 256");
    parts.normalizer =
        R"({"type":"Sequence","normalizers":)" + repeated(256, R"({"type":"Lowercase"})") + "}";
    check("256 steps", file(parts), nullptr);
}

void check_models()
{
    Parts parts;
    parts.vocab = R"({"a":2147483647,"b":0})";
    check("the largest id", file(parts), nullptr);
    parts.vocab = R"({"a":2147483648,"b":0})";
    check("a larger id", file(parts), "beyond 2147483647");
    auto entry = [](std::size_t i) { return quoted(letters(i + 1)) + ":" + std::to_string(i); };
    parts.vocab = list("{", 2000, entry, "}");
    parts.merges =
        list("[", 1999, [](std::size_t i) { return quoted(letters(i + 1) + " a"); }, "]");
    check("entries a, aa, aaa ..., each from the one before", file(parts), nullptr);
    parts.merges =
        list("[", 1999, [](std::size_t i) { return quoted("a " + letters(i + 1)); }, "]");
    check("entries a, aa, aaa ..., from the other side", file(parts), nullptr);
}

/* At every place of a word of letters a piece of each length is looked for, the longest first, and
 * only the shortest is there: the others end with another letter. */
void check_word_piece()
{
    auto pieces = [](std::size_t longest) {
        auto entry = [](std::size_t i) {
            return quoted("##" + letters(i) + (i ? "b" : "a")) + ":" + std::to_string(i);
        };
        return list("{", longest - 2, entry, R"(,"[UNK]":3000,"a":3001})");
    };
    check("entries ##a, ##ab, ##aab ...", word_piece(pieces(256)), nullptr);
    check("an entry of WordPiece of 257 bytes", word_piece(pieces(257)), "has more than 256 bytes");
    check("a prefix of 32 MiB", word_piece(pieces(3), std::string(32 * MIB, '#')),
          "continuing_subword_prefix has more than 1,024 bytes");
}

} // namespace

int main()
{
    check_lists();
    check_models();
    check_word_piece();
    check_strings();
    std::printf("1..%d\n", n_told);
    return 0;
}
