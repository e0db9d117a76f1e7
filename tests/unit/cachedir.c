/* SPDX-License-Identifier: MIT */
/* Files of the cache directory: names, publishing, locks, leftovers. */
#include "cachedir/cachedir.h"
#include "test.h"

#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define KEY "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static char path[64];
static calib_directory *root, *folder;

static int begin(void **unused)
{
    (void)unused;
    snprintf(path, sizeof path, "/tmp/calib-cachedir-XXXXXX");
    return !mkdtemp(path) || calib_cachedir_make(path, &root) ||
           calib_cachedir_folder_make(root, "folder", &folder);
}

static int remove_name(void *unused, const char *name)
{
    (void)unused;
    return calib_file_remove_at(folder, name);
}

static int end(void **unused)
{
    (void)unused;
    int result;
    char name[96];
    calib_directory_list(folder, remove_name, NULL, &result);
    calib_directory_close(folder);
    calib_directory_close(root);
    snprintf(name, sizeof name, "%s/folder", path);
    return result || rmdir(name) || rmdir(path);
}

static bool is_there(const char *name)
{
    calib_file_info info;
    return calib_file_info_at(folder, name, &info) == 0;
}

static void put(const char *name, const char *text)
{
    bool taken;
    assert_int_equal(calib_cachedir_put(folder, name, text, false, &taken), 0);
}

static void expect_text(const char *name, const char *text)
{
    char is[64];
    size_t n;
    calib_file *file;
    assert_int_equal(calib_file_open_at(folder, name, &file), 0);
    assert_int_equal(calib_file_read_at(file, is, sizeof is, 0, &n), 0);
    calib_file_close(file);
    assert_int_equal(n, strlen(text));
    assert_memory_equal(is, text, n);
}

static void names(void **unused)
{
    (void)unused;
    char first[CALIB_CACHE_NAME], second[CALIB_CACHE_NAME];
    assert_true(calib_cachedir_name_is(KEY, ""));
    assert_true(calib_cachedir_name_is(KEY ".part", ".part"));
    assert_false(calib_cachedir_name_is(KEY "0", ""));
    assert_false(calib_cachedir_name_is("A" KEY, ""));
    assert_false(calib_cachedir_name_is("0123", ""));
    assert_int_equal(calib_cachedir_temp_name(NULL, first), 0);
    assert_int_equal(calib_cachedir_temp_name(NULL, second), 0);
    assert_int_equal(strlen(first), 32 + strlen(".tmp"));
    assert_string_not_equal(first, second);
    assert_int_equal(calib_cachedir_temp_name(KEY, first), 0);
    assert_int_equal(strlen(first), 64 + 1 + 16 + strlen(".tmp"));
    assert_int_equal(strncmp(first, KEY ".", 65), 0);
}

static void published_whole(void **unused)
{
    (void)unused;
    char temp[CALIB_CACHE_NAME];
    calib_publishing outcome;
    calib_file *file;
    bool taken;
    put("a", "first");
    put("a", "second");
    expect_text("a", "second");
    assert_int_equal(calib_cachedir_put(folder, "a", "third", true, &taken), 0);
    assert_true(taken);
    expect_text("a", "second");
    assert_int_equal(calib_cachedir_put(folder, "b", "third", true, &taken), 0);
    assert_false(taken);
    expect_text("b", "third");
    assert_int_equal(calib_cachedir_temp(folder, KEY, temp, &file), 0);
    calib_file_close(file);
    assert_int_equal(calib_cachedir_publish(folder, temp, "a", true, &outcome), 0);
    assert_int_equal(outcome, CALIB_NAME_TAKEN);
    assert_true(is_there(temp));
    assert_int_equal(calib_cachedir_publish(folder, temp, "c", true, &outcome), 0);
    assert_int_equal(outcome, CALIB_PUBLISHED);
    assert_false(is_there(temp));
    assert_int_not_equal(calib_cachedir_publish(folder, temp, "c", false, &outcome), 0);
    assert_int_equal(outcome, CALIB_UNPUBLISHED);
}

static void only_old_leftovers_go(void **unused)
{
    (void)unused;
    static const char *const leftovers[] = {"00112233445566778899aabbccddeeff.tmp",
                                            KEY ".0011223344556677.tmp", KEY ".part",
                                            KEY ".corrupt"};
    static const char *const others[] = {KEY, KEY ".lock", KEY ".ctk", "a.tmp",
                                         KEY ".00112233445566.tmp"};
    static const char *const endings[] = {".part", ".corrupt", NULL};
    enum { N_LEFTOVERS = 4, N_OTHERS = 5, DAY = 24 * 60 * 60 };
    for (size_t i = 0; i < N_LEFTOVERS; i++)
        put(leftovers[i], "");
    for (size_t i = 0; i < N_OTHERS; i++)
        put(others[i], "");
    calib_cachedir_reap(folder, endings);
    for (size_t i = 0; i < N_LEFTOVERS; i++)
        assert_true(is_there(leftovers[i]));
    struct timespec times[2] = {{.tv_sec = time(NULL) - DAY - 60}};
    times[1] = times[0];
    for (size_t i = 0; i < N_LEFTOVERS + N_OTHERS; i++) {
        char name[256];
        snprintf(name, sizeof name, "%s/folder/%s", path,
                 i < N_LEFTOVERS ? leftovers[i] : others[i - N_LEFTOVERS]);
        assert_int_equal(utimensat(AT_FDCWD, name, times, 0), 0);
    }
    calib_cachedir_reap(folder, NULL);
    for (size_t i = 0; i < N_LEFTOVERS; i++)
        assert_int_equal(is_there(leftovers[i]), i >= 2);
    calib_cachedir_reap(folder, endings);
    for (size_t i = 0; i < N_LEFTOVERS; i++)
        assert_false(is_there(leftovers[i]));
    for (size_t i = 0; i < N_OTHERS; i++)
        assert_true(is_there(others[i]));
}

typedef struct watch {
    int calls, result, enough_after;
} watch;

static int on_wait(void *ctx, uint64_t waited_ms, bool *enough)
{
    watch *w = ctx;
    assert_true(waited_ms < 60000);
    *enough = ++w->calls == w->enough_after;
    return w->result;
}

static void waits_for_locks(void **unused)
{
    (void)unused;
    calib_lock *held, *lock;
    watch w = {0};
    calib_lock_wait wait = {100, on_wait, &w};
    assert_int_equal(calib_cachedir_lock(folder, KEY, &wait, &held), 0);
    if (!held) {
        fprintf(stderr, "# skipped: no locks on this file system\n");
        skip();
    }
    assert_int_equal(w.calls, 0);
    uint64_t start = calib_now_ns();
    assert_int_equal(calib_cachedir_lock(folder, KEY, &wait, &lock), 0);
    assert_null(lock);
    assert_true(calib_now_ns() - start >= 100 * 1000000u && w.calls >= 2);
    w = (watch){.enough_after = 2};
    wait.timeout_ms = 50000;
    assert_int_equal(calib_cachedir_lock(folder, KEY, &wait, &lock), 0);
    assert_true(!lock && w.calls == 2);
    w = (watch){.result = 7};
    assert_int_equal(calib_cachedir_lock(folder, KEY, &wait, &lock), 7);
    assert_null(lock);
    calib_cachedir_unlock(folder, KEY, held);
    assert_int_equal(calib_cachedir_lock(folder, KEY, &wait, &lock), 0);
    assert_non_null(lock);
    calib_cachedir_unlock(folder, KEY, lock);
    calib_cachedir_unlock(folder, KEY, NULL);
    assert_false(is_there(KEY ".lock"));
}

typedef struct handover {
    calib_lock *first, *second;
    int calls;
} handover;

/* The first holder is done, and the file that the waiting call has open is gone. A third takes the
 * lock under a new file. */
static int hand_over(void *ctx, uint64_t waited_ms, bool *enough)
{
    handover *h = ctx;
    (void)waited_ms, (void)enough;
    if (h->calls++ == 0) {
        const calib_lock_wait wait = {0, NULL, NULL};
        calib_cachedir_unlock(folder, KEY, h->first);
        return calib_cachedir_lock(folder, KEY, &wait, &h->second);
    }
    return 0;
}

static void only_one_holds_the_lock(void **unused)
{
    (void)unused;
    handover h = {0};
    calib_lock *lock;
    calib_lock_wait wait = {100, hand_over, &h};
    assert_int_equal(calib_cachedir_lock(folder, KEY, &wait, &h.first), 0);
    if (!h.first) {
        fprintf(stderr, "# skipped: no locks on this file system\n");
        skip();
    }
    assert_int_equal(calib_cachedir_lock(folder, KEY, &wait, &lock), 0);
    assert_non_null(h.second);
    assert_null(lock);
    assert_true(h.calls >= 2 && is_there(KEY ".lock"));
    calib_cachedir_unlock(folder, KEY, h.second);
    assert_false(is_there(KEY ".lock"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(names, begin, end),
        cmocka_unit_test_setup_teardown(published_whole, begin, end),
        cmocka_unit_test_setup_teardown(only_old_leftovers_go, begin, end),
        cmocka_unit_test_setup_teardown(waits_for_locks, begin, end),
        cmocka_unit_test_setup_teardown(only_one_holds_the_lock, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
