/* SPDX-License-Identifier: MIT */
/* The hash of a growing file: it covers all bytes in whatever steps the file grows, a failure to
 * read is reported while the file still grows, and nobody waits for a disk that stalls. */
#include "fetch/hashing.h"
#include "base/sha256.h"
#include "fetch/partial.h"
#include "system/system.h"
#include "test.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

enum { MIB = 1 << 20, LONG = 40 * MIB };

static const calib_poll no_poll;

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

/* The file grows in steps of every size; the first bytes are hashed before. */
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
        calib_hashing *hashing = calib_hashing_start(file, &hash, before, "here");
        assert_non_null(hashing);
        for (size_t at = before; at < len;) {
            at = len - at < steps[s] ? len : at + steps[s];
            assert_ok(calib_hashing_grow(hashing, at, &no_poll));
        }
        assert_null(hash.state);
        assert_ok(calib_hashing_end(hashing, &hash, &no_poll));
        assert_ok(calib_sha256_end(&hash, is));
        assert_memory_equal(is, expected, sizeof is);
    }
    calib_file_close(file);
}

/* Bytes that do not exist give an error in a later call. */
static void beyond_the_end(void **unused)
{
    (void)unused;
    calib_file *file = make_file(MIB);
    int error = 0;
    calib_sha256 hash = {0};
    assert_ok(calib_sha256_begin(&hash));
    calib_hashing *hashing = calib_hashing_start(file, &hash, 0, "here");
    assert_non_null(hashing);
    for (int i = 0; i < 1000 && !error; i++) {
        error = calib_hashing_grow(hashing, 2 * MIB, &no_poll);
        calib_sleep_ms(1);
    }
    assert_int_equal(error, CALIB_E_SYSTEM);
    assert_status(calib_hashing_end(hashing, &hash, &no_poll), CALIB_E_SYSTEM);
    assert_null(hash.state);
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
        calib_hashing *hashing = calib_hashing_start(file, &hash, 0, "here");
        assert_non_null(hashing);
        if (len)
            assert_ok(calib_hashing_grow(hashing, len, &no_poll));
        calib_hashing_stop(hashing);
        calib_sha256_free(&hash);
    }
    calib_hashing_stop(NULL);
    calib_file_close(file);
}

/* ---- a disk that stalls ---- */

static atomic_bool stalls;
static atomic_int n_stalled, n_reading, delay_ms;

static void stall(void)
{
    if (delay_ms)
        calib_sleep_ms((uint32_t)delay_ms);
    while (stalls) {
        n_stalled = 1;
        usleep(1000);
    }
}

/* The name depends on the macros for large files. */
#define STALLING(name)                                                                             \
    ssize_t __real_##name(int fd, void *data, size_t n, off_t at);                                 \
    ssize_t __wrap_##name(int fd, void *data, size_t n, off_t at);                                 \
    ssize_t __wrap_##name(int fd, void *data, size_t n, off_t at)                                  \
    {                                                                                              \
        n_reading++;                                                                               \
        stall();                                                                                   \
        ssize_t got = __real_##name(fd, data, n, at);                                              \
        n_reading--;                                                                               \
        return got;                                                                                \
    }
STALLING(pread)
STALLING(pread64)

static int cancel_fifth(void *ctx)
{
    return ++*(int *)ctx == 5 ? CALIB_E_CANCELLED : CALIB_OK;
}

static uint64_t ms_since(uint64_t start)
{
    return (calib_now_ns() - start) / 1000000;
}

/* The thread frees everything when its read returns, which sanitizers check. */
static void end_stall(void)
{
    stalls = false;
    while (n_reading)
        calib_sleep_ms(1);
}

static void cancelled_while_the_disk_stalls(void **unused)
{
    (void)unused;
    calib_file *file = make_file(LONG);
    for (int ends = 0; ends < 2; ends++) {
        calib_sha256 hash = {0};
        int calls = 0;
        calib_poll poll = {cancel_fifth, &calls};
        assert_ok(calib_sha256_begin(&hash));
        stalls = true;
        calib_hashing *hashing = calib_hashing_start(file, &hash, 0, "here");
        assert_non_null(hashing);
        uint64_t start = calib_now_ns();
        if (ends) {
            assert_ok(calib_hashing_grow(hashing, MIB, &poll));
            assert_int_equal(calib_hashing_end(hashing, &hash, &poll), CALIB_E_CANCELLED);
        } else {
            assert_int_equal(calib_hashing_grow(hashing, LONG, &poll), CALIB_E_CANCELLED);
            calib_hashing_stop(hashing);
        }
        assert_int_equal(calls, 5);
        assert_true(ms_since(start) < 2000);
        assert_null(hash.state);
        end_stall();
    }
    calib_file_close(file);
}

/* The read of a healthy disk returns soon, and the call waits for it: no thread outlives it. */
static void cancelled_while_the_disk_is_slow(void **unused)
{
    (void)unused;
    calib_file *file = make_file(MIB);
    calib_sha256 hash = {0};
    int calls = 4;
    calib_poll poll = {cancel_fifth, &calls};
    assert_ok(calib_sha256_begin(&hash));
    delay_ms = 60;
    calib_hashing *hashing = calib_hashing_start(file, &hash, 0, "here");
    assert_non_null(hashing);
    assert_ok(calib_hashing_grow(hashing, MIB, &poll));
    while (!n_reading)
        calib_sleep_ms(1);
    assert_int_equal(calib_hashing_end(hashing, &hash, &poll), CALIB_E_CANCELLED);
    assert_int_equal(n_reading, 0);
    delay_ms = 0;
    assert_int_equal(calls, 5);
    assert_null(hash.state);
    calib_file_close(file);
}

/* ---- a partial download ---- */

/* The bytes of an earlier call are hashed under the poll. If it ends the check, they stay. */
static void cancelled_while_checking_a_leftover(void **unused)
{
    (void)unused;
    enum { TEXT = 4 * MIB };
    static char block[TEXT];
    static const char key[] = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    char path[64] = "/tmp/calib-hashing-XXXXXX", command[96];
    calib_texts texts = {0};
    calib_partial partial;
    int calls = 0;
    const calib_poll poll = {cancel_fifth, &calls};
    assert_non_null(mkdtemp(path));
    assert_ok(calib_texts_open(&texts, path));
    assert_ok(calib_texts_make(&texts));
    assert_ok(calib_partial_open(&partial, &texts, key, false, &no_poll));
    assert_ok(calib_partial_restart(&partial, "\"v1\"", 2 * (uint64_t)TEXT));
    assert_ok(calib_partial_write(&partial, block, TEXT));
    calib_partial_close(&partial, true);
    assert_int_equal(calib_partial_open(&partial, &texts, key, true, &poll), CALIB_E_CANCELLED);
    assert_int_equal(calls, 5);
    calib_partial_close(&partial, false);
    assert_ok(calib_partial_open(&partial, &texts, key, true, &no_poll));
    assert_int_equal(partial.size, TEXT);
    assert_string_equal(partial.etag, "\"v1\"");
    calib_partial_close(&partial, false);
    assert_ok(calib_partial_open(&partial, &texts, key, true, &no_poll));
    assert_int_equal(partial.size, 0);
    calib_partial_close(&partial, false);
    calib_texts_close(&texts);
    snprintf(command, sizeof command, "rm -r %s", path);
    assert_int_equal(system(command), 0);
}

/* A download that is cancelled while its file cannot be read back: neither the cancelling nor the
 * closing waits for the disk. */
static void closed_while_the_disk_stalls(void **unused)
{
    (void)unused;
    enum { TEXT = 24 * MIB };
    static char block[MIB];
    char path[64] = "/tmp/calib-hashing-XXXXXX", command[96];
    calib_texts texts = {0};
    calib_partial partial;
    int calls = 0, status = CALIB_OK;
    static const char key[] = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    assert_non_null(mkdtemp(path));
    assert_ok(calib_texts_open(&texts, path));
    assert_ok(calib_texts_make(&texts));
    const calib_poll poll = {cancel_fifth, &calls};
    assert_ok(calib_partial_open(&partial, &texts, key, false, &poll));
    assert_ok(calib_partial_restart(&partial, "\"v1\"", 2 * (uint64_t)TEXT));
    stalls = true;
    uint64_t start = calib_now_ns();
    for (size_t n = 0; n < TEXT && !status; n += MIB)
        status = calib_partial_write(&partial, block, MIB);
    assert_int_equal(status, CALIB_E_CANCELLED);
    assert_true(partial.hashing && n_stalled);
    partial.poll = (calib_poll){0};
    calib_partial_close(&partial, true);
    assert_true(ms_since(start) < 4000);
    end_stall();
    calib_texts_close(&texts);
    snprintf(command, sizeof command, "rm -r %s", path);
    assert_int_equal(system(command), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_steps),
        cmocka_unit_test(beyond_the_end),
        cmocka_unit_test(stopped_anywhere),
        cmocka_unit_test(cancelled_while_the_disk_stalls),
        cmocka_unit_test(cancelled_while_the_disk_is_slow),
        cmocka_unit_test(cancelled_while_checking_a_leftover),
        cmocka_unit_test(closed_while_the_disk_stalls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
