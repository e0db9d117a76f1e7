/* SPDX-License-Identifier: MIT */
/* The hash of a file that grows: whatever is told when, it is that of all bytes; and what cannot be
 * read is an error that is told while the file still grows. */
#include "fetch/hashing.h"
#include "base/sha256.h"
#include "system/system.h"
#include "test.h"

#include <stdbool.h>
#include <unistd.h>

enum { MIB = 1 << 20, LONG = 40 * MIB };

static calib_file *make_file(size_t len)
{
    static char block[MIB];
    calib_file *file;
    assert_int_equal(calib_temporary_open(&file), 0);
    for (size_t at = 0; at < len; at += MIB) {
        memset(block, (int)(at / MIB + 1), MIB);
        assert_int_equal(calib_file_write(file, block, len - at < MIB ? len - at : MIB), 0);
    }
    return file;
}

static void hash_of(calib_file *file, size_t len, uint8_t sha256[CALIB_SHA256_SIZE])
{
    static char all[LONG];
    size_t n;
    assert_int_equal(calib_file_read_at(file, all, len, 0, &n), 0);
    assert_int_equal(n, len);
    assert_ok(calib_sha256_of(all, len, sha256));
}

/* In steps of every size, the first part hashed before. */
static void in_steps(void **unused)
{
    (void)unused;
    static const size_t steps[] = {1, 4095, 262144, MIB + 1, 9 * MIB, LONG};
    calib_file *file = make_file(LONG);
    for (size_t s = 0; s < sizeof steps / sizeof *steps; s++) {
        size_t len = steps[s] < 1000 ? 5000 : LONG - s, before = s * 100;
        uint8_t is[CALIB_SHA256_SIZE], expected[CALIB_SHA256_SIZE];
        static char front[1000];
        size_t n;
        calib_sha256 hash = {0};
        hash_of(file, len, expected);
        assert_ok(calib_sha256_begin(&hash));
        assert_int_equal(calib_file_read_at(file, front, before, 0, &n), 0);
        assert_ok(calib_sha256_add(&hash, front, before));
        calib_hashing *hashing = calib_hashing_start(file, &hash, before);
        assert_non_null(hashing);
        for (size_t at = before; at < len;) {
            at = len - at < steps[s] ? len : at + steps[s];
            assert_int_equal(calib_hashing_grow(hashing, at), 0);
        }
        assert_int_equal(calib_hashing_end(hashing), 0);
        assert_ok(calib_sha256_end(&hash, is));
        assert_memory_equal(is, expected, sizeof is);
    }
    calib_file_close(file);
}

/* Told of bytes that are not there: the next that are told of meet the error. */
static void beyond_the_end(void **unused)
{
    (void)unused;
    calib_file *file = make_file(MIB);
    int error = 0;
    calib_sha256 hash = {0};
    assert_ok(calib_sha256_begin(&hash));
    calib_hashing *hashing = calib_hashing_start(file, &hash, 0);
    assert_non_null(hashing);
    for (int i = 0; i < 1000 && !error; i++) {
        error = calib_hashing_grow(hashing, 2 * MIB);
        calib_sleep_ms(1);
    }
    assert_int_not_equal(error, 0);
    assert_int_equal(calib_hashing_end(hashing), error);
    calib_sha256_free(&hash);
    calib_file_close(file);
}

static void stopped_anywhere(void **unused)
{
    (void)unused;
    calib_file *file = make_file(LONG);
    for (size_t len = 0; len <= LONG; len += 4 * MIB) {
        calib_sha256 hash = {0};
        assert_ok(calib_sha256_begin(&hash));
        calib_hashing *hashing = calib_hashing_start(file, &hash, 0);
        assert_non_null(hashing);
        if (len)
            assert_int_equal(calib_hashing_grow(hashing, len), 0);
        calib_hashing_stop(hashing);
        calib_sha256_free(&hash);
    }
    calib_hashing_stop(NULL);
    calib_file_close(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_steps),
        cmocka_unit_test(beyond_the_end),
        cmocka_unit_test(stopped_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
