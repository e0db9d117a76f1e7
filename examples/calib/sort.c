/* SPDX-License-Identifier: MIT */
#include "sort.h"

enum { BYTES = 256, FEW = 48, HIGHEST = 56 };

static void sort_few(uint64_t *numbers, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        uint64_t number = numbers[i];
        size_t at = i;
        for (; at > 0 && numbers[at - 1] > number; at--)
            numbers[at] = numbers[at - 1];
        numbers[at] = number;
    }
}

/* Moves each number into the range of its byte: "American flag sort". ends[b] is set to the end of
 * the range of byte b. */
static void divide(uint64_t *numbers, size_t n, unsigned shift, size_t ends[BYTES])
{
    size_t next[BYTES], at = 0;
    for (size_t i = 0; i < BYTES; i++)
        ends[i] = 0;
    for (size_t i = 0; i < n; i++)
        ends[numbers[i] >> shift & 0xff]++;
    for (size_t i = 0; i < BYTES; i++) {
        next[i] = at;
        at += ends[i];
        ends[i] = at;
    }
    for (size_t i = 0; i < BYTES; i++)
        while (next[i] < ends[i]) {
            uint64_t number = numbers[next[i]];
            size_t byte = number >> shift & 0xff;
            numbers[next[i]] = numbers[next[byte]];
            numbers[next[byte]++] = number;
        }
}

static void sort_from(uint64_t *numbers, size_t n, unsigned shift)
{
    size_t ends[BYTES], begin = 0;
    if (n <= FEW) {
        sort_few(numbers, n);
        return;
    }
    divide(numbers, n, shift, ends);
    for (size_t i = 0; shift && i < BYTES; i++) {
        sort_from(numbers + begin, ends[i] - begin, shift - 8);
        begin = ends[i];
    }
}

void cli_sort(uint64_t *numbers, size_t n)
{
    sort_from(numbers, n, HIGHEST);
}
