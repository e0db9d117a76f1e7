/* SPDX-License-Identifier: MIT */
/* Reads the rows in blocks by sampling as one rank of many: ranks divide the same order into
 * contiguous shares, whatever their number. */
#include "rows.h"

#include "system.h"

/* The library passes over the order of all rows once for each block: smaller blocks cost time. */
static const uint64_t BLOCK_BYTES = UINT64_C(64) << 20;

/* Computes the share of a rank as the library does: the first ranks take the remainder. */
static uint64_t share(uint64_t n, uint64_t world, uint64_t rank, uint64_t *first)
{
    uint64_t each = n / world, extra = n % world;
    *first = rank * each + (rank < extra ? rank : extra);
    return each + (rank < extra);
}

/* Returns the rank whose share has the row `at`. */
static uint64_t rank_of(uint64_t n, uint64_t world, uint64_t at)
{
    uint64_t each = n / world, extra = n % world, longer = extra * (each + 1);
    return at < longer ? at / (each + 1) : extra + (at - longer) / each;
}

static int sample(cli_result *result, uint64_t world, uint64_t rank)
{
    const cli_arguments *arguments = result->arguments;
    calib_sampling sampling = arguments->sampling;
    uint64_t start = cli_now_ns();
    sampling.world = (uint32_t)world;
    sampling.rank = (uint32_t)rank;
    calib_samples_free(result->samples);
    result->samples = NULL;
    if (calib_corpus_sample(result->corpus, arguments->n_samples, (size_t)arguments->seq_len,
                            arguments->seed, &sampling, &result->samples))
        return cli_fail_library();
    result->sample_ns += cli_now_ns() - start;
    return CLI_DONE;
}

int cli_rows_pick(cli_result *result)
{
    const cli_arguments *arguments = result->arguments;
    const calib_sampling *sampling = &arguments->sampling;
    uint64_t world = sampling->world ? sampling->world : 1, seq_len = arguments->seq_len;
    uint64_t most = result->info.n_tokens / seq_len, n_short = result->info.n_documents;
    most += n_short < UINT64_MAX - most ? n_short : 0; /* --lazy: the tokens are not counted */
    if (arguments->n_samples > 0)
        most = (uint64_t)arguments->n_samples; /* which is more than there are if rows are drawn */
    if (sampling->n_numbers)
        most = sampling->n_numbers;
    /* A row costs its ids, where it starts, its length and its place in the order. */
    uint64_t row_bytes = seq_len < BLOCK_BYTES ? 4 * seq_len + 48 : BLOCK_BYTES;
    uint64_t block_rows = row_bytes < BLOCK_BYTES ? BLOCK_BYTES / row_bytes : 1;
    if (most / world < block_rows) {
        int status = sample(result, world, sampling->rank);
        result->n_rows = status ? 0 : result->samples->n_rows;
        return status;
    }
    /* The first of so many ranks has one row, and all the facts. */
    int status = sample(result, UINT32_MAX, 0);
    if (status)
        return status;
    uint64_t n = result->samples->n_sampled;
    result->n_rows = share(n, world, sampling->rank, &result->first_row);
    result->n_blocks = n / block_rows + 1;
    result->block = UINT64_MAX;
    return CLI_DONE;
}

int cli_rows_at(cli_result *result, uint64_t index, size_t *at_row, size_t *n)
{
    uint64_t first = 0, in_block = result->n_rows, at = result->first_row + index;
    if (result->n_blocks) {
        uint64_t n_sampled = result->samples->n_sampled;
        uint64_t block = rank_of(n_sampled, result->n_blocks, at);
        int status = block == result->block ? CLI_DONE : sample(result, result->n_blocks, block);
        if (status)
            return status;
        result->block = block;
        in_block = share(n_sampled, result->n_blocks, block, &first);
    }
    uint64_t after = first + in_block - at, wanted = result->n_rows - index;
    *at_row = (size_t)(at - first);
    *n = (size_t)(after < wanted ? after : wanted);
    return CLI_DONE;
}
