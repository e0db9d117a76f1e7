/* SPDX-License-Identifier: MIT */
#include "splitter.h"

#include "splitter_steps.h"

#include "adapter/error.h"

#include <algorithm>

namespace calib_tj
{

namespace
{

using Kind = PreTokenizerStep::Kind;
using Prepend = PreTokenizerStep::Prepend;

bool is_byte_level_step(const PreTokenizerStep &step)
{
    return step.kind == Kind::byte_level;
}

bool puts_in_front(const PreTokenizerStep &step)
{
    return step.kind == Kind::metaspace ? step.prepend != Prepend::never
                                        : is_byte_level_step(step) && step.add_prefix_space;
}

/* BertPreTokenizer. */
bool are_bert(const std::vector<PreTokenizerStep> &steps)
{
    return steps.size() == 2 && steps[0].kind == Kind::whitespace_split &&
           steps[1].kind == Kind::punctuation && steps[1].behavior == Behavior::isolated;
}

} // namespace

struct Splitter::Steps {
    std::vector<SplitterStep> list;
    Scan scan = nullptr;
    bool is_byte_level = false, is_bert = false;

    int add(const PreTokenizerStep &step);
    int check(const PreTokenizerStep &step) const;
};

/* Refuses what the reference does, but no model asks for. */
int Splitter::Steps::check(const PreTokenizerStep &step) const
{
    bool is_front_taken = std::any_of(list.begin(), list.end(), [](const SplitterStep &before) {
        return puts_in_front(before.spec);
    });
    if (step.kind == Kind::split_string && step.pattern.empty())
        return fail(CALIB_E_UNSUPPORTED, "pre_tokenizer: a Split with an empty pattern");
    if (step.kind == Kind::metaspace && is_byte_level)
        return fail(CALIB_E_UNSUPPORTED, "pre_tokenizer: Metaspace behind ByteLevel");
    if (step.kind == Kind::metaspace && step.prepend == Prepend::first && is_front_taken)
        return fail(CALIB_E_UNSUPPORTED, "pre_tokenizer: Metaspace with prepend_scheme first behind"
                                         " a step that puts something in front");
    return 0;
}

int Splitter::Steps::add(const PreTokenizerStep &step)
{
    if (int status = check(step))
        return status;
    list.push_back({step, {}});
    Regex &regex = list.back().regex;
    is_byte_level = is_byte_level || is_byte_level_step(step);
    if (step.kind == Kind::split_regex)
        return regex.compile(step.pattern);
    if (is_byte_level_step(step) && step.use_regex)
        return regex.compile(GPT2_PATTERN);
    return 0;
}

Splitter::Splitter() = default;
Splitter::~Splitter() = default;
Splitter::Splitter(Splitter &&) noexcept = default;
Splitter &Splitter::operator=(Splitter &&) noexcept = default;

int Splitter::build(const std::vector<PreTokenizerStep> &steps, bool use_scanner)
{
    auto built = std::make_unique<Steps>();
    for (const PreTokenizerStep &step : steps)
        if (int status = built->add(step))
            return status;
    if (use_scanner)
        built->scan = scanner_for(steps);
    built->is_bert = use_scanner && are_bert(steps);
    steps_ = std::move(built);
    return 0;
}

bool Splitter::is_byte_level() const
{
    return steps_->is_byte_level;
}

Scan Splitter::scanner() const
{
    return steps_->scan;
}

bool Splitter::is_bert() const
{
    return steps_->is_bert;
}

/* A step behind ByteLevel sees the byte alphabet. At the end of the steps bytes are bytes again. */
void Splitter::split_pieces(Pieces &pieces) const
{
    const std::vector<SplitterStep> &list = steps_->list;
    bool is_alphabet = false;
    for (std::size_t i = 0; i < list.size(); i++) {
        run_step(list[i], pieces);
        bool is_byte_level = is_byte_level_step(list[i].spec);
        bool is_last = i + 1 == list.size();
        if (is_byte_level && !is_last)
            to_byte_alphabet(pieces);
        is_alphabet = is_byte_level ? !is_last : is_alphabet;
    }
    if (is_alphabet)
        from_byte_alphabet(pieces);
}

} // namespace calib_tj
