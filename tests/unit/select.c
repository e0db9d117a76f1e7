/* SPDX-License-Identifier: MIT */
/* Selects ranks from given words: random ones, and ones that no generator would make. */
#include "sample/select.h"
#include "test.h"

enum { MOST = 70001 };

static calib_progress silent;

typedef struct given {
    uint32_t words[MOST];
    uint32_t n;
    int passes;
} given;

static int each_given(const void *ctx, calib_word_sink sink, void *sink_ctx)
{
    given *g = (given *)(uintptr_t)ctx;
    g->passes++;
    for (uint32_t at = 0; at < g->n; at += CALIB_WORDS_AT_ONCE) {
        uint32_t left = g->n - at;
        int status = sink(sink_ctx, g->words + at, at,
                          left < CALIB_WORDS_AT_ONCE ? left : CALIB_WORDS_AT_ONCE);
        if (status)
            return status;
    }
    return 0;
}

static int by_value(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

/* Compares the range [first, end) with the whole stable sort. */
static void check_range(given *g, const uint64_t *sorted, uint32_t first, uint32_t end)
{
    calib_words words = {g->n, each_given, g};
    uint32_t *order;
    g->passes = 0;
    assert_ok(calib_select(&words, first, end - first, &silent, &order));
    for (uint32_t i = first; i < end; i++)
        if (order[i - first] != (uint32_t)sorted[i])
            fail_msg("place %u of %u is %u, expected %u", i, g->n, order[i - first],
                     (uint32_t)sorted[i]);
    free(order);
}

/* Checks every block of every world. Returns the most passes that one needed. */
static int check_all(given *g)
{
    static const uint32_t worlds[] = {1, 2, 5, 16};
    uint64_t *sorted = malloc(g->n * sizeof *sorted);
    int most = 0;
    for (uint32_t i = 0; i < g->n; i++)
        sorted[i] = (uint64_t)g->words[i] << 32 | i;
    qsort(sorted, g->n, sizeof *sorted, by_value);
    for (size_t w = 0; w < 4; w++)
        for (uint32_t rank = 0; rank < worlds[w]; rank++) {
            check_range(g, sorted, (uint32_t)((uint64_t)g->n * rank / worlds[w]),
                        (uint32_t)((uint64_t)g->n * (rank + 1) / worlds[w]));
            most = g->passes > most ? g->passes : most;
        }
    check_range(g, sorted, g->n / 2, g->n / 2);
    check_range(g, sorted, g->n / 2, g->n / 2 + 1);
    check_range(g, sorted, g->n - 1, g->n);
    free(sorted);
    return most;
}

static uint32_t random_word(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*state >> 32);
}

typedef uint32_t (*shape)(uint32_t random, uint32_t i, uint32_t n);

static uint32_t unchanged(uint32_t random, uint32_t i, uint32_t n)
{
    return (void)i, (void)n, random;
}

static uint32_t two_values(uint32_t random, uint32_t i, uint32_t n)
{
    return (void)i, (void)n, random >> 31;
}

static uint32_t few_values(uint32_t random, uint32_t i, uint32_t n)
{
    return (void)i, (void)n, random & 0xfff00000u;
}

static uint32_t all_zero(uint32_t random, uint32_t i, uint32_t n)
{
    return (void)random, (void)i, (void)n, 0;
}

static uint32_t all_ones(uint32_t random, uint32_t i, uint32_t n)
{
    return (void)random, (void)i, (void)n, UINT32_MAX;
}

static uint32_t all_high(uint32_t random, uint32_t i, uint32_t n)
{
    return (void)i, (void)n, random | 0xffff0000u;
}

static uint32_t at_both_ends(uint32_t random, uint32_t i, uint32_t n)
{
    return (void)n, i & 1 ? random >> 20 : ~(random >> 20);
}

static uint32_t falling(uint32_t random, uint32_t i, uint32_t n)
{
    return (void)random, n - i;
}

static const uint32_t sizes[] = {1, 2, 3, 63, 1023, 1024, 1025, 5000, MOST};

static int check_shape(shape of)
{
    static given g;
    int most = 0;
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        uint64_t state = s + 1;
        g.n = sizes[s];
        for (uint32_t i = 0; i < g.n; i++)
            g.words[i] = of(random_word(&state), i, g.n);
        int passes = check_all(&g);
        most = passes > most ? passes : most;
    }
    return most;
}

static void random_words_in_one_pass(void **unused)
{
    (void)unused;
    assert_int_equal(check_shape(unchanged), 1);
}

static void ties_by_index(void **unused)
{
    (void)unused;
    check_shape(two_values);
    check_shape(few_values);
    check_shape(all_zero);
    check_shape(all_ones);
}

/* The bounds are wrong at first, and again in the next passes. */
static void any_words(void **unused)
{
    (void)unused;
    assert_true(check_shape(all_high) > 1);
    assert_true(check_shape(at_both_ends) > 1);
    assert_true(check_shape(falling) > 1);
}

static void nothing_wanted(void **unused)
{
    (void)unused;
    static given g = {.n = 1000};
    calib_words words = {g.n, each_given, &g};
    uint32_t *order = NULL;
    assert_ok(calib_select(&words, 1000, 0, &silent, &order));
    assert_non_null(order);
    assert_int_equal(g.passes, 0);
    free(order);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_words_in_one_pass),
        cmocka_unit_test(ties_by_index),
        cmocka_unit_test(any_words),
        cmocka_unit_test(nothing_wanted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
