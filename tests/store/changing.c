/* SPDX-License-Identifier: MIT */
/* Sources that change while they are read: CALIB_E_UNSTABLE names the file and the remedy. */
#include "disk.h"

#include "tokenizers.h"

#include <calib_cache.h>
#include <signal.h>
#include <sys/wait.h>

enum { TEXT_BYTES = 8 << 20, FIRST = 1 << 20 };

typedef enum change { STAYS, GROWS, SHRINKS, CHANGES, IS_REPLACED } change;

static char text[TEXT_BYTES], path[512], other[512];

/* Makes the change when the tokenizer has seen the first `FIRST` bytes. */
typedef struct changer {
    test_tokenizer words;
    calib_tokenizer_vtable tok;
    change change;
    char *memory; /* changed in place of the file; NULL: the file */
    size_t seen;
    bool done;
} changer;

static void append(const char *file, const char *more)
{
    int fd = open(file, O_WRONLY | O_APPEND);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, more, strlen(more)), (ssize_t)strlen(more));
    close(fd);
}

static void make_change(const changer *c)
{
    int fd;
    if (c->memory) {
        c->memory[TEXT_BYTES - 2] ^= 1;
        return;
    }
    switch (c->change) {
    case STAYS: break;
    case GROWS: append(path, " more"); break;
    case SHRINKS: assert_int_equal(truncate(path, TEXT_BYTES / 2), 0); break;
    case CHANGES:
        fd = open(path, O_WRONLY);
        assert_int_equal(pwrite(fd, "changed", 7, TEXT_BYTES - 100), 7);
        close(fd);
        break;
    case IS_REPLACED:
        disk_write(other, "another text", 12);
        assert_int_equal(rename(other, path), 0);
        break;
    }
}

static int encode(void *ctx, const char *piece, size_t len, uint32_t flags, calib_emit_fn emit,
                  void *emit_ctx)
{
    changer *c = ctx;
    c->seen += len;
    if (!c->done && c->seen > FIRST) {
        c->done = true;
        make_change(c);
    }
    return c->tok.encode(&c->words, piece, len, flags, emit, emit_ctx);
}

static int cuts(void *ctx, const char *piece, size_t len, uint32_t flags, size_t *offsets,
                size_t cap, size_t *n)
{
    changer *c = ctx;
    return c->tok.cuts(&c->words, piece, len, flags, offsets, cap, n);
}

static int fingerprint(void *ctx, uint8_t out[32])
{
    changer *c = ctx;
    return c->tok.fingerprint(&c->words, out);
}

/* Opens the file, or the text in memory, while it changes. */
static int open_changing(changer *c, test_setup setup, uint64_t *n_tokens)
{
    calib_corpus *corpus;
    calib_info info = {.struct_size = sizeof info};
    calib_tokenizer_vtable tok;
    c->tok = test_vtable(&c->words);
    tok = (calib_tokenizer_vtable){
        .struct_size = sizeof tok,
        .ctx = c,
        .encode = encode,
        .cuts = cuts,
        .fingerprint = fingerprint,
    };
    setup.options.cache_dir = cache;
    setup.options.max_memo_bytes = 1;
    int status = test_open(&tok, &setup, &corpus);
    if (status)
        return status;
    assert_ok(calib_corpus_info(corpus, &info));
    *n_tokens = info.n_tokens;
    calib_corpus_close(corpus);
    return status;
}

static int each(void **state)
{
    test_words_text(text, sizeof text, 3);
    int failed = disk_begin(state);
    disk_path("text", path);
    disk_path("other", other);
    return failed;
}

/* In one pass, and in a second one after the bytes were hashed. */
static void expect(change kind, int wanted)
{
    uint64_t n_wanted = 0, n = 0;
    for (uint8_t stores = 0; stores < 2; stores++) {
        disk_write(path, text, sizeof text);
        changer steady = {.words.fingerprint = 0};
        assert_ok(open_changing(&steady, location_setup(path), &n_wanted));
        changer c = {.words.fingerprint = stores, .change = kind};
        assert_status(open_changing(&c, location_setup(path), &n), wanted);
        assert_true(c.done);
        if (wanted == CALIB_OK)
            assert_int_equal(n, n_wanted);
        else
            assert_message(path);
        if (wanted == CALIB_E_UNSTABLE)
            assert_message("copy the file first and load the copy");
    }
}

static void test_grows(void **unused)
{
    (void)unused;
    expect(GROWS, CALIB_E_UNSTABLE);
}

static void test_shrinks(void **unused)
{
    (void)unused;
    expect(SHRINKS, CALIB_E_UNSTABLE);
}

/* The open file is read to its end, whoever has its name now. */
static void test_replaced(void **unused)
{
    (void)unused;
    expect(IS_REPLACED, CALIB_OK);
}

/* The size stays: the second pass finds it by the hash. */
static void test_changed_in_place(void **unused)
{
    (void)unused;
    uint64_t n;
    disk_write(path, text, sizeof text);
    changer c = {.words.fingerprint = 1, .change = CHANGES};
    assert_status(open_changing(&c, location_setup(path), &n), CALIB_E_UNSTABLE);
    assert_message("copy the file first");
    c = (changer){.words.fingerprint = 1, .memory = text};
    assert_status(open_changing(&c, text_setup(text, sizeof text), &n), CALIB_E_UNSTABLE);
    assert_message("leave its bytes alone until the corpus is closed");
}

/* Runs a process that appends as fast as it can. */
static pid_t start_writer(void)
{
    pid_t child = fork();
    if (child == 0) {
        int fd = open(path, O_WRONLY | O_APPEND);
        for (int i = 0; i < 1000 && write(fd, text, 1 << 20) > 0; i++)
            usleep(100);
        _exit(0);
    }
    return child;
}

static void test_never_ends(void **unused)
{
    (void)unused;
    uint64_t n;
    for (int adds = 0; adds < 2; adds++) {
        disk_write(path, text, sizeof text);
        test_setup setup = location_setup(adds ? "https://example.com/text" : path);
        setup.options.cache_dir = cache;
        setup.options.max_download_bytes = UINT64_MAX;
        changer c = {.words.fingerprint = 1};
        pid_t child = start_writer();
        int status = adds ? calib_cache_add(&setup.source, &setup.options, path)
                          : open_changing(&c, setup, &n);
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        assert_status(status, CALIB_E_UNSTABLE);
        assert_message("copy the file first");
    }
}

/* An empty file that stays empty is an empty corpus, as before. */
static void test_empty(void **unused)
{
    (void)unused;
    uint64_t n;
    disk_write(path, "", 0);
    changer c = {0};
    assert_status(open_changing(&c, location_setup(path), &n), CALIB_E_EMPTY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_grows, each, disk_end),
        cmocka_unit_test_setup_teardown(test_shrinks, each, disk_end),
        cmocka_unit_test_setup_teardown(test_replaced, each, disk_end),
        cmocka_unit_test_setup_teardown(test_changed_in_place, each, disk_end),
        cmocka_unit_test_setup_teardown(test_never_ends, each, disk_end),
        cmocka_unit_test_setup_teardown(test_empty, each, disk_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
