/* SPDX-License-Identifier: MIT */
/* Many threads sample one handle or load side by side, and errors stay in their thread. Only the
 * main thread asserts: cmocka does not work in others. */
#include "test.h"

#include <pthread.h>

enum { N_THREADS = 6, ROUNDS = 40 };

typedef struct job {
    calib_corpus *corpus;
    calib_samples *const *expected; /* [ROUNDS] */
    size_t number;
    const char *wrong; /* NULL: nothing is wrong */
} job;

static void run_all(void *(*work)(void *), job *jobs)
{
    pthread_t threads[N_THREADS];
    for (size_t i = 0; i < N_THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, work, &jobs[i]), 0);
    for (size_t i = 0; i < N_THREADS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    for (size_t i = 0; i < N_THREADS; i++)
        if (jobs[i].wrong)
            fail_msg("thread %zu: %s", i, jobs[i].wrong);
}

static size_t seq_len_of(size_t round)
{
    return 16 + round % 5 * 100;
}

static int same_rows(const calib_samples *a, const calib_samples *b)
{
    size_t bytes = a->n_rows * a->seq_len * sizeof *a->tokens;
    return a->n_rows == b->n_rows && a->seq_len == b->seq_len &&
           memcmp(a->tokens, b->tokens, bytes) == 0;
}

static void *sample_in_turn(void *argument)
{
    job *mine = argument;
    for (size_t i = 0; i < ROUNDS; i++) {
        size_t round = (i + mine->number * 7) % ROUNDS;
        calib_samples *samples;
        int32_t ids[16];
        calib_info info = {.struct_size = sizeof info};
        if (calib_corpus_sample(mine->corpus, 20, seq_len_of(round), round, NULL, &samples))
            return mine->wrong = last_message(), NULL;
        if (!same_rows(samples, mine->expected[round]))
            mine->wrong = "other rows than one thread got";
        if (calib_corpus_tokens(mine->corpus, (uint64_t)samples->offsets[0], 16, ids) ||
            memcmp(ids, samples->tokens, sizeof ids) != 0)
            mine->wrong = "other tokens than the rows have";
        if (calib_corpus_info(mine->corpus, &info) || info.n_tokens != samples->n_tokens)
            mine->wrong = "wrong counts";
        calib_samples_free(samples);
    }
    return NULL;
}

static int count_progress(void *ctx, uint32_t stage, uint64_t done, uint64_t total)
{
    (void)ctx;
    return stage > CALIB_STAGE_SAMPLE || (total != 0 && done > total);
}

static void one_handle(void **unused)
{
    (void)unused;
    static char text[200000];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)(' ' + i * i / 7 % 95);
    test_setup setup = text_setup(text, sizeof text);
    setup.options.progress = count_progress;
    calib_corpus *corpus;
    calib_samples *expected[ROUNDS];
    assert_ok(test_open(calib_bytes_tokenizer(), &setup, &corpus));
    for (size_t round = 0; round < ROUNDS; round++)
        assert_ok(
            calib_corpus_sample(corpus, 20, seq_len_of(round), round, NULL, &expected[round]));
    job jobs[N_THREADS];
    for (size_t i = 0; i < N_THREADS; i++)
        jobs[i] = (job){corpus, expected, i, NULL};
    run_all(sample_in_turn, jobs);
    for (size_t round = 0; round < ROUNDS; round++)
        calib_samples_free(expected[round]);
    calib_corpus_close(corpus);
}

static void *load_in_turn(void *argument)
{
    job *mine = argument;
    char text[5000];
    memset(text, (int)('a' + mine->number), sizeof text);
    test_setup setup = text_setup(text, sizeof text);
    for (size_t i = 0; i < ROUNDS; i++) {
        calib_samples *samples;
        if (test_load(calib_bytes_tokenizer(), 3, 100, i, &setup, NULL, &samples))
            return mine->wrong = last_message(), NULL;
        for (size_t t = 0; t < 300; t++)
            if (samples->tokens[t] != (int32_t)('a' + mine->number))
                mine->wrong = "another thread's text";
        calib_samples_free(samples);
    }
    return NULL;
}

static void loads_at_once(void **unused)
{
    (void)unused;
    job jobs[N_THREADS];
    for (size_t i = 0; i < N_THREADS; i++)
        jobs[i] = (job){.number = i};
    run_all(load_in_turn, jobs);
}

/* Each thread fails in its own way and finds only that failure in its record. */
static void *fail_in_turn(void *argument)
{
    job *mine = argument;
    char name[64], message[1024];
    snprintf(name, sizeof name, "/nowhere/of-thread-%zu", mine->number);
    test_setup setup = location_setup(name);
    for (size_t i = 0; i < ROUNDS; i++) {
        calib_samples *samples;
        if (test_load(calib_bytes_tokenizer(), 1, 1, 0, &setup, NULL, &samples) !=
            CALIB_E_NOT_FOUND)
            mine->wrong = "another status";
        snprintf(message, sizeof message, "%s", last_message());
        if (!strstr(message, name))
            mine->wrong = "another thread's message";
    }
    return NULL;
}

static void errors_stay_with_their_thread(void **unused)
{
    (void)unused;
    assert_status(calib_load(NULL, 1, 1, 0, NULL), CALIB_E_ARGUMENT);
    job jobs[N_THREADS];
    for (size_t i = 0; i < N_THREADS; i++)
        jobs[i] = (job){.number = i};
    run_all(fail_in_turn, jobs);
    calib_error error = {.struct_size = sizeof error};
    assert_int_equal(calib_last_error(&error), 0);
    assert_int_equal(error.status, CALIB_E_ARGUMENT); /* this thread's own, unchanged */
}

/* The record of a new thread is empty. */
static void *read_record(void *argument)
{
    job *mine = argument;
    calib_error error = {.struct_size = sizeof error};
    if (calib_last_error(&error) || error.status || error.message[0] || error.offset != -1)
        mine->wrong = "the record is not empty";
    return NULL;
}

static void new_threads_have_no_error(void **unused)
{
    (void)unused;
    job jobs[N_THREADS] = {{0}};
    run_all(read_record, jobs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_handle),
        cmocka_unit_test(loads_at_once),
        cmocka_unit_test(errors_stay_with_their_thread),
        cmocka_unit_test(new_threads_have_no_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
