/* SPDX-License-Identifier: MIT */
/* Collecting ids and reading them: widths, spilling, failing disks, damaged chunks. */
#include "test.h"

#include "store/format.h"
#include "store/ids.h"

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

static const calib_spill_place nowhere;

static int32_t value(uint64_t i, uint32_t max)
{
    return (int32_t)(i * 2654435761u % ((uint64_t)max + 1));
}

static void push_range(calib_ids *ids, uint64_t first, uint64_t n, uint32_t max)
{
    int32_t block[777];
    for (uint64_t at = 0; at < n; at += 777) {
        size_t count = n - at < 777 ? (size_t)(n - at) : 777;
        for (size_t i = 0; i < count; i++)
            block[i] = value(first + at + i, max);
        assert_ok(calib_ids_push(ids, block, count));
    }
}

static void check_range(calib_ids *ids, uint64_t first, uint64_t n, uint32_t max)
{
    int32_t *out = malloc((size_t)n * sizeof *out + 1);
    assert_ok(calib_ids_read(ids, first, (size_t)n, out));
    for (uint64_t i = 0; i < n; i++)
        if (out[i] != value(first + i, max))
            fail_msg("id %llu is %d", (unsigned long long)(first + i), out[i]);
    free(out);
}

static void test_stretches(void **state)
{
    (void)state;
    calib_ids ids;
    calib_ids_begin(&ids, 1000, false, nowhere);
    push_range(&ids, 0, 10000, 999);
    assert_ok(calib_ids_end(&ids));
    assert_int_equal(ids.n, 10000);
    assert_int_equal(ids.id_bytes, 2);
    assert_null(ids.bytes.file);
    for (uint64_t first = 0; first < 10000; first += 613)
        check_range(&ids, first, 10000 - first, 999);
    check_range(&ids, 10000, 0, 999);
    check_range(&ids, 9999, 1, 999);
    calib_ids_free(&ids);
    calib_ids_free(&ids);
}

static void test_widths(void **state)
{
    (void)state;
    calib_ids ids;
    calib_ids_begin(&ids, 65536, true, nowhere);
    assert_int_equal(ids.id_bytes, 2);
    calib_ids_begin(&ids, 65537, true, nowhere);
    assert_int_equal(ids.id_bytes, 4);
    calib_ids_begin(&ids, 0, true, nowhere);
    assert_int_equal(ids.id_bytes, 2);
    int32_t edge[] = {65535, 65536, INT32_MAX};
    assert_ok(calib_ids_push(&ids, edge, 1));
    assert_int_equal(ids.id_bytes, 2);
    assert_ok(calib_ids_push(&ids, edge + 1, 2));
    assert_int_equal(ids.id_bytes, 4);
    assert_int_equal(ids.max_id, INT32_MAX);
    int32_t out[3];
    assert_ok(calib_ids_end(&ids));
    assert_ok(calib_ids_read(&ids, 0, 3, out));
    assert_memory_equal(out, edge, sizeof edge);
    calib_ids_free(&ids);
}

/* Wherever the first wide id comes, the result equals a stream that was wide from the start. */
static void test_widening(void **state)
{
    (void)state;
    enum { N = 1500000 };
    calib_ids wide;
    calib_ids_begin(&wide, UINT32_MAX, true, nowhere);
    push_range(&wide, 0, N, 65535);
    push_range(&wide, N, 1000, 100000);
    assert_ok(calib_ids_end(&wide));
    for (int spilled = 0; spilled < 2; spilled++) {
        calib_ids ids;
        calib_ids_begin(&ids, 0, true, nowhere);
        ids.bytes.limit = spilled ? 100000 : 0;
        push_range(&ids, 0, N, 65535);
        assert_int_equal(ids.id_bytes, 2);
        push_range(&ids, N, 1000, 100000);
        assert_ok(calib_ids_end(&ids));
        assert_int_equal(ids.id_bytes, 4);
        assert_int_equal(ids.max_id, wide.max_id);
        assert_int_equal(ids.table.len, wide.table.len);
        assert_memory_equal(ids.table.data, wide.table.data, wide.table.len);
        check_range(&ids, 0, N, 65535);
        check_range(&ids, N, 1000, 100000);
        calib_ids_free(&ids);
    }
    calib_ids_free(&wide);
}

static void test_spill(void **state)
{
    (void)state;
    calib_ids ids;
    calib_ids_begin(&ids, 1000, false, nowhere);
    ids.bytes.limit = 2000;
    push_range(&ids, 0, 10100, 999);
    assert_non_null(ids.bytes.file);
    assert_true(ids.bytes.file_bytes > 0 && ids.bytes.memory.len > 0);
    check_range(&ids, 0, 10100, 999);
    assert_ok(calib_ids_end(&ids));
    assert_int_equal(ids.bytes.memory.cap, 0);
    check_range(&ids, 0, 10100, 999);
    calib_ids_free(&ids);
}

static int open_none(void *ctx, calib_file **file)
{
    ++*(int *)ctx;
    (void)file;
    return calib_system_error_of(CALIB_SYSTEM_ACCESS);
}

static void test_read_only_place(void **state)
{
    (void)state;
    int asked = 0;
    calib_ids ids;
    calib_ids_begin(&ids, 1000, true, (calib_spill_place){open_none, &asked});
    ids.bytes.limit = 1000;
    push_range(&ids, 0, 10000, 999);
    assert_ok(calib_ids_end(&ids));
    assert_int_equal(asked, 1);
    assert_non_null(ids.bytes.file);
    assert_false(ids.bytes.in_place);
    assert_false(calib_spill_settle(&ids.bytes));
    check_range(&ids, 0, 10000, 999);
    calib_ids_free(&ids);
}

/* Limits the size of files, which imitates a full disk. */
static void limit_files(rlim_t bytes)
{
    struct rlimit limit;
    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void test_full_disk(void **state)
{
    (void)state;
    for (rlim_t full = 0; full < 40000; full += 3333) {
        calib_ids ids;
        calib_ids_begin(&ids, 0, true, nowhere);
        ids.bytes.limit = 1000;
        limit_files(full);
        push_range(&ids, 0, 16000, 999);
        push_range(&ids, 16000, 100, 100000);
        int status = calib_ids_end(&ids);
        limit_files(RLIM_INFINITY);
        assert_ok(status);
        assert_int_equal(ids.n, 16100);
        check_range(&ids, 0, 16000, 999);
        check_range(&ids, 16000, 100, 100000);
        calib_ids_free(&ids);
    }
}

enum { PER_CHUNK = CALIB_STORE_CHUNK_BYTES / 2, MANY = 3 * PER_CHUNK + 5 };

static void collect_many(calib_ids *ids)
{
    calib_ids_begin(ids, 1000, true, nowhere);
    ids->bytes.limit = 100000;
    push_range(ids, 0, MANY, 999);
    assert_ok(calib_ids_end(ids));
    assert_int_equal(ids->table.len, 4 * CALIB_SHA256_SIZE);
    assert_ok(calib_ids_distrust(ids));
}

static void test_bad_chunk(void **state)
{
    (void)state;
    calib_ids ids;
    collect_many(&ids);
    check_range(&ids, 0, MANY, 999);
    assert_ok(calib_ids_verify(&ids));
    assert_ok(calib_ids_distrust(&ids));
    unsigned char bad = 0xff;
    assert_int_equal(
        calib_file_write_at(ids.bytes.file, &bad, 1, 4096 + CALIB_STORE_CHUNK_BYTES + 9), 0);
    check_range(&ids, 0, PER_CHUNK, 999);
    check_range(&ids, 2 * PER_CHUNK, PER_CHUNK + 5, 999);
    int32_t out[2];
    assert_status(calib_ids_read(&ids, PER_CHUNK, 1, out), CALIB_E_CORRUPT);
    assert_message("chunk 1");
    assert_status(calib_ids_read(&ids, PER_CHUNK - 1, 2, out), CALIB_E_CORRUPT);
    assert_status(calib_ids_verify(&ids), CALIB_E_CORRUPT);
    assert_int_equal(calib_file_truncate(ids.bytes.file, 4096 + 100), 0);
    assert_ok(calib_ids_distrust(&ids));
    assert_status(calib_ids_read(&ids, 0, 1, out), CALIB_E_CORRUPT);
    calib_ids_free(&ids);
}

static void *read_all(void *ctx)
{
    calib_ids *ids = ctx;
    static _Thread_local int32_t out[5000];
    for (uint64_t at = 0; at + 5000 < MANY; at += 5000) {
        if (calib_ids_read(ids, at, 5000, out))
            return ids;
        for (uint64_t i = 0; i < 5000; i++)
            if (out[i] != value(at + i, 999))
                return ids;
    }
    return NULL;
}

static void test_threads(void **state)
{
    (void)state;
    calib_ids ids;
    pthread_t threads[8];
    collect_many(&ids);
    for (int i = 0; i < 8; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, read_all, &ids), 0);
    for (int i = 0; i < 8; i++) {
        void *result;
        pthread_join(threads[i], &result);
        assert_null(result);
    }
    calib_ids_free(&ids);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stretches), cmocka_unit_test(test_widths),
        cmocka_unit_test(test_widening),  cmocka_unit_test(test_spill),
        cmocka_unit_test(test_full_disk), cmocka_unit_test(test_read_only_place),
        cmocka_unit_test(test_bad_chunk), cmocka_unit_test(test_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
