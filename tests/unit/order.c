/* SPDX-License-Identifier: MIT */
/* If several things are wrong with a text, the first one in it is reported, and soon, however many
 * threads there are and however far ahead the text is read. */
#include "test.h"
#include "tokenizers.h"

#include <stdbool.h>
#include <time.h>
#include <unistd.h>

enum { LEN = 3000000, THREADS_MOST = 8, UNTOUCHED = LEN + 1 };

static void sleep_ms(unsigned ms)
{
    struct timespec span = {0, (long)ms * 1000000};
    nanosleep(&span, NULL);
}

/* Lines; a piece with 'E' is refused by encode, one with 'C' by cuts. */
static calib_tokenizer_vtable lines_vtable(test_tokenizer *t)
{
    *t = (test_tokenizer){.ids = TEST_LINES, .refused = "E", .refused_cuts = "C"};
    return test_vtable(t);
}

/* ---- which failure is reported ---- */

typedef struct wrong {
    size_t encode_at; /* UNTOUCHED: nothing is wrong there */
    size_t cuts_at;
    size_t utf8_at;
    size_t no_cut_from;
    int expected;
    const char *message;
} wrong;

static void make_text(const wrong *w, char *text)
{
    for (size_t i = 0; i < LEN; i++)
        text[i] = i % 1000 == 999 && i < w->no_cut_from ? '\n' : 'a';
    if (w->encode_at < LEN)
        text[w->encode_at] = 'E';
    if (w->cuts_at < LEN)
        text[w->cuts_at] = 'C';
    if (w->utf8_at < LEN)
        text[w->utf8_at] = (char)0xff;
}

static void the_first_is_told(void **unused)
{
    (void)unused;
    static const wrong all[] = {
        {100, UNTOUCHED, 700000, UNTOUCHED, CALIB_E_ENCODE, "encode failed with 77"},
        {100, 700000, UNTOUCHED, UNTOUCHED, CALIB_E_ENCODE, "encode failed with 77"},
        {100, UNTOUCHED, UNTOUCHED, 700000, CALIB_E_ENCODE, "encode failed with 77"},
        {2900000, UNTOUCHED, 700000, UNTOUCHED, CALIB_E_UTF8, "byte 700000"},
        {2900000, 700000, UNTOUCHED, UNTOUCHED, CALIB_E_ENCODE, "cuts failed with 77"},
        {UNTOUCHED, UNTOUCHED, UNTOUCHED, 700000, CALIB_E_WHOLE_LIMIT, "max_whole_bytes"},
        {1500000, UNTOUCHED, 2900000, 2000000, CALIB_E_ENCODE, "encode failed with 77"},
    };
    static char text[LEN];
    for (size_t c = 0; c < sizeof all / sizeof *all; c++) {
        char first[1024] = "";
        make_text(&all[c], text);
        for (uint32_t threads = 1; threads <= THREADS_MOST; threads *= 2) {
            test_tokenizer t;
            calib_tokenizer_vtable tok = lines_vtable(&t);
            test_setup setup = text_setup(text, LEN);
            calib_corpus *corpus;
            setup.options.threads = threads;
            setup.options.max_whole_bytes = 300000;
            assert_status(test_open(&tok, &setup, &corpus), all[c].expected);
            assert_message(all[c].message);
            if (threads == 1)
                snprintf(first, sizeof first, "%s", last_message());
            assert_string_equal(last_message(), first);
        }
    }
}

/* ---- how soon it is reported ---- */

/* The tokenizer refuses the first line of a slow pipe: the rest is not read. */
static void it_is_told_soon(void **unused)
{
    (void)unused;
    enum { BLOCK = 65536, PAUSE_MS = 4, BLOCKS = 400 };
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t writer = fork();
    if (writer == 0) {
        static char block[BLOCK];
        close(ends[0]);
        for (size_t i = 0; i < BLOCK; i++)
            block[i] = i % 100 == 99 ? '\n' : 'E';
        for (int i = 0; i < BLOCKS && write(ends[1], block, BLOCK) > 0; i++)
            sleep_ms(PAUSE_MS);
        _exit(0);
    }
    close(ends[1]);
    int before = dup(STDIN_FILENO);
    dup2(ends[0], STDIN_FILENO);
    test_tokenizer t;
    calib_tokenizer_vtable tok = lines_vtable(&t);
    test_setup setup = location_setup("-");
    setup.options.threads = 64;
    calib_corpus *corpus;
    assert_status(test_open(&tok, &setup, &corpus), CALIB_E_ENCODE);
    /* With 64 threads the queue has room for 24 MB, so it would take all of it. */
    static char rest[BLOCK];
    size_t left = 0;
    for (ssize_t n; (n = read(ends[0], rest, BLOCK)) > 0;)
        left += (size_t)n;
    dup2(before, STDIN_FILENO);
    close(before);
    close(ends[0]);
    assert_true(left > (size_t)BLOCK * BLOCKS / 2);
}

/* ---- progress ---- */

typedef struct watch {
    uint64_t last;
    bool went_back, beyond;
} watch;

static int look(void *ctx, uint32_t stage, uint64_t done, uint64_t total)
{
    watch *w = ctx;
    if (stage != CALIB_STAGE_TOKENIZE)
        return 0;
    w->went_back = w->went_back || done < w->last;
    w->beyond = w->beyond || (total && done > total);
    w->last = done;
    sleep_ms(55);
    return 0;
}

static void progress_only_grows(void **unused)
{
    (void)unused;
    static char text[LEN];
    make_text(&(wrong){UNTOUCHED, UNTOUCHED, UNTOUCHED, UNTOUCHED, 0, ""}, text);
    for (uint32_t threads = 1; threads <= THREADS_MOST; threads *= 2) {
        test_tokenizer t;
        watch w = {0};
        calib_tokenizer_vtable tok = lines_vtable(&t);
        test_setup setup = text_setup(text, LEN);
        calib_corpus *corpus;
        setup.options.threads = threads;
        setup.options.progress = look;
        setup.options.progress_ctx = &w;
        assert_ok(test_open(&tok, &setup, &corpus));
        calib_corpus_close(corpus);
        assert_false(w.went_back);
        assert_false(w.beyond);
        assert_true(w.last == LEN);
    }
}

/* ---- one long segment among many short ones ---- */

static void long_and_short(void **unused)
{
    (void)unused;
    static char text[LEN];
    for (size_t first = 0; first < 2; first++) {
        wrong w = {UNTOUCHED, UNTOUCHED, UNTOUCHED, UNTOUCHED, 0, ""};
        make_text(&w, text);
        memset(text + first * 150000, 'b', 2000000);
        for (uint32_t threads = 1; threads <= THREADS_MOST; threads *= 2) {
            test_tokenizer t;
            calib_tokenizer_vtable tok = lines_vtable(&t);
            test_setup setup = text_setup(text, LEN);
            calib_info info = {.struct_size = sizeof info};
            calib_corpus *corpus;
            static int32_t ids[LEN / 1000];
            setup.options.threads = threads;
            assert_ok(test_open(&tok, &setup, &corpus));
            assert_ok(calib_corpus_info(corpus, &info));
            assert_int_equal(info.n_tokens, LEN / 1000 - 2000);
            assert_ok(calib_corpus_tokens(corpus, 0, (size_t)info.n_tokens, ids));
            for (size_t i = 0; i < info.n_tokens; i++)
                assert_int_equal(ids[i], i == first * 150 ? 2001000 : 1000);
            calib_corpus_close(corpus);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_is_told),
        cmocka_unit_test(it_is_told_soon),
        cmocka_unit_test(progress_only_grows),
        cmocka_unit_test(long_and_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
