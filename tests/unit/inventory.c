/* SPDX-License-Identifier: MIT */
/* Looking into the cache and taking things out of it, when records are unreadable, texts young and
 * callbacks careless. */
#include "fetch/inventory.h"
#include "base/error.h"
#include "fetch/add.h"
#include "fetch/record.h"
#include "fetch/url.h"
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define A "https://a.example/text"
#define B "https://b.example/text"
#define C "https://c.example/text"

static char folder[64], cache[80];
static char text_name[CALIB_SHA256_HEX];
static calib_progress no_progress;

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void add(const char *url, const char *text)
{
    char file[96];
    uint8_t sha256[CALIB_SHA256_SIZE];
    snprintf(file, sizeof file, "%s/file", folder);
    write_file(file, text);
    calib_add_request request = {
        .url = url, .file = file, .cache_dir = cache, .max_bytes = 1000, .progress = &no_progress};
    assert_ok(calib_add_text(&request));
    assert_ok(calib_sha256_of(text, strlen(text), sha256));
    calib_sha256_to_hex(sha256, text_name);
}

static int begin(void **unused)
{
    (void)unused;
    snprintf(folder, sizeof folder, "/tmp/calib-inventory-XXXXXX");
    if (!mkdtemp(folder))
        return 1;
    snprintf(cache, sizeof cache, "%s/cache", folder);
    return 0;
}

static int end(void **unused)
{
    (void)unused;
    char command[96];
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command);
}

static void text_path(char path[256])
{
    snprintf(path, 256, "%s/corpora/%s", cache, text_name);
}

static void record_path(const char *url, char path[256])
{
    char key[CALIB_SHA256_HEX];
    assert_ok(calib_url_key(url, key));
    snprintf(path, 256, "%s/urls/%s", cache, key);
}

static void part_path(const char *url, char path[256])
{
    char key[CALIB_SHA256_HEX];
    assert_ok(calib_url_key(url, key));
    snprintf(path, 256, "%s/corpora/%s.part", cache, key);
}

static bool is_there(const char *path)
{
    struct stat info;
    return lstat(path, &info) == 0;
}

/* ---- removing ---- */

/* Another URL's record is there and damaged: it may name the text. */
static void text_of_damaged_record_is_kept(void **unused)
{
    (void)unused;
    char text[256], record[256];
    add(A, "text");
    add(B, "text");
    text_path(text);
    record_path(B, record);
    assert_int_equal(chmod(record, 0600), 0);
    write_file(record, "nonsense\n");
    assert_status(calib_inventory_remove(cache, A), CALIB_E_CORRUPT);
    assert_message(record);
    assert_true(is_there(text));
    record_path(A, record);
    assert_false(is_there(record));
    assert_status(calib_inventory_remove(cache, A), CALIB_E_NOT_FOUND);
    assert_ok(calib_inventory_remove(cache, B));
    assert_true(is_there(text));
}

/* A damaged record does not matter if a good one names the text. */
static void a_good_record_outweighs_a_damaged_one(void **unused)
{
    (void)unused;
    static const char *const others[] = {B, C};
    for (int damaged = 0; damaged < 2; damaged++) {
        char text[256], record[256];
        add(A, "text");
        add(B, "text");
        add(C, "text");
        text_path(text);
        record_path(others[damaged], record);
        assert_int_equal(chmod(record, 0600), 0);
        write_file(record, "nonsense\n");
        assert_ok(calib_inventory_remove(cache, A));
        assert_true(is_there(text));
        assert_ok(calib_inventory_remove(cache, others[damaged]));
    }
}

static void a_partial_download_goes_with_its_url(void **unused)
{
    (void)unused;
    char text[256], part[256];
    add(A, "text");
    text_path(text);
    part_path(A, part);
    write_file(part, "te");
    assert_ok(calib_inventory_remove(cache, A));
    assert_false(is_there(text) || is_there(part));
    write_file(part, "te");
    assert_ok(calib_inventory_remove(cache, A));
    assert_false(is_there(part));
    assert_status(calib_inventory_remove(cache, A), CALIB_E_NOT_FOUND);
}

/* The system refuses to open one file. Root is refused nothing, so the refusal is made up. */
static bool refused;
static char refused_name[CALIB_SHA256_HEX];

int __real_openat64(int directory, const char *name, int flags, ...);
int __wrap_openat64(int directory, const char *name, int flags, ...);
int __real_openat(int directory, const char *name, int flags, ...);
int __wrap_openat(int directory, const char *name, int flags, ...);

static bool is_refused(const char *name)
{
    return refused && strcmp(name, refused_name) == 0;
}

int __wrap_openat64(int directory, const char *name, int flags, ...)
{
    return is_refused(name) ? (errno = EACCES, -1)
                            : __real_openat64(directory, name, flags, (mode_t)0600);
}

int __wrap_openat(int directory, const char *name, int flags, ...)
{
    return is_refused(name) ? (errno = EACCES, -1)
                            : __real_openat(directory, name, flags, (mode_t)0600);
}

static char kept_name[CALIB_SHA256_HEX]; /* of a file that cannot be removed */

int __real_unlinkat(int directory, const char *name, int flags);
int __wrap_unlinkat(int directory, const char *name, int flags);

int __wrap_unlinkat(int directory, const char *name, int flags)
{
    return strcmp(name, kept_name) == 0 ? (errno = EACCES, -1)
                                        : __real_unlinkat(directory, name, flags);
}

static void nothing_is_removed_if_a_record_cannot_be_removed(void **unused)
{
    (void)unused;
    char text[256], record[256], part[256];
    add(A, "text");
    text_path(text);
    record_path(A, record);
    part_path(A, part);
    write_file(part, "te");
    assert_ok(calib_url_key(A, kept_name));
    int status = calib_inventory_remove(cache, A);
    assert_status(status, CALIB_E_ACCESS);
    assert_message(kept_name);
    kept_name[0] = '\0';
    assert_true(is_there(text) && is_there(record) && is_there(part));
}

static void a_url_is_forgotten_even_if_its_text_cannot_be_removed(void **unused)
{
    (void)unused;
    char text[256], record[256], part[256];
    add(A, "text");
    text_path(text);
    record_path(A, record);
    part_path(A, part);
    write_file(part, "te");
    memcpy(kept_name, text_name, sizeof kept_name);
    int status = calib_inventory_remove(cache, A);
    assert_status(status, CALIB_E_ACCESS);
    assert_message(kept_name);
    kept_name[0] = '\0';
    assert_true(is_there(text) && !is_there(record) && !is_there(part));
}

static void nothing_is_removed_if_a_record_cannot_be_read(void **unused)
{
    (void)unused;
    char text[256], record[256], part[256];
    add(A, "text");
    add(B, "text");
    text_path(text);
    record_path(A, record);
    part_path(A, part);
    write_file(part, "te");
    assert_ok(calib_url_key(B, refused_name));
    refused = true;
    int status = calib_inventory_remove(cache, A);
    refused = false;
    assert_status(status, CALIB_E_ACCESS);
    assert_message(refused_name);
    assert_true(is_there(text) && is_there(record) && is_there(part));
    assert_ok(calib_inventory_remove(cache, A));
    assert_true(is_there(text) && !is_there(record) && !is_there(part));
    assert_ok(calib_inventory_remove(cache, B));
    assert_false(is_there(text));
}

/* ---- adding ---- */

/* Another call adds its text after this one has found that there is no record. */
static bool races;

int __real_linkat(int from, const char *old, int to, const char *name, int flags);
int __wrap_linkat(int from, const char *old, int to, const char *name, int flags);

int __wrap_linkat(int from, const char *old, int to, const char *name, int flags)
{
    if (races) {
        races = false;
        add(A, "another text");
    }
    return __real_linkat(from, old, to, name, flags);
}

static void the_first_of_two_adds_counts(void **unused)
{
    (void)unused;
    char file[96], key[CALIB_SHA256_HEX], is[CALIB_SHA256_HEX];
    calib_texts texts = {0};
    calib_record record;
    calib_record_state state;
    add(B, "text");
    snprintf(file, sizeof file, "%s/one", folder);
    write_file(file, "text");
    calib_add_request request = {
        .url = A, .file = file, .cache_dir = cache, .max_bytes = 1000, .progress = &no_progress};
    races = true;
    assert_status(calib_add_text(&request), CALIB_E_CHANGED);
    assert_false(races);
    assert_message(text_name);
    assert_ok(calib_url_key(A, key));
    assert_ok(calib_texts_open(&texts, cache));
    assert_ok(calib_record_read(&texts, key, &record, &state));
    calib_texts_close(&texts);
    assert_int_equal(state, CALIB_RECORD_GOOD);
    calib_sha256_to_hex(record.sha256, is);
    assert_string_equal(is, text_name);
    request.accept_change = true;
    assert_ok(calib_add_text(&request));
}

/* A question mark in a path is not the query of a URL. */
static void a_path_is_shown_as_it_is(void **unused)
{
    (void)unused;
    static const uint8_t pin[CALIB_SHA256_SIZE];
    char file[96];
    snprintf(file, sizeof file, "%s/what?.txt", folder);
    write_file(file, "text");
    calib_add_request request = {.url = A,
                                 .file = file,
                                 .cache_dir = cache,
                                 .sha256 = pin,
                                 .max_bytes = 1000,
                                 .progress = &no_progress};
    assert_status(calib_add_text(&request), CALIB_E_HASH);
    assert_message(file);
}

/* ---- pruning ---- */

static void set_age(const char *path, time_t seconds)
{
    struct timespec times[2] = {{.tv_sec = time(NULL) - seconds}, {.tv_sec = time(NULL) - seconds}};
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void prune(uint64_t max_age_s)
{
    calib_inventory inventory = {
        .cache_dir = cache, .progress = &no_progress, .prune = true, .max_age_s = max_age_s};
    assert_ok(calib_inventory_run(&inventory));
}

/* Published by another process, which has not written its record yet. */
static void a_young_text_waits_for_its_record(void **unused)
{
    (void)unused;
    char text[256], record[256];
    add(A, "text");
    text_path(text);
    record_path(A, record);
    assert_int_equal(unlink(record), 0);
    prune(0);
    assert_true(is_there(text));
    prune(1);
    assert_true(is_there(text));
    set_age(text, 100);
    prune(1000);
    assert_false(is_there(text));
}

/* The text of a record that is removed for its age goes at once, however young its file is. */
static void an_old_url_takes_its_text_along(void **unused)
{
    (void)unused;
    char text[256], key[CALIB_SHA256_HEX];
    calib_texts texts = {0};
    calib_record record;
    calib_record_state state;
    bool taken;
    add(A, "text");
    text_path(text);
    assert_ok(calib_url_key(A, key));
    assert_ok(calib_texts_open(&texts, cache));
    assert_ok(calib_record_read(&texts, key, &record, &state));
    assert_int_equal(state, CALIB_RECORD_GOOD);
    record.fetched_at -= 1000;
    assert_ok(calib_record_write(&texts, key, &record, false, &taken));
    calib_texts_close(&texts);
    prune(2000);
    assert_true(is_there(text));
    prune(500);
    assert_false(is_there(text));
}

/* ---- the error record ---- */

static int fail_inside(void *ctx, const calib_cache_entry *entry)
{
    (void)entry;
    ++*(int *)ctx;
    return calib_fail(CALIB_E_HTTP, "of the callback's own") ? 0 : 1;
}

static int fail_in_progress(void *ctx, uint32_t stage, uint64_t done, uint64_t total)
{
    (void)stage, (void)done, (void)total;
    ++*(int *)ctx;
    return calib_fail(CALIB_E_HTTP, "of the callback's own") ? 0 : 1;
}

static int check_tokens(const calib_directory *directory, const char *name, bool *good)
{
    (void)directory, (void)name;
    *good = true;
    return CALIB_OK;
}

/* A callback may use calib and meet failures of its own. */
static void success_leaves_no_error(void **unused)
{
    (void)unused;
    char file[96];
    int calls = 0;
    calib_progress progress = {.fn = fail_in_progress, .ctx = &calls};
    add(A, "text");
    for (int verify = 0; verify < 2; verify++) {
        calib_inventory inventory = {.cache_dir = cache,
                                     .progress = &no_progress,
                                     .fn = fail_inside,
                                     .ctx = &calls,
                                     .verify = verify,
                                     .check_tokens = check_tokens};
        assert_ok(calib_inventory_run(&inventory));
        assert_int_equal(calib_error_record()->status, 0);
    }
    assert_int_equal(calls, 2);
    snprintf(file, sizeof file, "%s/file", folder);
    calib_add_request request = {
        .url = B, .file = file, .cache_dir = cache, .max_bytes = 1000, .progress = &progress};
    assert_ok(calib_add_text(&request));
    assert_true(calls > 2);
    assert_int_equal(calib_error_record()->status, 0);
    calib_fail(CALIB_E_HTTP, "of an earlier call");
    assert_ok(calib_inventory_remove(cache, A));
    assert_int_equal(calib_error_record()->status, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(text_of_damaged_record_is_kept, begin, end),
        cmocka_unit_test_setup_teardown(a_good_record_outweighs_a_damaged_one, begin, end),
        cmocka_unit_test_setup_teardown(a_partial_download_goes_with_its_url, begin, end),
        cmocka_unit_test_setup_teardown(nothing_is_removed_if_a_record_cannot_be_read, begin, end),
        cmocka_unit_test_setup_teardown(nothing_is_removed_if_a_record_cannot_be_removed, begin,
                                        end),
        cmocka_unit_test_setup_teardown(a_url_is_forgotten_even_if_its_text_cannot_be_removed,
                                        begin, end),
        cmocka_unit_test_setup_teardown(the_first_of_two_adds_counts, begin, end),
        cmocka_unit_test_setup_teardown(a_path_is_shown_as_it_is, begin, end),
        cmocka_unit_test_setup_teardown(a_young_text_waits_for_its_record, begin, end),
        cmocka_unit_test_setup_teardown(an_old_url_takes_its_text_along, begin, end),
        cmocka_unit_test_setup_teardown(success_leaves_no_error, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
