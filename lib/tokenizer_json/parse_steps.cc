/* SPDX-License-Identifier: MIT */
/* Normalizers and pre-tokenizers. */
#include "parse_parts.h"

#include "adapter/utf8.h"

namespace calib_tj
{

namespace
{

/* Each step goes over each text. */
constexpr std::size_t MOST_STEPS = 256;

template <typename Step>
using ReadSteps = void (*)(Reader &in, std::vector<Step> &steps, int depth);

template <typename Step>
void read_steps(Reader &in, std::vector<Step> &steps, int depth, ReadSteps<Step> read)
{
    Elements elements(in);
    while (elements.next()) {
        if (in.is(CALIB_JSON_NULL))
            in.fail_damaged("is null");
        if (steps.size() == MOST_STEPS)
            in.fail_unsupported("is one step more than 256");
        read(in, steps, depth);
    }
}

/* Reads {"type": "Sequence", `list`: [...]}. */
template <typename Step>
void read_sequence(Reader &in, const char *list, std::vector<Step> &steps, int depth,
                   ReadSteps<Step> read)
{
    if (depth == DEEPEST_SEQUENCE)
        in.fail_unsupported("is a sequence in too many others");
    read_component(in, {{list, Field::REQUIRED, [&] { read_steps(in, steps, depth + 1, read); }}});
}

NormalizerStep read_prepend(Reader &in)
{
    NormalizerStep step = {NormalizerStep::Kind::prepend};
    read_component(in,
                   {{"prepend", Field::REQUIRED, [&] { step.content = in.read_short_string(); }}});
    return step;
}

NormalizerStep read_replace(Reader &in)
{
    NormalizerStep step = {};
    bool is_regex = false;
    read_component(
        in, {
                {"pattern", Field::REQUIRED, [&] { read_pattern(in, step.pattern, is_regex); }},
                {"content", Field::REQUIRED, [&] { step.content = in.read_short_string(); }},
            });
    step.kind =
        is_regex ? NormalizerStep::Kind::replace_regex : NormalizerStep::Kind::replace_string;
    return step;
}

NormalizerStep read_strip(Reader &in)
{
    NormalizerStep step = {NormalizerStep::Kind::strip};
    read_component(in,
                   {
                       {"strip_left", Field::REQUIRED, [&] { step.left = in.read_boolean(); }},
                       {"strip_right", Field::REQUIRED, [&] { step.right = in.read_boolean(); }},
                   });
    return step;
}

void read_bert(Reader &in, std::vector<NormalizerStep> &steps)
{
    using Kind = NormalizerStep::Kind;
    bool clean = false, space = false, unaccent = false, lowercase = false, as_lowercase = true;
    auto read_accents = [&] {
        as_lowercase = in.is(CALIB_JSON_NULL);
        unaccent = in.read_boolean_or_null(false);
    };
    read_component(
        in, {
                {"clean_text", Field::REQUIRED, [&] { clean = in.read_boolean(); }},
                {"handle_chinese_chars", Field::REQUIRED, [&] { space = in.read_boolean(); }},
                {"strip_accents", Field::OPTIONAL, read_accents},
                {"lowercase", Field::REQUIRED, [&] { lowercase = in.read_boolean(); }},
            });
    if (clean)
        steps.push_back({Kind::bert_clean});
    if (space)
        steps.push_back({Kind::bert_space});
    if (as_lowercase ? lowercase : unaccent)
        steps.push_back({Kind::bert_unaccent});
    if (lowercase)
        steps.push_back({Kind::lowercase});
}

PreTokenizerStep read_byte_level(Reader &in)
{
    PreTokenizerStep step = {PreTokenizerStep::Kind::byte_level};
    read_component(
        in, {
                {"add_prefix_space", Field::REQUIRED,
                 [&] { step.add_prefix_space = in.read_boolean(); }},
                {"trim_offsets", Field::REQUIRED, [&] { in.read_boolean(); }}, /* not asked for */
                {"use_regex", Field::OPTIONAL, [&] { step.use_regex = in.read_boolean(); }},
            });
    return step;
}

Behavior read_behavior(Reader &in)
{
    struct Name {
        const char *name;
        Behavior behavior;
    };
    static constexpr Name names[] = {
        {"Removed", Behavior::removed},
        {"Isolated", Behavior::isolated},
        {"MergedWithPrevious", Behavior::merged_with_previous},
        {"MergedWithNext", Behavior::merged_with_next},
        {"Contiguous", Behavior::contiguous},
    };
    std::string text = in.read_string();
    for (const Name &each : names)
        if (text == each.name)
            return each.behavior;
    in.fail_unknown_value();
    return Behavior::isolated;
}

PreTokenizerStep read_split(Reader &in)
{
    PreTokenizerStep step = {};
    bool is_regex = false;
    read_component(
        in, {
                {"pattern", Field::REQUIRED, [&] { read_pattern(in, step.pattern, is_regex); }},
                {"behavior", Field::REQUIRED, [&] { step.behavior = read_behavior(in); }},
                {"invert", Field::REQUIRED, [&] { step.invert = in.read_boolean(); }},
            });
    step.kind =
        is_regex ? PreTokenizerStep::Kind::split_regex : PreTokenizerStep::Kind::split_string;
    return step;
}

PreTokenizerStep read_digits(Reader &in)
{
    PreTokenizerStep step = {PreTokenizerStep::Kind::digits};
    read_component(in, {{"individual_digits", Field::REQUIRED,
                         [&] { step.individual_digits = in.read_boolean(); }}});
    return step;
}

PreTokenizerStep read_punctuation(Reader &in)
{
    PreTokenizerStep step = {PreTokenizerStep::Kind::punctuation};
    read_component(in, {{"behavior", Field::OPTIONAL, [&] { step.behavior = read_behavior(in); }}});
    return step;
}

PreTokenizerStep::Prepend read_prepend_scheme(Reader &in)
{
    std::string text = in.read_string();
    if (text == "always")
        return PreTokenizerStep::Prepend::always;
    if (text == "first")
        return PreTokenizerStep::Prepend::first;
    if (text != "never")
        in.fail_unknown_value();
    return PreTokenizerStep::Prepend::never;
}

std::string read_character(Reader &in)
{
    std::string text = in.read_string();
    if (count_characters(text) != 1)
        in.fail_damaged("is not one character");
    return text;
}

PreTokenizerStep read_metaspace(Reader &in)
{
    PreTokenizerStep step = {PreTokenizerStep::Kind::metaspace};
    bool adds_space = true; /* of old versions; it must not say otherwise than prepend_scheme */
    read_component(
        in,
        {
            {"replacement", Field::REQUIRED, [&] { step.replacement = read_character(in); }},
            {"prepend_scheme", Field::OPTIONAL, [&] { step.prepend = read_prepend_scheme(in); }},
            {"add_prefix_space", Field::OPTIONAL,
             [&] { adds_space = in.read_boolean_or_null(true); }},
            {"split", Field::OPTIONAL, [&] { step.split = in.read_boolean_or_null(true); }},
            /* Of old versions, which do not use it. */
            {"str_rep", Field::OPTIONAL, [&] { in.read_string_or_null(); }},
        });
    if (!adds_space && step.prepend != PreTokenizerStep::Prepend::never)
        in.fail_damaged("has an add_prefix_space and a prepend_scheme that differ");
    return step;
}

} // namespace

void fail_type(Reader &in)
{
    Object object(in);
    while (object.next()) {
        if (object.is("type"))
            in.fail_unknown_value();
        in.skip();
    }
    in.fail_unsupported("has no type, as in files of the first versions");
}

void read_pattern(Reader &in, std::string &pattern, bool &is_regex)
{
    std::size_t n = 0;
    Members members(in);
    for (; members.next(); n++) {
        is_regex = calib_json_equals(&members.name(), "Regex");
        if (!is_regex && !calib_json_equals(&members.name(), "String"))
            in.fail_unsupported("is a kind of pattern that this version does not know");
        pattern = is_regex ? in.read_string() : in.read_short_string();
        if (pattern.empty())
            in.fail_unsupported("is empty");
    }
    if (n != 1)
        in.fail_damaged("is not one pattern");
}

void read_normalizer(Reader &in, std::vector<NormalizerStep> &steps, int depth)
{
    using Kind = NormalizerStep::Kind;
    std::string_view type = in.peek_type();
    auto read_kind = [&](Kind kind) {
        read_component(in, {});
        steps.push_back({kind});
    };
    if (in.is(CALIB_JSON_NULL))
        return;
    if (type == "Sequence")
        read_sequence(in, "normalizers", steps, depth, read_normalizer);
    else if (type == "NFC")
        read_kind(Kind::nfc);
    else if (type == "NFKC")
        read_kind(Kind::nfkc);
    else if (type == "Lowercase")
        read_kind(Kind::lowercase);
    else if (type == "Prepend")
        steps.push_back(read_prepend(in));
    else if (type == "Replace")
        steps.push_back(read_replace(in));
    else if (type == "Strip")
        steps.push_back(read_strip(in));
    else if (type == "BertNormalizer")
        read_bert(in, steps);
    else
        fail_type(in);
}

void read_pre_tokenizer(Reader &in, std::vector<PreTokenizerStep> &steps, int depth)
{
    using Kind = PreTokenizerStep::Kind;
    std::string_view type = in.peek_type();
    auto read_kind = [&](Kind kind) {
        read_component(in, {});
        steps.push_back({kind});
    };
    if (in.is(CALIB_JSON_NULL))
        return;
    if (type == "Sequence")
        read_sequence(in, "pretokenizers", steps, depth, read_pre_tokenizer);
    else if (type == "ByteLevel")
        steps.push_back(read_byte_level(in));
    else if (type == "Split")
        steps.push_back(read_split(in));
    else if (type == "Digits")
        steps.push_back(read_digits(in));
    else if (type == "Punctuation")
        steps.push_back(read_punctuation(in));
    else if (type == "Metaspace")
        steps.push_back(read_metaspace(in));
    else if (type == "Whitespace")
        read_kind(Kind::whitespace);
    else if (type == "WhitespaceSplit")
        read_kind(Kind::whitespace_split);
    else if (type == "BertPreTokenizer") {
        read_kind(Kind::whitespace_split);
        steps.push_back({Kind::punctuation});
    } else
        fail_type(in);
}

void read_decoder(Reader &in, int depth)
{
    static constexpr const char *known[] = {"BPEDecoder", "ByteLevel",    "WordPiece",
                                            "Metaspace",  "CTC",          "Replace",
                                            "Fuse",       "ByteFallback", "Strip"};
    std::string_view type = in.peek_type();
    if (in.is(CALIB_JSON_NULL))
        return;
    if (type == "Sequence") {
        std::vector<int> none;
        read_sequence<int>(in, "decoders", none, depth,
                           [](Reader &each, std::vector<int> &, int n) { read_decoder(each, n); });
        return;
    }
    for (const char *each : known)
        if (type == each) {
            in.skip();
            return;
        }
    fail_type(in);
}

} // namespace calib_tj
