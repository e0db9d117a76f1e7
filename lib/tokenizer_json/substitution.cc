/* SPDX-License-Identifier: MIT */
#include "substitution.h"

#include <algorithm>

namespace calib_tj
{

namespace
{

/* Returns the only character of a text, or NO_CHARACTER. */
char32_t only_character(std::string_view text)
{
    std::size_t len = 0;
    char32_t c = text.empty() ? NO_CHARACTER : first_character(text, len);
    return len == text.size() ? c : NO_CHARACTER;
}

/* What is put in front of a text is put before `from` is replaced, or it could hold one. */
bool only_replaces(const std::vector<NormalizerStep> &steps)
{
    using Kind = NormalizerStep::Kind;
    return !steps.empty() && steps.back().kind == Kind::replace_string &&
           std::all_of(steps.begin(), steps.end() - 1,
                       [](const NormalizerStep &step) { return step.kind == Kind::prepend; });
}

/* A Split at what was replaced finds nothing. */
bool splits_nothing(const std::vector<PreTokenizerStep> &steps, const std::string &replaced)
{
    return std::all_of(steps.begin(), steps.end(), [&](const PreTokenizerStep &step) {
        return step.kind == PreTokenizerStep::Kind::split_string && step.pattern == replaced &&
               !step.invert;
    });
}

} // namespace

Substitution substitution_of(const Spec &spec)
{
    bool has_normalized = std::any_of(spec.added_tokens.begin(), spec.added_tokens.end(),
                                      [](const AddedToken &token) { return token.normalized; });
    if (spec.model.kind != ModelSpec::Kind::bpe || spec.model.ignore_merges || has_normalized ||
        !only_replaces(spec.normalizer))
        return {};
    const NormalizerStep &step = spec.normalizer.back();
    Substitution found = {only_character(step.pattern), only_character(step.content)};
    bool is_one = found.from != NO_CHARACTER && found.to != NO_CHARACTER && found.from != found.to;
    return is_one && splits_nothing(spec.pre_tokenizer, step.pattern) ? found : Substitution{};
}

} // namespace calib_tj
