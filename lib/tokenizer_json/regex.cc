/* SPDX-License-Identifier: MIT */
#include "regex.h"

#include "adapter/error.h"
#include "adapter/utf8.h"
#include "regex_program.h"

#include <stdexcept>

namespace calib_tj
{

namespace
{

/* find() lets failing tries read so many characters for each that it has passed, and some more,
 * before it changes to the way whose cost does not depend on how far a try reads. */
constexpr std::size_t PATIENCE = 16, MORE_PATIENCE = 4096;

/* Limit of what all tries of a text read, for each byte of it and on top: seconds. A text of 20 KiB
 * keeps to it with any pattern. */
constexpr std::uint64_t MOST_READ_PER_BYTE = 1024, MOST_READ = UINT64_C(1) << 28;

} // namespace

struct Regex::Compiled {
    Program program;
    Automaton automaton;
    /* By the kind on the left. */
    std::vector<KindSet> follows, undecided, not_run;
    KindSet unmatched, taken;

    explicit Compiled(std::string_view pattern);
    void relate_kinds();
    void find_unmatched();

    std::uint32_t kind_at(std::string_view text, std::size_t at, std::size_t &len) const
    {
        auto byte = static_cast<unsigned char>(text[at]);
        len = 1;
        return program.kinds.of(byte < 0x80 ? byte : first_character(text.substr(at), len));
    }

    std::size_t match(std::string_view text, std::size_t at, std::uint64_t &n_read) const;
    bool find_at_once(std::string_view text, std::size_t from, std::size_t &begin, std::size_t &end,
                      std::uint64_t &n_read) const;
};

Regex::Compiled::Compiled(std::string_view pattern)
    : program(compile_program(parse_pattern(pattern)))
{
    automaton.build(program);
    relate_kinds();
    find_unmatched();
}

/* What can follow a kind of character, and what (?!\S) decides behind it, over all states that are
 * entered by reading it. */
void Regex::Compiled::relate_kinds()
{
    std::uint32_t n = program.kinds.n();
    follows.assign(n, {});
    undecided.assign(n, {});
    not_run.assign(n, {});
    std::vector<KindSet> entered(automaton.n_states()); /* the kinds by which a state is reached */
    for (std::size_t state = 0; state < entered.size(); state++)
        for (std::uint32_t kind = 0; kind < n; kind++)
            entered[automaton.at(state, kind) >> 1][kind] = true;
    for (std::size_t state = 1; state < entered.size(); state++) {
        KindSet live, differ, other;
        bool at_end = automaton.at(state, n) & 1;
        for (std::uint32_t kind = 0; kind < n; kind++) {
            live[kind] = automaton.at(state, kind) >> 1 != 0;
            differ[kind] = (automaton.at(state, kind) & 1) != at_end;
            /* A try that goes on is in the state of one that begins here. */
            other[kind] = !at_end || automaton.at(state, kind) >> 1 !=
                                         automaton.at(automaton.start(), kind) >> 1;
        }
        taken |= entered[state];
        for (std::uint32_t left = 0; left < n; left++) {
            follows[left] |= entered[state][left] ? live : KindSet();
            undecided[left] |= entered[state][left] ? differ : KindSet();
            not_run[left] |= entered[state][left] ? other : KindSet();
        }
    }
}

/* A kind is always matched if its first character makes a match, whatever follows. */
void Regex::Compiled::find_unmatched()
{
    std::uint32_t n = program.kinds.n();
    for (std::uint32_t kind = 0; kind < n; kind++) {
        std::size_t state = automaton.at(automaton.start(), kind) >> 1;
        bool always = true;
        for (std::uint32_t behind = 0; behind <= n; behind++)
            always = always && (automaton.at(state, behind) & 1);
        unmatched[kind] = !always;
    }
}

std::size_t Regex::Compiled::match(std::string_view text, std::size_t at,
                                   std::uint64_t &n_read) const
{
    std::size_t end = npos, state = automaton.start();
    for (std::size_t len = 0;; at += len, n_read++) {
        bool is_end = at == text.size();
        std::uint32_t kind = is_end ? program.kinds.n() : kind_at(text, at, len);
        Automaton::Cell cell = automaton.at(state, kind);
        end = cell & 1 ? at : end;
        state = cell >> 1;
        if (state == 0)
            return end;
    }
}

/* Tries all beginnings at once, those on the left first. */
bool Regex::Compiled::find_at_once(std::string_view text, std::size_t from, std::size_t &begin,
                                   std::size_t &end, std::uint64_t &n_read) const
{
    Machine machine(program);
    Threads threads, next;
    bool found = false;
    for (std::size_t at = from, len = 0;; at += len) {
        if (!found)
            machine.begin(at, threads);
        bool is_end = at == text.size();
        std::uint32_t kind = is_end ? program.kinds.n() : kind_at(text, at, len);
        if (const Thread *thread = machine.step(threads, kind, next)) {
            found = true;
            begin = thread->start;
            end = at;
        }
        threads.swap(next);
        if (is_end || (found && threads.empty())) {
            n_read += machine.n_steps();
            return found;
        }
    }
}

Regex::Regex() = default;
Regex::~Regex() = default;
Regex::Regex(Regex &&) noexcept = default;
Regex &Regex::operator=(Regex &&) noexcept = default;

int Regex::compile(std::string_view pattern)
{
    try {
        compiled_ = std::make_unique<Compiled>(pattern);
        return CALIB_OK;
    } catch (const Refusal &refusal) {
        return fail(CALIB_E_UNSUPPORTED, "the regular expression has %s, at its byte %zu",
                    refusal.what, refusal.at);
    }
}

std::size_t Regex::match(std::string_view text, std::size_t at) const
{
    std::uint64_t n_read = 0;
    return compiled_->match(text, at, n_read);
}

bool Regex::find(std::string_view text, std::size_t from, std::size_t &begin, std::size_t &end,
                 std::uint64_t &n_read) const
{
    std::uint64_t already = n_read;
    for (std::size_t at = from; at < text.size(); at += character_length(text[at])) {
        if (n_read - already > PATIENCE * (at - from) + MORE_PATIENCE)
            return compiled_->find_at_once(text, at, begin, end, n_read);
        end = compiled_->match(text, at, n_read);
        if (end != npos) {
            begin = at;
            return true;
        }
    }
    return false;
}

bool Regex::find(std::string_view text, std::size_t from, std::size_t &begin,
                 std::size_t &end) const
{
    std::uint64_t n_read = 0;
    return find(text, from, begin, end, n_read);
}

bool Matches::next(std::size_t &begin, std::size_t &end)
{
    bool found = regex_.find(text_, at_, begin, end, n_read_);
    if (n_read_ > MOST_READ + MOST_READ_PER_BYTE * text_.size())
        throw std::runtime_error("a text takes too long to split by a regular expression");
    at_ = found ? end : text_.size();
    return found;
}

std::uint32_t Regex::n_kinds() const
{
    return compiled_->program.kinds.n();
}

std::uint32_t Regex::kind_of(char32_t c) const
{
    return compiled_->program.kinds.of(c);
}

bool Regex::can_follow(std::uint32_t left, std::uint32_t right) const
{
    return compiled_->follows[left][right];
}

bool Regex::is_unmatched(std::uint32_t kind) const
{
    return compiled_->unmatched[kind];
}

/* What a try takes is in a match if other characters follow, or the text ends. */
MatchStatus Regex::match_status(std::uint32_t kind) const
{
    if (!is_unmatched(kind))
        return MatchStatus::always;
    return compiled_->taken[kind] ? MatchStatus::either : MatchStatus::never;
}

bool Regex::is_decided(std::uint32_t kind) const
{
    return compiled_->undecided[kind].none();
}

bool Regex::is_apart(std::uint32_t left, std::uint32_t right) const
{
    return !compiled_->follows[left][right] && !compiled_->undecided[left][right];
}

bool Regex::is_cut(std::uint32_t left, std::uint32_t right) const
{
    return is_apart(left, right) && !(is_unmatched(left) && is_unmatched(right));
}

/* The try that begins with `right` matches, so that one which comes to it from the left does, too,
 * and no other try goes past this place. */
bool Regex::is_run(std::uint32_t left, std::uint32_t right) const
{
    return compiled_->follows[left][right] && !compiled_->not_run[left][right] &&
           !is_unmatched(right);
}

} // namespace calib_tj
