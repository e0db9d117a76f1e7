/* SPDX-License-Identifier: MIT */
/* NFC, NFKC and NFD: the algorithm of The Unicode Standard, section 3.11, with the reference's
 * tables. Characters that are stable (unicode.h) are skipped and copied; the rest is composed in
 * runs: a stable character and those behind it that are not. */
#include "adapter/utf8.h"
#include "unicode.h"
#include "unicode_tables.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <vector>

namespace calib_tj
{

namespace
{

enum class MappingKind : std::uint8_t { compatibility, canonical, composite };

struct Mapping {
    char32_t from;
    std::uint16_t begin; /* of its characters in Mappings::text */
    std::uint8_t len;
    MappingKind kind;
};

struct Mappings {
    Mapping at[MAPPINGS_SIZE];
    char32_t text[std::size(MAPPING_TEXT)];
};

constexpr Mappings make_mappings()
{
    Mappings mappings = {};
    std::int32_t from = 0, c = 0;
    std::size_t n = 0, begin = 0;
    for (const CharacterRun &run : MAPPINGS) {
        for (std::int32_t i = 0; i < run.n; i++) {
            auto len = static_cast<std::uint8_t>(run.value / 4);
            from += run.step;
            mappings.at[n++] = {static_cast<char32_t>(from), static_cast<std::uint16_t>(begin), len,
                                static_cast<MappingKind>(run.value % 4)};
            begin += len;
        }
    }
    n = 0;
    for (std::int32_t difference : MAPPING_TEXT)
        mappings.text[n++] = static_cast<char32_t>(c += difference);
    return mappings;
}

constexpr Mappings mappings = make_mappings();
static_assert(std::size(MAPPING_TEXT) <= UINT16_MAX, "");

/* Hangul is decomposed and composed by arithmetic: section 3.12. */
constexpr char32_t SYLLABLE = 0xac00, LEAD = 0x1100, VOWEL = 0x1161, TRAIL = 0x11a7;
constexpr char32_t N_LEADS = 19, N_VOWELS = 21, N_TRAILS = 28;

bool is_syllable(char32_t c)
{
    return c - SYLLABLE < N_LEADS * N_VOWELS * N_TRAILS;
}

/* What differs between the forms. */
struct Form {
    std::uint8_t stable_flag; /* of those that compose */
    bool compatibility, composes;

    bool is_stable(char32_t c) const;
};

constexpr Form NFC = {STABLE_NFC_FLAG, false, true}, NFKC = {STABLE_NFKC_FLAG, true, true};
constexpr Form NFD = {0, false, false};

const Mapping *find_mapping(char32_t c, Form form)
{
    if (c < 0xa0)
        return nullptr;
    const Mapping *mapping =
        std::lower_bound(std::begin(mappings.at), std::end(mappings.at), c,
                         [](const Mapping &m, char32_t x) { return m.from < x; });
    bool is_found = mapping != std::end(mappings.at) && mapping->from == c &&
                    (form.compatibility || mapping->kind != MappingKind::compatibility);
    return is_found ? mapping : nullptr;
}

const MarkRange *find_mark(char32_t c)
{
    if (c < 0x300)
        return nullptr;
    const MarkRange *range =
        std::lower_bound(std::begin(MARKS), std::end(MARKS), c,
                         [](const MarkRange &r, char32_t x) { return r.last < x; });
    return range != std::end(MARKS) && range->first <= c ? range : nullptr;
}

/* Without composition no character needs to know the one before it. */
bool Form::is_stable(char32_t c) const
{
    if (composes)
        return properties(c) & stable_flag;
    return !is_syllable(c) && !find_mark(c) && !find_mapping(c, *this);
}

/* Returns what two characters compose to, or NO_CHARACTER. */
char32_t compose(char32_t first, char32_t second)
{
    if (first - LEAD < N_LEADS && second - VOWEL < N_VOWELS)
        return SYLLABLE + ((first - LEAD) * N_VOWELS + second - VOWEL) * N_TRAILS;
    if (is_syllable(first) && (first - SYLLABLE) % N_TRAILS == 0 && second > TRAIL &&
        second < TRAIL + N_TRAILS)
        return first + (second - TRAIL);
    auto key = [](char32_t c, char32_t behind) {
        return static_cast<std::uint64_t>(behind) << 32 | c;
    };
    auto key_of = [key](std::uint16_t number) {
        const char32_t *text = mappings.text + mappings.at[number].begin;
        return key(text[0], text[1]);
    };
    const std::uint16_t *found = std::lower_bound(
        std::begin(COMPOSITIONS), std::end(COMPOSITIONS), key(first, second),
        [key_of](std::uint16_t number, std::uint64_t wanted) { return key_of(number) < wanted; });
    bool is_found = found != std::end(COMPOSITIONS) && key_of(*found) == key(first, second);
    return is_found ? mappings.at[*found].from : NO_CHARACTER;
}

/* Composes characters. It holds a starter (combining class 0) and the marks behind it. */
class Composer
{
public:
    Composer(Form form, std::string &out) : form_(form), out_(out)
    {
    }

    void put(char32_t c);

    /* Appends what is held: behind the last character. */
    void finish()
    {
        compose_marks();
        write();
    }

private:
    struct Mark {
        char32_t c;
        std::uint8_t combining_class;
    };

    void put_decomposed(char32_t c);
    char32_t composite(char32_t behind) const;
    void compose_marks();
    void write();

    Form form_;
    std::string &out_;
    char32_t starter_ = NO_CHARACTER;
    std::vector<Mark> marks_;
};

/* Mappings nest a few levels. */
void Composer::put(char32_t c)
{
    if (is_syllable(c)) {
        char32_t i = c - SYLLABLE;
        put_decomposed(LEAD + i / (N_VOWELS * N_TRAILS));
        put_decomposed(VOWEL + i / N_TRAILS % N_VOWELS);
        if (i % N_TRAILS)
            put_decomposed(TRAIL + i % N_TRAILS);
    } else if (const Mapping *mapping = find_mapping(c, form_)) {
        for (std::size_t i = 0; i < mapping->len; i++)
            put(mappings.text[mapping->begin + i]);
    } else {
        put_decomposed(c);
    }
}

/* Of the starter and a character behind it. */
char32_t Composer::composite(char32_t behind) const
{
    return form_.composes && starter_ != NO_CHARACTER ? compose(starter_, behind) : NO_CHARACTER;
}

void Composer::put_decomposed(char32_t c)
{
    if (const MarkRange *mark = find_mark(c)) {
        marks_.push_back({c, mark->combining_class});
        return;
    }
    compose_marks();
    char32_t composed = marks_.empty() ? composite(c) : NO_CHARACTER;
    if (composed != NO_CHARACTER) {
        starter_ = composed;
        return;
    }
    write();
    starter_ = c;
}

/* Composes the starter with each mark that no mark of its class or a higher one parts from it, and
 * keeps the other marks. */
void Composer::compose_marks()
{
    auto comes_before = [](const Mark &a, const Mark &b) {
        return a.combining_class < b.combining_class;
    };
    if (!std::is_sorted(marks_.begin(), marks_.end(), comes_before))
        std::stable_sort(marks_.begin(), marks_.end(), comes_before);
    std::size_t n_kept = 0;
    for (Mark mark : marks_) {
        bool is_blocked = n_kept && marks_[n_kept - 1].combining_class >= mark.combining_class;
        char32_t composed = is_blocked ? NO_CHARACTER : composite(mark.c);
        if (composed != NO_CHARACTER)
            starter_ = composed;
        else
            marks_[n_kept++] = mark;
    }
    marks_.resize(n_kept);
}

void Composer::write()
{
    if (starter_ != NO_CHARACTER)
        append_utf8(starter_, out_);
    for (Mark mark : marks_)
        append_utf8(mark.c, out_);
    starter_ = NO_CHARACTER;
    marks_.clear();
}

/* A run in a text, or an empty one at its end. */
struct Run {
    std::size_t begin, end;
};

/* Finds the next run at or behind `at`, where a stable character or a run begins. */
Run next_run(std::string_view text, std::size_t at, Form form)
{
    std::size_t before = at, len = 0;
    while (at < text.size()) {
        std::size_t end_of_ascii = skip_ascii(text, at);
        if (end_of_ascii > at) {
            before = end_of_ascii - 1;
            at = end_of_ascii;
            continue;
        }
        if (!form.is_stable(first_character(text.substr(at), len)))
            break;
        before = at;
        at += len;
    }
    if (at == text.size())
        return {at, at};
    while (at < text.size() && !form.is_stable(first_character(text.substr(at), len)))
        at += len;
    return {before, at};
}

/* Returns true if nothing in a run changes: no character is mapped, marks are in order, and what
 * can compose stands behind a starter that is not composed itself and does not compose with it. */
bool is_formed(std::string_view run, Form form)
{
    char32_t starter = NO_CHARACTER;
    unsigned last_class = 0;
    for (std::size_t at = 0, len = 0; at < run.size(); at += len) {
        char32_t c = first_character(run.substr(at), len);
        const MarkRange *mark = find_mark(c);
        bool is_stable = form.is_stable(c), is_second = mark ? mark->is_second : !is_stable;
        if (!is_stable && !mark && (is_syllable(c) || find_mapping(c, form)))
            return false;
        if (mark && mark->combining_class < last_class)
            return false;
        if (form.composes && is_second && starter != NO_CHARACTER &&
            (is_syllable(starter) || find_mapping(starter, form) ||
             compose(starter, c) != NO_CHARACTER))
            return false;
        last_class = mark ? mark->combining_class : 0;
        starter = mark ? starter : c;
    }
    return true;
}

void append_form(std::string_view text, Form form, std::string &out)
{
    for (std::size_t at = 0; at < text.size();) {
        Run run = next_run(text, at, form);
        out.append(text, at, run.begin - at);
        std::string_view part = text.substr(run.begin, run.end - run.begin);
        at = run.end;
        if (is_formed(part, form)) {
            out.append(part);
            continue;
        }
        Composer composer(form, out);
        for (std::size_t i = 0, len = 0; i < part.size(); i += len)
            composer.put(first_character(part.substr(i), len));
        composer.finish();
    }
}

bool is_form(std::string_view text, Form form)
{
    for (std::size_t at = 0; at < text.size();) {
        Run run = next_run(text, at, form);
        if (!is_formed(text.substr(run.begin, run.end - run.begin), form))
            return false;
        at = run.end;
    }
    return true;
}

} // namespace

void append_nfc(std::string_view text, std::string &out)
{
    append_form(text, NFC, out);
}

void append_nfkc(std::string_view text, std::string &out)
{
    append_form(text, NFKC, out);
}

bool is_nfc(std::string_view text)
{
    return is_form(text, NFC);
}

bool is_nfkc(std::string_view text)
{
    return is_form(text, NFKC);
}

void append_nfd(std::string_view text, std::string &out)
{
    append_form(text, NFD, out);
}

bool is_nfd(std::string_view text)
{
    return is_form(text, NFD);
}

} // namespace calib_tj
