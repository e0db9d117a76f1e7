/* SPDX-License-Identifier: MIT */
#include "regex_program.h"

#include <map>

namespace calib_tj
{

namespace
{

/* What an automaton may cost: its cells, and the instructions visited to find them. */
constexpr std::size_t MOST_CELLS = std::size_t{1} << 19;
constexpr std::size_t MOST_STATES = std::size_t{1} << 15;
constexpr std::size_t MOST_STEPS = std::size_t{1} << 24;

using Op = Instruction::Op;
using State = std::vector<std::uint16_t>;

} // namespace

Machine::Machine(const Program &program) : program_(program), seen_(program.code.size())
{
}

/* Adds the instructions that wait for a character. A thread that matches ends the list: those
 * behind it are tried only if it fails. */
void Machine::follow(Thread thread, Threads &out)
{
    stack_.assign(1, thread.at);
    while (!stack_.empty()) {
        std::uint16_t at = stack_.back();
        stack_.pop_back();
        n_steps_++;
        if (seen_[at] == round_)
            continue;
        seen_[at] = round_;
        const Instruction &instruction = program_.code[at];
        if (instruction.op == Op::split) {
            stack_.push_back(instruction.other);
            stack_.push_back(instruction.next);
            continue;
        }
        out.push_back({at, thread.start});
    }
}

void Machine::begin(std::size_t start, Threads &threads)
{
    follow({program_.start, start}, threads);
}

const Thread *Machine::step(const Threads &threads, std::uint32_t kind, Threads &out)
{
    bool is_end = kind == program_.kinds.n();
    out.clear();
    if (++round_ == 0) {
        seen_.assign(seen_.size(), 0);
        round_ = 1;
    }
    for (const Thread &thread : threads) {
        n_steps_++;
        const Instruction &instruction = program_.code[thread.at];
        if (instruction.op == Op::match)
            return &thread;
        if (instruction.op == Op::look && (is_end || program_.space[kind]))
            return &thread;
        if (instruction.op == Op::character && !is_end && program_.sets[instruction.set][kind])
            follow({instruction.next, thread.start}, out);
    }
    return nullptr;
}

void Automaton::build(const Program &program)
{
    Machine machine(program);
    Threads threads, next;
    std::map<State, std::size_t> numbers;
    std::vector<const State *> states;
    auto number_of = [&](const Threads &found) {
        State state;
        for (const Thread &thread : found) {
            state.push_back(thread.at);
            if (program.code[thread.at].op == Op::match)
                break;
        }
        auto added = numbers.emplace(std::move(state), states.size());
        if (added.second)
            states.push_back(&added.first->first);
        return added.first->second;
    };

    stride_ = program.kinds.n() + 1;
    cells_.clear();
    number_of(threads);
    machine.begin(0, threads);
    start_ = number_of(threads);
    for (std::size_t i = 0; i < states.size(); i++) {
        threads.clear();
        for (std::uint16_t at : *states[i])
            threads.push_back({at, 0});
        for (std::uint32_t kind = 0; kind < stride_; kind++) {
            bool matches = machine.step(threads, kind, next) != nullptr;
            std::size_t to = number_of(next);
            if (states.size() > MOST_STATES || cells_.size() == MOST_CELLS ||
                machine.n_steps() > MOST_STEPS)
                throw Refusal{"too many ways to match: its automaton is too large", 0};
            cells_.push_back(static_cast<Cell>(to << 1 | matches));
        }
    }
}

} // namespace calib_tj
