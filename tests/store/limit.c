/* SPDX-License-Identifier: MIT */
/* A limit on the size of files (ulimit -f). By default a write past it ends the process with
 * SIGXFSZ; the library reports a full disk or keeps no file, and leaves the signal as it was. */
#include "disk.h"

#include <calib_cache.h>

#include <signal.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/wait.h>

enum { SMALL = 50000, TEXT_BYTES = 20 << 20 };

static char text[TEXT_BYTES];

typedef int (*scenario)(const char *path);

/* What a child found; an exit status. */
enum { AS_WANTED, OTHER_STATUS, OTHER_IDS, SIGNAL_CHANGED, NO_LIMIT };

static bool signal_is(bool blocked, bool pending)
{
    sigset_t mask, waiting;
    sigemptyset(&mask);
    sigemptyset(&waiting);
    sigprocmask(SIG_BLOCK, NULL, &mask);
    sigpending(&waiting);
    return sigismember(&mask, SIGXFSZ) == blocked && sigismember(&waiting, SIGXFSZ) == pending;
}

static int run_limited(scenario run, const char *path, rlim_t bytes, bool pending)
{
    struct rlimit limit = {bytes, bytes};
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGXFSZ);
    signal(SIGXFSZ, SIG_DFL);
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
        return NO_LIMIT;
    if (pending) {
        sigprocmask(SIG_BLOCK, &set, NULL);
        raise(SIGXFSZ);
    }
    int result = run(path);
    return result || signal_is(pending, pending) ? result : SIGNAL_CHANGED;
}

/* Runs a scenario under a limit of `bytes`, with the signal unblocked, and pending from before. */
static void expect_calm(scenario run, const char *path, rlim_t bytes)
{
    for (int pending = 0; pending < 2; pending++) {
        int how;
        pid_t child = fork();
        if (child == 0)
            _exit(run_limited(run, path, bytes, pending));
        assert_int_equal(waitpid(child, &how, 0), child);
        if (WIFSIGNALED(how))
            fail_msg("signal %d ended the process", WTERMSIG(how));
        assert_int_equal(WEXITSTATUS(how), AS_WANTED);
    }
}

static int load(size_t len, uint32_t flags, const char *location)
{
    test_setup setup = location ? location_setup(location) : text_setup(text, len);
    calib_corpus *corpus;
    setup.options.cache_dir = cache;
    setup.options.flags = flags;
    if (test_open(calib_bytes_tokenizer(), &setup, &corpus))
        return OTHER_STATUS;
    calib_info info = {.struct_size = sizeof info};
    int32_t id = -1;
    int result = calib_corpus_info(corpus, &info) || info.token_store != CALIB_CACHE_OFF ||
                         info.n_tokens != len
                     ? OTHER_STATUS
                     : AS_WANTED;
    if (calib_corpus_tokens(corpus, len - 1, 1, &id) || id != (unsigned char)text[len - 1])
        result = OTHER_IDS;
    calib_corpus_close(corpus);
    return result;
}

static int load_small(const char *path)
{
    (void)path;
    return load(SMALL, 0, NULL);
}

static int load_large(const char *path)
{
    (void)path;
    return load(TEXT_BYTES, 0, NULL);
}

static int load_unstored(const char *path)
{
    (void)path;
    return load(TEXT_BYTES, CALIB_NO_TOKEN_STORE, NULL);
}

static int add(const char *path)
{
    test_setup setup = location_setup("https://example.invalid/corpus.txt");
    setup.options.cache_dir = cache;
    if (calib_cache_add(&setup.source, &setup.options, path) != CALIB_E_NOSPACE)
        return OTHER_STATUS;
    return strstr(last_message(), "File too large") ? AS_WANTED : OTHER_STATUS;
}

static void test_store(void **unused)
{
    (void)unused;
    static const rlim_t limits[] = {0, 100, 4096, 60000, SMALL + 5000};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        expect_calm(load_small, "", limits[i]);
}

/* The ids fill a file of the store, and then a temporary one, before the end of the text. */
static void test_spill(void **unused)
{
    (void)unused;
    expect_calm(load_large, "", 1 << 20);
    expect_calm(load_unstored, "", 1 << 20);
    expect_calm(load_unstored, "", 17 << 20);
}

static void test_add(void **unused)
{
    (void)unused;
    char path[512];
    disk_path("text", path);
    disk_write(path, text, TEXT_BYTES);
    expect_calm(add, path, 100);
    expect_calm(add, path, 1 << 20);
}

static int begin(void **state)
{
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)('a' + i * 7 % 25);
    return disk_begin(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_store, begin, disk_end),
        cmocka_unit_test_setup_teardown(test_spill, begin, disk_end),
        cmocka_unit_test_setup_teardown(test_add, begin, disk_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
