/* SPDX-License-Identifier: MIT */
#include "sample/order.h"

#include "base/error.h"
#include "base/memory.h"
#include "random/numpy_generator.h"
#include "random/numpy_legacy.h"
#include "random/python.h"
#include "random/shuffle.h"
#include "random/torch.h"

#include <stdlib.h>

static int allocate(uint64_t n, uint32_t **out)
{
    size_t bytes;
    if (n > SIZE_MAX || !calib_size_mul(n ? (size_t)n : 1, sizeof **out, &bytes))
        return calib_fail_memory(SIZE_MAX);
    *out = malloc(bytes);
    return *out ? CALIB_OK : calib_fail_memory(bytes);
}

static int check_documents(const calib_sampler_input *input, uint64_t end)
{
    uint64_t n = input->view->n_documents;
    if (n < end)
        return CALIB_OK;
    return calib_fail(CALIB_E_ARGUMENT,
                      "%llu documents are more than the %llu that can be shuffled",
                      (unsigned long long)n, (unsigned long long)end - 1);
}

/* ---- shuffles ---- */

typedef struct calib_shuffling {
    calib_draws draws;
    void *generator;
    calib_progress *progress;
} calib_shuffling;

/* A calib_draws that gives the chance to cancel. */
static int draw(void *ctx, uint32_t top, uint32_t n, uint32_t *draws)
{
    const calib_shuffling *shuffling = ctx;
    int status = calib_progress_tick(shuffling->progress, CALIB_STAGE_SAMPLE, 0, 0);
    return status ? status : shuffling->draws(shuffling->generator, top, n, draws);
}

static int shuffle(const calib_sampler_input *input, calib_draws draws, void *generator, uint64_t n,
                   uint32_t **order)
{
    calib_shuffling shuffling = {draws, generator, input->progress};
    uint64_t n_all = input->view->n_documents;
    uint32_t *scratch = NULL;
    int status = check_documents(input, UINT32_MAX);
    *order = NULL;
    if (!status)
        status = allocate(n, order);
    if (!status && n < n_all)
        status = allocate(n_all, &scratch);
    if (!status)
        status = n < n_all ? calib_shuffle_first(draw, &shuffling, (uint32_t)n_all, (uint32_t)n,
                                                 *order, scratch)
                           : calib_shuffle(draw, &shuffling, (uint32_t)n, *order);
    free(scratch);
    return status;
}

int calib_order_numpy(const calib_sampler_input *input, uint64_t n, uint32_t **order)
{
    calib_numpy_generator generator;
    calib_numpy_generator_seed(&generator, input->seed);
    return shuffle(input, calib_numpy_generator_draws, &generator, n, order);
}

int calib_order_numpy_legacy(const calib_sampler_input *input, uint64_t n, uint32_t **order)
{
    calib_mt19937 generator;
    calib_numpy_legacy_seed(&generator, (uint32_t)input->seed);
    return shuffle(input, calib_numpy_legacy_draws, &generator, n, order);
}

int calib_order_python(const calib_sampler_input *input, uint64_t n, uint32_t **order)
{
    calib_mt19937 generator;
    calib_python_seed(&generator, input->seed);
    return shuffle(input, calib_python_draws, &generator, n, order);
}

int calib_check_numpy_legacy(const calib_sampler_input *input)
{
    if (input->seed <= UINT32_MAX)
        return CALIB_OK;
    return calib_fail(CALIB_E_ARGUMENT,
                      "the seed is %llu, the maximum of numpy.random.seed() is 2^32 - 1",
                      (unsigned long long)input->seed);
}

/* ---- torch ---- */

/* Gets the seed that RandomSampler makes in the pass after `skip` ones. */
static int torch_sampler_seed(const calib_sampler_input *input, calib_mt19937 *generator,
                              uint64_t *seed)
{
    int status = CALIB_OK;
    calib_torch_seed(generator, input->seed);
    for (uint64_t pass = 0; !status && pass <= input->skip; pass++) {
        calib_torch_int64(generator); /* seeds the DataLoader's workers */
        *seed = calib_torch_int64(generator);
        if (pass % 65536 == 0)
            status = calib_progress_tick(input->progress, CALIB_STAGE_SAMPLE, 0, 0);
    }
    return status;
}

int calib_order_torch(const calib_sampler_input *input, uint64_t n, uint32_t **order)
{
    calib_mt19937 generator;
    uint64_t n_all = input->view->n_documents, seed = 0;
    *order = NULL;
    int status = check_documents(input, CALIB_TORCH_RANDPERM_END);
    if (!status)
        status = torch_sampler_seed(input, &generator, &seed);
    if (!status)
        status = allocate(n_all, order);
    if (status)
        return status;
    for (uint32_t i = 0; i < n_all; i++)
        (*order)[i] = i;
    calib_torch_seed(&generator, seed);
    calib_torch_randperm(&generator, (uint32_t)n_all, 0, (uint32_t)n, *order);
    return CALIB_OK;
}
