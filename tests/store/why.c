/* SPDX-License-Identifier: MIT */
/* calib_info tells why tokens were not found or not kept, and the ids are the same in every case.
 */
#include "disk.h"
#include "flip.h"

#include "system/system.h"
#include "tokenizers.h"

#include <stdbool.h>
#include <sys/resource.h>
#include <sys/wait.h>

static char text[50000];

static test_setup setup_here(void)
{
    test_setup setup = text_setup(text, sizeof text);
    setup.options.cache_dir = cache;
    return setup;
}

static bool is_why(const char *is, const char *wanted)
{
    return wanted ? is && strstr(is, wanted) : !is;
}

static uint64_t sum_of(calib_corpus *corpus, uint64_t n)
{
    uint64_t sum = 0;
    int32_t *ids = malloc((size_t)n * sizeof *ids);
    if (ids && calib_corpus_tokens(corpus, 0, (size_t)n, ids) == 0)
        for (uint64_t i = 0; i < n; i++)
            sum = sum * 31 + (uint32_t)ids[i];
    free(ids);
    return sum;
}

static calib_info last; /* of the corpus that was opened last */
static char last_why[300];
static uint64_t last_sum;

static int open_once(const calib_tokenizer_vtable *tok, const test_setup *setup)
{
    calib_corpus *corpus;
    int status = test_open(tok, setup, &corpus);
    if (status)
        return status;
    last = (calib_info){.struct_size = sizeof last};
    status = calib_corpus_info(corpus, &last);
    last_sum = sum_of(corpus, last.n_tokens);
    if (last.token_store_why) {
        snprintf(last_why, sizeof last_why, "%s", last.token_store_why);
        last.token_store_why = last_why;
    }
    calib_corpus_close(corpus);
    return status;
}

/** `why` NULL: there is no reason. */
static void expect(const calib_tokenizer_vtable *tok, test_setup setup, uint32_t state,
                   const char *why)
{
    assert_ok(open_once(tok, &setup));
    if (last.token_store != state || !is_why(last.token_store_why, why))
        fail_msg("the store is %u, \"%s\", expected %u, \"%s\"", last.token_store,
                 last.token_store_why ? last.token_store_why : "", state, why ? why : "");
    uint64_t sum = last_sum;
    setup.options.flags |= CALIB_NO_TOKEN_STORE;
    assert_ok(open_once(tok, &setup));
    assert_int_equal(sum, last_sum);
}

static int each(void **state)
{
    test_words_text(text, sizeof text, 3);
    return disk_begin(state);
}

static void test_found(void **unused)
{
    (void)unused;
    test_tokenizer w = {.fingerprint = 1};
    calib_tokenizer_vtable tok = test_vtable(&w);
    expect(&tok, setup_here(), CALIB_CACHE_MISS, "nothing stored yet");
    expect(&tok, setup_here(), CALIB_CACHE_HIT, NULL);
}

static void test_not_taken(void **unused)
{
    (void)unused;
    test_tokenizer w = {.fingerprint = 1};
    calib_tokenizer_vtable tok = test_vtable(&w);
    char path[512];
    expect(&tok, setup_here(), CALIB_CACHE_MISS, "nothing stored yet");
    disk_store(path);
    flip_byte(path, 3900);
    expect(&tok, setup_here(), CALIB_CACHE_MISS, "a damaged header");
    flip_byte(path, 5000);
    expect(&tok, setup_here(), CALIB_CACHE_MISS, "damaged tokens");
    assert_int_equal(truncate(path, 4100), 0);
    expect(&tok, setup_here(), CALIB_CACHE_MISS, "another length");
    w.salt = 5;
    expect(&tok, setup_here(), CALIB_CACHE_MISS, "other ids than its fingerprint");
    expect(&tok, setup_here(), CALIB_CACHE_HIT, NULL);
}

/* A self-identifying tokenizer encodes nothing if its ids are stored, and its file has the same
 * bytes as another's. */
static void test_self_identifying(void **unused)
{
    (void)unused;
    char path[512];
    static uint8_t files[2][400000];
    size_t n[2];
    for (int self = 0; self < 2; self++) {
        test_tokenizer w = {.fingerprint = 1};
        calib_tokenizer_vtable tok = test_vtable(&w);
        test_setup setup = setup_here();
        if (self)
            tok.capabilities |= CALIB_TOKENIZER_SELF_IDENTIFYING;
        assert_ok(open_once(&tok, &setup));
        assert_int_equal(last.token_store, CALIB_CACHE_MISS);
        disk_store(path);
        FILE *file = fopen(path, "rb");
        assert_non_null(file);
        n[self] = fread(files[self], 1, sizeof files[self], file);
        fclose(file);
        w.n_bytes = 0;
        assert_ok(open_once(&tok, &setup));
        assert_int_equal(last.token_store, CALIB_CACHE_HIT);
        assert_true(self ? w.n_bytes == 0 : w.n_bytes > 0 && w.n_bytes < 2000);
        assert_int_equal(unlink(path), 0);
    }
    assert_int_equal(n[0], n[1]);
    assert_memory_equal(files[0], files[1], n[0]);
}

static void test_not_ours(void **unused)
{
    (void)unused;
    test_tokenizer w = {.fingerprint = 1};
    calib_tokenizer_vtable tok = test_vtable(&w);
    char path[512], aside[512];
    disk_path("aside", aside);
    expect(&tok, setup_here(), CALIB_CACHE_MISS, "nothing stored yet");
    disk_store(path);
    assert_int_equal(chmod(path, 0464), 0);
    expect(&tok, setup_here(), CALIB_CACHE_MISS, "others may write");
    if (geteuid() == 0) {
        assert_int_equal(chown(path, 12345, 12345), 0);
        expect(&tok, setup_here(), CALIB_CACHE_MISS, "others may write");
    }
    assert_int_equal(rename(path, aside), 0);
    assert_int_equal(symlink(aside, path), 0);
    expect(&tok, setup_here(), CALIB_CACHE_MISS, "cannot be opened");
    expect(&tok, setup_here(), CALIB_CACHE_HIT, NULL);
}

static void test_off(void **unused)
{
    (void)unused;
    test_tokenizer w = {.fingerprint = 1};
    calib_tokenizer_vtable tok = test_vtable(&w);
    test_setup setup = setup_here();
    setup.options.flags = CALIB_NO_TOKEN_STORE;
    expect(&tok, setup, CALIB_CACHE_OFF, "turned off");
    setup = setup_here();
    setup.options.cache_dir = "/dev/null/cache";
    expect(&tok, setup, CALIB_CACHE_OFF, "cannot be made or opened: Not a directory; set another");
    setup.options.cache_dir = NULL;
    unsetenv("CALIB_CACHE_DIR"), unsetenv("XDG_CACHE_HOME"), unsetenv("HOME");
    expect(&tok, setup, CALIB_CACHE_OFF, "no cache directory is known");
    tok.fingerprint = NULL;
    expect(&tok, setup_here(), CALIB_CACHE_OFF, "no fingerprint");
}

/* A disk that is full from the start, and one that becomes full. */
static void test_full(void **unused)
{
    (void)unused;
    test_tokenizer w = {.fingerprint = 1};
    calib_tokenizer_vtable tok = test_vtable(&w);
    struct rlimit limit;
    getrlimit(RLIMIT_FSIZE, &limit);
    for (rlim_t full = 0; full < 6000; full += 1999) {
        limit.rlim_cur = full;
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
        expect(&tok, setup_here(), CALIB_CACHE_OFF, "could not be written in full");
    }
    limit.rlim_cur = RLIM_INFINITY;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    expect(&tok, setup_here(), CALIB_CACHE_MISS, "nothing stored yet");
}

/* ---- file systems on which others may write to every file ---- */

static bool others_write;
static int n_protected; /* files that only the protection makes trusted */

bool __real_calib_file_trusted(const calib_file *file);
bool __wrap_calib_file_trusted(const calib_file *file);

bool __wrap_calib_file_trusted(const calib_file *file)
{
    if (n_protected > 0)
        return --n_protected == 0;
    return !others_write && __real_calib_file_trusted(file);
}

static int count_tokens(void)
{
    char tokens[512];
    int n = 0;
    disk_path("tokens", tokens);
    DIR *list = opendir(tokens);
    for (const struct dirent *entry; list && (entry = readdir(list)) != NULL;)
        n += entry->d_name[0] != '.';
    if (list)
        closedir(list);
    return n;
}

static void test_untrusted(void **unused)
{
    (void)unused;
    static const char why[] = "others may write to every file";
    test_tokenizer w = {.fingerprint = 1};
    calib_tokenizer_vtable tok = test_vtable(&w);
    others_write = true;
    expect(&tok, setup_here(), CALIB_CACHE_OFF, why);
    expect(&tok, setup_here(), CALIB_CACHE_OFF, why);
    assert_int_equal(count_tokens(), 0);
    others_write = false;
    n_protected = 2;
    expect(&tok, setup_here(), CALIB_CACHE_MISS, "nothing stored yet");
    expect(&tok, setup_here(), CALIB_CACHE_HIT, NULL);
    others_write = true;
    expect(&tok, setup_here(), CALIB_CACHE_OFF, why);
    others_write = false;
}

/* Runs in a child that is not root, since root may write everywhere. */
static int open_as_plain_user(const calib_tokenizer_vtable *tok)
{
    int ended;
    pid_t child = fork();
    if (child == 0) {
        test_setup setup = setup_here();
        if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
            _exit(3);
        if (open_once(tok, &setup))
            _exit(2);
        _exit(
            last.token_store != CALIB_CACHE_OFF ||
            !is_why(last.token_store_why,
                    "no file can be made in the cache directory: Permission denied; set another"));
    }
    assert_int_equal(waitpid(child, &ended, 0), child);
    assert_true(WIFEXITED(ended));
    return WEXITSTATUS(ended);
}

static void test_read_only(void **unused)
{
    (void)unused;
    test_tokenizer w = {.fingerprint = 1};
    calib_tokenizer_vtable tok = test_vtable(&w);
    char tokens[512];
    disk_path("tokens", tokens);
    assert_int_equal(mkdir(tokens, 0500), 0);
    assert_int_equal(chmod(tokens, 0555), 0);
    assert_int_equal(chmod(cache, 0755), 0);
    assert_int_equal(open_as_plain_user(&tok), 0);
    assert_int_equal(chmod(tokens, 0700), 0);
    expect(&tok, setup_here(), CALIB_CACHE_MISS, "nothing stored yet");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_found, each, disk_end),
        cmocka_unit_test_setup_teardown(test_self_identifying, each, disk_end),
        cmocka_unit_test_setup_teardown(test_not_taken, each, disk_end),
        cmocka_unit_test_setup_teardown(test_not_ours, each, disk_end),
        cmocka_unit_test_setup_teardown(test_full, each, disk_end),
        cmocka_unit_test_setup_teardown(test_untrusted, each, disk_end),
        cmocka_unit_test_setup_teardown(test_read_only, each, disk_end),
        cmocka_unit_test_setup_teardown(test_off, each, disk_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
