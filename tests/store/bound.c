/* SPDX-License-Identifier: MIT */
/* The bound on the size of the cache: what was not used for longest goes first, what is in use and
 * what was just stored stay. Nothing of standard input is stored unasked. */
#define _GNU_SOURCE /* unshare() */
#include "disk.h"

#include "tokenizers.h"

#include <calib_cache.h>
#include <grp.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <time.h>

#define URL_A "https://a.example/text"
#define URL_B "https://b.example/text"

enum { LONG_AGO = 1000 };

static char text[50000];

/* A network file system, where locks are not used. */
static bool is_network;

int __real_fstatfs64(int fd, struct statfs *out);
int __wrap_fstatfs64(int fd, struct statfs *out);
int __real_fstatfs(int fd, struct statfs *out);
int __wrap_fstatfs(int fd, struct statfs *out);

int __wrap_fstatfs64(int fd, struct statfs *out)
{
    int result = __real_fstatfs64(fd, out);
    if (is_network)
        out->f_type = 0x6969;
    return result;
}

int __wrap_fstatfs(int fd, struct statfs *out)
{
    int result = __real_fstatfs(fd, out);
    if (is_network)
        out->f_type = 0x6969;
    return result;
}

static int each(void **state)
{
    is_network = false;
    unsetenv("CALIB_CACHE_MAX_BYTES");
    test_words_text(text, sizeof text, 3);
    return disk_begin(state);
}

/* ---- the files ---- */

typedef int (*file_fn)(const char *path);

/* Calls `fn` for each file of a folder. Returns the number of files. */
static int each_file(const char *folder, file_fn fn)
{
    char path[512], name[900];
    int n = 0;
    disk_path(folder, path);
    DIR *list = opendir(path);
    for (struct dirent *entry; list && (entry = readdir(list)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
        if (fn)
            assert_int_equal(fn(name), 0);
        n++;
    }
    if (list)
        closedir(list);
    return n;
}

static int make_older(const char *path)
{
    struct stat info;
    if (stat(path, &info) != 0)
        return 1;
    struct timespec times[2] = {info.st_atim, info.st_mtim};
    times[0].tv_sec -= LONG_AGO;
    times[1].tv_sec -= LONG_AGO;
    return utimensat(AT_FDCWD, path, times, 0);
}

static void let_time_pass(void)
{
    each_file("tokens", make_older);
    each_file("corpora", make_older);
}

/* ---- loads ---- */

/* Opens the text with the tokenizer number `which`. The caller closes the corpus. */
static calib_corpus *open_text(uint8_t which, uint64_t bound, uint32_t *state)
{
    static test_tokenizer words[16];
    test_setup setup = text_setup(text, sizeof text);
    calib_corpus *corpus;
    calib_info info = {.struct_size = sizeof info};
    words[which] = (test_tokenizer){.fingerprint = which, .salt = which};
    calib_tokenizer_vtable tok = test_vtable(&words[which]);
    setup.options.cache_dir = cache;
    setup.options.max_cache_bytes = bound;
    assert_ok(test_open(&tok, &setup, &corpus));
    assert_ok(calib_corpus_info(corpus, &info));
    *state = info.token_store;
    return corpus;
}

static uint32_t load(uint8_t which, uint64_t bound)
{
    uint32_t state;
    calib_corpus_close(open_text(which, bound, &state));
    return state;
}

static uint64_t store_bytes(void)
{
    char path[512];
    struct stat info;
    assert_int_equal(load(1, UINT64_MAX), CALIB_CACHE_MISS);
    disk_store(path);
    assert_int_equal(stat(path, &info), 0);
    return (uint64_t)info.st_size;
}

static void test_least_recently_used(void **unused)
{
    (void)unused;
    uint64_t size = store_bytes();
    for (uint8_t which = 2; which <= 3; which++) {
        let_time_pass();
        assert_int_equal(load(which, 3 * size), CALIB_CACHE_MISS);
    }
    assert_int_equal(each_file("tokens", NULL), 3);
    let_time_pass();
    assert_int_equal(load(1, 3 * size), CALIB_CACHE_HIT);
    assert_int_equal(load(4, 3 * size), CALIB_CACHE_MISS);
    assert_int_equal(each_file("tokens", NULL), 3);
    for (uint8_t which = 1; which <= 4; which++)
        assert_int_equal(load(which, UINT64_MAX), which == 2 ? CALIB_CACHE_MISS : CALIB_CACHE_HIT);
}

static void test_in_use(void **unused)
{
    (void)unused;
    uint32_t state;
    int32_t id;
    load(1, UINT64_MAX);
    calib_corpus *found = open_text(1, 1, &state);
    assert_int_equal(state, CALIB_CACHE_HIT);
    calib_corpus *made = open_text(2, 1, &state);
    assert_int_equal(state, CALIB_CACHE_MISS);
    let_time_pass();
    assert_int_equal(load(3, 1), CALIB_CACHE_MISS);
    assert_int_equal(each_file("tokens", NULL), 3);
    assert_ok(calib_corpus_tokens(found, 0, 1, &id));
    calib_corpus_close(found);
    calib_corpus_close(made);
    assert_int_equal(load(4, 1), CALIB_CACHE_MISS);
    assert_int_equal(each_file("tokens", NULL), 1);
    assert_int_equal(load(4, 1), CALIB_CACHE_HIT);
}

/* Without locks the last ten minutes count as use. A file that goes is whole for its reader. */
static void test_in_use_without_locks(void **unused)
{
    (void)unused;
    uint32_t state;
    int32_t id;
    is_network = true;
    calib_corpus *corpus = open_text(1, 1, &state);
    assert_int_equal(load(2, 1), CALIB_CACHE_MISS);
    assert_int_equal(each_file("tokens", NULL), 2);
    let_time_pass();
    assert_int_equal(load(3, 1), CALIB_CACHE_MISS);
    assert_int_equal(each_file("tokens", NULL), 1);
    assert_ok(calib_corpus_tokens(corpus, 0, 1, &id));
    calib_corpus_close(corpus);
}

/* ---- the value ---- */

static void test_environment(void **unused)
{
    (void)unused;
    static const char *const bad[] = {"x", "1T", "1KB", "-1", " 1", "1 ", "99999999999G", "K"};
    test_tokenizer words = {.fingerprint = 1};
    calib_tokenizer_vtable tok = test_vtable(&words);
    test_setup setup = text_setup(text, sizeof text);
    calib_corpus *corpus;
    setup.options.cache_dir = cache;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        setenv("CALIB_CACHE_MAX_BYTES", bad[i], 1);
        assert_status(test_open(&tok, &setup, &corpus), CALIB_E_ARGUMENT);
        assert_message("CALIB_CACHE_MAX_BYTES is \"");
        assert_status(calib_cache_prune(&setup.options, 0, NULL, NULL), CALIB_E_ARGUMENT);
    }
    assert_int_equal(load(1, UINT64_MAX), CALIB_CACHE_MISS);
    setenv("CALIB_CACHE_MAX_BYTES", "1G", 1);
    assert_int_equal(load(2, 0), CALIB_CACHE_MISS);
    assert_int_equal(each_file("tokens", NULL), 2);
    setenv("CALIB_CACHE_MAX_BYTES", "1K", 1);
    assert_int_equal(load(3, UINT64_MAX), CALIB_CACHE_MISS);
    assert_int_equal(each_file("tokens", NULL), 3);
    assert_int_equal(load(4, 0), CALIB_CACHE_MISS);
    assert_int_equal(each_file("tokens", NULL), 1);
    setenv("CALIB_CACHE_MAX_BYTES", "", 1);
    assert_int_equal(load(5, 0), CALIB_CACHE_MISS);
    assert_int_equal(each_file("tokens", NULL), 2);
}

/* ---- texts ---- */

static test_setup url_setup(const char *url, uint64_t bound)
{
    test_setup setup = location_setup(url);
    setup.options.cache_dir = cache;
    setup.options.offline = CALIB_OFFLINE_ON;
    setup.options.max_cache_bytes = bound;
    return setup;
}

static int add(const char *url, const char *bytes, uint64_t bound)
{
    char path[512];
    test_setup setup = url_setup(url, bound);
    disk_path("file", path);
    disk_write(path, bytes, strlen(bytes));
    int status = calib_cache_add(&setup.source, &setup.options, path);
    unlink(path);
    return status;
}

static int fetch(const char *url)
{
    char path[512];
    test_setup setup = url_setup(url, 1);
    return calib_fetch(&setup.source, &setup.options, path, sizeof path);
}

/* The record of a URL stays, so that a changed text is still found out. */
static void test_texts(void **unused)
{
    (void)unused;
    assert_ok(add(URL_A, "a text", 1));
    let_time_pass();
    assert_ok(add(URL_B, "another text", 1));
    assert_int_equal(each_file("corpora", NULL), 1);
    assert_int_equal(each_file("urls", NULL), 2);
    assert_status(fetch(URL_A), CALIB_E_OFFLINE);
    assert_ok(fetch(URL_B));
    assert_status(add(URL_A, "changed", 1), CALIB_E_CHANGED);
    assert_ok(add(URL_A, "a text", UINT64_MAX));
    assert_ok(fetch(URL_A));
}

/* A text is in use while it is tokenized. */
static void test_text_of_a_load(void **unused)
{
    (void)unused;
    test_tokenizer words = {.fingerprint = 1};
    calib_tokenizer_vtable tok = test_vtable(&words);
    test_setup setup = url_setup(URL_A, 1);
    calib_corpus *corpus;
    assert_ok(add(URL_A, "a text of some words", 1));
    let_time_pass();
    assert_ok(test_open(&tok, &setup, &corpus));
    calib_corpus_close(corpus);
    assert_int_equal(each_file("corpora", NULL), 1);
    assert_int_equal(each_file("tokens", NULL), 1);
}

/* ---- list and prune ---- */

typedef struct tally {
    int n_texts, n_tokens, n_removed;
    bool with_url;
    int64_t last_used;
} tally;

static int count_entry(void *ctx, const calib_cache_entry *entry)
{
    tally *t = ctx;
    t->n_texts += entry->kind == CALIB_ENTRY_TEXT;
    t->n_tokens += entry->kind == CALIB_ENTRY_TOKENS;
    t->n_removed += entry->removed != 0;
    t->with_url = t->with_url || (entry->url && strcmp(entry->url, URL_A) == 0);
    t->last_used = entry->last_used;
    return 0;
}

static void test_prune(void **unused)
{
    (void)unused;
    tally seen = {0};
    test_setup setup = url_setup(NULL, UINT64_MAX);
    assert_ok(add(URL_A, "a text", 0));
    load(1, 0);
    assert_ok(calib_cache_prune(&setup.options, 0, count_entry, &seen));
    setup.options.max_cache_bytes = 0;
    assert_ok(calib_cache_prune(&setup.options, 0, count_entry, &seen));
    assert_int_equal(seen.n_removed, 0);
    setup.options.max_cache_bytes = 1;
    assert_ok(calib_cache_prune(&setup.options, 0, count_entry, &seen));
    assert_int_equal(seen.n_removed, 2);
    assert_true(seen.n_texts == 1 && seen.n_tokens == 1 && seen.with_url);
    assert_int_equal(each_file("tokens", NULL) + each_file("corpora", NULL), 0);
}

static void test_list_tells_last_use(void **unused)
{
    (void)unused;
    tally seen = {0};
    test_setup setup = url_setup(NULL, 0);
    load(1, 0);
    let_time_pass();
    time_t now = time(NULL);
    assert_ok(calib_cache_list(&setup.options, count_entry, &seen));
    assert_true(seen.last_used > now - LONG_AGO - 60 && seen.last_used <= now - LONG_AGO);
    load(1, 0);
    assert_ok(calib_cache_list(&setup.options, count_entry, &seen));
    assert_true(seen.last_used >= now);
}

/* Reading a file does not set its time there, so the library must. Needs root, to mount it. */
static void test_last_use_without_the_system(void **unused)
{
    (void)unused;
    int ended;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        if (unshare(CLONE_NEWNS) || mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) ||
            mount("none", cache, "tmpfs", MS_NOATIME, "size=8m"))
            _exit(77);
        test_list_tells_last_use(NULL);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &ended, 0), child);
    if (WIFEXITED(ended) && WEXITSTATUS(ended) == 77) {
        fprintf(stderr, "# skipped: this process may not mount a file system\n");
        skip();
    }
    assert_int_equal(ended, 0);
}

/* Another user's files, in a directory where nothing can be written: they are found all the same.
 */
static void test_read_only(void **unused)
{
    (void)unused;
    int ended;
    char path[512];
    assert_ok(add(URL_A, "a text", 0));
    disk_path("corpora", path);
    assert_int_equal(chmod(path, 0555), 0);
    disk_path("urls", path);
    assert_int_equal(chmod(path, 0555), 0);
    assert_int_equal(chmod(cache, 0555), 0);
    let_time_pass();
    pid_t child = fork();
    if (child == 0) {
        if (geteuid() == 0 && (setgroups(0, NULL) || setgid(65534) || setuid(65534)))
            _exit(3);
        _exit(fetch(URL_A) ? 2 : 0);
    }
    assert_int_equal(waitpid(child, &ended, 0), child);
    assert_int_equal(ended, 0);
    assert_int_equal(chmod(cache, 0700), 0);
    disk_path("corpora", path);
    assert_int_equal(chmod(path, 0700), 0);
    disk_path("urls", path);
    assert_int_equal(chmod(path, 0700), 0);
}

/* ---- standard input ---- */

static uint32_t load_pipe(const char *location, uint32_t flags, const char *why)
{
    int ends[2], before = dup(0);
    test_tokenizer words = {.fingerprint = 1};
    calib_tokenizer_vtable tok = test_vtable(&words);
    test_setup setup = location_setup(location);
    calib_corpus *corpus;
    calib_info info = {.struct_size = sizeof info};
    setup.options.cache_dir = cache;
    setup.options.flags = flags;
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "some words", 10), 10);
    close(ends[1]);
    dup2(ends[0], 0);
    close(ends[0]);
    int status = test_open(&tok, &setup, &corpus);
    dup2(before, 0);
    close(before);
    assert_ok(status);
    assert_ok(calib_corpus_info(corpus, &info));
    if (why ? !info.token_store_why || !strstr(info.token_store_why, why) : !!info.token_store_why)
        fail_msg("the reason is \"%s\"", info.token_store_why ? info.token_store_why : "");
    calib_corpus_close(corpus);
    return info.token_store;
}

static void test_standard_input(void **unused)
{
    (void)unused;
    static const char *const locations[] = {"-", "/dev/stdin"};
    for (size_t i = 0; i < 2; i++) {
        const char *pipe = locations[i];
        for (int n = 0; n < 2; n++)
            assert_int_equal(load_pipe(pipe, 0, "CALIB_STORE_STDIN"), CALIB_CACHE_OFF);
        assert_int_equal(each_file("tokens", NULL), 0);
        assert_int_equal(load_pipe(pipe, CALIB_STORE_STDIN, "nothing stored"), CALIB_CACHE_MISS);
        assert_int_equal(load_pipe(pipe, CALIB_STORE_STDIN, NULL), CALIB_CACHE_HIT);
        assert_int_equal(load_pipe(pipe, CALIB_STORE_STDIN | CALIB_NO_TOKEN_STORE, "turned off"),
                         CALIB_CACHE_OFF);
        assert_int_equal(each_file("tokens", unlink), 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_least_recently_used, each, disk_end),
        cmocka_unit_test_setup_teardown(test_in_use, each, disk_end),
        cmocka_unit_test_setup_teardown(test_in_use_without_locks, each, disk_end),
        cmocka_unit_test_setup_teardown(test_environment, each, disk_end),
        cmocka_unit_test_setup_teardown(test_texts, each, disk_end),
        cmocka_unit_test_setup_teardown(test_text_of_a_load, each, disk_end),
        cmocka_unit_test_setup_teardown(test_prune, each, disk_end),
        cmocka_unit_test_setup_teardown(test_list_tells_last_use, each, disk_end),
        cmocka_unit_test_setup_teardown(test_last_use_without_the_system, each, disk_end),
        cmocka_unit_test_setup_teardown(test_read_only, each, disk_end),
        cmocka_unit_test_setup_teardown(test_standard_input, each, disk_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
