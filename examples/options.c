/* SPDX-License-Identifier: MIT */
/* Shows options, progress and cancelling, details of errors, and one corpus sampled several times.
 */
#include <calib.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

typedef struct watch {
    uint64_t calls;
    uint64_t tokenized;
    uint32_t cancel_at; /* the stage to cancel at; 0: never */
} watch;

static int progress(void *ctx, uint32_t stage, uint64_t done, uint64_t total)
{
    watch *seen = ctx;
    (void)total;
    seen->calls++;
    if (stage == CALIB_STAGE_TOKENIZE)
        seen->tokenized = done;
    return seen->cancel_at != 0 && stage == seen->cancel_at ? 42 : 0;
}

static int fail(const char *what)
{
    calib_error error = {.struct_size = sizeof error};
    calib_last_error(&error);
    printf("%s: %s (%d)", what, calib_status_name(error.status), (int)error.status);
    if (error.callback_result)
        printf(", callback %d", (int)error.callback_result);
    if (error.offset >= 0)
        printf(", byte %" PRId64, error.offset);
    printf(": %s\n", error.message);
    return 1;
}

/* Splits the rows that one process would get among three ranks. */
static int share_out(calib_corpus *corpus)
{
    for (uint32_t rank = 0; rank < 3; rank++) {
        calib_sampling sampling = {.struct_size = sizeof sampling, .rank = rank, .world = 3};
        calib_samples *share = NULL;
        if (calib_corpus_sample(corpus, 8, 256, 123, &sampling, &share))
            return fail("a rank's share");
        printf("rank %" PRIu32 ": %zu rows of %" PRIu64 ", from", rank, share->n_rows,
               share->n_sampled);
        for (size_t i = 0; i < share->n_rows; i++)
            printf(" %" PRId64, share->offsets[i]);
        printf("\n");
        calib_samples_free(share);
    }
    return 0;
}

/* Samples one open corpus three times: opening reads and tokenizes, sampling is cheap. */
static int sample_often(calib_corpus *corpus)
{
    static const size_t lengths[] = {128, 512, 2048};
    for (size_t i = 0; i < 3; i++) {
        calib_samples *samples = NULL;
        if (calib_corpus_sample(corpus, 16, lengths[i], i, NULL, &samples))
            return fail("sampling");
        printf("seq_len %zu, seed %zu: %zu rows, the first from %" PRId64 "\n", lengths[i], i,
               samples->n_rows, samples->offsets[0]);
        calib_samples_free(samples);
    }
    return share_out(corpus);
}

static int open_and_sample(void)
{
    watch seen = {0};
    calib_source source = {.struct_size = sizeof source, .location = "builtin"};
    calib_options options = {
        .struct_size = sizeof options,
        .max_whole_bytes = 1 << 20,
        .progress = progress,
        .progress_ctx = &seen,
    };
    calib_corpus *corpus = NULL;
    if (calib_corpus_open(calib_bytes_tokenizer(), &source, 1, &options, &corpus))
        return fail("opening");
    calib_info info = {.struct_size = sizeof info};
    calib_corpus_info(corpus, &info);
    printf("%s: all tokenized %s, progress %s\n", info.source,
           seen.tokenized == info.text_bytes ? "yes" : "no", seen.calls ? "yes" : "no");
    int failed = sample_often(corpus);
    calib_corpus_close(corpus);
    return failed;
}

/* Fails in three ways; each has its own status and details. */
static int show_errors(void)
{
    watch impatient = {.cancel_at = CALIB_STAGE_TOKENIZE};
    static const char broken[] = "caf\xe9";
    calib_options cancelled = {.struct_size = sizeof cancelled};
    cancelled.progress = progress;
    cancelled.progress_ctx = &impatient;
    calib_source builtin = {.struct_size = sizeof builtin, .location = "builtin"};
    calib_source latin1 = {
        .struct_size = sizeof latin1, .bytes = broken, .n_bytes = strlen(broken)};
    calib_source pinned = {.struct_size = sizeof pinned, .location = "builtin", .size_bytes = 1};
    calib_corpus *corpus = NULL;
    int n_failed = 0;
    if (calib_corpus_open(calib_bytes_tokenizer(), &builtin, 1, &cancelled, &corpus))
        n_failed += fail("cancelled");
    if (calib_corpus_open(calib_bytes_tokenizer(), &latin1, 1, NULL, &corpus))
        n_failed += fail("not UTF-8");
    if (calib_corpus_open(calib_bytes_tokenizer(), &pinned, 1, NULL, &corpus))
        n_failed += fail("size");
    return n_failed == 3 && !corpus ? 0 : 1;
}

int main(void)
{
    return open_and_sample() || show_errors();
}
