/* SPDX-License-Identifier: MIT */
#include "random/shuffle.h"

/* A swap of a large array waits for memory, unless it was asked for the place some time before. */
#if defined __GNUC__
#define EXPECT(place) __builtin_prefetch(place, 1)
#else
#define EXPECT(place) ((void)(place))
#endif

/* So many draws are ahead of the swaps. */
enum { AHEAD = 256 };

int calib_shuffle(calib_draws draw, void *ctx, uint32_t n, uint32_t *order)
{
    uint32_t draws[AHEAD];
    for (uint32_t i = 0; i < n; i++)
        order[i] = i;
    for (uint32_t top = n ? n - 1 : 0, count; top; top -= count) {
        count = top < AHEAD ? top : AHEAD;
        int status = draw(ctx, top, count, draws);
        if (status)
            return status;
        for (uint32_t k = 0; k < count; k++)
            EXPECT(&order[draws[k]]);
        for (uint32_t k = 0; k < count; k++) {
            uint32_t moved = order[top - k];
            order[top - k] = order[draws[k]];
            order[draws[k]] = moved;
        }
    }
    return 0;
}

/* Stores the draw of each step i at drawn[i]; of a step 0 it would be 0. */
static int draw_all(calib_draws draw, void *ctx, uint32_t n, uint32_t *drawn)
{
    uint32_t draws[CALIB_DRAWS_AT_ONCE];
    drawn[0] = 0;
    for (uint32_t top = n - 1, count; top; top -= count) {
        count = top < CALIB_DRAWS_AT_ONCE ? top : CALIB_DRAWS_AT_ONCE;
        int status = draw(ctx, top, count, draws);
        if (status)
            return status;
        for (uint32_t k = 0; k < count; k++)
            drawn[top - k] = draws[k];
    }
    return 0;
}

/* A set bit: something may be followed at such a place. Few bits, so that they stay in a cache. */
typedef struct calib_filter {
    uint32_t word[4096];
} calib_filter;

static inline void mark(calib_filter *filter, uint32_t place)
{
    filter->word[place / 32 % 4096] |= (uint32_t)1 << place % 32;
}

static inline uint32_t may_hold(const calib_filter *filter, uint32_t place)
{
    return filter->word[place / 32 % 4096] >> place % 32 & 1;
}

#define NOBODY 0xffffffffu

/* Follows each place p < n back through the steps, from the last to the first, to where its number
 * stood at the start. order[p] is where it has got to; held[place] is p there, or NOBODY. Before
 * step i nothing has got to i or beyond, so held[i] still is the draw of the step. */
static void follow(uint32_t n_all, uint32_t n, uint32_t *order, uint32_t *held)
{
    calib_filter filter = {{0}};
    for (uint32_t i = 0; i < n; i++) {
        uint32_t j = held[i], p = held[j];
        order[p] = held[j] = i;
        order[i] = j;
        held[i] = p;
    }
    for (uint32_t i = 0; i < n; i++)
        mark(&filter, i);
    for (uint32_t i = n; i < n_all; i++) {
        uint32_t j = held[i];
        uint32_t p = j < i && may_hold(&filter, j) ? held[j] : NOBODY;
        held[i] = p;
        if (p == NOBODY)
            continue;
        held[j] = NOBODY;
        order[p] = i;
        mark(&filter, i);
    }
}

int calib_shuffle_first(calib_draws draw, void *ctx, uint32_t n_all, uint32_t n, uint32_t *order,
                        uint32_t *scratch)
{
    int status = n_all ? draw_all(draw, ctx, n_all, scratch) : 0;
    if (!status)
        follow(n_all, n, order, scratch);
    return status;
}
