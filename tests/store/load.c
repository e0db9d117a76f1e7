/* SPDX-License-Identifier: MIT */
/* Loads with a token store, through the public functions: the ids are those of a load without one,
 * whatever has happened to the store. */
#include "test.h"

#include "words.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TEXT_BYTES = 300000 };

static char cache[64];
static char text[TEXT_BYTES];

static calib_options options_for(uint32_t flags)
{
    calib_options options = text_options(text, sizeof text);
    options.cache_dir = cache;
    options.flags = flags;
    return options;
}

static void empty_cache(void)
{
    char path[400];
    snprintf(path, sizeof path, "%s/tokens", cache);
    DIR *list = opendir(path);
    for (struct dirent *entry; list && (entry = readdir(list)) != NULL;) {
        snprintf(path, sizeof path, "%s/tokens/%s", cache, entry->d_name);
        unlink(path);
    }
    if (list)
        closedir(list);
}

/* The path of the only store; the number of files in its directory. */
static int find_store(char path[400])
{
    int n = 0;
    snprintf(path, 400, "%s/tokens", cache);
    DIR *list = opendir(path);
    for (struct dirent *entry; list && (entry = readdir(list)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, 400, "%s/tokens/%s", cache, entry->d_name);
        n++;
    }
    if (list)
        closedir(list);
    return n;
}

static int setup(void **state)
{
    (void)state;
    snprintf(cache, sizeof cache, "/tmp/calib-load-XXXXXX");
    words_text(text, sizeof text, 7);
    return mkdtemp(cache) ? 0 : 1;
}

static int teardown(void **state)
{
    char path[128];
    (void)state;
    empty_cache();
    snprintf(path, sizeof path, "%s/tokens", cache);
    rmdir(path);
    return rmdir(cache);
}

static int each(void **state)
{
    (void)state;
    empty_cache();
    return 0;
}

static uint32_t state_of(calib_corpus *corpus)
{
    calib_info info = {.struct_size = sizeof info};
    assert_ok(calib_corpus_info(corpus, &info));
    return info.token_store;
}

static uint64_t tokens_of(calib_corpus *corpus)
{
    calib_info info = {.struct_size = sizeof info};
    assert_ok(calib_corpus_info(corpus, &info));
    return info.n_tokens;
}

/* All of a corpus, freed by the caller. */
static int32_t *all_of(calib_corpus *corpus, size_t *n)
{
    *n = (size_t)tokens_of(corpus);
    int32_t *ids = malloc((*n + 1) * sizeof *ids);
    assert_non_null(ids);
    assert_ok(calib_tokens(corpus, 0, *n, ids));
    return ids;
}

static void assert_same(calib_corpus *a, calib_corpus *b)
{
    size_t n, m;
    int32_t *left = all_of(a, &n), *right = all_of(b, &m);
    assert_int_equal(n, m);
    assert_memory_equal(left, right, n * sizeof *left);
    free(left);
    free(right);
}

/* Opens with the store as found, compares with a load without one, tells what the store was. */
static uint32_t open_and_compare(const calib_tokenizer_vtable *tok, calib_options options)
{
    calib_corpus *corpus, *plain;
    assert_ok(calib_open(tok, &options, &corpus));
    options.flags |= CALIB_NO_TOKEN_STORE;
    assert_ok(calib_open(tok, &options, &plain));
    assert_int_equal(state_of(plain), CALIB_CACHE_OFF);
    assert_same(corpus, plain);
    calib_info a = {.struct_size = sizeof a}, b = {.struct_size = sizeof b};
    calib_corpus_info(corpus, &a);
    calib_corpus_info(plain, &b);
    assert_int_equal(a.text_bytes, b.text_bytes);
    assert_int_equal(a.corpus_bytes, b.corpus_bytes);
    assert_memory_equal(a.corpus_sha256, b.corpus_sha256, 32);
    uint32_t state = state_of(corpus);
    calib_close(corpus);
    calib_close(plain);
    return state;
}

static void test_miss_then_hit(void **state)
{
    (void)state;
    words w = {.fingerprint = 1};
    calib_tokenizer_vtable tok = words_vtable(&w);
    calib_options options = options_for(0);
    assert_int_equal(open_and_compare(&tok, options), CALIB_CACHE_MISS);
    assert_int_equal(open_and_compare(&tok, options), CALIB_CACHE_HIT);
    w.bytes = 0;
    calib_corpus *corpus;
    assert_ok(calib_open(&tok, &options, &corpus));
    assert_true(w.bytes < 2000); /* the probe text and no more */
    calib_close(corpus);
    assert_int_equal(open_and_compare(calib_bytes_tokenizer(), options), CALIB_CACHE_MISS);
    assert_int_equal(open_and_compare(calib_bytes_tokenizer(), options), CALIB_CACHE_HIT);
}

static void test_wide(void **state)
{
    (void)state;
    words w = {.fingerprint = 1, .modulus = 0x7ffffffc};
    calib_tokenizer_vtable tok = words_vtable(&w);
    assert_int_equal(open_and_compare(&tok, options_for(0)), CALIB_CACHE_MISS);
    assert_int_equal(open_and_compare(&tok, options_for(0)), CALIB_CACHE_HIT);
}

static void test_rows(void **state)
{
    (void)state;
    words w = {.fingerprint = 1};
    calib_tokenizer_vtable tok = words_vtable(&w);
    calib_options with = options_for(0), without = options_for(CALIB_NO_TOKEN_STORE);
    for (int i = 0; i < 3; i++)
        for (uint32_t rank = 0; rank < 3; rank++) {
            calib_sampling how = {.struct_size = sizeof how, .rank = rank, .world = 3};
            calib_samples *a, *b;
            assert_ok(calib_load_ex(&tok, 50, 64 + (size_t)i, 9, &with, &how, &a));
            assert_ok(calib_load_ex(&tok, 50, 64 + (size_t)i, 9, &without, &how, &b));
            assert_int_equal(a->n_rows, b->n_rows);
            assert_memory_equal(a->tokens, b->tokens, a->n_rows * a->seq_len * sizeof *a->tokens);
            assert_memory_equal(a->offsets, b->offsets, a->n_rows * sizeof *a->offsets);
            assert_memory_equal(a->corpus_sha256, b->corpus_sha256, 32);
            calib_samples_free(a);
            calib_samples_free(b);
        }
}

/* Whatever decides the ids is in the key. */
static void test_keys(void **state)
{
    (void)state;
    words w = {.fingerprint = 1};
    calib_tokenizer_vtable tok = words_vtable(&w);
    calib_options options = options_for(0);
    assert_int_equal(open_and_compare(&tok, options), CALIB_CACHE_MISS);
    assert_int_equal(open_and_compare(&tok, options_for(CALIB_RAW_BYTES)), CALIB_CACHE_MISS);
    w.fingerprint = 2;
    assert_int_equal(open_and_compare(&tok, options), CALIB_CACHE_MISS);
    options.text_len--;
    assert_int_equal(open_and_compare(&tok, options), CALIB_CACHE_MISS);
    options.text_len++;
    text[1000] ^= 1;
    assert_int_equal(open_and_compare(&tok, options), CALIB_CACHE_MISS);
    text[1000] ^= 1;
    assert_int_equal(open_and_compare(&tok, options), CALIB_CACHE_HIT);
    options.threads = 1, options.max_memo_bytes = 1;
    assert_int_equal(open_and_compare(&tok, options), CALIB_CACHE_HIT);
}

static void test_lying_fingerprint(void **state)
{
    (void)state;
    words w = {.fingerprint = 1};
    calib_tokenizer_vtable tok = words_vtable(&w);
    assert_int_equal(open_and_compare(&tok, options_for(0)), CALIB_CACHE_MISS);
    w.salt = 99;
    assert_int_equal(open_and_compare(&tok, options_for(0)), CALIB_CACHE_MISS);
    assert_int_equal(open_and_compare(&tok, options_for(0)), CALIB_CACHE_HIT);
}

static int refuse_probe(void *ctx, const char *piece, size_t len, uint32_t flags,
                        calib_emit_fn emit, void *emit_ctx)
{
    for (size_t i = 0; i + 5 < len; i++)
        if (memcmp(piece + i, "<unk>", 5) == 0)
            return 77;
    return words_encode(ctx, piece, len, flags, emit, emit_ctx);
}

static void test_refused_probe(void **state)
{
    (void)state;
    words w = {.fingerprint = 1};
    calib_tokenizer_vtable tok = words_vtable(&w);
    tok.encode = refuse_probe;
    assert_int_equal(open_and_compare(&tok, options_for(0)), CALIB_CACHE_MISS);
    assert_int_equal(open_and_compare(&tok, options_for(0)), CALIB_CACHE_HIT);
    tok.encode = words_encode;
    assert_int_equal(open_and_compare(&tok, options_for(0)), CALIB_CACHE_MISS);
}

static void test_off(void **state)
{
    (void)state;
    words w = {.fingerprint = 0};
    calib_tokenizer_vtable tok = words_vtable(&w);
    char path[400];
    assert_int_equal(open_and_compare(&tok, options_for(0)), CALIB_CACHE_OFF);
    tok.fingerprint = NULL;
    assert_int_equal(open_and_compare(&tok, options_for(0)), CALIB_CACHE_OFF);
    w.fingerprint = 1;
    tok.fingerprint = words_fingerprint;
    assert_int_equal(open_and_compare(&tok, options_for(CALIB_NO_TOKEN_STORE)), CALIB_CACHE_OFF);
    assert_int_equal(find_store(path), 0);
    calib_options options = options_for(0);
    options.cache_dir = "/dev/null/cache";
    assert_int_equal(open_and_compare(&tok, options), CALIB_CACHE_OFF);
}

/* ---- sources ---- */

static void write_text(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, sizeof text), (ssize_t)sizeof text);
    close(fd);
}

static pid_t feed(int fd)
{
    pid_t child = fork();
    if (child == 0) {
        for (size_t at = 0; at < sizeof text;) {
            ssize_t n = write(fd, text + at, sizeof text - at);
            if (n <= 0)
                _exit(1);
            at += (size_t)n;
        }
        _exit(0);
    }
    return child;
}

static uint32_t open_standard_input(const calib_tokenizer_vtable *tok, calib_options options,
                                    calib_corpus *wanted)
{
    int ends[2], before = dup(0);
    assert_int_equal(pipe(ends), 0);
    pid_t child = feed(ends[1]);
    close(ends[1]);
    dup2(ends[0], 0);
    close(ends[0]);
    options.text = NULL;
    options.text_len = 0;
    options.source = "-";
    calib_corpus *corpus;
    int status = calib_open(tok, &options, &corpus);
    dup2(before, 0);
    close(before);
    waitpid(child, NULL, 0);
    assert_ok(status);
    assert_same(corpus, wanted);
    uint32_t state = state_of(corpus);
    calib_close(corpus);
    return state;
}

static void test_sources(void **state)
{
    (void)state;
    words w = {.fingerprint = 1};
    calib_tokenizer_vtable tok = words_vtable(&w);
    calib_options options = options_for(0), path_options = options;
    calib_corpus *memory, *corpus;
    char path[128];
    snprintf(path, sizeof path, "%s/text", cache);
    write_text(path);
    path_options.text = NULL, path_options.text_len = 0, path_options.source = path;
    assert_ok(calib_open(&tok, &options, &memory));
    assert_ok(calib_open(&tok, &path_options, &corpus));
    assert_int_equal(state_of(corpus), CALIB_CACHE_HIT);
    assert_same(corpus, memory);
    calib_close(corpus);
    assert_int_equal(open_standard_input(&tok, options, memory), CALIB_CACHE_HIT);
    empty_cache();
    assert_int_equal(open_standard_input(&tok, options, memory), CALIB_CACHE_MISS);
    assert_int_equal(open_standard_input(&tok, options, memory), CALIB_CACHE_HIT);
    options.flags = CALIB_NO_TOKEN_STORE;
    assert_int_equal(open_standard_input(&tok, options, memory), CALIB_CACHE_OFF);
    calib_close(memory);
    unlink(path);
}

static void test_pins(void **state)
{
    (void)state;
    words w = {.fingerprint = 1};
    calib_tokenizer_vtable tok = words_vtable(&w);
    calib_options options = options_for(0);
    calib_corpus *corpus;
    assert_int_equal(open_and_compare(&tok, options), CALIB_CACHE_MISS);
    options.size_bytes = 1;
    assert_status(calib_open(&tok, &options, &corpus), CALIB_E_SIZE);
    options.size_bytes = 0;
    options.sha256 = "0000000000000000000000000000000000000000000000000000000000000000";
    assert_status(calib_open(&tok, &options, &corpus), CALIB_E_HASH);
    char *bad = malloc(TEXT_BYTES);
    memcpy(bad, text, TEXT_BYTES);
    bad[TEXT_BYTES - 1] = (char)0xff;
    options = options_for(0);
    options.text = bad;
    assert_status(calib_open(&tok, &options, &corpus), CALIB_E_UTF8);
    assert_status(calib_open(&tok, &options, &corpus), CALIB_E_UTF8);
    free(bad);
}

/* ---- damage ---- */

static void flip_byte(const char *path, off_t at)
{
    unsigned char byte;
    assert_int_equal(chmod(path, 0600), 0);
    int fd = open(path, O_RDWR);
    assert_int_equal(pread(fd, &byte, 1, at), 1);
    byte ^= 0x10;
    assert_int_equal(pwrite(fd, &byte, 1, at), 1);
    close(fd);
    assert_int_equal(chmod(path, 0444), 0);
}

static void test_damage(void **state)
{
    (void)state;
    words w = {.fingerprint = 1};
    calib_tokenizer_vtable tok = words_vtable(&w);
    char path[400];
    assert_int_equal(open_and_compare(&tok, options_for(0)), CALIB_CACHE_MISS);
    assert_int_equal(find_store(path), 1);
    const off_t places[] = {0, 200, 4095, 4096, 5000};
    for (int i = 0; i < 5; i++) {
        flip_byte(path, places[i]);
        assert_int_equal(open_and_compare(&tok, options_for(0)), CALIB_CACHE_MISS);
        assert_int_equal(open_and_compare(&tok, options_for(0)), CALIB_CACHE_HIT);
    }
    assert_int_equal(truncate(path, 4100), 0);
    assert_int_equal(open_and_compare(&tok, options_for(0)), CALIB_CACHE_MISS);
    assert_int_equal(find_store(path), 1);
}

/* A pipe has nothing more to give: the call fails, it does not wait for another writer. */
static void test_damage_of_a_pipe(void **state)
{
    (void)state;
    words w = {.fingerprint = 1};
    calib_tokenizer_vtable tok = words_vtable(&w);
    calib_options options = options_for(0);
    calib_corpus *corpus;
    char path[400], source[128];
    snprintf(source, sizeof source, "%s/pipe", cache);
    assert_int_equal(mkfifo(source, 0600), 0);
    options.text = NULL, options.text_len = 0, options.source = source;
    pid_t child = fork();
    if (child == 0) {
        int fd = open(source, O_WRONLY);
        _exit(write(fd, text, sizeof text) == (ssize_t)sizeof text ? 0 : 1);
    }
    assert_ok(calib_open(&tok, &options, &corpus));
    waitpid(child, NULL, 0);
    assert_int_equal(state_of(corpus), CALIB_CACHE_MISS);
    assert_int_equal(find_store(path), 1);
    assert_int_equal(chmod(path, 0600), 0);
    assert_int_equal(truncate(path, 4100), 0);
    int32_t id;
    assert_status(calib_tokens(corpus, 1000, 1, &id), CALIB_E_CORRUPT);
    assert_message("cannot be read again");
    calib_close(corpus);
    unlink(source);
}

enum { LARGE = 36 * 1000 * 1000 };

typedef struct reader {
    calib_corpus *corpus;
    const char *text;
} reader;

static void *read_everywhere(void *ctx)
{
    reader *r = ctx;
    static _Thread_local int32_t ids[1000];
    for (uint64_t at = 0; at + 1000 < LARGE; at += 250000) {
        if (calib_tokens(r->corpus, at, 1000, ids))
            return r;
        for (int i = 0; i < 1000; i++)
            if (ids[i] != (unsigned char)r->text[at + (uint64_t)i])
                return r;
    }
    return NULL;
}

/* More than 64 MiB: chunks are verified when they are used. Threads that meet a bad one all get the
 * right ids, and the store is whole again. */
static void test_damage_while_open(void **state)
{
    (void)state;
    char *large = malloc(LARGE), path[400];
    words_text(large, LARGE, 5);
    calib_options options = options_for(CALIB_RAW_BYTES);
    options.text = large, options.text_len = LARGE;
    const calib_tokenizer_vtable *tok = calib_bytes_tokenizer();
    calib_corpus *corpus;
    assert_ok(calib_open(tok, &options, &corpus));
    calib_close(corpus);
    assert_int_equal(find_store(path), 1);
    assert_ok(calib_open(tok, &options, &corpus));
    assert_int_equal(state_of(corpus), CALIB_CACHE_HIT);
    flip_byte(path, 30000000);
    flip_byte(path, 60000000);
    reader r = {corpus, large};
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, read_everywhere, &r), 0);
    for (int i = 0; i < 4; i++) {
        void *result;
        pthread_join(threads[i], &result);
        assert_null(result);
    }
    calib_close(corpus);
    assert_ok(calib_open(tok, &options, &corpus));
    assert_int_equal(state_of(corpus), CALIB_CACHE_HIT);
    r.corpus = corpus;
    assert_null(read_everywhere(&r));
    calib_close(corpus);
    /* The text has gone as well: then nothing can be done. */
    assert_ok(calib_open(tok, &options, &corpus));
    flip_byte(path, 30000000);
    large[0] ^= 1;
    int32_t id;
    assert_status(calib_tokens(corpus, 15000000 - 2048, 1, &id), CALIB_E_CORRUPT);
    assert_message("has changed since");
    assert_ok(calib_tokens(corpus, 0, 1, &id));
    calib_close(corpus);
    free(large);
}

/* ---- waiting ---- */

typedef struct watch {
    int n_waits;
    int answer; /* to a wait */
} watch;

static int on_progress(void *ctx, uint32_t stage, uint64_t done, uint64_t total)
{
    watch *w = ctx;
    (void)done, (void)total;
    w->n_waits += stage == CALIB_STAGE_WAIT;
    return stage == CALIB_STAGE_WAIT ? w->answer : 0;
}

/* Somebody else has the lock and never gives it back: the wait ends, and can be ended. */
static void test_waiting(void **state)
{
    (void)state;
    words w = {.fingerprint = 1};
    watch seen = {.answer = 42};
    calib_tokenizer_vtable tok = words_vtable(&w);
    calib_options options = options_for(0);
    char path[400];
    assert_int_equal(open_and_compare(&tok, options), CALIB_CACHE_MISS);
    assert_int_equal(find_store(path), 1);
    assert_int_equal(unlink(path), 0);
    memcpy(path + strlen(path) - 4, ".lock", 6);
    int fd = open(path, O_RDWR | O_CREAT, 0600);
    assert_int_equal(flock(fd, LOCK_EX), 0);
    options.progress = on_progress;
    options.progress_ctx = &seen;
    calib_corpus *corpus;
    assert_status(calib_open(&tok, &options, &corpus), CALIB_E_CANCELLED);
    assert_int_equal(seen.n_waits, 1);
    options.lock_timeout_ms = 300;
    seen = (watch){0};
    assert_int_equal(open_and_compare(&tok, options), CALIB_CACHE_MISS);
    assert_true(seen.n_waits >= 3);
    close(fd);
    assert_int_equal(open_and_compare(&tok, options), CALIB_CACHE_HIT);
}

/* ---- waiting for another thread's repair ---- */

static atomic_int stuck, let_go;

/* Until it is let go; for at most five seconds. */
static int encode_stuck(void *ctx, const char *piece, size_t len, uint32_t flags,
                        calib_emit_fn emit, void *emit_ctx)
{
    stuck = 1;
    for (int i = 0; i < 5000 && !let_go; i++)
        usleep(1000);
    return words_encode(ctx, piece, len, flags, emit, emit_ctx);
}

static int cancel_waits(void *ctx, uint32_t stage, uint64_t done, uint64_t total)
{
    (void)ctx, (void)done, (void)total;
    return stage == CALIB_STAGE_WAIT ? 42 : 0;
}

static void *read_one(void *corpus)
{
    int32_t id;
    return calib_tokens(corpus, 1000, 1, &id) ? corpus : NULL;
}

static void test_waiting_for_a_repair(void **state)
{
    (void)state;
    words w = {.fingerprint = 1};
    calib_tokenizer_vtable tok = words_vtable(&w);
    calib_options options = options_for(0);
    calib_corpus *corpus;
    char path[400];
    tok.encode = encode_stuck;
    options.progress = cancel_waits;
    let_go = 1;
    assert_ok(calib_open(&tok, &options, &corpus));
    assert_int_equal(find_store(path), 1);
    assert_int_equal(chmod(path, 0600), 0);
    assert_int_equal(truncate(path, 4100), 0);
    let_go = stuck = 0;
    pthread_t thread;
    void *result;
    assert_int_equal(pthread_create(&thread, NULL, read_one, corpus), 0);
    while (!stuck)
        usleep(1000);
    int32_t id;
    assert_status(calib_tokens(corpus, 1000, 1, &id), CALIB_E_CANCELLED);
    let_go = 1;
    pthread_join(thread, &result);
    assert_null(result);
    assert_ok(calib_tokens(corpus, 1000, 1, &id));
    calib_close(corpus);
}

/* ---- slices ---- */

static void join_slices(const calib_tokenizer_vtable *tok, calib_options options, uint32_t n)
{
    calib_corpus *whole;
    size_t n_all, at = 0, m;
    assert_ok(calib_open(tok, &options, &whole));
    int32_t *all = all_of(whole, &n_all);
    for (uint32_t i = 0; i < n; i++) {
        calib_corpus *part;
        options.slice = i, options.n_slices = n;
        assert_ok(calib_open(tok, &options, &part));
        int32_t *ids = all_of(part, &m);
        assert_true(at + m <= n_all);
        if (m)
            assert_memory_equal(ids, all + at, m * sizeof *ids);
        at += m;
        free(ids);
        calib_close(part);
    }
    assert_int_equal(at, n_all);
    free(all);
    calib_close(whole);
}

static void test_slices(void **state)
{
    (void)state;
    words w = {.fingerprint = 1};
    calib_tokenizer_vtable tok = words_vtable(&w);
    for (uint32_t n = 2; n < 40; n += 5)
        join_slices(&tok, options_for(CALIB_NO_TOKEN_STORE), n);
    join_slices(&tok, options_for(0), 3);
    join_slices(&tok, options_for(0), 3);
    join_slices(calib_bytes_tokenizer(), options_for(CALIB_RAW_BYTES), 4);
    calib_options nowhere = options_for(0);
    nowhere.cache_dir = "/dev/null/cache";
    join_slices(&tok, nowhere, 4);
    char path[128];
    snprintf(path, sizeof path, "%s/text", cache);
    write_text(path);
    nowhere.text = NULL, nowhere.text_len = 0, nowhere.source = path;
    join_slices(&tok, nowhere, 4);
    nowhere.cache_dir = cache;
    join_slices(&tok, nowhere, 5);
    unlink(path);
}

/* Texts of a few bytes in many slices, most of them empty. */
static void test_small_slices(void **state)
{
    (void)state;
    words w = {.fingerprint = 0};
    calib_tokenizer_vtable tok = words_vtable(&w);
    static const char small[] = "a \xc3\xa9t\xc3\xa9  b\r\n c dddddddddddddd e \xe4\xb8\x96 ";
    for (size_t len = 1; len < sizeof small; len++) {
        calib_options options = text_options(small, len);
        calib_corpus *corpus;
        if (calib_open(&tok, &options, &corpus) == CALIB_E_UTF8)
            continue;
        calib_close(corpus);
        for (uint32_t n = 2; n < 60; n += n / 2)
            join_slices(&tok, options, n);
    }
}

/* Cuts far apart, and more of them named the more is shown. */
static int rare_cuts(void *ctx, const char *piece, size_t len, uint32_t flags, size_t *offsets,
                     size_t cap, size_t *n)
{
    (void)ctx;
    (void)flags;
    for (size_t i = 1; i + 10000 < len && *n < cap; i++)
        if (piece[i] == ' ' && piece[i - 1] == 'd')
            offsets[(*n)++] = i;
    return 0;
}

static void test_rare_cuts(void **state)
{
    (void)state;
    words w = {.fingerprint = 0};
    calib_tokenizer_vtable tok = words_vtable(&w);
    tok.cuts = rare_cuts;
    for (uint32_t n = 2; n < 60; n += 7)
        join_slices(&tok, options_for(0), n);
}

static int no_cuts(void *ctx, const char *piece, size_t len, uint32_t flags, size_t *offsets,
                   size_t cap, size_t *n)
{
    (void)ctx, (void)piece, (void)len, (void)flags, (void)offsets, (void)cap;
    *n = 0;
    return 0;
}

/* A border is not looked for in ever more text. */
static void test_slices_far_from_cuts(void **state)
{
    (void)state;
    words w = {.fingerprint = 0};
    calib_tokenizer_vtable tok = words_vtable(&w);
    calib_options options = options_for(0);
    calib_corpus *corpus;
    tok.cuts = no_cuts;
    options.max_whole_bytes = 20000;
    options.slice = 1, options.n_slices = 2;
    assert_status(calib_open(&tok, &options, &corpus), CALIB_E_WHOLE_LIMIT);
    assert_message("or open the corpus whole");
    options.max_whole_bytes = TEXT_BYTES;
    options.slice = 0, options.n_slices = 1;
    join_slices(&tok, options, 2);
}

static void test_slices_without_cuts(void **state)
{
    (void)state;
    words w = {.fingerprint = 0};
    calib_tokenizer_vtable tok = words_vtable(&w);
    calib_options options = options_for(0);
    calib_corpus *corpus;
    options.n_slices = 2;
    tok.cuts = NULL;
    assert_status(calib_open(&tok, &options, &corpus), CALIB_E_UNSUPPORTED);
    assert_message("no cuts");
    tok.cuts = words_cuts;
    options.slice = 2;
    assert_status(calib_open(&tok, &options, &corpus), CALIB_E_ARGUMENT);
}

#define CASE(function) cmocka_unit_test_setup(function, each)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_miss_then_hit), CASE(test_wide),
        CASE(test_rows),          CASE(test_keys),
        CASE(test_lying_fingerprint), CASE(test_refused_probe),
        CASE(test_off),           CASE(test_sources),
        CASE(test_pins),          CASE(test_damage),
        CASE(test_damage_of_a_pipe),  CASE(test_damage_while_open),
        CASE(test_slices),
        CASE(test_waiting),       CASE(test_small_slices),  CASE(test_rare_cuts),
        CASE(test_waiting_for_a_repair),
        CASE(test_slices_without_cuts), CASE(test_slices_far_from_cuts),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
