/* SPDX-License-Identifier: MIT */
/* The progress callback: what it is told, how often, and that it cancels everywhere. */
#include "refuse.h"

#include <time.h>

typedef struct watch {
    uint32_t cancel_at; /* stage */
    uint64_t after;     /* calls of that stage before it cancels */
    int result;
    uint64_t calls, calls_of[5];
    uint64_t done[5], total[5];
    uint64_t last_ns, longest_ns;
    int went_back, went_over;
} watch;

static uint64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static int progress(void *ctx, uint32_t stage, uint64_t done, uint64_t total)
{
    watch *seen = ctx;
    uint64_t now = now_ns();
    assert_true(stage < 5);
    if (seen->last_ns && now - seen->last_ns > seen->longest_ns)
        seen->longest_ns = now - seen->last_ns;
    seen->last_ns = now;
    seen->went_back |= done < seen->done[stage];
    seen->went_over |= total != 0 && done > total;
    seen->done[stage] = done;
    seen->total[stage] = total;
    seen->calls++;
    if (seen->result && stage == seen->cancel_at && seen->calls_of[stage]++ >= seen->after)
        return seen->result;
    return 0;
}

static char text[3 << 20];

static test_setup watched(watch *seen, size_t len)
{
    memset(text, 'x', sizeof text);
    test_setup setup = text_setup(text, len);
    setup.options.progress = progress;
    setup.options.progress_ctx = seen;
    return setup;
}

static void tells_all_stages_to_their_end(void **unused)
{
    (void)unused;
    watch seen = {0};
    test_setup setup = watched(&seen, sizeof text);
    calib_samples *samples;
    assert_ok(test_load(calib_bytes_tokenizer(), 100, 512, 1, &setup, NULL, &samples));
    assert_true(seen.done[CALIB_STAGE_READ] > 0);
    assert_int_equal(seen.total[CALIB_STAGE_READ], sizeof text);
    assert_int_equal(seen.done[CALIB_STAGE_TOKENIZE], sizeof text);
    assert_int_equal(seen.total[CALIB_STAGE_TOKENIZE], sizeof text);
    assert_int_equal(seen.done[CALIB_STAGE_SAMPLE], 100);
    assert_int_equal(seen.total[CALIB_STAGE_SAMPLE], 100);
    assert_false(seen.went_back);
    assert_false(seen.went_over);
    calib_samples_free(samples);
}

static void cancels_at_each_stage(void **unused)
{
    (void)unused;
    static const uint32_t stages[] = {CALIB_STAGE_READ, CALIB_STAGE_TOKENIZE, CALIB_STAGE_SAMPLE};
    static const int results[] = {1, -1, 42, INT32_MIN};
    for (size_t s = 0; s < 3; s++)
        for (size_t r = 0; r < 4; r++) {
            watch seen = {.cancel_at = stages[s], .result = results[r]};
            test_setup setup = watched(&seen, 100000);
            refuse(&(attempt){.n_samples = 100, .seq_len = 10, OF_SETUP(setup)}, CALIB_E_CANCELLED,
                   "cancelled");
            calib_error error = {.struct_size = sizeof error};
            assert_int_equal(calib_last_error(&error), 0);
            assert_int_equal(error.callback_result, results[r]);
        }
}

/* Whatever call it is that cancels, none comes after it. */
static void cancels_at_every_call(void **unused)
{
    (void)unused;
    for (uint32_t stage = CALIB_STAGE_READ; stage <= CALIB_STAGE_SAMPLE; stage++)
        for (uint64_t after = 0;; after++) {
            watch seen = {.cancel_at = stage, .after = after, .result = 5};
            test_setup setup = watched(&seen, sizeof text);
            calib_samples *samples;
            int status = test_load(calib_bytes_tokenizer(), 50, 512, 1, &setup, NULL, &samples);
            if (status == CALIB_OK) {
                calib_samples_free(samples);
                assert_true(after > 0);
                break;
            }
            assert_int_equal(status, CALIB_E_CANCELLED);
            assert_int_equal(seen.calls_of[stage], after + 1);
            assert_null(samples);
        }
}

/* Emits an id for each byte, taking its time over every ten, and tells its longest pause. */
static int slow_encode(void *ctx, const char *bytes, size_t len, uint32_t flags, calib_emit_fn emit,
                       void *emit_ctx)
{
    uint64_t *longest = ctx, last = now_ns();
    (void)bytes;
    (void)flags;
    static const int32_t ids[10];
    for (size_t at = 0; at < len; at += 10) {
        nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
        int stop = emit(emit_ctx, ids, 10);
        if (stop)
            return stop;
        uint64_t now = now_ns();
        *longest = now - last > *longest ? now - last : *longest;
        last = now;
    }
    return 0;
}

/* Ten times a second is promised, but for the pauses that the tokenizer itself makes. */
static void comes_often_enough(void **unused)
{
    (void)unused;
    uint64_t pause = 0;
    calib_tokenizer_vtable tok = {.struct_size = sizeof tok, .ctx = &pause, .encode = slow_encode};
    watch seen = {0};
    test_setup setup = watched(&seen, 1500);
    uint64_t start = now_ns();
    calib_samples *samples;
    assert_ok(test_load(&tok, 1, 1500, 1, &setup, NULL, &samples));
    uint64_t took = now_ns() - start;
    calib_samples_free(samples);
    if (seen.longest_ns > 100000000 + pause)
        fail_msg("silent for %llu ms", (unsigned long long)(seen.longest_ns / 1000000));
    assert_true(seen.calls <= took / 50000000 + 10);
}

static void comes_not_too_often(void **unused)
{
    (void)unused;
    watch seen = {0};
    test_setup setup = watched(&seen, sizeof text);
    uint64_t start = now_ns();
    calib_samples *samples;
    assert_ok(test_load(calib_bytes_tokenizer(), -1, 16, 1, &setup, NULL, &samples));
    uint64_t took = now_ns() - start;
    calib_samples_free(samples);
    /* Stages begin, change and end; beside that every 50 ms. */
    uint64_t changes = 2 * (sizeof text / (256 * 1024) + 1) + 10;
    assert_true(seen.calls <= took / 50000000 + changes);
}

static void limits_whole_texts(void **unused)
{
    (void)unused;
    calib_tokenizer_vtable tok = *calib_bytes_tokenizer();
    tok.cuts = NULL;
    test_setup setup = text_setup("12345678", 8);
    calib_samples *samples;
    setup.options.max_whole_bytes = 8;
    assert_ok(test_load(&tok, 1, 1, 0, &setup, NULL, &samples));
    calib_samples_free(samples);
    setup.options.max_whole_bytes = 7;
    refuse(&(attempt){.tok = &tok, .seq_len = 1, OF_SETUP(setup)}, CALIB_E_WHOLE_LIMIT,
           "max_whole_bytes");
    setup = text_setup("1\r\n4\r\n7\r\n", 9); /* six bytes of text */
    setup.options.max_whole_bytes = 6;
    assert_ok(test_load(&tok, 1, 1, 0, &setup, NULL, &samples));
    calib_samples_free(samples);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_all_stages_to_their_end), cmocka_unit_test(cancels_at_each_stage),
        cmocka_unit_test(cancels_at_every_call),         cmocka_unit_test(comes_often_enough),
        cmocka_unit_test(comes_not_too_often),           cmocka_unit_test(limits_whole_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
