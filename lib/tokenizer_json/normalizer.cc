/* SPDX-License-Identifier: MIT */
#include "normalizer.h"

#include "adapter/error.h"
#include "adapter/utf8.h"
#include "bert.h"
#include "unicode.h"

#include <stdexcept>
#include <utility>

namespace calib_tj
{

namespace
{

using Kind = NormalizerStep::Kind;

/* A form may be this many times as long as its piece, and a little more for what is put in front.
 * NFKC makes 11 bytes of one at most. */
constexpr std::size_t MAX_GROWTH = 256, MAX_FRONT = 65536;

std::string_view strip(std::string_view text, bool left, bool right)
{
    if (left)
        text.remove_prefix(leading_space(text));
    if (right)
        text = text.substr(0, trailing_space(text));
    return text;
}

void check_growth(std::size_t size, std::size_t most)
{
    if (size > most)
        throw std::length_error("a normalized text is too long");
}

} // namespace

int Normalizer::build(const std::vector<NormalizerStep> &steps)
{
    std::vector<Step> built;
    for (const NormalizerStep &spec : steps) {
        Step step = {spec, {}};
        if (spec.kind == Kind::replace_string && spec.pattern.empty())
            return fail(CALIB_E_UNSUPPORTED,
                        "the normalizer Replace with an empty pattern is not supported");
        if (spec.kind == Kind::prepend && spec.content.empty())
            return fail(CALIB_E_UNSUPPORTED,
                        "the normalizer Prepend with an empty text is not supported");
        if (spec.kind == Kind::replace_regex) {
            int status = step.regex.compile(spec.pattern);
            if (status)
                return status;
        }
        built.push_back(std::move(step));
    }
    steps_ = std::move(built);
    return CALIB_OK;
}

bool Normalizer::finds(const Step &step, std::string_view text, std::size_t from,
                       std::size_t &begin, std::size_t &end)
{
    if (step.spec.kind == Kind::replace_regex)
        return step.regex.find(text, from, begin, end);
    begin = text.find(step.spec.pattern, from);
    end = begin + step.spec.pattern.size();
    return begin != std::string_view::npos;
}

bool Normalizer::changes(const Step &step, std::string_view text, Position position)
{
    std::size_t begin = 0, end = 0;
    switch (step.spec.kind) {
    case Kind::nfc: return !is_nfc(text);
    case Kind::nfkc: return !is_nfkc(text);
    case Kind::lowercase: return !is_lowercase(text);
    case Kind::prepend: return position != Position::continued && !text.empty();
    case Kind::replace_string:
    case Kind::replace_regex: return finds(step, text, 0, begin, end);
    case Kind::strip: return strip(text, step.spec.left, step.spec.right).size() < text.size();
    case Kind::bert_clean: return !is_clean(text);
    case Kind::bert_space: return !is_spaced(text);
    case Kind::bert_unaccent: return !is_unaccented(text);
    }
    return true;
}

bool Normalizer::changes(std::string_view piece, Position position) const
{
    for (const Step &step : steps_)
        if (changes(step, piece, position))
            return true;
    return false;
}

/* Appends what a step, which changes the text, makes of it. */
void Normalizer::apply(const Step &step, std::string_view text, std::size_t most, std::string &out)
{
    std::size_t at = 0, begin = 0, end = 0;
    switch (step.spec.kind) {
    case Kind::nfc: return append_nfc(text, out);
    case Kind::nfkc: return append_nfkc(text, out);
    case Kind::lowercase: return append_lowercase(text, out);
    case Kind::bert_clean: return append_clean(text, out);
    case Kind::bert_space: return append_spaced(text, out);
    case Kind::bert_unaccent: return append_unaccented(text, out);
    case Kind::strip: out.append(strip(text, step.spec.left, step.spec.right)); return;
    case Kind::prepend: out.append(step.spec.content).append(text); return;
    case Kind::replace_string:
    case Kind::replace_regex:
        while (finds(step, text, at, begin, end)) {
            out.append(text, at, begin - at).append(step.spec.content);
            check_growth(out.size(), most);
            at = end;
        }
        out.append(text, at);
        return;
    }
}

void Normalizer::normalize(std::string_view piece, Position position, std::string &out) const
{
    std::size_t most = piece.size() * MAX_GROWTH + MAX_FRONT;
    std::string before;
    out.assign(piece);
    for (const Step &step : steps_) {
        if (!changes(step, out, position))
            continue;
        before.swap(out);
        out.clear();
        apply(step, before, most, out);
        check_growth(out.size(), most);
    }
}

} // namespace calib_tj
