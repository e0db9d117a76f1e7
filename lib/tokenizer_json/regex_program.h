/* SPDX-License-Identifier: MIT */
/* A compiled regular expression: the instructions of a machine that follows all ways to match at
 * once, in the order in which backtracking would try them, and the automaton of its states. */
#ifndef CALIB_TOKENIZER_JSON_REGEX_PROGRAM_H
#define CALIB_TOKENIZER_JSON_REGEX_PROGRAM_H

#include "charset.h"
#include "regex_syntax.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace calib_tj
{

struct Instruction {
    enum class Op : std::uint8_t {
        character, /* takes a character of the set, then goes on at `next` */
        split,     /* tries `next`, then `other` */
        look,      /* a match if no character but white space follows */
        match
    };
    Op op;
    std::uint16_t set = 0;
    std::uint16_t next = 0, other = 0;
};

struct Program {
    std::vector<Instruction> code;
    std::uint16_t start = 0;
    std::vector<KindSet> sets;
    KindSet space;
    Kinds kinds;
};

/** Throws Refusal, std::bad_alloc. */
Program compile_program(const Syntax &syntax);

/** A way to match: where it stands in the program and where in the text its try began. */
struct Thread {
    std::uint16_t at;
    std::size_t start;
};

/** Threads, those that backtracking would try first in front. Each instruction is held once: who
 *  comes later to the same instruction could find no better match. */
using Threads = std::vector<Thread>;

/** Moves threads over characters. Holds memory for it; `program` must outlive it. */
class Machine
{
public:
    explicit Machine(const Program &program);

    /** Appends the threads that begin at `start` to those of the last step. */
    void begin(std::size_t start, Threads &threads);

    /** Takes a character of this kind, or the end of the text if it is kinds.n(). Returns the first
     *  thread that matches before that character, or nullptr; the threads behind it are dropped. */
    const Thread *step(const Threads &threads, std::uint32_t kind, Threads &out);

    /** Instructions visited so far. */
    std::size_t n_steps() const
    {
        return n_steps_;
    }

private:
    void follow(Thread thread, Threads &out);

    const Program &program_;
    std::vector<std::uint32_t> seen_; /* the round in which an instruction was last added */
    std::vector<std::uint16_t> stack_;
    std::uint32_t round_ = 1;
    std::size_t n_steps_ = 0;
};

/** All states that the machine can be in, if one try begins at the first character. */
class Automaton
{
public:
    /* A cell is the next state times 2, plus 1 if the try matches before the character. State 0
     * ends a try. */
    using Cell = std::uint16_t;

    /** Throws Refusal if there are too many states, std::bad_alloc. */
    void build(const Program &program);

    Cell at(std::size_t state, std::uint32_t kind) const
    {
        return cells_[state * stride_ + kind];
    }

    std::size_t start() const
    {
        return start_;
    }

    std::size_t n_states() const
    {
        return cells_.size() / stride_;
    }

private:
    std::vector<Cell> cells_; /* by state, then kind; the last kind is the end of the text */
    std::size_t stride_ = 1;
    std::size_t start_ = 0;
};

} // namespace calib_tj

#endif
