/* SPDX-License-Identifier: MIT */
/* The memo finds what was added and never anything else, whatever it forgets and whoever adds. */
#include "tokenize/memo.h"
#include "test.h"

#include <pthread.h>
#include <stdbool.h>

enum { N_THREADS = 4, ROUNDS = 60000 };

/* A segment whose ids depend only on its text and flags. */
typedef struct segment {
    char text[CALIB_MEMO_MOST_BYTES + 1 + CALIB_MEMO_SLACK];
    size_t len;
    uint32_t flags; /* a few of them are often met, all of them now and then */
    int32_t ids[CALIB_MEMO_MOST_IDS + 1];
    size_t n_ids;
} segment;

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static uint32_t hash_of(const char *text, size_t len)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ (unsigned char)text[i]) * 16777619u;
    return hash >> 4;
}

/* Short segments come again soon, long ones now and then. The bytes behind the text differ each
 * time. */
static void make(segment *made, uint32_t *seed, bool is_long)
{
    made->len = 1 + next_random(seed) % (is_long ? CALIB_MEMO_MOST_BYTES : 18);
    for (size_t i = 0; i < sizeof made->text; i++)
        made->text[i] = (char)(next_random(seed) % (made->len > 6 ? 2 : 5));
    made->flags = next_random(seed) % 64 ? next_random(seed) % 2 * 8 : next_random(seed) % 32;
    uint32_t hash = hash_of(made->text, made->len) + made->flags * 40503;
    made->n_ids = hash % 16 ? hash % 8 : CALIB_MEMO_MOST_IDS + hash / 16 % 2;
    for (size_t i = 0; i < made->n_ids; i++)
        made->ids[i] = (int32_t)(hash + i);
}

typedef struct user {
    calib_memo *memo;
    uint32_t seed;
    size_t n_found;
    size_t n_wrong;
} user;

static void *use(void *argument)
{
    user *me = argument;
    segment made;
    for (size_t i = 0; i < ROUNDS; i++) {
        size_t n;
        int32_t ids[CALIB_MEMO_MOST_IDS];
        make(&made, &me->seed, i % 64 == 0);
        calib_memo_key key;
        calib_memo_key_set(me->memo, &key, made.text, made.len, made.flags);
        if (!calib_memo_find(&key, ids, &n)) {
            calib_memo_add(&key, made.ids, made.n_ids);
            continue;
        }
        me->n_found++;
        me->n_wrong += n != made.n_ids || memcmp(ids, made.ids, n * sizeof *ids) != 0;
    }
    return NULL;
}

static const uint64_t sizes[] = {4 << 10, 16 << 10, 256 << 10, 4 << 20};

static size_t bytes_of(const calib_memo *memo)
{
    return memo->lines ? sizeof *memo->lines << (64 - memo->shift) : 0;
}

static void alone(void **unused)
{
    (void)unused;
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        calib_memo memo;
        calib_memo_init(&memo, sizes[s], 0);
        assert_int_equal(bytes_of(&memo), sizes[s]);
        user me = {.memo = &memo, .seed = 5};
        use(&me);
        assert_int_equal(me.n_wrong, 0);
        assert_true(me.n_found > 2000 * (s + 1));
        calib_memo_free(&memo);
    }
}

static void together(void **unused)
{
    (void)unused;
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        calib_memo memo;
        user users[N_THREADS];
        pthread_t threads[N_THREADS];
        calib_memo_init(&memo, sizes[s], 0);
        for (uint32_t i = 0; i < N_THREADS; i++)
            users[i] = (user){.memo = &memo, .seed = 5 + i};
        for (size_t i = 0; i < N_THREADS; i++)
            assert_int_equal(pthread_create(&threads[i], NULL, use, &users[i]), 0);
        /* How much each finds depends on how the threads are scheduled. */
        size_t n_found = 0;
        for (size_t i = 0; i < N_THREADS; i++) {
            assert_int_equal(pthread_join(threads[i], NULL), 0);
            assert_int_equal(users[i].n_wrong, 0);
            n_found += users[i].n_found;
        }
        assert_true(n_found > 2000);
        calib_memo_free(&memo);
    }
}

/* ---- one line, so that segments meet ---- */

typedef struct line_test {
    calib_memo_line line;
    uint32_t flags;
    int32_t ids[CALIB_MEMO_MOST_IDS];
    size_t n;
} line_test;

static void one_line(line_test *test)
{
    *test = (line_test){0};
}

static void set_key(line_test *test, calib_memo_key *key, const char *padded, size_t len)
{
    calib_memo_line two[2];
    calib_memo memo = {.lines = two, .shift = 63};
    calib_memo_key_set(&memo, key, padded, len, test->flags);
    key->line = &test->line;
}

static bool find(line_test *test, const char *text)
{
    char padded[CALIB_MEMO_MOST_BYTES + CALIB_MEMO_SLACK] = {0};
    calib_memo_key key;
    memcpy(padded, text, strlen(text));
    set_key(test, &key, padded, strlen(text));
    return calib_memo_find(&key, test->ids, &test->n);
}

/* Adds a segment with `n` ids from `first` on. */
static void add(line_test *test, const char *text, int32_t first, size_t n)
{
    char padded[CALIB_MEMO_MOST_BYTES + CALIB_MEMO_SLACK] = {0};
    int32_t ids[CALIB_MEMO_MOST_IDS + 1];
    calib_memo_key key;
    for (size_t i = 0; i < n; i++)
        ids[i] = first + (int32_t)i;
    memcpy(padded, text, strlen(text));
    set_key(test, &key, padded, strlen(text));
    calib_memo_add(&key, ids, n);
}

static void assert_found(line_test *test, const char *text, int32_t first, size_t n)
{
    assert_true(find(test, text));
    assert_int_equal(test->n, n);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(test->ids[i], first + (int32_t)i);
}

/* The older of two small segments is replaced, and the other one stays. */
static void the_older_is_replaced(void **unused)
{
    (void)unused;
    line_test test;
    one_line(&test);
    add(&test, "first", 10, 3);
    assert_found(&test, "first", 10, 3);
    add(&test, "a second, longer", 20, 3);
    assert_found(&test, "first", 10, 3);
    assert_found(&test, "a second, longer", 20, 3);
    assert_false(find(&test, "a second, longe"));
    assert_false(find(&test, "firs"));
    add(&test, "third", 30, 0);
    assert_false(find(&test, "first"));
    assert_found(&test, "a second, longer", 20, 3);
    assert_found(&test, "third", 30, 0);
    add(&test, "4", 40, 2);
    assert_false(find(&test, "a second, longer"));
    assert_found(&test, "third", 30, 0);
    assert_found(&test, "4", 40, 2);
}

/* A large segment takes the line, whatever makes it large; a small one takes it back. */
static void a_large_segment_takes_the_line(void **unused)
{
    (void)unused;
    static const struct {
        const char *text;
        size_t n;
    } large[] = {{"one byte too many", 1},
                 {"short", 4},
                 {"short", CALIB_MEMO_MOST_IDS},
                 {"sixteen bytes ok", 10},
                 {"a text of exactly forty bytes in 5 words", 2},
                 {"a text of forty-eight bytes, as long as possible", 2}};
    for (size_t c = 0; c < sizeof large / sizeof *large; c++)
        for (int before = 0; before < 4; before++) {
            line_test test;
            one_line(&test);
            for (int i = 0; i < before; i++)
                add(&test, i % 2 ? "odd" : "even", i, 3);
            add(&test, large[c].text, 100, large[c].n);
            assert_found(&test, large[c].text, 100, large[c].n);
            assert_false(find(&test, "odd") || find(&test, "even"));
            add(&test, "small", 200, 3);
            assert_found(&test, "small", 200, 3);
            assert_false(find(&test, large[c].text));
            add(&test, "other", 300, 1);
            assert_found(&test, "small", 200, 3);
            assert_found(&test, "other", 300, 1);
        }
}

/* Equal texts with other flags are other segments, whatever their size. */
static void flags_are_told_apart(void **unused)
{
    (void)unused;
    static const char *const texts[] = {"a", "sixteen bytes ok", "a text of forty bytes, in a few"};
    for (size_t c = 0; c < 3; c++)
        for (uint32_t flags = 0; flags < 32; flags++) {
            line_test test;
            one_line(&test);
            test.flags = flags;
            add(&test, texts[c], 10, 3);
            assert_found(&test, texts[c], 10, 3);
            for (test.flags = 0; test.flags < 32; test.flags++)
                assert_true(find(&test, texts[c]) == (test.flags == flags));
        }
}

static void too_much_is_not_remembered(void **unused)
{
    (void)unused;
    line_test test;
    one_line(&test);
    add(&test, "kept", 1, 3);
    add(&test, "short", 1, CALIB_MEMO_MOST_IDS + 1);
    add(&test, "a text of forty-eight bytes, as long as possible", 1, 3);
    assert_false(find(&test, "short"));
    assert_false(find(&test, "a text of forty-eight bytes, as long as possible"));
    assert_found(&test, "kept", 1, 3);
}

/* Texts that differ in one byte, wherever it stands. */
static void every_byte_counts(void **unused)
{
    (void)unused;
    for (size_t len = 1; len <= CALIB_MEMO_MOST_BYTES; len++)
        for (size_t at = 0; at < len; at++) {
            char text[CALIB_MEMO_MOST_BYTES + 1] = {0};
            line_test test;
            one_line(&test);
            memset(text, 'a', len);
            add(&test, text, 10, 2);
            assert_found(&test, text, 10, 2);
            text[at] = 'b';
            assert_false(find(&test, text));
        }
}

/* ---- sizes ---- */

static size_t bytes_for(uint64_t max_bytes, uint64_t text_bytes)
{
    calib_memo memo;
    calib_memo_init(&memo, max_bytes, text_bytes);
    size_t n = bytes_of(&memo);
    calib_memo_free(&memo);
    return n;
}

static void size_follows_limit_and_text(void **unused)
{
    (void)unused;
    assert_int_equal(bytes_for(0, 0), 0);
    assert_int_equal(bytes_for(4095, 0), 0);
    assert_int_equal(bytes_for(4096, 0), 4096);
    assert_int_equal(bytes_for(4096, 1), 4096);
    assert_int_equal(bytes_for((1 << 20) - 1, 0), 1 << 19);
    assert_int_equal(bytes_for(1 << 20, 1 << 30), 1 << 20);
    assert_int_equal(bytes_for(1 << 20, UINT64_MAX), 1 << 20);
    assert_int_equal(bytes_for(UINT64_MAX, 100000), 1 << 17);
    assert_int_equal(bytes_for(UINT64_MAX, 0), 64 << 20);
}

/* Where and how segments of `len` bytes hold their number. */
typedef struct numbered {
    size_t len, at;
    bool is_decimal; /* eight digits, else four bytes */
    size_t percent;  /* the least that must be found */
} numbered;

static void write_number(char *to, const numbered *how, uint32_t i)
{
    uint32_t number = how->is_decimal ? 7 * i : 8 * i;
    if (!how->is_decimal)
        memcpy(to, &number, sizeof number);
    for (int digit = 7; how->is_decimal && digit >= 0; digit--, number /= 10)
        to[digit] = (char)('0' + number % 10);
}

/* Looks up segments that differ in their number, three times, which is the worst order for a memo
 * that replaces the oldest. Returns the share that is found at last, in percent. */
static size_t found_again(const numbered *how)
{
    enum { N = 30000 };
    calib_memo memo;
    calib_memo_init(&memo, 64 << 20, 64 * N);
    size_t n, n_found = 0;
    int32_t ids[CALIB_MEMO_MOST_IDS];
    for (int pass = 0; pass < 3; pass++)
        for (uint32_t i = 0; i < N; i++) {
            char text[CALIB_MEMO_MOST_BYTES + CALIB_MEMO_SLACK] = {0};
            memset(text, 'a', how->len);
            write_number(text + how->at, how, i);
            calib_memo_key key;
            calib_memo_key_set(&memo, &key, text, how->len, 0);
            if (calib_memo_find(&key, ids, &n))
                n_found += pass == 2;
            else
                calib_memo_add(&key, (const int32_t[]){1}, 1);
        }
    calib_memo_free(&memo);
    return n_found * 100 / N;
}

static void a_text_of_known_length(void **unused)
{
    (void)unused;
    static const numbered cases[] = {
        {8, 0, false, 65},   {8, 4, false, 65},  {16, 0, false, 65},  {16, 8, false, 65},
        {16, 12, false, 65}, {24, 0, false, 30}, {24, 12, false, 30}, {24, 20, false, 30},
        {8, 0, true, 65},    {16, 8, true, 65},  {24, 16, true, 30},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t found = found_again(&cases[i]);
        printf("# %zu bytes, %s at %zu: %zu %% found\n", cases[i].len,
               cases[i].is_decimal ? "digits" : "a number", cases[i].at, found);
        assert_true(found > cases[i].percent);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(alone),
        cmocka_unit_test(together),
        cmocka_unit_test(the_older_is_replaced),
        cmocka_unit_test(a_large_segment_takes_the_line),
        cmocka_unit_test(flags_are_told_apart),
        cmocka_unit_test(too_much_is_not_remembered),
        cmocka_unit_test(every_byte_counts),
        cmocka_unit_test(size_follows_limit_and_text),
        cmocka_unit_test(a_text_of_known_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
