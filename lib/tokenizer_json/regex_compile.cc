/* SPDX-License-Identifier: MIT */
#include "regex_program.h"

#include <algorithm>

namespace calib_tj
{

namespace
{

constexpr std::size_t MOST_INSTRUCTIONS = 4096;

using Op = Instruction::Op;

class Compiler
{
public:
    explicit Compiler(const Syntax &syntax) : syntax_(syntax)
    {
    }

    Program compile();

private:
    /* Writes the code of a node in front of `next`; returns where it begins. */
    std::uint16_t emit(const Node &node, std::uint16_t next);
    std::uint16_t emit_repeat(const Node &node, std::uint16_t next);
    std::uint16_t emit_loop(const Node &node, std::uint16_t next);
    std::uint16_t add(Instruction instruction, std::size_t offset);

    std::vector<std::uint16_t> reachable(std::uint16_t from) const;
    void check_possessive() const;
    void check_folds() const;

    /* A possessive repeat, and what comes behind it. */
    struct Possessive {
        const Node *node;
        std::uint16_t behind;
    };

    const Syntax &syntax_;
    Program program_;
    std::vector<Possessive> possessive_;
};

std::uint16_t Compiler::add(Instruction instruction, std::size_t offset)
{
    if (program_.code.size() == MOST_INSTRUCTIONS)
        throw Refusal{"more than 4,096 steps, with its repeats written out", offset};
    program_.code.push_back(instruction);
    return static_cast<std::uint16_t>(program_.code.size() - 1);
}

std::uint16_t Compiler::emit_loop(const Node &node, std::uint16_t next)
{
    std::uint16_t loop = add({Op::split, 0, 0, next}, node.at);
    std::uint16_t body = emit(node.parts[0], loop);
    program_.code[loop].next = body;
    return node.least > 0 ? body : loop;
}

std::uint16_t Compiler::emit_repeat(const Node &node, std::uint16_t next)
{
    if (node.is_possessive)
        possessive_.push_back({&node, next});
    std::uint32_t n = std::max(node.least, UINT32_C(1)) - 1; /* copies in front of the loop */
    std::uint16_t first = next;
    if (node.most == Node::UNLIMITED) {
        first = emit_loop(node, next);
    } else {
        n = node.least;
        for (std::uint32_t i = node.least; i < node.most; i++) {
            std::uint16_t body = emit(node.parts[0], first);
            first = add({Op::split, 0, body, next}, node.at);
        }
    }
    for (; n > 0; n--)
        first = emit(node.parts[0], first);
    return first;
}

std::uint16_t Compiler::emit(const Node &node, std::uint16_t next)
{
    switch (node.type) {
    case Node::Type::set:
        return add({Op::character, static_cast<std::uint16_t>(node.set), next, 0}, node.at);
    case Node::Type::repeat: return emit_repeat(node, next);
    case Node::Type::sequence:
        if (node.looks)
            next = add({Op::look}, node.at);
        for (auto part = node.parts.rbegin(); part != node.parts.rend(); ++part)
            next = emit(*part, next);
        return next;
    case Node::Type::choice: break;
    }
    std::uint16_t first = emit(node.parts.back(), next);
    for (auto part = node.parts.rbegin() + 1; part != node.parts.rend(); ++part) {
        std::uint16_t body = emit(*part, next);
        first = add({Op::split, 0, body, first}, part->at);
    }
    return first;
}

/* The instructions that a thread stands at which comes to `from`: none is a split. */
std::vector<std::uint16_t> Compiler::reachable(std::uint16_t from) const
{
    std::vector<std::uint16_t> stack = {from}, found;
    std::vector<bool> seen(program_.code.size());
    while (!stack.empty()) {
        std::uint16_t at = stack.back();
        stack.pop_back();
        if (seen[at])
            continue;
        seen[at] = true;
        const Instruction &instruction = program_.code[at];
        if (instruction.op == Op::split)
            stack.insert(stack.end(), {instruction.other, instruction.next});
        else
            found.push_back(at);
    }
    return found;
}

/* A possessive repeat gives nothing back. It matches what the greedy one matches if the characters
 * that could be given back begin nothing of what follows. */
void Compiler::check_possessive() const
{
    for (const Possessive &repeat : possessive_)
        for (std::uint16_t at : reachable(repeat.behind)) {
            const Instruction &behind = program_.code[at];
            const KindSet &taken = program_.sets[repeat.node->parts[0].set];
            if (behind.op == Op::look ||
                (behind.op == Op::character && (program_.sets[behind.set] & taken).any()))
                throw Refusal{"a possessive repeat that is not the same as a greedy one",
                              repeat.node->at};
        }
}

/* If case is ignored, some pairs of letters are equal to one character: U+00DF is "ss". */
void Compiler::check_folds() const
{
    auto is_pair = [this](const KindSet &left, const KindSet &right) {
        for (const char *pair : {"ss", "st", "ff", "fi", "fl"})
            if (left[program_.kinds.of(static_cast<unsigned char>(pair[0]))] &&
                right[program_.kinds.of(static_cast<unsigned char>(pair[1]))])
                return true;
        return false;
    };
    for (const Instruction &left : program_.code) {
        if (left.op != Op::character || !syntax_.folds[left.set])
            continue;
        for (std::uint16_t at : reachable(left.next)) {
            const Instruction &right = program_.code[at];
            if (right.op == Op::character && syntax_.folds[right.set] &&
                is_pair(program_.sets[left.set], program_.sets[right.set]))
                throw Refusal{"(?i:...) with letters to which one character is equal",
                              syntax_.offsets[left.set]};
        }
    }
}

Program Compiler::compile()
{
    if (!program_.kinds.build(syntax_.sets, program_.sets))
        throw Refusal{"more than 255 kinds of characters", 0};
    program_.space = program_.sets[syntax_.space];
    program_.start = emit(syntax_.root, add({Op::match}, 0));
    check_possessive();
    check_folds();
    return std::move(program_);
}

} // namespace

Program compile_program(const Syntax &syntax)
{
    return Compiler(syntax).compile();
}

} // namespace calib_tj
