/* SPDX-License-Identifier: MIT */
/* Sources, options and sampling that are refused, each with its own status. */
#define _GNU_SOURCE
#include "refuse.h"

#include <calib_cache.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sched.h>
#include <sys/mount.h>
#endif

enum { CANNOT_MOUNT = 77 };

static char directory[] = "/tmp/calib-bad-input-XXXXXX";
static char path[sizeof directory + 16];

static int make_directory(void **unused)
{
    (void)unused;
    if (!mkdtemp(directory) || chmod(directory, 0755) != 0)
        return 1;
    snprintf(path, sizeof path, "%s/corpus.txt", directory);
    return 0;
}

static int remove_directory(void **unused)
{
    (void)unused;
    unlink(path);
    return rmdir(directory);
}

static void write_file(const char *bytes, size_t len)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

static int take_entry(void *ctx, const calib_cache_entry *entry)
{
    (void)ctx, (void)entry;
    return 0;
}

static calib_error last_error(void)
{
    calib_error error = {.struct_size = sizeof error};
    assert_int_equal(calib_last_error(&error), CALIB_OK);
    return error;
}

static void files(void **unused)
{
    (void)unused;
    test_setup missing = location_setup("/nowhere/corpus.txt");
    refuse_setup(&missing, CALIB_E_NOT_FOUND, "/nowhere/corpus.txt");
    assert_int_equal(last_error().system_error, ENOENT);
    test_setup folder = location_setup(directory);
    refuse_setup(&folder, CALIB_E_ARGUMENT, directory);
    write_file("text", 4);
    char below[sizeof path + 8];
    snprintf(below, sizeof below, "%s/below", path);
    test_setup through = location_setup(below);
    refuse_setup(&through, CALIB_E_NOT_FOUND, below);
    test_setup device = location_setup("/proc/self/mem");
    refuse_setup(&device, CALIB_E_SYSTEM, "/proc/self/mem");
    assert_int_equal(last_error().system_error, EIO);
}

/* Names of 5,000 bytes: every message ends with the reason. */
static void long_names(void **unused)
{
    (void)unused;
    static char name[5001], url[5001];
    static const char reason[] = ": File name too long";
    memset(name, 'n', sizeof name - 1);
    memcpy(name, "/first/", 7);
    for (size_t i = 200; i < sizeof name - 10; i += 200)
        name[i] = '/';
    memset(url, 'u', sizeof url - 1);
    memcpy(url, "https://example.invalid/", 24);
    test_setup long_path = location_setup(name);
    refuse_setup(&long_path, CALIB_E_SYSTEM, reason);
    check_message(CALIB_E_SYSTEM, "cannot open the corpus /first/nn");
    test_setup long_cache = location_setup("https://example.invalid/x");
    long_cache.options.cache_dir = name;
    long_cache.options.offline = CALIB_OFFLINE_ON;
    refuse_setup(&long_cache, CALIB_E_SYSTEM, reason);
    assert_status(calib_cache_list(&long_cache.options, take_entry, NULL), CALIB_E_SYSTEM);
    check_message(CALIB_E_SYSTEM, reason);
    long_cache.options.cache_dir = directory;
    assert_status(calib_cache_add(&long_cache.source, &long_cache.options, name), CALIB_E_SYSTEM);
    check_message(CALIB_E_SYSTEM, reason);
    static const char *const made[] = {"corpora", "urls"};
    for (size_t i = 0; i < 2; i++) {
        snprintf(name, sizeof name, "%s/%s", directory, made[i]);
        assert_int_equal(rmdir(name), 0);
    }
    snprintf(name, sizeof name, "%s/CACHEDIR.TAG", directory);
    assert_int_equal(unlink(name), 0);
    test_setup long_url = location_setup(url);
    long_url.options.cache_dir = directory;
    long_url.options.offline = CALIB_OFFLINE_ON;
    refuse_setup(&long_url, CALIB_E_OFFLINE, "or put the text there with calib_cache_add()");
    check_message(CALIB_E_OFFLINE, "offline, and https://example.invalid/uu");
}

static void empty_corpora(void **unused)
{
    (void)unused;
    write_file("", 0);
    test_setup file = location_setup(path);
    refuse_setup(&file, CALIB_E_EMPTY, path);
    test_setup device = location_setup("/dev/null");
    refuse_setup(&device, CALIB_E_EMPTY, "/dev/null");
    test_setup memory = text_setup("", 0);
    refuse_setup(&memory, CALIB_E_EMPTY, "the text in memory is empty");
}

/* Root reads everything, so it becomes nobody first. */
static void try_as_nobody(const test_setup *setup)
{
    calib_samples *samples = NULL;
    if (geteuid() == 0 && setuid(65534) != 0)
        _exit(2);
    int status = test_load(calib_bytes_tokenizer(), 1, 1, 0, setup, NULL, &samples);
    _exit(status == CALIB_E_ACCESS && !samples && strstr(last_message(), path) ? 0 : 1);
}

static void unreadable_file(void **unused)
{
    (void)unused;
    write_file("text", 4);
    assert_int_equal(chmod(path, 0), 0);
    test_setup setup = location_setup(path);
    pid_t child = fork();
    if (child == 0)
        try_as_nobody(&setup);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_int_equal(unlink(path), 0);
}

/* ---- cache directories that cannot be made or opened ---- */

typedef int (*attempt_in_child)(const char *cache_dir);

static int add_fails(const char *cache_dir, int status, const char *reason)
{
    test_setup setup = location_setup("https://example.invalid/x");
    setup.options.cache_dir = cache_dir;
    int is = calib_cache_add(&setup.source, &setup.options, path);
    if (is == status && strstr(last_message(), reason))
        return 0;
    fprintf(stderr, "# status %d: %s\n", is, last_message());
    return 1;
}

static void expect_in_child(attempt_in_child run, const char *cache_dir)
{
    int how;
    pid_t child = fork();
    if (child == 0)
        _exit(run(cache_dir));
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_true(WIFEXITED(how));
    if (WEXITSTATUS(how) == CANNOT_MOUNT)
        print_message("# SKIP: no mount in a private namespace is allowed here\n");
    else
        assert_int_equal(WEXITSTATUS(how), 0);
}

static int home_of_another_user(const char *cache_dir)
{
    if (geteuid() == 0 && setuid(65534) != 0)
        return 2;
    unsetenv("CALIB_CACHE_DIR"), unsetenv("XDG_CACHE_HOME");
    setenv("HOME", cache_dir, 1);
    return add_fails(NULL, CALIB_E_ACCESS,
                     ".cache/calib: set cache_dir or CALIB_CACHE_DIR to another directory: "
                     "Permission denied");
}

static int below_a_read_only_mount(const char *cache_dir)
{
#ifdef __linux__
    if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("none", directory, "tmpfs", MS_RDONLY, NULL) != 0)
        return CANNOT_MOUNT;
    return add_fails(cache_dir, CALIB_E_ACCESS, ": Read-only file system");
#else
    (void)cache_dir;
    return CANNOT_MOUNT;
#endif
}

/* The reason is that of the first folder that could not be made. */
static void cache_directories_that_cannot_be_made(void **unused)
{
    (void)unused;
    char below[sizeof path + 16], closed[sizeof path];
    write_file("text", 4);
    snprintf(below, sizeof below, "%s/a/b/c", directory);
    snprintf(closed, sizeof closed, "%s/closed", directory);
    assert_int_equal(mkdir(closed, 0755), 0);
    expect_in_child(home_of_another_user, "/");
    expect_in_child(home_of_another_user, closed);
    expect_in_child(below_a_read_only_mount, below);
    assert_int_equal(rmdir(closed), 0);
}

/* A link in place of a folder of the cache. The cache directory itself may be a link. */
static void links_to_folders(void **unused)
{
    (void)unused;
    char cache_link[sizeof path + 16], target[sizeof path], name[sizeof path + 32];
    snprintf(cache_link, sizeof cache_link, "%s/link", directory);
    snprintf(target, sizeof target, "%s/target", directory);
    assert_int_equal(mkdir(target, 0700), 0);
    assert_int_equal(symlink(target, cache_link), 0);
    calib_options options = {.struct_size = sizeof options, .cache_dir = cache_link};
    assert_ok(calib_cache_list(&options, take_entry, NULL));
    static const char *const folders[] = {"corpora", "urls", "tokens"};
    for (size_t i = 0; i < 3; i++) {
        snprintf(name, sizeof name, "%s/%s", target, folders[i]);
        assert_int_equal(symlink("/tmp", name), 0);
        assert_status(calib_cache_list(&options, take_entry, NULL), CALIB_E_ARGUMENT);
        check_message(CALIB_E_ARGUMENT, folders[i]);
        check_message(CALIB_E_ARGUMENT, "a link, which is not followed there");
        assert_int_equal(last_error().system_error, ELOOP);
        assert_int_equal(unlink(name), 0);
    }
    assert_int_equal(unlink(cache_link), 0);
    assert_int_equal(rmdir(target), 0);
}

static void closed_standard_input(void **unused)
{
    (void)unused;
    int kept = dup(STDIN_FILENO);
    close(STDIN_FILENO);
    test_setup setup = location_setup("-");
    calib_samples *samples = (calib_samples *)(uintptr_t)1;
    int status = test_load(calib_bytes_tokenizer(), 1, 1, 0, &setup, NULL, &samples);
    assert_int_equal(status, CALIB_E_SYSTEM);
    check_message(CALIB_E_SYSTEM, "standard input");
    assert_int_equal(last_error().system_error, EBADF);
    assert_null(samples);
    if (kept >= 0) {
        assert_int_equal(dup2(kept, STDIN_FILENO), STDIN_FILENO);
        close(kept);
    }
}

static void bad_utf8(void **unused)
{
    (void)unused;
    write_file("good\nbad\xff", 9);
    test_setup setup = location_setup(path);
    refuse_setup(&setup, CALIB_E_UTF8, "byte 8");
    assert_int_equal(last_error().offset, 8);
    write_file("cut \xe2\x82", 6);
    refuse_setup(&setup, CALIB_E_UTF8, "byte 4");
    assert_int_equal(last_error().offset, 4);
}

static void pins(void **unused)
{
    (void)unused;
    static const char wrong[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    test_setup setup = text_setup("abc", 3);
    setup.source.sha256 = wrong;
    refuse_setup(&setup, CALIB_E_HASH, wrong);
    assert_message("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    setup.source.sha256 = "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD";
    calib_samples *samples;
    assert_ok(test_load(calib_bytes_tokenizer(), 1, 1, 0, &setup, NULL, &samples));
    calib_samples_free(samples);
    setup.source.sha256 = "abc";
    refuse_setup(&setup, CALIB_E_ARGUMENT, "\"abc\"");
    setup.source.sha256 = "zz7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    refuse_setup(&setup, CALIB_E_ARGUMENT, "64");
    setup.source.sha256 = NULL;
    setup.source.size_bytes = 4;
    refuse_setup(&setup, CALIB_E_SIZE, "3 bytes");
}

static void sources(void **unused)
{
    (void)unused;
    test_setup setup = location_setup("ftp://example.org/corpus.txt");
    refuse_setup(&setup, CALIB_E_ARGUMENT, "ftp");
    setup.source.location = "file:///etc/passwd";
    refuse_setup(&setup, CALIB_E_ARGUMENT, "file");
    setup.source.location = "";
    refuse_setup(&setup, CALIB_E_ARGUMENT, "empty");
    setup = text_setup("abc", 3);
    setup.source.location = "builtin";
    refuse_setup(&setup, CALIB_E_ARGUMENT, "both");
    setup = text_setup(NULL, 3);
    refuse_setup(&setup, CALIB_E_ARGUMENT, "n_bytes");
    setup = text_setup("abc", 3);
    setup.source.flags = UINT32_C(1) << 30 | CALIB_RAW_BYTES;
    refuse_setup(&setup, CALIB_E_ARGUMENT, "source flags 0x40000000 ");
}

static void try_sources(const calib_source *sources, size_t n, int status, const char *names)
{
    calib_corpus *corpus = (calib_corpus *)(uintptr_t)1;
    assert_status(calib_corpus_open(calib_bytes_tokenizer(), sources, n, NULL, &corpus), status);
    check_message(status, names);
    assert_null(corpus);
}

/* None is the default corpus, which is not cached here. */
static void numbers_of_sources(void **unused)
{
    (void)unused;
    calib_options offline = {.struct_size = sizeof offline, .offline = CALIB_OFFLINE_ON};
    offline.cache_dir = directory;
    calib_source two[2] = {text_setup("abc", 3).source, text_setup("def", 3).source};
    calib_corpus *corpus;
    assert_status(calib_corpus_open(calib_bytes_tokenizer(), NULL, 0, &offline, &corpus),
                  CALIB_E_OFFLINE);
    assert_message("gist.githubusercontent.com");
    assert_ok(calib_corpus_open(calib_bytes_tokenizer(), two, 1, NULL, &corpus));
    calib_corpus_close(corpus);
    try_sources(NULL, 1, CALIB_E_ARGUMENT, "n_sources is 1");
    try_sources(two, 0, CALIB_E_ARGUMENT, "n_sources is 0");
    try_sources(two, 65537, CALIB_E_ARGUMENT, "the maximum is 65536");
    try_sources(NULL, SIZE_MAX, CALIB_E_ARGUMENT, "sources is NULL");
    two[0].struct_size = sizeof two[0] - 1;
    try_sources(two, 1, CALIB_E_ARGUMENT, "calib_source");
}

static void mirrors(void **unused)
{
    (void)unused;
    const char *const bad[] = {"https://example.org/a", NULL};
    const char *const file[] = {"corpus.txt"};
    test_setup setup = location_setup("https://example.org/corpus.txt");
    setup.source.n_mirrors = 2;
    refuse_setup(&setup, CALIB_E_ARGUMENT, "mirrors");
    setup.source.mirrors = bad;
    refuse_setup(&setup, CALIB_E_ARGUMENT, "mirrors[1]");
    setup.source.mirrors = file;
    setup.source.n_mirrors = 1;
    refuse_setup(&setup, CALIB_E_ARGUMENT, "mirrors[0]");
    setup.source.location = "builtin";
    refuse_setup(&setup, CALIB_E_ARGUMENT, "mirrors");
}

static void numbers(void **unused)
{
    (void)unused;
    test_setup setup = text_setup("abc", 3);
    setup.options.flags = 1u << 31;
    refuse_setup(&setup, CALIB_E_ARGUMENT, "0x80000000");
    setup.options.flags = 0;
    setup.options.offline = 3;
    refuse_setup(&setup, CALIB_E_ARGUMENT, "offline");
    setup.options.offline = 0;
    setup.options.slice = 1;
    refuse_setup(&setup, CALIB_E_ARGUMENT, "slice 1");
    setup.options.n_slices = 65537;
    refuse_setup(&setup, CALIB_E_ARGUMENT, "65536");
}

static void fetching_what_is_no_url(void **unused)
{
    (void)unused;
    char untouched[] = "untouched";
    test_setup setup = location_setup("corpus.txt");
    assert_status(calib_fetch(&setup.source, &setup.options, untouched, sizeof untouched),
                  CALIB_E_ARGUMENT);
    check_message(CALIB_E_ARGUMENT, "corpus.txt");
    setup = text_setup("abc", 3);
    assert_status(calib_fetch(&setup.source, &setup.options, untouched, sizeof untouched),
                  CALIB_E_ARGUMENT);
    assert_string_equal(untouched, "untouched");
}

static void sampling(void **unused)
{
    (void)unused;
    test_setup setup = text_setup("abcdefgh", 8);
    calib_sampling how = {.struct_size = sizeof how, .sampler = "MLX"};
    attempt a = {.seq_len = 4, OF_SETUP(setup), .sampling = &how};
    refuse(&a, CALIB_E_ARGUMENT, "sampler \"MLX\"");
    how.sampler = "";
    refuse(&a, CALIB_E_ARGUMENT, "sampler \"\"");
    how = (calib_sampling){.struct_size = sizeof how, .bos = 3};
    refuse(&a, CALIB_E_ARGUMENT, "bos");
    how = (calib_sampling){.struct_size = sizeof how, .flags = 2};
    refuse(&a, CALIB_E_ARGUMENT, "0x2");
    how = (calib_sampling){.struct_size = sizeof how, .rank = 1};
    refuse(&a, CALIB_E_ARGUMENT, "rank 1");
    how = (calib_sampling){.struct_size = sizeof how, .rank = 4, .world = 4};
    refuse(&a, CALIB_E_ARGUMENT, "world 4");
    how = (calib_sampling){.struct_size = sizeof how, .bos = CALIB_BOS_OVERWRITE};
    refuse(&a, CALIB_E_ARGUMENT, "BOS");
    how = (calib_sampling){.struct_size = sizeof how, .flags = CALIB_SAMPLING_STRICT};
    a.n_samples = 3;
    refuse(&a, CALIB_E_SHORTFALL, "3 rows");
}

static void row_lengths(void **unused)
{
    (void)unused;
    test_setup setup = text_setup("abcdefgh", 8);
    refuse(&(attempt){.seq_len = 0, OF_SETUP(setup)}, CALIB_E_ARGUMENT, "seq_len is 0");
    refuse(&(attempt){.seq_len = SIZE_MAX, OF_SETUP(setup)}, CALIB_E_ARGUMENT, "seq_len");
    refuse(&(attempt){.seq_len = 9, OF_SETUP(setup)}, CALIB_E_TOO_SHORT, "8 tokens");
    refuse(&(attempt){.seq_len = SIZE_MAX / 8, OF_SETUP(setup)}, CALIB_E_TOO_SHORT, "8 tokens");
    refuse(&(attempt){.n_samples = INT64_MIN, .seq_len = 9, OF_SETUP(setup)}, CALIB_E_TOO_SHORT,
           "9");
}

/* A bad argument is told before the corpus is even looked for. */
static void arguments_come_first(void **unused)
{
    (void)unused;
    test_setup setup = location_setup("/nowhere/corpus.txt");
    calib_sampling how = {.struct_size = sizeof how, .rank = 2, .world = 2};
    calib_samples *samples = NULL;
    assert_status(test_load(calib_bytes_tokenizer(), 1, 1, 0, &setup, &how, &samples),
                  CALIB_E_ARGUMENT);
    assert_status(test_load(calib_bytes_tokenizer(), 1, 0, 0, &setup, NULL, &samples),
                  CALIB_E_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files),
        cmocka_unit_test(long_names),
        cmocka_unit_test(empty_corpora),
        cmocka_unit_test(unreadable_file),
        cmocka_unit_test(cache_directories_that_cannot_be_made),
        cmocka_unit_test(links_to_folders),
        cmocka_unit_test(closed_standard_input),
        cmocka_unit_test(bad_utf8),
        cmocka_unit_test(pins),
        cmocka_unit_test(sources),
        cmocka_unit_test(numbers_of_sources),
        cmocka_unit_test(mirrors),
        cmocka_unit_test(numbers),
        cmocka_unit_test(fetching_what_is_no_url),
        cmocka_unit_test(sampling),
        cmocka_unit_test(row_lengths),
        cmocka_unit_test(arguments_come_first),
    };
    return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
