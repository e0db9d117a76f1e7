/* SPDX-License-Identifier: MIT */
/* The memo finds what was put in and never anything else: whatever it forgets, whoever adds. */
#include "tokenize/memo.h"
#include "test.h"

#include <pthread.h>
#include <stdbool.h>

enum { N_THREADS = 4, ROUNDS = 60000 };

/* A segment, and ids that depend on its text alone. */
typedef struct segment {
    char text[CALIB_MEMO_LONGEST + 1 + CALIB_MEMO_SLACK];
    size_t len;
    int32_t ids[8];
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

/* Short ones come again soon, long ones now and then; behind the text lies something else each
 * time. */
static void make(segment *made, uint32_t *seed, bool is_long)
{
    made->len = 1 + next_random(seed) % (is_long ? CALIB_MEMO_LONGEST : 18);
    for (size_t i = 0; i < sizeof made->text; i++)
        made->text[i] = (char)(next_random(seed) % (made->len > 6 ? 2 : 5));
    uint32_t hash = hash_of(made->text, made->len);
    made->n_ids = hash % 8;
    for (size_t i = 0; i < made->n_ids; i++)
        made->ids[i] = (int32_t)(hash + i);
}

typedef struct user {
    calib_memo_view view;
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
        if (i % 500 == 0)
            calib_memo_turn(&me->view);
        make(&made, &me->seed, i % 64 == 0);
        calib_memo_key key;
        calib_memo_key_set(&key, made.text, made.len);
        calib_memo_expect(&me->view, &key);
        const int32_t *ids = calib_memo_find(&me->view, &key, &n);
        if (!ids) {
            calib_memo_add(&me->view, &key, made.ids, made.n_ids);
            continue;
        }
        me->n_found++;
        me->n_wrong += n != made.n_ids || memcmp(ids, made.ids, n * sizeof *ids) != 0;
    }
    calib_memo_leave(&me->view);
    return NULL;
}

static const uint64_t sizes[] = {0, 1000, 16 << 10, 256 << 10, 4 << 20};

static void alone(void **unused)
{
    (void)unused;
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        user me = {.seed = 5};
        assert_ok(calib_memo_new(sizes[s], &me.view.memo));
        use(&me);
        assert_int_equal(me.n_wrong, 0);
        assert_true(s < 2 ? me.n_found == 0 : me.n_found > 2000 * s);
        calib_memo_free(me.view.memo);
    }
}

static void together(void **unused)
{
    (void)unused;
    for (size_t s = 2; s < sizeof sizes / sizeof *sizes; s++) {
        user users[N_THREADS] = {{.seed = 5}};
        pthread_t threads[N_THREADS];
        assert_ok(calib_memo_new(sizes[s], &users[0].view.memo));
        for (uint32_t i = 1; i < N_THREADS; i++)
            users[i] = (user){.view.memo = users[0].view.memo, .seed = 5 + i};
        for (size_t i = 0; i < N_THREADS; i++)
            assert_int_equal(pthread_create(&threads[i], NULL, use, &users[i]), 0);
        for (size_t i = 0; i < N_THREADS; i++) {
            assert_int_equal(pthread_join(threads[i], NULL), 0);
            assert_int_equal(users[i].n_wrong, 0);
            assert_true(users[i].n_found > 2000);
        }
        calib_memo_free(users[0].view.memo);
    }
}

/* What one thread adds the other finds; what was met last is there after all else is forgotten. */
static void shared_and_forgotten(void **unused)
{
    (void)unused;
    calib_memo_view one = {0}, other = {0};
    assert_ok(calib_memo_new(64 << 10, &one.memo));
    other.memo = one.memo;
    calib_memo_turn(&one);
    calib_memo_turn(&other);
    char text[2 + CALIB_MEMO_SLACK] = "ab";
    const int32_t ids[] = {1, 2, 3, 4, 5};
    size_t n;
    calib_memo_key key;
    calib_memo_key_set(&key, text, 2);
    calib_memo_add(&one, &key, ids, 5);
    const int32_t *found = calib_memo_find(&other, &key, &n);
    assert_non_null(found);
    assert_int_equal(n, 5);
    assert_memory_equal(found, ids, sizeof ids);

    for (uint32_t i = 0; i < 100000; i++) {
        char filler[4 + CALIB_MEMO_SLACK] = {0};
        memcpy(filler, &i, sizeof i);
        calib_memo_key filler_key;
        calib_memo_key_set(&filler_key, filler, 4);
        calib_memo_add(&one, &filler_key, ids, 1);
        if (i % 100 == 0) {
            calib_memo_turn(&one);
            calib_memo_turn(&other);
        }
        if (i < 50000) /* met all the time: kept, whatever else comes */
            assert_non_null(calib_memo_find(&other, &key, &n));
    }
    assert_null(calib_memo_find(&one, &key, &n)); /* not met for long */
    calib_memo_leave(&one);
    calib_memo_leave(&other);
    calib_memo_free(one.memo);
}

/* Several views add in turn, and the table grows with them: soon nearly all is there. */
static void grows_with_all(void **unused)
{
    (void)unused;
    enum { EACH = 30000, STEP = 3000 };
    calib_memo_view views[8] = {{0}};
    assert_ok(calib_memo_new(64 << 20, &views[0].memo));
    for (size_t v = 1; v < 8; v++)
        views[v].memo = views[0].memo;
    size_t n, n_found = 0;
    for (int pass = 0; pass < 3; pass++)
        for (uint32_t at = 0; at < EACH; at += STEP)
            for (uint32_t v = 0; v < 8; v++) {
                calib_memo_turn(&views[v]);
                for (uint32_t i = at; i < at + STEP; i++) {
                    char text[8 + CALIB_MEMO_SLACK] = {0};
                    memcpy(text, &v, 4);
                    memcpy(text + 4, &i, 4);
                    calib_memo_key key;
                    calib_memo_key_set(&key, text, 8);
                    if (calib_memo_find(&views[v], &key, &n))
                        n_found += pass == 2;
                    else
                        calib_memo_add(&views[v], &key, (const int32_t[]){1}, 1);
                }
            }
    assert_true(n_found > 8 * EACH / 100 * 95);
    for (size_t v = 0; v < 8; v++)
        calib_memo_leave(&views[v]);
    calib_memo_free(views[0].memo);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(alone),
        cmocka_unit_test(together),
        cmocka_unit_test(shared_and_forgotten),
        cmocka_unit_test(grows_with_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
