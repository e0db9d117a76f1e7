/* SPDX-License-Identifier: MIT */
/* The cuts of the example's tokenizer are exact, on texts made of its own pieces and of strings
 * that reach across them. */
int example_main(void);
#define main example_main
#include "../../examples/tokenizer.c"
#undef main

#include "test.h"

typedef struct ids {
    size_t n;
    int32_t id[600];
} ids;

static int collect(void *ctx, const int32_t *more, size_t n)
{
    ids *all = ctx;
    assert_true(all->n + n <= sizeof all->id / sizeof *all->id);
    memcpy(all->id + all->n, more, n * sizeof *more);
    all->n += n;
    return 0;
}

static uint32_t next_random(uint32_t *state, uint32_t below)
{
    *state = *state * 1664525u + 1013904223u;
    return (*state >> 8) % below;
}

static size_t make_text(uint32_t *state, char *text, size_t cap)
{
    static const char *const between[] = {" ", "\n", "  ", "\n\n", " \n ", "x", "é", "th", "e"};
    size_t len = 0;
    for (size_t parts = 1 + next_random(state, 12); parts > 0; parts--) {
        const char *part = next_random(state, 2) ? pieces[next_random(state, N_PIECES)]
                                                 : between[next_random(state, 9)];
        size_t n = strlen(part);
        if (len + n < cap)
            memcpy(text + len, part, n);
        len += len + n < cap ? n : 0;
    }
    return len;
}

static void check_cut(const char *text, size_t len, size_t at, uint32_t special)
{
    word_tokenizer self = {0};
    ids whole = {0}, parts = {0};
    assert_int_equal(
        encode(&self, text, len, special | CALIB_TEXT_BEGIN | CALIB_TEXT_END, collect, &whole), 0);
    assert_int_equal(encode(&self, text, at, special | CALIB_TEXT_BEGIN, collect, &parts), 0);
    assert_int_equal(encode(&self, text + at, len - at, special | CALIB_TEXT_END, collect, &parts),
                     0);
    assert_int_equal(whole.n, parts.n);
    assert_memory_equal(whole.id, parts.id, whole.n * sizeof *whole.id);
}

static void every_cut_is_exact(void **unused)
{
    (void)unused;
    uint32_t state = 1;
    size_t n_cuts = 0;
    for (int round = 0; round < 4000; round++) {
        char text[256];
        size_t offsets[256], n = 0;
        size_t len = make_text(&state, text, sizeof text);
        assert_int_equal(cuts(NULL, text, len, 0, offsets, 256, &n), 0);
        for (size_t i = 0; i < n; i++) {
            assert_true(offsets[i] > 0 && offsets[i] < len && (!i || offsets[i] > offsets[i - 1]));
            check_cut(text, len, offsets[i], round % 2 ? CALIB_TEXT_NO_SPECIAL : 0);
        }
        n_cuts += n;
    }
    assert_true(n_cuts > 10000);
}

static void stops_when_full(void **unused)
{
    (void)unused;
    size_t offsets[3] = {0, 0, 77}, n;
    assert_int_equal(cuts(NULL, "a b c d", 7, 0, offsets, 2, &n), 0);
    assert_int_equal(n, 2);
    assert_int_equal(offsets[1], 3);
    assert_int_equal(offsets[2], 77);
}

typedef struct bytes {
    size_t n;
    char at[100];
} bytes;

static int put(void *ctx, const char *text, size_t len)
{
    bytes *all = ctx;
    assert_true(all->n + len <= sizeof all->at);
    memcpy(all->at + all->n, text, len);
    all->n += len;
    return 0;
}

static void texts_come_back(void **unused)
{
    (void)unused;
    static const char text[] = "The station, in the\nint of Ätna";
    word_tokenizer self = {0};
    ids all = {0};
    bytes back = {0};
    assert_int_equal(encode(&self, text, sizeof text - 1, 3, collect, &all), 0);
    for (size_t i = 0; i < all.n; i++)
        assert_int_equal(text_of(&self, all.id[i], put, &back), 0);
    assert_int_equal(back.n, sizeof text - 1);
    assert_memory_equal(back.at, text, back.n);
    assert_int_not_equal(text_of(&self, FIRST_PIECE + N_PIECES, put, &back), 0);
    assert_int_not_equal(text_of(&self, -1, put, &back), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cut_is_exact),
        cmocka_unit_test(stops_when_full),
        cmocka_unit_test(texts_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
