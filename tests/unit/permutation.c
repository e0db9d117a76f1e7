/* SPDX-License-Identifier: MIT */
/* The generator and the selection, against golden values of mlx and a full stable sort. */
#include "sample/permutation.h"
#include "test.h"

static calib_progress silent;

static void check_order(uint64_t seed, uint32_t skip, uint32_t n_all, uint32_t n,
                        const uint32_t *expected)
{
    calib_threefry_key state = calib_threefry_seed(seed);
    for (uint32_t i = 0; i < skip; i++)
        calib_threefry_split(&state);
    uint32_t *order;
    assert_ok(calib_permutation(calib_threefry_split(&state), n_all, 0, n, &silent, &order));
    for (uint32_t i = 0; i < n; i++)
        assert_int_equal(order[i], expected[i]);
    free(order);
}

/* From mx.random.seed(s); mx.random.permutation(n) of mlx 0.32. */
static void golden(void **unused)
{
    (void)unused;
    check_order(123, 0, 10, 10, (uint32_t[]){4, 3, 1, 5, 8, 0, 7, 6, 9, 2});
    check_order(0, 0, 10, 10, (uint32_t[]){2, 7, 9, 6, 0, 8, 1, 3, 4, 5});
    check_order(123, 2, 10, 10, (uint32_t[]){7, 1, 5, 9, 6, 3, 8, 2, 4, 0});
    check_order(123, 0, 220, 8, (uint32_t[]){106, 188, 157, 187, 102, 12, 82, 55});
}

/* The known answers that Random123 publishes for threefry2x32 with 20 rounds. */
static void known_answers(void **unused)
{
    (void)unused;
    uint32_t out[2];
    calib_threefry_block((calib_threefry_key){{0, 0}}, 0, 0, out);
    assert_int_equal(out[0], 0x6b200159u);
    assert_int_equal(out[1], 0x99ba4efeu);
    calib_threefry_block((calib_threefry_key){{UINT32_MAX, UINT32_MAX}}, UINT32_MAX, UINT32_MAX,
                         out);
    assert_int_equal(out[0], 0x1cb996fcu);
    assert_int_equal(out[1], 0xbb002be7u);
    calib_threefry_block((calib_threefry_key){{0x13198a2e, 0x03707344}}, 0x243f6a88, 0x85a308d3,
                         out);
    assert_int_equal(out[0], 0xc4923a9cu);
    assert_int_equal(out[1], 0x483df7a0u);
}

static int by_value(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

/* Sorts all of bits(key, n), made word by word as in MLX, with the index as the tie-breaker. */
static uint32_t *oracle(calib_threefry_key key, uint32_t n)
{
    uint64_t *items = malloc(n * sizeof *items);
    uint32_t *order = malloc(n * sizeof *order);
    uint32_t half = n / 2, upper = half + n % 2, out[2];
    for (uint32_t i = 0; i < half; i++) {
        calib_threefry_block(key, i, upper + i, out);
        items[i] = (uint64_t)out[0] << 32 | i;
        items[upper + i] = (uint64_t)out[1] << 32 | (upper + i);
    }
    if (n % 2) {
        calib_threefry_block(key, half, 0, out);
        items[half] = (uint64_t)out[0] << 32 | half;
    }
    qsort(items, n, sizeof *items, by_value);
    for (uint32_t i = 0; i < n; i++)
        order[i] = (uint32_t)items[i];
    free(items);
    return order;
}

static void selection_is_the_sort(void **unused)
{
    (void)unused;
    static const uint32_t sizes[] = {1, 2, 3, 1023, 1024, 1025, 2049, 4097, 20000, 300001};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        uint32_t n_all = sizes[s];
        calib_threefry_key state = calib_threefry_seed(n_all * 7919u);
        calib_threefry_key key = calib_threefry_split(&state);
        uint32_t *expected = oracle(key, n_all);
        for (uint32_t n = 1; n <= n_all; n = n < n_all && 3 * n + 1 > n_all ? n_all : 3 * n + 1) {
            uint32_t *order;
            assert_ok(calib_permutation(key, n_all, 0, n, &silent, &order));
            assert_memory_equal(order, expected, n * sizeof *order);
            free(order);
        }
        free(expected);
    }
}

/* The blocks of all ranks, joined in order, are the whole order. */
static void blocks_are_the_sort(void **unused)
{
    (void)unused;
    static const uint32_t sizes[] = {1, 2, 7, 1000, 1025, 65537, 300001};
    static const uint32_t worlds[] = {1, 2, 3, 8, 64};
    for (size_t i = 0; i < 35; i++) {
        uint32_t n_all = sizes[i % 7], world = worlds[i / 7];
        calib_threefry_key state = calib_threefry_seed(n_all + i);
        calib_threefry_key key = calib_threefry_split(&state);
        uint32_t *expected = oracle(key, n_all), *order;
        for (uint32_t rank = 0; rank < world; rank++) {
            uint32_t first = (uint32_t)((uint64_t)n_all * rank / world);
            uint32_t end = (uint32_t)((uint64_t)n_all * (rank + 1) / world);
            assert_ok(calib_permutation(key, n_all, first, end - first, &silent, &order));
            if (end > first)
                assert_memory_equal(order, expected + first, (end - first) * sizeof *order);
            free(order);
        }
        free(expected);
    }
}

/* Of two equal words the one with the lower index comes first. Ties of 32-bit words are rare, but
 * this key and size have several. */
static void ties_by_index(void **unused)
{
    (void)unused;
    const uint32_t n_all = 1u << 18;
    calib_threefry_key key = {{1, 2}};
    uint32_t *order, half = n_all / 2, *bits = malloc(n_all * sizeof *bits);
    calib_threefry_blocks(key, 0, half, half, bits, bits + half);
    assert_ok(calib_permutation(key, n_all, 0, n_all, &silent, &order));
    size_t ties = 0;
    for (uint32_t i = 1; i < n_all; i++) {
        assert_true(bits[order[i - 1]] <= bits[order[i]]);
        if (bits[order[i - 1]] == bits[order[i]]) {
            ties++;
            assert_true(order[i - 1] < order[i]);
        }
    }
    assert_true(ties > 0);
    free(order);
    free(bits);
}

typedef struct impatience {
    calib_progress progress;
    unsigned calls, until;
} impatience;

uint64_t __wrap_calib_now_ns(void);

/* Makes time pass so fast that every tick is due. */
uint64_t __wrap_calib_now_ns(void)
{
    static uint64_t now;
    return now += 60 * 1000 * 1000;
}

static int give_up(void *ctx, uint32_t stage, uint64_t done, uint64_t total)
{
    impatience *seen = ctx;
    assert_int_equal(stage, CALIB_STAGE_SAMPLE);
    assert_int_equal(done, 0);
    assert_int_equal(total, 0);
    return ++seen->calls > seen->until;
}

/* Cancels at the first tick, the second, the fourth and so on; there is one at least for every 1024
 * words. */
static void cancels_wherever_it_is(void **unused)
{
    (void)unused;
    const uint32_t n_all = 1u << 17, n = 20000;
    uint32_t *order = NULL;
    impatience seen = {.progress = {.fn = give_up, .ctx = &seen}};
    int status = CALIB_E_CANCELLED;
    for (seen.until = 0; status == CALIB_E_CANCELLED; seen.until = 2 * seen.until + 1) {
        seen.calls = 0;
        status =
            calib_permutation((calib_threefry_key){{1, 2}}, n_all, 5, n, &seen.progress, &order);
        assert_true(status == CALIB_OK || (seen.calls == seen.until + 1 && !order));
    }
    assert_ok(status);
    assert_true(seen.calls >= n_all / 1024);
    free(order);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(golden),
        cmocka_unit_test(known_answers),
        cmocka_unit_test(selection_is_the_sort),
        cmocka_unit_test(blocks_are_the_sort),
        cmocka_unit_test(ties_by_index),
        cmocka_unit_test(cancels_wherever_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
