/* SPDX-License-Identifier: MIT */
/* The folder of stores: finding a store, reasons for refusing one, waiting, failing disks. */
#include "test.h"

#include "sample.h"
#include "system/system.h"

#include <calib_cache.h>

#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

static int keep_sample(sample *s)
{
    calib_ids ids;
    int result = sample_keep(s, &ids);
    assert_int_equal(sample_compare(s, &ids), s->n);
    calib_ids_free(&ids);
    return result;
}

static void expect_found(const sample *s)
{
    calib_ids ids;
    const char *why;
    assert_ok(sample_find(s, &ids, &why));
    if (why)
        fail_msg("not found: %s", why);
    assert_int_equal(sample_compare(s, &ids), s->n);
    calib_ids_free(&ids);
}

static void expect_refused(const sample *s, const char *reason)
{
    calib_ids ids;
    const char *why;
    assert_ok(sample_find(s, &ids, &why));
    if (!why || !strstr(why, reason))
        fail_msg("expected \"%s\", got \"%s\"", reason, why ? why : "found");
    calib_ids_free(&ids);
}

static int count_name(void *ctx, const char *name)
{
    (void)name;
    ++*(int *)ctx;
    return 0;
}

static int files_in(const sample *s)
{
    char path[128];
    calib_directory *folder;
    int n = 0, result;
    snprintf(path, sizeof path, "%s/tokens", s->cache);
    assert_int_equal(calib_directory_open(path, &folder), 0);
    assert_int_equal(calib_directory_list(folder, count_name, &n, &result), 0);
    calib_directory_close(folder);
    return n;
}

static void test_round_trip(void **state)
{
    (void)state;
    sample s;
    struct stat info;
    sample_begin(&s, 12345, 40000, 0);
    expect_refused(&s, "nothing stored yet");
    assert_int_equal(keep_sample(&s), 0);
    assert_int_equal(stat(s.path, &info), 0);
    assert_int_equal(info.st_mode & 07777, 0444);
    assert_int_equal(files_in(&s), 1);
    expect_found(&s);
    assert_int_equal(keep_sample(&s), 0);
    assert_int_equal(files_in(&s), 1);
    expect_found(&s);
    sample_end(&s);
}

static void test_widened(void **state)
{
    (void)state;
    sample s;
    sample_begin(&s, 5000, 70000, 0);
    assert_int_equal(keep_sample(&s), 0);
    assert_int_equal(s.header.id_bytes, 4);
    assert_int_equal(files_in(&s), 1);
    expect_found(&s);
    sample_end(&s);
}

/* A good file under the name of another one is refused for this reason. */
static void expect_other(const sample *s, const sample *other, const char *reason)
{
    sample to = *other;
    char key[CALIB_SHA256_HEX];
    assert_ok(calib_store_key(&to.header.inputs, key));
    snprintf(to.path, sizeof to.path, "%s/tokens/%s.ctk", to.cache, key);
    assert_int_equal(rename(s->path, to.path), 0);
    expect_refused(&to, reason);
    assert_int_equal(rename(to.path, s->path), 0);
}

static void test_inputs(void **state)
{
    (void)state;
    sample s, other;
    sample_begin(&s, 100, 40000, 50000);
    assert_int_equal(keep_sample(&s), 0);
    other = s, other.header.inputs.corpus_sha256[31] ^= 1;
    expect_other(&s, &other, "another corpus");
    other = s, other.header.inputs.corpus_bytes++;
    expect_other(&s, &other, "another corpus");
    other = s, other.header.inputs.fingerprint[0] ^= 1;
    expect_other(&s, &other, "another tokenizer");
    other = s, other.header.vocab_size++;
    expect_other(&s, &other, "another tokenizer");
    other = s, other.header.inputs.text_mode ^= 1;
    expect_other(&s, &other, "another way");
    other = s, other.header.inputs.encode_flags ^= 1;
    expect_other(&s, &other, "another way");
    other = s, other.header.inputs.slice ^= 1;
    expect_other(&s, &other, "another way");
    other = s, other.header.inputs.n_slices++;
    expect_other(&s, &other, "another way");
    expect_found(&s);
    sample_end(&s);
}

static void test_canary(void **state)
{
    (void)state;
    sample s, other;
    sample_begin(&s, 100, 40000, 50000);
    assert_int_equal(keep_sample(&s), 0);
    other = s, other.header.canary.ids[4]++;
    expect_refused(&other, "other ids than its fingerprint says");
    other = s, other.header.canary.n--;
    expect_refused(&other, "other ids than its fingerprint says");
    other = s, other.header.canary.n = CALIB_STORE_CANARY_REFUSED;
    expect_refused(&other, "other ids than its fingerprint says");
    sample_end(&s);
}

static void test_long_canary(void **state)
{
    (void)state;
    sample s;
    sample_begin(&s, 100, 40000, 50000);
    s.header.canary.n = 100000;
    for (int i = 0; i < CALIB_STORE_CANARY_IDS; i++)
        s.header.canary.ids[i] = i;
    assert_int_equal(keep_sample(&s), 0);
    expect_found(&s);
    s.header.canary.n = CALIB_STORE_CANARY_REFUSED;
    assert_int_equal(keep_sample(&s), 0);
    expect_found(&s);
    sample_end(&s);
}

static void test_not_ours(void **state)
{
    (void)state;
    sample s;
    char aside[256];
    sample_begin(&s, 100, 40000, 50000);
    assert_int_equal(keep_sample(&s), 0);
    snprintf(aside, sizeof aside, "%s/aside", s.cache);
    assert_int_equal(chmod(s.path, 0464), 0);
    expect_refused(&s, "others may write");
    assert_int_equal(chmod(s.path, 0446), 0);
    expect_refused(&s, "others may write");
    assert_int_equal(chmod(s.path, 0444), 0);
    assert_int_equal(rename(s.path, aside), 0);
    assert_int_equal(symlink(aside, s.path), 0);
    expect_refused(&s, "cannot be opened");
    assert_int_equal(unlink(s.path), 0);
    assert_int_equal(mkfifo(s.path, 0600), 0);
    expect_refused(&s, "cannot be opened");
    assert_int_equal(unlink(s.path), 0);
    assert_int_equal(mkdir(s.path, 0700), 0);
    expect_refused(&s, "cannot be opened");
    assert_int_equal(rmdir(s.path), 0);
    assert_int_equal(rename(aside, s.path), 0);
    expect_found(&s);
    sample_end(&s);
}

static void test_no_directory(void **state)
{
    (void)state;
    calib_store store;
    sample s;
    sample_begin(&s, 100, 40000, 50000);
    assert_false(calib_store_open(&store, NULL));
    assert_null(store.directory);
    calib_store_close(&store);
    sample blocked = s;
    snprintf(blocked.cache, sizeof blocked.cache, "/dev/null/cache");
    assert_int_equal(keep_sample(&blocked), 1);
    expect_refused(&blocked, "nothing stored yet");
    assert_int_equal(keep_sample(&s), 0);
    sample_end(&s);
}

static void test_full_disk(void **state)
{
    (void)state;
    sample s;
    struct rlimit limit;
    sample_begin(&s, 3000, 40000, 50000);
    assert_int_equal(keep_sample(&s), 0);
    struct stat info;
    assert_int_equal(stat(s.path, &info), 0);
    getrlimit(RLIMIT_FSIZE, &limit);
    for (rlim_t full = 0; full < (rlim_t)info.st_size; full += 97) {
        assert_int_equal(unlink(s.path), full ? -1 : 0);
        limit.rlim_cur = full;
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
        int result = keep_sample(&s);
        limit.rlim_cur = RLIM_INFINITY;
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
        assert_int_equal(result, 1);
        assert_int_equal(files_in(&s), 0);
    }
    assert_int_equal(keep_sample(&s), 0);
    expect_found(&s);
    sample_end(&s);
}

/* A file that a killed process left is removed after a day, and not before. */
static void test_stale(void **state)
{
    (void)state;
    sample s;
    char fresh[256], stale[256], other[256];
    sample_begin(&s, 100, 40000, 50000);
    assert_int_equal(keep_sample(&s), 0);
    snprintf(fresh, sizeof fresh, "%s/tokens/%064d.%016d.tmp", s.cache, 1, 1);
    snprintf(stale, sizeof stale, "%s/tokens/%064d.%016d.tmp", s.cache, 1, 2);
    snprintf(other, sizeof other, "%s/tokens/other.tmp", s.cache);
    const char *paths[] = {fresh, stale, other};
    for (int i = 0; i < 3; i++) {
        int fd = open(paths[i], O_CREAT | O_WRONLY, 0600);
        struct timespec times[2] = {{.tv_sec = i ? time(NULL) - 25 * 60 * 60 : time(NULL)}};
        times[1] = times[0];
        assert_int_equal(futimens(fd, times), 0);
        close(fd);
    }
    assert_int_equal(keep_sample(&s), 0);
    assert_int_equal(unlink(stale), -1);
    assert_int_equal(unlink(fresh), 0);
    assert_int_equal(unlink(other), 0);
    expect_found(&s);
    sample_end(&s);
}

/* ---- the cache commands ---- */

static int take_entry(void *ctx, const calib_cache_entry *entry)
{
    calib_cache_entry *last = ctx;
    *last = *entry;
    return 0;
}

static void expect_entry(const sample *s, int status, uint32_t state)
{
    calib_options options = {.struct_size = sizeof options, .cache_dir = s->cache};
    calib_cache_entry entry = {.kind = 99};
    assert_ok(calib_cache_list(&options, take_entry, &entry));
    assert_int_equal(entry.kind, CALIB_ENTRY_TOKENS);
    assert_int_equal(entry.state, CALIB_STATE_UNCHECKED);
    assert_status(calib_cache_verify(&options, take_entry, &entry), status);
    assert_int_equal(entry.kind, CALIB_ENTRY_TOKENS);
    assert_int_equal(entry.state, state);
}

static void test_cache_commands(void **state)
{
    (void)state;
    sample s;
    char other[256];
    sample_begin(&s, 1000000, 40000, 50000);
    assert_int_equal(keep_sample(&s), 0);
    expect_entry(&s, CALIB_OK, CALIB_STATE_GOOD);
    snprintf(other, sizeof other, "%s/tokens/%064d.ctk", s.cache, 7);
    assert_int_equal(rename(s.path, other), 0);
    expect_entry(&s, CALIB_E_CORRUPT, CALIB_STATE_DAMAGED);
    assert_int_equal(rename(other, s.path), 0);
    assert_int_equal(chmod(s.path, 0644), 0);
    int fd = open(s.path, O_WRONLY);
    assert_int_equal(pwrite(fd, "x", 1, 1500000), 1);
    close(fd);
    expect_entry(&s, CALIB_E_CORRUPT, CALIB_STATE_DAMAGED);
    assert_message("1 of the cached files");
    calib_options options = {.struct_size = sizeof options, .cache_dir = s.cache};
    assert_ok(calib_cache_prune(&options, 0, NULL, NULL));
    assert_int_equal(files_in(&s), 1);
    struct timespec times[2] = {{.tv_sec = time(NULL) - 100}, {.tv_sec = time(NULL) - 100}};
    assert_int_equal(utimensat(AT_FDCWD, s.path, times, 0), 0);
    assert_ok(calib_cache_prune(&options, 50, NULL, NULL));
    assert_int_equal(files_in(&s), 0);
    sample_end(&s);
}

/* ---- lock ---- */

typedef struct watch {
    int calls;
    int stop_after;
} watch;

static int on_progress(void *ctx, uint32_t stage, uint64_t done, uint64_t total)
{
    watch *w = ctx;
    assert_int_equal(stage, CALIB_STAGE_WAIT);
    assert_true(done <= total + 1000);
    return ++w->calls == w->stop_after ? 42 : 0;
}

/* Starts a child that holds the lock until it is killed. */
static pid_t hold_lock(sample *s)
{
    int ready[2];
    char byte = 0;
    assert_int_equal(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0) {
        calib_store store;
        calib_progress progress = {0};
        calib_store_open(&store, s->cache);
        calib_store_name(&store, &s->header.inputs);
        calib_store_lock(&store, 0, &progress);
        byte = store.lock ? 'y' : 'n';
        if (write(ready[1], &byte, 1) == 1)
            pause();
        _exit(0);
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_int_equal(byte, 'y');
    close(ready[0]);
    close(ready[1]);
    return child;
}

static void end_child(pid_t child)
{
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
}

static void test_lock(void **state)
{
    (void)state;
    sample s;
    calib_store store;
    watch w = {0};
    calib_progress progress = {.fn = on_progress, .ctx = &w};
    sample_begin(&s, 100, 40000, 50000);
    pid_t child = hold_lock(&s);
    assert_true(calib_store_open(&store, s.cache));
    assert_ok(calib_store_name(&store, &s.header.inputs));
    uint64_t start = calib_now_ns();
    assert_ok(calib_store_lock(&store, 300, &progress));
    uint64_t ms = (calib_now_ns() - start) / 1000000;
    assert_true(ms >= 300 && ms < 3000);
    assert_true(!store.lock && w.calls >= 3);
    w = (watch){.stop_after = 2};
    assert_status(calib_store_lock(&store, 60000, &progress), CALIB_E_CANCELLED);
    w = (watch){0};
    end_child(child);
    assert_ok(calib_store_lock(&store, 60000, &progress));
    assert_non_null(store.lock);
    calib_store_close(&store);
    calib_store_close(&store);
    sample_end(&s);
}

/* ---- large ---- */

/* Returns the bytes that this process has read, or 0 if the system does not tell. */
static unsigned long long bytes_read(void)
{
    unsigned long long n = 0;
    FILE *file = fopen("/proc/self/io", "r");
    if (file && fscanf(file, "rchar: %llu", &n) != 1)
        n = 0;
    if (file)
        fclose(file);
    return n;
}

/* A store too large to be verified at once: few bytes are read for a few ids, and a damaged chunk
 * is noticed only when it is used. */
static void test_large(void **state)
{
    (void)state;
    sample s;
    calib_ids ids;
    const char *why;
    enum { N = 35 * 1000 * 1000 };
    sample_begin(&s, N, 40000, 50000);
    assert_int_equal(sample_keep(&s, &ids), 0);
    calib_ids_free(&ids);
    assert_int_equal(chmod(s.path, 0644), 0);
    int fd = open(s.path, O_RDWR);
    uint8_t byte;
    off_t at = 4096 + 20 * CALIB_STORE_CHUNK_BYTES + 1000;
    assert_int_equal(pread(fd, &byte, 1, at), 1);
    byte ^= 4;
    assert_int_equal(pwrite(fd, &byte, 1, at), 1);
    close(fd);
    unsigned long long before = bytes_read();
    assert_ok(sample_find(&s, &ids, &why));
    assert_null(why);
    int32_t out[4];
    assert_ok(calib_ids_read(&ids, N - 4, 4, out));
    assert_true(bytes_read() - before < 3 * CALIB_STORE_CHUNK_BYTES);
    assert_int_equal(out[3], sample_id(&s, N - 1));
    assert_status(calib_ids_read(&ids, 20 * (CALIB_STORE_CHUNK_BYTES / 2), 4, out),
                  CALIB_E_CORRUPT);
    calib_ids_free(&ids);
    sample_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),   cmocka_unit_test(test_widened),
        cmocka_unit_test(test_inputs),       cmocka_unit_test(test_canary),
        cmocka_unit_test(test_long_canary),  cmocka_unit_test(test_not_ours),
        cmocka_unit_test(test_no_directory), cmocka_unit_test(test_full_disk),
        cmocka_unit_test(test_stale),        cmocka_unit_test(test_lock),
        cmocka_unit_test(test_large),        cmocka_unit_test(test_cache_commands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
