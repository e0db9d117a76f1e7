/* SPDX-License-Identifier: MIT */
/* A cache that the members of a group share: two users of one group, one stranger, and each umask.
 * Needs root, to become these users. */
#include "cachedir/cachedir.h"
#include "disk.h"

#include "tokenizers.h"

#include <calib_cache.h>
#include <errno.h>
#include <grp.h>
#include <sys/file.h>
#include <sys/wait.h>

enum { FIRST = 64101, SECOND = 64102, STRANGER = 64103, GROUP = 64110 };

#define URL "https://example.com/text"

static char text[50000], file[512];
static const mode_t umasks[] = {0002, 0022, 0077};

static int each(void **state)
{
    test_words_text(text, sizeof text, 3);
    if (disk_begin(state))
        return 1;
    snprintf(file, sizeof file, "%s-file", cache);
    disk_write(file, "a text", 6);
    return chmod(file, 0444);
}

static int end(void **state)
{
    unlink(file);
    return disk_end(state);
}

static void share(mode_t mode)
{
    assert_int_equal(chown(cache, 0, GROUP), 0);
    assert_int_equal(chmod(cache, mode), 0);
}

/* ---- other users ---- */

typedef struct report {
    int status;
    uint32_t state;
    char why[1024];
} report;

typedef void (*act_fn)(report *out);

static void act_open(report *out)
{
    test_tokenizer words = {.fingerprint = 1};
    calib_tokenizer_vtable tok = test_vtable(&words);
    test_setup setup = text_setup(text, sizeof text);
    calib_corpus *corpus;
    calib_info info = {.struct_size = sizeof info};
    setup.options.cache_dir = cache;
    out->status = test_open(&tok, &setup, &corpus);
    if (out->status || calib_corpus_info(corpus, &info))
        return;
    out->state = info.token_store;
    snprintf(out->why, sizeof out->why, "%s", info.token_store_why ? info.token_store_why : "");
    calib_corpus_close(corpus);
}

static void act_add(report *out)
{
    test_setup setup = location_setup(URL);
    setup.options.cache_dir = cache;
    out->status = calib_cache_add(&setup.source, &setup.options, file);
    snprintf(out->why, sizeof out->why, "%s", last_message());
}

static void act_fetch(report *out)
{
    char path[512];
    test_setup setup = location_setup(URL);
    setup.options.cache_dir = cache;
    setup.options.offline = CALIB_OFFLINE_ON;
    out->status = calib_fetch(&setup.source, &setup.options, path, sizeof path);
    snprintf(out->why, sizeof out->why, "%s", last_message());
}

static void act_remove(report *out)
{
    test_setup setup = location_setup(URL);
    setup.options.cache_dir = cache;
    out->status = calib_cache_remove(&setup.source, &setup.options);
    snprintf(out->why, sizeof out->why, "%s", last_message());
}

/* Takes a lock and leaves its file behind, as a download does. */
static void act_lock(report *out)
{
    static const char name[] = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
                               ".lock";
    calib_directory *root = NULL, *urls = NULL;
    calib_lock *lock = NULL;
    out->status = calib_cachedir_make(cache, &root);
    if (!out->status)
        out->status = calib_cachedir_folder_make(root, "urls", &urls);
    if (!out->status)
        out->status = calib_lock_open_at(urls, name, &lock);
    if (!out->status)
        out->status = calib_lock_try(lock);
    snprintf(out->why, sizeof out->why, "%s", strerror(out->status));
    calib_lock_release(lock);
    calib_directory_close(urls);
    calib_directory_close(root);
}

static void become(uid_t user)
{
    gid_t own = (gid_t)user, group = GROUP;
    size_t n = user == STRANGER ? 0 : 1;
    if (setgroups(n, &group) || setgid(own) || setuid(user))
        _exit(9);
}

/* Acts as a user, whose own group is not the common one. */
static report as(uid_t user, mode_t mask, act_fn act)
{
    int ends[2], ended;
    report out = {.status = 99};
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        umask(mask);
        become(user);
        act(&out);
        _exit(write(ends[1], &out, sizeof out) == (ssize_t)sizeof out ? 0 : 1);
    }
    close(ends[1]);
    assert_int_equal(read(ends[0], &out, sizeof out), (ssize_t)sizeof out);
    close(ends[0]);
    assert_int_equal(waitpid(child, &ended, 0), child);
    assert_int_equal(ended, 0);
    return out;
}

static void expect_state(uid_t user, mode_t mask, uint32_t state, const char *why)
{
    report is = as(user, mask, act_open);
    if (is.status || is.state != state || !strstr(is.why, why))
        fail_msg("user %u with umask %03o: %d, store %u \"%s\", expected %u \"%s\"", user,
                 (unsigned)mask, is.status, is.state, is.why, state, why);
}

static void expect_ok(uid_t user, mode_t mask, act_fn act)
{
    report is = as(user, mask, act);
    if (is.status)
        fail_msg("user %u with umask %03o: %s", user, (unsigned)mask, is.why);
}

/* ---- what is on the disk ---- */

static mode_t mode_of(const char *path, gid_t group)
{
    struct stat info;
    if (lstat(path, &info) != 0)
        fail_msg("%s: %s", path, strerror(errno));
    assert_int_equal(info.st_gid, group);
    return info.st_mode & 07777;
}

/* All files have one mode; lock files have 0660. */
static void expect_modes(const char *folder, mode_t wanted, mode_t files)
{
    char path[512], name[900];
    disk_path(folder, path);
    assert_int_equal(mode_of(path, GROUP), wanted);
    DIR *list = opendir(path);
    assert_non_null(list);
    for (struct dirent *entry; (entry = readdir(list)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
        assert_int_equal(mode_of(name, GROUP), strstr(name, ".lock") ? 0660 : files);
    }
    closedir(list);
}

static void test_shared(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < 3; i++)
        for (size_t j = 0; j < 3; j++) {
            char path[512];
            disk_clear(cache);
            share(02770);
            expect_state(FIRST, umasks[i], CALIB_CACHE_MISS, "nothing stored yet");
            expect_state(SECOND, umasks[j], CALIB_CACHE_HIT, "");
            expect_ok(FIRST, umasks[i], act_lock);
            expect_ok(SECOND, umasks[j], act_lock);
            expect_ok(FIRST, umasks[i], act_add);
            expect_ok(SECOND, umasks[j], act_fetch);
            expect_ok(SECOND, umasks[j], act_add);
            expect_ok(FIRST, umasks[i], act_fetch);
            expect_modes("tokens", 02770, 0440);
            expect_modes("corpora", 02770, 0440);
            expect_modes("urls", 02770, 0440);
            disk_store(path);
            assert_int_equal(truncate(path, 5000), 0);
            expect_state(SECOND, umasks[j], CALIB_CACHE_MISS, "another length");
            expect_state(FIRST, umasks[i], CALIB_CACHE_HIT, "");
            expect_ok(FIRST, umasks[i], act_remove);
            assert_int_equal(as(SECOND, umasks[j], act_fetch).status, CALIB_E_OFFLINE);
        }
}

/* Others may read what the directory lets them read, and store nothing. */
static void test_others_may_read(void **unused)
{
    (void)unused;
    share(02775);
    expect_ok(FIRST, 0077, act_add);
    expect_state(FIRST, 0077, CALIB_CACHE_MISS, "nothing stored yet");
    expect_modes("tokens", 02775, 0444);
    expect_modes("corpora", 02775, 0444);
    expect_ok(STRANGER, 0022, act_fetch);
    expect_state(STRANGER, 0022, CALIB_CACHE_OFF, "no file can be made");
    expect_state(STRANGER, 0022, CALIB_CACHE_OFF, "Permission denied; set another cache_dir");
    expect_state(SECOND, 0022, CALIB_CACHE_HIT, "");
}

/* Stored tokens of somebody who is not in the group, and of everybody, count for nothing. */
static void test_untrusted(void **unused)
{
    (void)unused;
    char path[512];
    share(02770);
    expect_state(FIRST, 0002, CALIB_CACHE_MISS, "nothing stored yet");
    disk_store(path);
    assert_int_equal(chown(path, STRANGER, STRANGER), 0);
    assert_int_equal(chmod(path, 0444), 0);
    expect_state(SECOND, 0002, CALIB_CACHE_MISS, "others may write");
    assert_int_equal(chmod(path, 0446), 0);
    expect_state(FIRST, 0002, CALIB_CACHE_MISS, "others may write");
    expect_state(SECOND, 0002, CALIB_CACHE_HIT, "");
    expect_state(STRANGER, 0002, CALIB_CACHE_OFF, "cannot be made or opened: Permission denied");
}

/* Everybody may write to the directory, so a file of its group may come from anybody. */
static void test_world_writable(void **unused)
{
    (void)unused;
    char path[512];
    share(02777);
    expect_state(FIRST, 0002, CALIB_CACHE_MISS, "nothing stored yet");
    disk_path("tokens", path);
    assert_int_equal(mode_of(path, GROUP), 02700);
    assert_int_equal(chmod(path, 02777), 0);
    expect_state(SECOND, 0002, CALIB_CACHE_MISS, "others may write");
    expect_state(FIRST, 0002, CALIB_CACHE_MISS, "others may write");
}

/* Without the two bits the cache belongs to the user who made it, and the reason is told. */
static void test_private(void **unused)
{
    (void)unused;
    char path[512];
    share(0770);
    expect_state(FIRST, 0002, CALIB_CACHE_MISS, "nothing stored yet");
    expect_ok(FIRST, 0002, act_add);
    disk_path("tokens", path);
    assert_int_equal(mode_of(path, FIRST), 0700);
    expect_state(SECOND, 0002, CALIB_CACHE_OFF, "cannot be made or opened: Permission denied");
    expect_state(SECOND, 0002, CALIB_CACHE_OFF, "share this one with its group (mode 2770)");
    report is = as(SECOND, 0002, act_fetch);
    assert_int_equal(is.status, CALIB_E_ACCESS);
    assert_non_null(strstr(is.why, "share it with a group (mode 2770): Permission denied"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_shared, each, end),
        cmocka_unit_test_setup_teardown(test_others_may_read, each, end),
        cmocka_unit_test_setup_teardown(test_untrusted, each, end),
        cmocka_unit_test_setup_teardown(test_world_writable, each, end),
        cmocka_unit_test_setup_teardown(test_private, each, end),
    };
    if (geteuid() != 0) {
        printf("1..0 # SKIP only root can become two users\n");
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
