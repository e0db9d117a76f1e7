/* SPDX-License-Identifier: MIT */
#include "parse_tekken.h"

#include "alphabet.h"
#include "base64.h"
#include "parse_parts.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <utility>

namespace calib_tj
{

namespace
{

constexpr char FILE_NAME[] = "tekken.json";

/* The one pattern that these files have, and that the cuts are proven for. */
constexpr std::string_view PATTERN =
    R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|)"
    R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|)"
    R"(\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

/* The first ranks are the bytes themselves. */
constexpr std::uint32_t N_BYTES = 256;

/* Versions of mistral-common's tokenizers. They differ in templates of chats, not in ids of texts,
 * and in what a file must or may have. */
constexpr int VERSIONS[] = {1, 2, 3, 7, 11, 13, 15};
constexpr int LAST_WITHOUT_SPECIAL_TOKENS = 7, LAST_MULTIMODAL = 11, FIRST_SETTINGS = 15;

/* The special tokens of a file that does not list them. */
constexpr const char *DEFAULT_SPECIAL_TOKENS[] = {"<unk>",
                                                  "<s>",
                                                  "</s>",
                                                  "[INST]",
                                                  "[/INST]",
                                                  "[AVAILABLE_TOOLS]",
                                                  "[/AVAILABLE_TOOLS]",
                                                  "[TOOL_RESULTS]",
                                                  "[/TOOL_RESULTS]",
                                                  "[TOOL_CALLS]",
                                                  "[IMG]",
                                                  "<pad>",
                                                  "[IMG_BREAK]",
                                                  "[IMG_END]",
                                                  "[PREFIX]",
                                                  "[MIDDLE]",
                                                  "[SUFFIX]",
                                                  "[SYSTEM_PROMPT]",
                                                  "[/SYSTEM_PROMPT]",
                                                  "[TOOL_CONTENT]"};

/* What decides how many of the tokens count. */
struct Sizes {
    int version = 0;
    std::uint32_t vocabulary = 0, n_special = 0;
};

void read_version(Reader &in, int &version)
{
    std::string text = in.read_string();
    for (int known : VERSIONS)
        if (text == "v" + std::to_string(known))
            version = known;
    if (!in.status() && version == 0)
        in.fail_unknown_value();
}

void read_pattern(Reader &in)
{
    if (in.read_string() != PATTERN)
        in.fail_unsupported("is a pattern that this version does not know");
}

void read_config(Reader &in, Sizes &sizes)
{
    read_object(in, {
                        {"pattern", Field::REQUIRED, [&] { read_pattern(in); }},
                        {"num_vocab_tokens", Field::OPTIONAL, [&] { in.read_uint32(); }},
                        {"default_vocab_size", Field::REQUIRED,
                         [&] { sizes.vocabulary = static_cast<std::uint32_t>(in.read_id()); }},
                        {"default_num_special_tokens", Field::REQUIRED,
                         [&] { sizes.n_special = static_cast<std::uint32_t>(in.read_id()); }},
                        {"version", Field::REQUIRED, [&] { read_version(in, sizes.version); }},
                    });
}

void check_rank(Reader &in, std::size_t rank)
{
    if (in.read_uint32() != rank)
        in.fail_unsupported("is not the place in the list");
}

/* A string without escapes, as an encoder writes it. The entry is spelled in the byte alphabet, as
 * in a tokenizer.json. */
void read_token_bytes(Reader &in, Texts &entries)
{
    const calib_json_token &token = in.token();
    std::string bytes;
    if (!in.is(CALIB_JSON_STRING) || token.escaped ||
        !BASE64.read({token.text, token.len}, bytes) || bytes.empty())
        in.fail_damaged("is no base64 of a token");
    std::size_t rank = entries.size();
    if (rank < N_BYTES && (bytes.size() != 1 || static_cast<unsigned char>(bytes[0]) != rank))
        in.fail_unsupported("is not the byte that has this rank");
    std::string letters(2 * bytes.size(), '\0');
    letters.resize(ALPHABET.spell(bytes, letters.data()));
    entries.add(letters);
}

/* The text of a token is null if it is not UTF-8; it is not used. */
void read_rank(Reader &in, Texts &entries)
{
    std::size_t rank = entries.size();
    Object object(in);
    while (object.next()) {
        if (object.is("rank"))
            check_rank(in, rank);
        else if (object.is("token_bytes"))
            read_token_bytes(in, entries);
        else if (object.is("token_str"))
            in.read_string_or_null();
        else
            object.fail_unknown();
    }
    for (const char *field : {"rank", "token_bytes", "token_str"})
        object.require(field);
}

void read_ranks(Reader &in, Texts &entries)
{
    Elements tokens(in);
    while (tokens.next())
        read_rank(in, entries);
}

void read_special_token(Reader &in, std::vector<std::string> &slots)
{
    std::size_t rank = slots.size();
    read_object(in, {
                        {"rank", Field::REQUIRED, [&] { check_rank(in, rank); }},
                        {"token_str", Field::REQUIRED, [&] { slots.push_back(in.read_string()); }},
                        {"is_control", Field::OPTIONAL, [&] { in.read_boolean(); }},
                    });
}

void read_special_tokens(Reader &in, std::vector<std::string> &slots)
{
    Elements tokens(in);
    while (tokens.next())
        read_special_token(in, slots);
}

struct File {
    Sizes sizes;
    bool lists_special_tokens = false, has_settings = false, has_multimodal = false;
};

void read_members(Reader &in, File &parts, Spec &spec)
{
    Object file(in);
    auto ignore = [&](const char *name) {
        bool given = !in.is(CALIB_JSON_NULL);
        read_ignored(in, name, spec);
        return given;
    };
    while (file.next()) {
        if (file.is("config"))
            read_config(in, parts.sizes);
        else if (file.is("vocab"))
            read_ranks(in, spec.model.entries);
        else if (file.is("special_tokens") && !in.is(CALIB_JSON_NULL)) {
            parts.lists_special_tokens = true;
            read_special_tokens(in, spec.slots);
        } else if (file.is("multimodal"))
            parts.has_multimodal = ignore("multimodal");
        else if (file.is("image"))
            ignore("image");
        else if (file.is("audio"))
            ignore("audio");
        else if (file.is("model_settings_builder"))
            parts.has_settings = ignore("model_settings_builder");
        else if (file.is("type"))
            in.read_string_or_null();
        else if (file.is("version"))
            in.read_uint32();
        else if (!file.is("special_tokens"))
            file.fail_unknown();
    }
    file.require("config");
    file.require("vocab");
    in.finish();
}

/* What mistral-common refuses. */
int check_version(const File &parts)
{
    int version = parts.sizes.version;
    if (!parts.lists_special_tokens && version > LAST_WITHOUT_SPECIAL_TOKENS)
        return fail(CALIB_E_MODEL, "%s has no special_tokens, which version v%d needs", FILE_NAME,
                    version);
    if (parts.has_multimodal && version > LAST_MULTIMODAL)
        return fail(CALIB_E_UNSUPPORTED, "multimodal is not known in version v%d", version);
    if (parts.has_settings && version < FIRST_SETTINGS)
        return fail(CALIB_E_UNSUPPORTED, "model_settings_builder is not known in version v%d",
                    version);
    return 0;
}

/* Keeps the ranks that are in the vocabulary: the list may be longer. */
int trim(const Sizes &sizes, ModelSpec &model)
{
    std::uint32_t n = sizes.vocabulary - sizes.n_special;
    if (sizes.vocabulary < sizes.n_special || n < N_BYTES)
        return fail(CALIB_E_UNSUPPORTED,
                    "config.default_vocab_size has no room for %lu special tokens and 256 bytes",
                    static_cast<unsigned long>(sizes.n_special));
    if (n > model.entries.size())
        return fail(CALIB_E_MODEL, "vocab has %zu tokens, but config.default_vocab_size needs %lu",
                    model.entries.size(), static_cast<unsigned long>(n));
    model.entries.keep(n);
    model.ids.resize(n);
    std::iota(model.ids.begin(), model.ids.end(), static_cast<std::int32_t>(sizes.n_special));
    return 0;
}

/* Gives the slots behind the last special token names of their own. */
int fill_slots(std::size_t n, std::vector<std::string> &slots)
{
    if (slots.size() > n)
        return fail(CALIB_E_MODEL, "%s has more special tokens than config allows, %zu", FILE_NAME,
                    n);
    for (std::size_t i = slots.size(); i < n; i++)
        slots.push_back("<SPECIAL_" + std::to_string(i) + ">");
    std::vector<std::string> sorted = slots;
    std::sort(sorted.begin(), sorted.end());
    auto twice = std::adjacent_find(sorted.begin(), sorted.end());
    if (twice != sorted.end())
        return fail(CALIB_E_MODEL, "%s has the special token \"%.60s\" twice", FILE_NAME,
                    twice->c_str());
    return 0;
}

int set_specials(Spec &spec, Config &config)
{
    auto id_of = [&](std::string_view content) {
        auto at = std::find(spec.slots.begin(), spec.slots.end(), content);
        return at == spec.slots.end() ? -1 : static_cast<std::int32_t>(at - spec.slots.begin());
    };
    config.eos = id_of("</s>");
    config.pad = id_of("<pad>");
    config.unk = id_of("<unk>");
    spec.before = {id_of("<s>")};
    return spec.before[0] < 0
               ? fail(CALIB_E_UNSUPPORTED, "special_tokens has no <s>, which begins a text")
               : 0;
}

/* Splits at the pattern, and looks up a whole pre-token before it merges its bytes. */
void set_steps(Spec &spec)
{
    PreTokenizerStep split = {PreTokenizerStep::Kind::split_regex};
    PreTokenizerStep bytes = {PreTokenizerStep::Kind::byte_level};
    split.pattern = PATTERN;
    bytes.use_regex = false;
    spec.pre_tokenizer = {std::move(split), std::move(bytes)};
    spec.model.ignore_merges = spec.model.is_ranked = true;
}

} // namespace

bool is_tekken(std::string_view bytes)
{
    calib_json json;
    calib_json_token name, value;
    calib_json_begin(&json, bytes.data(), bytes.size());
    if (calib_json_next(&json, &value) != CALIB_JSON_OBJECT)
        return false;
    while (calib_json_next(&json, &name) == CALIB_JSON_KEY) {
        calib_json_kind kind = calib_json_next(&json, &value);
        bool is_list = kind == CALIB_JSON_ARRAY, is_object = kind == CALIB_JSON_OBJECT;
        if ((is_list && calib_json_equals(&name, "vocab")) ||
            (is_list && calib_json_equals(&name, "special_tokens")) ||
            (is_object && calib_json_equals(&name, "config")))
            return true;
        if ((is_list && calib_json_equals(&name, "added_tokens")) ||
            (is_object && calib_json_equals(&name, "model")) || !calib_json_skip(&json, &value))
            return false;
    }
    return false;
}

int parse_tekken(std::string_view bytes, Spec &spec, Config &config)
{
    spec = Spec();
    config = Config();
    File parts;
    Reader in(bytes, FILE_NAME);
    read_members(in, parts, spec);
    int status = in.status();
    if (!status)
        status = check_version(parts);
    if (!status)
        status = trim(parts.sizes, spec.model);
    if (!status && !parts.lists_special_tokens)
        spec.slots.assign(std::begin(DEFAULT_SPECIAL_TOKENS), std::end(DEFAULT_SPECIAL_TOKENS));
    if (!status)
        status = fill_slots(parts.sizes.n_special, spec.slots);
    if (!status)
        status = set_specials(spec, config);
    if (status)
        return status;
    set_steps(spec);
    spec.largest_id = static_cast<std::int32_t>(parts.sizes.vocabulary) - 1;
    return 0;
}

} // namespace calib_tj
