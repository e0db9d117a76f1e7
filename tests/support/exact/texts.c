/* SPDX-License-Identifier: MIT */
/* Random texts made of strings that are hard to cut. */
#include "exact.h"

static uint32_t next_random(run *r)
{
    r->random = r->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(r->random >> 33);
}

size_t below(run *r, size_t n)
{
    return n ? next_random(r) % n : 0;
}

void add(run *r, const char *bytes, size_t len)
{
    if (len > MAX_TEXT - r->len)
        len = MAX_TEXT - r->len;
    memcpy(r->text + r->len, bytes, len);
    r->len += len;
}

void add_string(run *r, const char *string)
{
    add(r, string, strlen(string));
}

static void add_character(run *r, uint32_t c)
{
    char bytes[4];
    size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const unsigned char leads[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = n; i-- > 1; c >>= 6)
        bytes[i] = (char)(0x80 | (c & 0x3f));
    bytes[0] = (char)(leads[n] | c);
    add(r, bytes, n);
}

/* Spaces of all kinds and U+2581, combining marks, Hangul jamo, halfwidth and compatibility forms,
 * characters that vanish, look-alikes of special tokens and symbols, unknown characters, words. */
/* clang-format off */
const char *const atoms[] = {
    " ", "  ", "   ", "\t", "\n", "\n\n", "\r\n", "\x01", "\x7f", "\xc2\xa0", "\xe3\x80\x80",
    "\xe2\x96\x81", "\xe2\x96\x81\xe2\x96\x81", " \xe2\x96\x81", "\xe2\x96\x81 ", "e\xcc\x81",
    "\xcc\x81", "\xcc\x88\xcc\x81", "\xcc\xa7", "a\xcc\x8a", " \xcc\x81", "\xe1\x84\x92",
    "\xe1\x85\xa1", "\xe1\x86\xab", "\xea\xb0\x80", "\xea\xb0\x80\xe1\x86\xa8",
    "\xe3\x82\xab\xe3\x82\x99", "\xef\xbd\xb6\xef\xbe\x9e", "\xef\xbe\x9e", "\xe3\x82\x99",
    "\xef\xbc\x91", "\xc2\xa8", "\xc2\xb4", "\xc2\xb8", "\xcb\x9a", "\xe2\x80\x97",
    "\xef\xb7\xba", "\xef\xb7\xbb", "\xef\xac\x83", "\xe2\x80\x8b", "\xc2\xad", "\xef\xbb\xbf",
    "\xe2\x80\x8d", "\xef\xbf\xbd", "\x0b", "\x0c", "\x1b", "\xc2\x85", "\xe2\x80\xa8",
    "\xe2\x80\xa6", "\xc2\xbd", "<s>", "</s>", "<unk>", "<0x41>", "<0x0A>",
    "<sep>", "<mask>", "[ x ]", "new york", "a b", " b", "b ", "e\xcc\x81t",
    "x\xcc\x84 y", "<c>", "\xe6\x9d\xb1\xe4\xba\xac",
    "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x9a\x80", "\xf3\xb0\x80\x80",
    "\xf3\xb0\x80\x81\xf3\xb0\x80\x80", "\xc7\x85", "\xc3\x9f", "\xe1\xba\x9e", "\xc4\xb0", "0",
    "12", "1,234.5", ".", ",", "''", "--", "a", "b", "I", "x", "the", "ing", "The ", "NEW",
    "\xc3\xa9", "(TM)", "#WXYZ#", "q\x7f",
};
/* clang-format on */

const size_t n_atoms = sizeof atoms / sizeof *atoms;

static bool continues(const buffer *b, size_t at)
{
    return at < b->len && ((unsigned char)b->bytes[at] & 0xc0) == 0x80;
}

/* Adds whole characters of a real text, fewer than `most` bytes. */
void add_real(run *r, size_t most)
{
    size_t at = below(r, r->real.len), n = below(r, most);
    if (n > r->real.len - at)
        n = r->real.len - at;
    while (n && continues(&r->real, at))
        at++, n--;
    while (n && continues(&r->real, at + n))
        n--;
    add(r, r->real.bytes + at, n);
}

static void add_piece(run *r)
{
    size_t i = below(r, r->tok->vocab_size);
    size_t start = i ? r->piece_ends[i - 1] : 0;
    add(r, r->pieces.bytes + start, r->piece_ends[i] - start);
}

static void add_something(run *r)
{
    static const uint32_t blocks[][2] = {{0x20, 0x7f},     {0xa0, 0x250},    {0x300, 0x370},
                                         {0x400, 0x460},   {0x1100, 0x1200}, {0x1e00, 0x1f00},
                                         {0x2000, 0x2070}, {0x3040, 0x3100}, {0x4e00, 0x4f00},
                                         {0xac00, 0xac80}, {0xe000, 0xe010}, {0xff00, 0xfff0}};
    size_t kind = below(r, 16);
    if (kind < 6) {
        add_string(r, atoms[below(r, n_atoms)]);
    } else if (kind < 10) {
        add_piece(r);
    } else if (kind < 12) {
        add_real(r, 60);
    } else if (kind < 15) {
        const uint32_t *block = blocks[below(r, sizeof blocks / sizeof *blocks)];
        add_character(r, block[0] + (uint32_t)below(r, block[1] - block[0]));
    } else {
        char bytes[3] = {0, 0, 0}; /* not UTF-8, or NUL */
        for (size_t i = 0; i < below(r, 4); i++)
            bytes[i] = (char)next_random(r);
        add(r, bytes, 1 + below(r, 3));
    }
}

static void add_times(run *r, size_t start, size_t times)
{
    size_t len = r->len - start;
    for (size_t i = 0; i < times; i++)
        add(r, r->text + start, len);
}

static void add_text(run *r)
{
    size_t n = below(r, 10) ? 1 + below(r, 12) : 1 + below(r, 200);
    size_t repeat = below(r, 8) ? 0 : below(r, 5);
    for (size_t i = 0; i < n; i++) {
        size_t start = r->len;
        add_something(r);
        add_times(r, start, repeat);
    }
}

void make_text(run *r)
{
    r->len = 0;
    add_text(r);
}

void make_large(run *r, size_t len)
{
    r->len = 0;
    while (r->len < len) {
        size_t kind = below(r, 16), start = r->len;
        if (kind < 8) {
            add_real(r, 5000);
        } else if (kind < 14) {
            add_text(r);
        } else if (kind < 15) {
            add_something(r);
            add_times(r, start, below(r, 500));
        } else {
            for (size_t n = below(r, 5000); n > 0; n--)
                add(r, &"etaoinsr"[below(r, 8)], 1);
        }
    }
}
