/* SPDX-License-Identifier: MIT */
/* Stored ids that are damaged before they are opened, or while they are in use: one thread makes
 * them again for all. */
#include "flip.h"
#include "loads.h"

#include <pthread.h>
#include <sys/stat.h>
#include <sys/wait.h>

static void test_damage(void **state)
{
    (void)state;
    test_tokenizer w = {.fingerprint = 1};
    calib_tokenizer_vtable tok = test_vtable(&w);
    char path[400];
    assert_int_equal(open_and_compare(&tok, setup_for(0)), CALIB_CACHE_MISS);
    assert_int_equal(folder_find(cache, "", path), 1);
    const off_t places[] = {0, 200, 4095, 4096, 5000};
    for (int i = 0; i < 5; i++) {
        flip_byte(path, places[i]);
        assert_int_equal(open_and_compare(&tok, setup_for(0)), CALIB_CACHE_MISS);
        assert_int_equal(open_and_compare(&tok, setup_for(0)), CALIB_CACHE_HIT);
    }
    assert_int_equal(truncate(path, 4100), 0);
    assert_int_equal(open_and_compare(&tok, setup_for(0)), CALIB_CACHE_MISS);
    assert_int_equal(folder_find(cache, "", path), 1);
}

/* A pipe cannot be read again: the call fails and does not wait for another writer. */
static void test_damage_of_a_pipe(void **state)
{
    (void)state;
    test_tokenizer w = {.fingerprint = 1};
    calib_tokenizer_vtable tok = test_vtable(&w);
    test_setup setup = setup_for(CALIB_STORE_STDIN);
    calib_corpus *corpus;
    char path[400], source[128];
    snprintf(source, sizeof source, "%s/pipe", cache);
    assert_int_equal(mkfifo(source, 0600), 0);
    setup.source.bytes = NULL, setup.source.n_bytes = 0, setup.source.location = source;
    pid_t child = fork();
    if (child == 0) {
        int fd = open(source, O_WRONLY);
        _exit(write(fd, text, sizeof text) == (ssize_t)sizeof text ? 0 : 1);
    }
    assert_ok(test_open(&tok, &setup, &corpus));
    waitpid(child, NULL, 0);
    assert_int_equal(state_of(corpus), CALIB_CACHE_MISS);
    assert_int_equal(folder_find(cache, "", path), 1);
    assert_int_equal(chmod(path, 0600), 0);
    assert_int_equal(truncate(path, 4100), 0);
    int32_t id;
    assert_status(calib_corpus_tokens(corpus, 1000, 1, &id), CALIB_E_CORRUPT);
    assert_message("cannot be read again");
    calib_corpus_close(corpus);
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
        if (calib_corpus_tokens(r->corpus, at, 1000, ids))
            return r;
        for (int i = 0; i < 1000; i++)
            if (ids[i] != (unsigned char)r->text[at + (uint64_t)i])
                return r;
    }
    return NULL;
}

/* Above 64 MiB chunks are verified when they are used. All threads that use a damaged one get the
 * right ids, and the store is whole again. */
static void test_damage_while_open(void **state)
{
    (void)state;
    char *large = malloc(LARGE), path[400];
    test_words_text(large, LARGE, 5);
    test_setup setup = setup_for(0);
    setup.source.flags = CALIB_RAW_BYTES;
    setup.source.bytes = large, setup.source.n_bytes = LARGE;
    const calib_tokenizer_vtable *tok = calib_bytes_tokenizer();
    calib_corpus *corpus;
    assert_ok(test_open(tok, &setup, &corpus));
    calib_corpus_close(corpus);
    assert_int_equal(folder_find(cache, "", path), 1);
    assert_ok(test_open(tok, &setup, &corpus));
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
    calib_corpus_close(corpus);
    assert_ok(test_open(tok, &setup, &corpus));
    assert_int_equal(state_of(corpus), CALIB_CACHE_HIT);
    r.corpus = corpus;
    assert_null(read_everywhere(&r));
    calib_corpus_close(corpus);
    /* The text is gone as well: then the call fails. */
    assert_ok(test_open(tok, &setup, &corpus));
    flip_byte(path, 30000000);
    large[0] ^= 1;
    int32_t id;
    assert_status(calib_corpus_tokens(corpus, 15000000 - 2048, 1, &id), CALIB_E_CORRUPT);
    assert_message("has changed since");
    assert_ok(calib_corpus_tokens(corpus, 0, 1, &id));
    calib_corpus_close(corpus);
    free(large);
}

/* ---- waiting for another thread's repair ---- */

static atomic_int stuck, let_go;

/* Blocks until it is released, for at most five seconds. */
static int encode_stuck(void *ctx, const char *piece, size_t len, uint32_t flags,
                        calib_emit_fn emit, void *emit_ctx)
{
    stuck = 1;
    for (int i = 0; i < 5000 && !let_go; i++)
        usleep(1000);
    return test_encode(ctx, piece, len, flags, emit, emit_ctx);
}

static int cancel_waits(void *ctx, uint32_t stage, uint64_t done, uint64_t total)
{
    (void)ctx, (void)done, (void)total;
    return stage == CALIB_STAGE_WAIT ? 42 : 0;
}

static void *read_one(void *corpus)
{
    int32_t id;
    return calib_corpus_tokens(corpus, 1000, 1, &id) ? corpus : NULL;
}

static void test_waiting_for_a_repair(void **state)
{
    (void)state;
    test_tokenizer w = {.fingerprint = 1};
    calib_tokenizer_vtable tok = test_vtable(&w);
    test_setup setup = setup_for(0);
    calib_corpus *corpus;
    char path[400];
    tok.encode = encode_stuck;
    setup.options.progress = cancel_waits;
    let_go = 1;
    assert_ok(test_open(&tok, &setup, &corpus));
    assert_int_equal(folder_find(cache, "", path), 1);
    assert_int_equal(chmod(path, 0600), 0);
    assert_int_equal(truncate(path, 4100), 0);
    let_go = stuck = 0;
    pthread_t thread;
    void *result;
    assert_int_equal(pthread_create(&thread, NULL, read_one, corpus), 0);
    while (!stuck)
        usleep(1000);
    int32_t id;
    assert_status(calib_corpus_tokens(corpus, 1000, 1, &id), CALIB_E_CANCELLED);
    let_go = 1;
    pthread_join(thread, &result);
    assert_null(result);
    assert_ok(calib_corpus_tokens(corpus, 1000, 1, &id));
    calib_corpus_close(corpus);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_damage),
        CASE(test_damage_of_a_pipe),
        CASE(test_damage_while_open),
        CASE(test_waiting_for_a_repair),
    };
    return cmocka_run_group_tests(tests, loads_begin, loads_end);
}
