/* SPDX-License-Identifier: MIT */
#include "sample/sample.h"

#include "base/error.h"
#include "base/memory.h"
#include "sample/permutation.h"

#include <stdlib.h>
#include <string.h>

static int check_bos(const calib_sample_request *request)
{
    if (request->sampling.bos != CALIB_BOS_OVERWRITE)
        return CALIB_OK;
    if (request->bos < 0)
        return calib_fail(CALIB_E_ARGUMENT, "BOS is to begin every row, but the tokenizer has no "
                                            "BOS");
    if (request->vocab_size && (uint32_t)request->bos >= request->vocab_size)
        return calib_fail(CALIB_E_ENCODE,
                          "the tokenizer gave the id %ld for BOS, but its vocab_size is %lu",
                          (long)request->bos, (unsigned long)request->vocab_size);
    return CALIB_OK;
}

int calib_sample_check(const calib_sample_request *request)
{
    const calib_sampling *how = &request->sampling;
    if (how->sampler && strcmp(how->sampler, "mlx") != 0)
        return calib_fail(CALIB_E_ARGUMENT, "sampler \"%.40s\" is unknown", how->sampler);
    if (how->bos > CALIB_BOS_OVERWRITE)
        return calib_fail(CALIB_E_ARGUMENT, "bos policy %lu is unknown", (unsigned long)how->bos);
    if (how->flags & ~(uint32_t)CALIB_SAMPLING_STRICT)
        return calib_fail(CALIB_E_ARGUMENT, "sampling flags 0x%lx are unknown",
                          (unsigned long)how->flags);
    if (how->rank >= how->world)
        return calib_fail(CALIB_E_ARGUMENT, "rank %lu is not below world %lu",
                          (unsigned long)how->rank, (unsigned long)how->world);
    if (request->seq_len == 0)
        return calib_fail(CALIB_E_ARGUMENT, "seq_len is 0: a row has at least one token");
    if (request->seq_len > SIZE_MAX / 2 / sizeof(int32_t))
        return calib_fail(CALIB_E_ARGUMENT, "seq_len %zu is beyond what memory can hold",
                          request->seq_len);
    return check_bos(request);
}

/* Rows there are and rows that all ranks together get. */
static int count_rows(const calib_sample_request *request, calib_samples *samples)
{
    uint64_t n_rows = request->n_tokens / request->seq_len;
    if (n_rows == 0)
        return calib_fail(
            CALIB_E_TOO_SHORT,
            "the corpus has %llu tokens, fewer than one row of %zu: use a larger corpus "
            "or a smaller seq_len",
            (unsigned long long)request->n_tokens, request->seq_len);
    if (n_rows > CALIB_PERMUTATION_MAX)
        return calib_fail(CALIB_E_ARGUMENT,
                          "%llu rows of %zu are more than the 2^31 - 1 that this sampler reaches: "
                          "use a larger seq_len",
                          (unsigned long long)n_rows, request->seq_len);
    bool all = request->n_samples <= 0 || (uint64_t)request->n_samples > n_rows;
    bool strict = request->sampling.flags & CALIB_SAMPLING_STRICT;
    if (strict && request->n_samples > 0 && (uint64_t)request->n_samples > n_rows)
        return calib_fail(CALIB_E_SHORTFALL,
                          "%lld rows of %zu were asked for, the corpus has %llu (%llu tokens)",
                          (long long)request->n_samples, request->seq_len,
                          (unsigned long long)n_rows, (unsigned long long)request->n_tokens);
    samples->n_asked = request->n_samples;
    samples->n_available = n_rows;
    samples->n_sampled = all ? n_rows : (uint64_t)request->n_samples;
    samples->n_tokens = request->n_tokens;
    samples->n_dropped = request->n_tokens % request->seq_len;
    return CALIB_OK;
}

/* Contiguous blocks; with a remainder the first ranks take one row more. */
static void rank_share(const calib_sampling *how, uint64_t n, uint64_t *first, uint64_t *count)
{
    uint64_t each = n / how->world, extra = n % how->world;
    *first = how->rank * each + (how->rank < extra ? how->rank : extra);
    *count = each + (how->rank < extra);
}

static int allocate_rows(calib_samples *samples)
{
    size_t row_bytes = samples->seq_len * sizeof(int32_t), bytes, offsets_bytes;
    if (samples->n_rows == 0)
        return CALIB_OK;
    if (!calib_size_mul(samples->n_rows, row_bytes, &bytes) ||
        !calib_size_mul(samples->n_rows, sizeof(int64_t), &offsets_bytes))
        return calib_fail_memory(SIZE_MAX);
    samples->tokens = calib_aligned_alloc(bytes);
    if (!samples->tokens)
        return calib_fail_memory(bytes);
    samples->offsets = malloc(offsets_bytes);
    return samples->offsets ? CALIB_OK : calib_fail_memory(offsets_bytes);
}

/* The struct's pointers are const for the caller; here is where their targets are written. */
static int gather(const calib_sample_request *request, const uint32_t *rows, calib_samples *samples)
{
    int32_t *tokens = (int32_t *)(uintptr_t)samples->tokens;
    int64_t *offsets = (int64_t *)(uintptr_t)samples->offsets;
    for (size_t i = 0; i < samples->n_rows; i++) {
        int32_t *row = tokens + i * samples->seq_len;
        uint64_t first = (uint64_t)rows[i] * samples->seq_len;
        int status = request->reader.read(request->reader.ctx, first, samples->seq_len, row);
        if (!status)
            status = calib_progress_tick(request->progress, CALIB_STAGE_SAMPLE, i, samples->n_rows);
        if (status)
            return status;
        offsets[i] = (int64_t)first;
        if (request->sampling.bos == CALIB_BOS_OVERWRITE)
            row[0] = request->bos;
    }
    return calib_progress_now(request->progress, CALIB_STAGE_SAMPLE, samples->n_rows,
                              samples->n_rows);
}

/* The key that the permutation uses, after those that others used up. */
static int used_key(const calib_sample_request *request, calib_threefry_key *key)
{
    calib_threefry_key state = calib_threefry_seed(request->seed);
    uint64_t skip = request->sampling.skip;
    for (uint64_t i = 0; i < skip; i++) {
        calib_threefry_split(&state);
        int status =
            i % 65536 ? CALIB_OK : calib_progress_tick(request->progress, CALIB_STAGE_SAMPLE, 0, 0);
        if (status)
            return status;
    }
    *key = calib_threefry_split(&state);
    return CALIB_OK;
}

static int pick_and_gather(const calib_sample_request *request, calib_samples *samples)
{
    uint64_t first, count;
    rank_share(&request->sampling, samples->n_sampled, &first, &count);
    samples->n_rows = (size_t)count;
    uint32_t *order = NULL;
    calib_threefry_key key;
    int status = used_key(request, &key);
    if (!status)
        status = allocate_rows(samples);
    if (!status && count)
        status = calib_permutation(key, (uint32_t)samples->n_available, (uint32_t)first,
                                   (uint32_t)count, request->progress, &order);
    if (!status && count)
        status = gather(request, order, samples);
    free(order);
    return status;
}

int calib_sample_rows(const calib_sample_request *request, calib_samples **out)
{
    calib_samples *samples = calloc(1, sizeof *samples);
    if (!samples)
        return calib_fail_memory(sizeof *samples);
    samples->struct_size = sizeof *samples;
    samples->seq_len = request->seq_len;
    int status = count_rows(request, samples);
    if (!status)
        status = pick_and_gather(request, samples);
    if (status) {
        calib_samples_free(samples);
        return status;
    }
    *out = samples;
    return CALIB_OK;
}

void calib_samples_free(calib_samples *samples)
{
    if (!samples)
        return;
    calib_aligned_free((void *)(uintptr_t)samples->tokens);
    free((void *)(uintptr_t)samples->offsets);
    free(samples);
}
