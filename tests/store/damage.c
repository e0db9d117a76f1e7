/* SPDX-License-Identifier: MIT */
/* A store with any bit flipped, cut at any length, or grown, is not found and not misread.
 * Exhaustive. */
#include "test.h"

#include "sample.h"

enum { N_IDS = 60, CAP = 8192 };

static uint8_t original[CAP];
static size_t original_len;
static sample s;
static int file = -1;

static int setup(void **state)
{
    (void)state;
    calib_ids ids;
    sample_begin(&s, N_IDS, 60000, 65536);
    assert_int_equal(sample_keep(&s, &ids), 0);
    calib_ids_free(&ids);
    original_len = sample_slurp(s.path, original, CAP);
    assert_int_equal(original_len, 4096 + 2 * N_IDS + 32);
    assert_int_equal(chmod(s.path, 0644), 0);
    file = open(s.path, O_RDWR);
    assert_true(file >= 0);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    close(file);
    sample_end(&s);
    return 0;
}

static void restore(void)
{
    assert_int_equal(ftruncate(file, (off_t)original_len), 0);
    assert_int_equal(pwrite(file, original, original_len, 0), (ssize_t)original_len);
}

static bool is_found(void)
{
    calib_ids ids;
    const char *why;
    assert_ok(sample_find(&s, &ids, &why));
    if (why)
        return false;
    assert_int_equal(sample_compare(&s, &ids), N_IDS);
    calib_ids_free(&ids);
    return true;
}

static void test_whole(void **state)
{
    (void)state;
    assert_true(is_found());
}

static void test_bit_flips(void **state)
{
    (void)state;
    for (size_t bit = 0; bit < 8 * original_len; bit++) {
        uint8_t byte = original[bit / 8] ^ (uint8_t)(1u << bit % 8);
        assert_int_equal(pwrite(file, &byte, 1, (off_t)(bit / 8)), 1);
        if (is_found())
            fail_msg("found with bit %zu of byte %zu flipped", bit % 8, bit / 8);
        assert_int_equal(pwrite(file, &original[bit / 8], 1, (off_t)(bit / 8)), 1);
    }
    assert_true(is_found());
}

static void test_truncation(void **state)
{
    (void)state;
    for (size_t len = 0; len < original_len; len++) {
        assert_int_equal(ftruncate(file, (off_t)len), 0);
        if (is_found())
            fail_msg("found when cut to %zu bytes", len);
        restore();
    }
    assert_true(is_found());
}

static void test_growth(void **state)
{
    (void)state;
    for (size_t more = 1; more < 100; more++) {
        assert_int_equal(ftruncate(file, (off_t)(original_len + more)), 0);
        assert_false(is_found());
    }
    restore();
    assert_true(is_found());
}

/* Each byte of the header gets every value, with a correct hash of the header. Then checks by value
 * decide, and a header that passes them must read as the same ids. */
static void test_forged_header(void **state)
{
    (void)state;
    uint8_t header[4096];
    for (size_t at = 0; at < 4064; at++) {
        memcpy(header, original, sizeof header);
        for (int bit = 0; bit < 8; bit++) {
            header[at] = original[at] ^ (uint8_t)(1u << bit);
            assert_ok(calib_sha256_of(header, 4064, header + 4064));
            assert_int_equal(pwrite(file, header, sizeof header, 0), (ssize_t)sizeof header);
            /* Facts about the text are reported and not used. */
            bool harmless = (at >= 88 && at < 96) || (at >= 3944 && at < 3976);
            bool larger_max = at >= 76 && at < 80 && header[at] > original[at];
            if (is_found() && !harmless && !larger_max)
                fail_msg("found with bit %d of byte %zu forged", bit, at);
        }
    }
    restore();
    assert_true(is_found());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole),         cmocka_unit_test(test_bit_flips),
        cmocka_unit_test(test_truncation),    cmocka_unit_test(test_growth),
        cmocka_unit_test(test_forged_header),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
