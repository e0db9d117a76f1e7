/* SPDX-License-Identifier: MIT */
/* The generators of lib/random/: what needs no upstream library. tests/random/ compares with these.
 */
#include "random/numpy_generator.h"
#include "random/numpy_legacy.h"
#include "random/python.h"
#include "random/shuffle.h"
#include "random/torch.h"
#include "test.h"

static calib_mt19937 twister;
static calib_numpy_generator generator;

/* From mt19937ar.out of the authors, and the value that C++ prescribes for std::mt19937. */
static void known_answers(void **unused)
{
    (void)unused;
    calib_mt19937_seed_words(&twister, (uint32_t[]){0x123, 0x234, 0x345, 0x456}, 4);
    assert_true(calib_mt19937_next(&twister) == 1067595299u);
    assert_true(calib_mt19937_next(&twister) == 955945823u);
    calib_mt19937_seed(&twister, 5489);
    for (int i = 0; i < 9999; i++)
        calib_mt19937_next(&twister);
    assert_true(calib_mt19937_next(&twister) == 4123659995u);
}

static void check_shuffle(calib_draws draw, void *ctx, const uint32_t expected[10])
{
    uint32_t order[10];
    assert_int_equal(calib_shuffle(draw, ctx, 10, order), 0);
    assert_memory_equal(order, expected, sizeof order);
}

/* From CPython 3.11, numpy 2.3 and torch 2.15. */
static void golden(void **unused)
{
    (void)unused;
    static const uint32_t randint[] = {49, 97, 53, 5, 33, 65, 62, 51};
    static const uint32_t sample[] = {864, 394, 776, 911, 430, 41};
    static const uint32_t integers[] = {89, 773, 654, 438, 433, 858};
    static const uint32_t randperm[] = {2, 6, 1, 8, 4, 5, 0, 9, 3, 7};
    calib_python_seed(&twister, 0);
    for (size_t i = 0; i < 8; i++)
        assert_int_equal(calib_python_below(&twister, 100), randint[i]);
    calib_python_seed(&twister, 42);
    check_shuffle(calib_python_draws, &twister, (uint32_t[]){7, 3, 2, 8, 5, 6, 9, 4, 0, 1});
    uint32_t order[10], scratch[85];
    assert_true(calib_python_sample_scratch(6) == 85);
    calib_python_seed(&twister, 0);
    calib_python_sample(&twister, 1000, 6, order, scratch);
    assert_memory_equal(order, sample, sizeof sample);
    calib_numpy_legacy_seed(&twister, 123);
    check_shuffle(calib_numpy_legacy_draws, &twister, (uint32_t[]){4, 0, 7, 5, 8, 3, 1, 6, 9, 2});
    calib_numpy_generator_seed(&generator, 42);
    check_shuffle(calib_numpy_generator_draws, &generator,
                  (uint32_t[]){5, 6, 0, 7, 3, 2, 4, 9, 1, 8});
    calib_numpy_generator_seed(&generator, 42);
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(calib_numpy_generator_below(&generator, 1000), integers[i]);
    calib_torch_seed(&twister, 42);
    for (uint32_t i = 0; i < 10; i++)
        order[i] = i;
    calib_torch_randperm(&twister, 10, 0, 10, order);
    assert_memory_equal(order, randperm, sizeof randperm);
}

/* Seeds are 64 bits wide in CPython and default_rng, 32 in torch. */
static void high_words_of_seeds(void **unused)
{
    (void)unused;
    calib_mt19937 other;
    calib_torch_seed(&twister, 7);
    calib_torch_seed(&other, ((uint64_t)1 << 32) + 7);
    assert_true(calib_torch_int64(&twister) == calib_torch_int64(&other));
    calib_python_seed(&twister, 7);
    calib_python_seed(&other, ((uint64_t)1 << 32) + 7);
    assert_true(calib_mt19937_next(&twister) != calib_mt19937_next(&other));
}

/* A choice of one thing draws nothing in numpy; randperm() does not draw its last place. */
static void what_is_not_drawn(void **unused)
{
    (void)unused;
    uint32_t order[] = {0, 1, 2, 3, 4};
    calib_numpy_generator_seed(&generator, 1);
    calib_numpy_generator before = generator;
    assert_true(calib_numpy_generator_below(&generator, 1) == 0);
    assert_memory_equal(&generator, &before, sizeof before);
    calib_torch_seed(&twister, 1);
    calib_mt19937 single = twister;
    calib_torch_randperm(&twister, 5, 0, 5, order);
    for (int i = 0; i < 4; i++)
        calib_mt19937_next(&single);
    assert_memory_equal(&twister, &single, sizeof single);
}

static int always_zero(void *ctx, uint32_t top, uint32_t n, uint32_t *draws)
{
    (void)ctx, (void)top;
    memset(draws, 0, n * sizeof *draws);
    return 0;
}

static int always_top(void *ctx, uint32_t top, uint32_t n, uint32_t *draws)
{
    (void)ctx;
    for (uint32_t k = 0; k < n; k++)
        draws[k] = top - k;
    return 0;
}

static void check_first(calib_draws draw, uint32_t n_all)
{
    uint32_t *order = malloc(n_all * sizeof *order + 1), *first = malloc(n_all * sizeof *first + 1);
    uint32_t *scratch = malloc(n_all * sizeof *scratch + 1);
    calib_python_seed(&twister, n_all);
    assert_int_equal(calib_shuffle(draw, &twister, n_all, order), 0);
    calib_mt19937 after = twister;
    for (uint32_t n = 0; n <= n_all; n = n < n_all && 3 * n + 1 > n_all ? n_all : 3 * n + 1) {
        calib_python_seed(&twister, n_all);
        memset(first, 0xee, n_all * sizeof *first);
        assert_int_equal(calib_shuffle_first(draw, &twister, n_all, n, first, scratch), 0);
        assert_memory_equal(first, order, n * sizeof *order);
        for (uint32_t i = n; i < n_all; i++)
            assert_true(first[i] == 0xeeeeeeeeu);
        assert_memory_equal(&twister, &after, sizeof after);
    }
    free(order);
    free(first);
    free(scratch);
}

/* A size beyond 131072 has places that share a bit of the filter. */
static void first_places_are_those_of_all(void **unused)
{
    (void)unused;
    static const uint32_t sizes[] = {0, 1, 2, 3, 255, 256, 257, 1024, 1025, 1026, 4097, 300001};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        check_first(calib_python_draws, sizes[i]);
        check_first(always_zero, sizes[i]);
        check_first(always_top, sizes[i]);
    }
}

/* The rejection of numpy, a draw at a time. */
static uint32_t masked(calib_mt19937 *single, uint32_t most)
{
    uint32_t mask = most, drawn;
    while (mask & (mask + 1))
        mask |= mask >> 1;
    do
        drawn = calib_mt19937_next(single) & mask;
    while (drawn > most);
    return drawn;
}

/* Draws made at once are those of one step at a time, also where a step needs a bit less. */
static void draws_are_single_draws(void **unused)
{
    (void)unused;
    static const uint32_t tops[] = {1,           2,           3,          4,          1023,
                                    1024,        65536 + 9,   0x7ffffffe, 0x7fffffff, 0x80000000u,
                                    0x80000009u, 0xfffffffdu, 0xfffffffeu};
    uint32_t draws[CALIB_DRAWS_AT_ONCE];
    for (size_t i = 0; i < sizeof tops / sizeof *tops; i++) {
        uint32_t top = tops[i], n = top < CALIB_DRAWS_AT_ONCE ? top : CALIB_DRAWS_AT_ONCE;
        calib_mt19937_seed(&twister, top);
        calib_mt19937 single = twister;
        calib_python_draws(&twister, top, n, draws);
        for (uint32_t k = 0; k < n; k++)
            assert_true(draws[k] == calib_python_below(&single, (uint64_t)top - k + 1));
        calib_numpy_legacy_draws(&twister, top, n, draws);
        for (uint32_t k = 0; k < n; k++)
            assert_true(draws[k] == masked(&single, top - k));
    }
}

typedef struct budget {
    unsigned calls, until;
} budget;

static int run_out(void *ctx, uint32_t top, uint32_t n, uint32_t *draws)
{
    budget *left = ctx;
    return ++left->calls > left->until ? 77 : always_top(NULL, top, n, draws);
}

/* Whoever draws may end the shuffle. */
static void a_draw_ends_it(void **unused)
{
    (void)unused;
    static uint32_t order[5000], scratch[5000];
    for (unsigned until = 0; until < 4; until++) {
        budget left = {.until = until};
        assert_int_equal(calib_shuffle(run_out, &left, 5000, order), 77);
        assert_int_equal(left.calls, until + 1);
        left.calls = 0;
        assert_int_equal(calib_shuffle_first(run_out, &left, 5000, 9, order, scratch), 77);
        assert_int_equal(left.calls, until + 1);
    }
}

static void randperm_continues(void **unused)
{
    (void)unused;
    enum { N = 1000 };
    uint32_t whole[N], parts[N];
    for (uint32_t i = 0; i < N; i++)
        whole[i] = parts[i] = i;
    calib_torch_seed(&twister, 1);
    calib_torch_randperm(&twister, N, 0, N, whole);
    calib_torch_seed(&twister, 1);
    for (uint32_t first = 0, n = 0; first < N; first += n, n = n < N - first ? n + 1 : N - first)
        calib_torch_randperm(&twister, N, first, n, parts);
    assert_memory_equal(parts, whole, sizeof whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_answers),
        cmocka_unit_test(golden),
        cmocka_unit_test(high_words_of_seeds),
        cmocka_unit_test(what_is_not_drawn),
        cmocka_unit_test(first_places_are_those_of_all),
        cmocka_unit_test(draws_are_single_draws),
        cmocka_unit_test(a_draw_ends_it),
        cmocka_unit_test(randperm_continues),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
