/* SPDX-License-Identifier: MIT */
/* The merge loop of BPE, over any look-up of merges: of the neighbours that can be merged, those of
 * the highest order are, the leftmost of equal ones, until there are none.
 *
 * A look-up belongs to one text and offers
 *
 *     std::size_t length(std::size_t at) const;        length of the first symbol at `at`
 *     std::int32_t id(std::size_t begin, std::size_t end) const;     id of a first symbol
 *     Merge first(const Neighbours &) const;           merge of two first symbols
 *     Probe probe(const Neighbours &) const;           begins any look-up
 *     Merge find(const Probe &) const;                 ends it
 *
 * The last two are two steps: before the first look-up has its answer, a second one begins and the
 * next merge elsewhere is found. Each symbol that is left goes to `put(begin, end, id)`, in order.
 */
#ifndef CALIB_ADAPTER_MERGE_LOOP_H
#define CALIB_ADAPTER_MERGE_LOOP_H

#include "adapter.h"
#include "merge_queue.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <queue>
#include <vector>

namespace CALIB_ADAPTER
{

/** Two symbols side by side: the bytes [left, right) and [right, end) of the text. A missing
 *  neighbour has `end == left`: such a pair must not be found. */
struct Neighbours {
    std::size_t left, right, end;
    std::int32_t left_id, right_id;
};

/** Merges a text of 1 to MergeQueue::LONGEST bytes. Allocates nothing. */
template <typename Lookup, typename Put>
void merge_short(const Lookup &lookup, std::size_t size, Put &&put)
{
    std::int32_t ids[MergeQueue::LONGEST + 1]; /* by offset */
    MergeQueue queue(size);
    OffsetSet begins;
    std::size_t left = 0, right = lookup.length(0);
    ids[0] = lookup.id(0, right);
    begins.add(0);
    while (right < size) {
        std::size_t end = right + lookup.length(right);
        ids[right] = lookup.id(right, end);
        queue.set(left, lookup.first({left, right, end, ids[left], ids[right]}));
        begins.add(right);
        left = right;
        right = end;
    }
    begins.add(size);
    ids[size] = 0;

    for (std::uint64_t best = queue.top(); best != 0;) {
        std::size_t at = MergeQueue::offset_of(best);
        std::size_t gone = begins.above(at).first();
        begins.remove(gone);
        queue.remove(gone);
        ids[at] = queue.id(at);
        std::size_t end = begins.above(at).first();
        OffsetSet behind = begins.above(end), before = begins.below(at);
        std::size_t next_end = behind.empty() ? at : behind.first();
        std::size_t previous = before.empty() ? at : before.last();
        std::size_t previous_end = before.empty() ? at : end;
        auto right_pair = lookup.probe({at, end, next_end, ids[at], ids[end]});
        auto left_pair = lookup.probe({previous, at, previous_end, ids[previous], ids[at]});
        /* The best of the others is found while the look-ups wait for memory. */
        queue.remove(previous);
        queue.remove(at);
        best = queue.top();
        /* The left pair first: if there is none, `previous` is `at`. */
        best = std::max(best, queue.set(previous, lookup.find(left_pair)));
        best = std::max(best, queue.set(at, lookup.find(right_pair)));
    }

    for (std::size_t begin = 0; begin < size;) {
        std::size_t end = begins.above(begin).first();
        put(begin, end, ids[begin]);
        begin = end;
    }
}

/** A symbol of a long text, in the slot of its first character. */
struct MergeSymbol {
    static constexpr std::int32_t GONE = std::numeric_limits<std::int32_t>::min();

    std::size_t at; /* offset in the text */
    std::size_t next, previous;
    std::int32_t id; /* GONE: merged into the one before it */
};

/** A merge in the heap of a long text. It is stale if one of its symbols has changed. */
struct MergeCandidate {
    Merge merge;
    std::size_t left, right, next;

    bool is_stale(const std::vector<MergeSymbol> &symbols) const
    {
        return symbols[left].id == MergeSymbol::GONE || symbols[left].next != right ||
               symbols[right].next != next;
    }

    /** Comes later than `other`: std::priority_queue puts the largest on top. */
    bool operator<(const MergeCandidate &other) const
    {
        return merge.order < other.merge.order ||
               (merge.order == other.merge.order && left > other.left);
    }
};

/** Merges a text of any length, with a heap. */
template <typename Lookup, typename Put>
void merge_long(const Lookup &lookup, std::size_t size, Put &&put)
{
    std::vector<MergeSymbol> symbols;
    symbols.reserve(size + 1);
    std::size_t end = 0;
    for (std::size_t at = 0; at < size; end++) {
        std::size_t behind = at + lookup.length(at);
        symbols.push_back({at, end + 1, end - 1, lookup.id(at, behind)});
        at = behind;
    }
    symbols.push_back({size, end, end - 1, MergeSymbol::GONE});

    std::priority_queue<MergeCandidate> heap;
    auto look_up = [&](std::size_t left, std::size_t right) {
        std::size_t next = symbols[right].next;
        Merge merge =
            lookup.find(lookup.probe({symbols[left].at, symbols[right].at, symbols[next].at,
                                      symbols[left].id, symbols[right].id}));
        if (merge.order)
            heap.push({merge, left, right, next});
    };
    for (std::size_t i = 0; i + 1 < end; i++)
        look_up(i, i + 1);
    while (!heap.empty()) {
        MergeCandidate top = heap.top();
        heap.pop();
        if (top.is_stale(symbols))
            continue;
        symbols[top.left].id = top.merge.id;
        symbols[top.left].next = top.next;
        symbols[top.right].id = MergeSymbol::GONE;
        symbols[top.next].previous = top.left;
        if (top.left > 0)
            look_up(symbols[top.left].previous, top.left);
        if (top.next < end)
            look_up(top.left, top.next);
    }

    for (std::size_t i = 0; i < end; i = symbols[i].next)
        put(symbols[i].at, symbols[symbols[i].next].at, symbols[i].id);
}

} // namespace CALIB_ADAPTER

#endif
