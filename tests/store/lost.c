/* SPDX-License-Identifier: MIT */
/* Disks that lose what was written to them, while a text is tokenized and later in an open handle.
 * The ids are made again from every source that can be read again. */
#include "disk.h"
#include "flip.h"

#include <calib_cache.h>

#include <signal.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/wait.h>

/* Two bytes for each id: the first 16 MiB of them are in a file when the wide id comes, and the
 * others follow at the end. */
enum { TEXT_BYTES = 10 << 20, WIDE_AT = 9 << 20, WIDE = 'W', WIDE_ID = 100000 };

static char text[TEXT_BYTES];

static int32_t id_of(char byte)
{
    return byte == WIDE ? WIDE_ID : (unsigned char)byte;
}

/* ---- damage ---- */

static int files_spoiled;

/* Truncates every large file that is open for writing: the file that collects the ids. */
static void spoil_files(void)
{
    struct stat info;
    for (int fd = 3; fd < 256; fd++)
        if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_size >= 16 << 20 &&
            (fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDWR)
            files_spoiled += ftruncate(fd, 0) == 0;
}

static void limit_files(rlim_t bytes)
{
    struct rlimit limit;
    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &limit);
}

/* ---- a tokenizer during which the disk fails ---- */

typedef struct failing {
    int calls;
    size_t fail_at;
    bool full;         /* writing fails as well */
    int spoiled_again; /* files that could be truncated at the end of the second call */
} failing;

static int emit_range(const char *from, size_t first, size_t end, calib_emit_fn emit, void *ctx)
{
    int32_t ids[4096];
    int stop = 0;
    for (size_t at = first; at < end && !stop; at += 4096) {
        size_t n = end - at < 4096 ? end - at : 4096;
        for (size_t i = 0; i < n; i++)
            ids[i] = id_of(from[at + i]);
        stop = emit(ctx, ids, n);
    }
    return stop;
}

static int encode(void *ctx, const char *piece, size_t len, uint32_t flags, calib_emit_fn emit,
                  void *emit_ctx)
{
    failing *f = ctx;
    (void)flags;
    if (len < TEXT_BYTES)
        return emit_range(piece, 0, len, emit, emit_ctx);
    limit_files(RLIM_INFINITY);
    int stop = emit_range(piece, 0, f->fail_at, emit, emit_ctx);
    if (++f->calls == 1) {
        spoil_files();
        if (f->full)
            limit_files(0);
    }
    if (!stop)
        stop = emit_range(piece, f->fail_at, len, emit, emit_ctx);
    if (f->calls == 2) {
        int before = files_spoiled;
        spoil_files();
        f->spoiled_again = files_spoiled - before;
    }
    return stop;
}

static int fingerprint(void *ctx, uint8_t out[32])
{
    (void)ctx;
    memset(out, 7, 32);
    return 0;
}

static calib_tokenizer_vtable tokenizer(failing *f)
{
    return (calib_tokenizer_vtable){.struct_size = sizeof(calib_tokenizer_vtable),
                                    .ctx = f,
                                    .encode = encode,
                                    .fingerprint = fingerprint};
}

static void check_ids(calib_corpus *corpus, uint64_t first, size_t n)
{
    int32_t *ids = malloc(n * sizeof *ids);
    assert_ok(calib_corpus_tokens(corpus, first, n, ids));
    for (size_t i = 0; i < n; i++)
        if (ids[i] != id_of(text[first + i]))
            fail_msg("id %zu is %d", (size_t)first + i, ids[i]);
    free(ids);
}

/* Opens while the disk fails, so the tokenizer is called twice. */
static void open_failing(test_setup setup, bool full)
{
    failing f = {.fail_at = WIDE_AT - 10, .full = full};
    calib_tokenizer_vtable tok = tokenizer(&f);
    calib_corpus *corpus;
    files_spoiled = 0;
    int status = test_open(&tok, &setup, &corpus);
    limit_files(RLIM_INFINITY);
    assert_ok(status);
    assert_true(files_spoiled >= 1);
    assert_int_equal(f.calls, 2);
    assert_int_equal(f.spoiled_again, 0); /* the second time no file is used */
    calib_info info = {.struct_size = sizeof info};
    assert_ok(calib_corpus_info(corpus, &info));
    assert_int_equal(info.n_tokens, TEXT_BYTES);
    assert_int_equal(info.token_store, CALIB_CACHE_OFF);
    check_ids(corpus, 0, TEXT_BYTES);
    calib_corpus_close(corpus);
}

static int begin(void **state)
{
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)('a' + i * 7 % 25 + i / 1000 % 2);
    return disk_begin(state);
}

/* A wide id makes the collected ids be read back at once; without one they are read back only if
 * the disk is full at the end. */
static void make_wide(bool wide)
{
    text[WIDE_AT] = wide ? WIDE : 'w';
}

static test_setup setup_here(uint32_t flags)
{
    test_setup setup = text_setup(text, sizeof text);
    setup.options.cache_dir = cache;
    setup.options.flags = flags;
    setup.options.max_whole_bytes = TEXT_BYTES;
    return setup;
}

static test_setup from_source(const char *source, uint32_t flags)
{
    test_setup setup = setup_here(flags);
    setup.source.bytes = NULL, setup.source.n_bytes = 0, setup.source.location = source;
    return setup;
}

static void test_while_tokenizing(void **unused)
{
    (void)unused;
    char path[512];
    disk_path("text", path);
    for (int full = 0; full < 2; full++) {
        make_wide(!full);
        disk_write(path, text, sizeof text);
        for (uint32_t flags = 0; flags <= CALIB_NO_TOKEN_STORE; flags += CALIB_NO_TOKEN_STORE) {
            open_failing(setup_here(flags), full);
            open_failing(from_source(path, flags), full);
        }
    }
}

static pid_t feed_pipe(const char *path)
{
    pid_t child = fork();
    if (child)
        return child;
    int fd = open(path, O_WRONLY);
    signal(SIGPIPE, SIG_IGN);
    for (size_t at = 0; fd >= 0 && at < sizeof text;) {
        ssize_t n = write(fd, text + at, sizeof text - at);
        if (n <= 0)
            break;
        at += (size_t)n;
    }
    _exit(0);
}

/* With a store a pipe is kept and can be read again; without one its bytes are gone. */
static void test_a_pipe_while_tokenizing(void **unused)
{
    (void)unused;
    char path[512];
    disk_path("pipe", path);
    assert_int_equal(mkfifo(path, 0600), 0);
    make_wide(true);
    failing f = {.fail_at = WIDE_AT - 10};
    calib_tokenizer_vtable tok = tokenizer(&f);
    test_setup setup = from_source(path, CALIB_NO_TOKEN_STORE);
    calib_corpus *corpus;
    pid_t child = feed_pipe(path);
    assert_status(test_open(&tok, &setup, &corpus), CALIB_E_SYSTEM);
    assert_message("cannot read a temporary file back");
    assert_null(corpus);
    assert_int_equal(f.calls, 1);
    waitpid(child, NULL, 0);
    child = feed_pipe(path);
    open_failing(from_source(path, CALIB_STORE_STDIN), false);
    waitpid(child, NULL, 0);
}

/* ---- in an open handle ---- */

enum { SMALL = 200000 };

/* A chunk of tokens changes right after it was stored. */
static void spoil_store(void)
{
    char path[512];
    disk_store(path);
    flip_byte(path, 5000);
}

static calib_corpus *open_and_spoil(const test_setup *setup)
{
    calib_corpus *corpus;
    char tokens[512];
    assert_ok(test_open(calib_bytes_tokenizer(), setup, &corpus));
    calib_info info = {.struct_size = sizeof info};
    assert_ok(calib_corpus_info(corpus, &info));
    assert_int_equal(info.token_store, CALIB_CACHE_MISS);
    spoil_store();
    disk_path("tokens", tokens);
    return corpus;
}

static void remove_store(void)
{
    char path[512];
    disk_store(path);
    assert_int_equal(unlink(path), 0);
}

/* The ids are right, and the store is whole again for the next load. */
static void check_repair(const test_setup *setup)
{
    calib_corpus *corpus = open_and_spoil(setup);
    check_ids(corpus, 0, SMALL);
    calib_corpus_close(corpus);
    assert_ok(test_open(calib_bytes_tokenizer(), setup, &corpus));
    calib_info info = {.struct_size = sizeof info};
    assert_ok(calib_corpus_info(corpus, &info));
    assert_int_equal(info.token_store, CALIB_CACHE_HIT);
    check_ids(corpus, 0, SMALL);
    calib_corpus_close(corpus);
    remove_store();
}

static void expect_error(const test_setup *setup, const char *gone, int status, const char *message)
{
    int32_t id;
    calib_corpus *corpus = open_and_spoil(setup);
    assert_int_equal(unlink(gone), 0);
    assert_status(calib_corpus_tokens(corpus, 0, 1, &id), status);
    assert_message(message);
    calib_corpus_close(corpus);
    remove_store();
}

static void test_memory(void **unused)
{
    (void)unused;
    test_setup setup = setup_here(0);
    setup.source.n_bytes = SMALL;
    check_repair(&setup);
}

static void test_path(void **unused)
{
    (void)unused;
    char path[512];
    disk_path("text", path);
    disk_write(path, text, SMALL);
    test_setup setup = from_source(path, 0);
    check_repair(&setup);
    calib_corpus *corpus = open_and_spoil(&setup);
    disk_write(path, text + 1, SMALL);
    int32_t id;
    assert_status(calib_corpus_tokens(corpus, 0, 1, &id), CALIB_E_CORRUPT);
    assert_message("has changed since");
    calib_corpus_close(corpus);
    disk_end(NULL);
    assert_int_equal(mkdir(cache, 0700), 0);
    disk_write(path, text, SMALL);
    expect_error(&setup, path, CALIB_E_NOT_FOUND, "cannot open the corpus");
}

static int take_path(void *ctx, const calib_cache_entry *entry)
{
    if (entry->kind == CALIB_ENTRY_TEXT)
        snprintf(ctx, 512, "%s", entry->path);
    return 0;
}

/* A text that was fetched before and is found again without network. */
static void test_url(void **unused)
{
    (void)unused;
    char path[512], cached[512] = "";
    disk_path("text", path);
    disk_write(path, text, SMALL);
    test_setup setup = from_source("https://example.invalid/corpus.txt", 0);
    setup.options.offline = CALIB_OFFLINE_ON;
    assert_ok(calib_cache_add(&setup.source, &setup.options, path));
    assert_ok(calib_cache_list(&setup.options, take_path, cached));
    assert_true(cached[0]);
    check_repair(&setup);
    expect_error(&setup, cached, CALIB_E_NOT_FOUND, "cannot open the corpus");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_while_tokenizing, begin, disk_end),
        cmocka_unit_test_setup_teardown(test_a_pipe_while_tokenizing, begin, disk_end),
        cmocka_unit_test_setup_teardown(test_memory, begin, disk_end),
        cmocka_unit_test_setup_teardown(test_path, begin, disk_end),
        cmocka_unit_test_setup_teardown(test_url, begin, disk_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
