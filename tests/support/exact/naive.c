/* SPDX-License-Identifier: MIT */
/* The control: cuts between characters that are neighbours in no piece, and no other rule. */
#include "exact.h"

static size_t character_length(const char *text, size_t len)
{
    size_t n = 1;
    while (n < len && ((unsigned char)text[n] & 0xc0) == 0x80)
        n++;
    return n;
}

/* Hashes two characters, U+2581 as a space, which is how text_of() gives it. */
static size_t naive_slot(const char *text, size_t len)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < len; i++) {
        bool space = len - i > 2 && memcmp(text + i, "\xe2\x96\x81", 3) == 0;
        i += space ? 2 : 0;
        hash = (hash ^ (space ? ' ' : (unsigned char)text[i])) * UINT64_C(1099511628211);
    }
    return (size_t)(hash >> 40);
}

void learn_naive(run *r)
{
    r->naive_pairs = must(calloc(1, 1 << 24));
    for (size_t i = 0, start = 0; i < r->tok->vocab_size; start = r->piece_ends[i++]) {
        size_t end = r->piece_ends[i];
        for (size_t at = start; at < end;) {
            size_t one = character_length(r->pieces.bytes + at, end - at);
            if (at + one == end)
                break;
            size_t two = one + character_length(r->pieces.bytes + at + one, end - at - one);
            r->naive_pairs[naive_slot(r->pieces.bytes + at, two)] = 1;
            at += one;
        }
    }
}

size_t naive_cuts(const run *r, size_t start)
{
    size_t n = 0;
    const char *text = r->text + start;
    size_t len = r->len - start;
    for (size_t at = 0; at < len;) {
        size_t one = character_length(text + at, len - at);
        if (at + one == len)
            break;
        size_t two = one + character_length(text + at + one, len - at - one);
        if (!r->naive_pairs[naive_slot(text + at, two)])
            r->offsets[n++] = at + one;
        at += one;
    }
    return n;
}
