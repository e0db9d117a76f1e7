/* SPDX-License-Identifier: MIT */
#include "sample/request.h"

#include "base/error.h"
#include "base/structs.h"

CALIB_NO_TAIL(calib_sampling, flags);

int calib_sample_configure(const calib_sampling *sampling, calib_sample_request *request)
{
    calib_sampling given = {0};
    int status = CALIB_OK;
    if (sampling)
        status = calib_struct_read(&given, sizeof given, sampling,
                                   CALIB_SIZE_THROUGH(calib_sampling, flags), "calib_sampling");
    if (status)
        return status;
    request->numbers = given.numbers;
    request->n_numbers = given.n_numbers;
    request->first_row = given.first_row;
    request->skip = given.skip;
    request->rank = given.rank;
    request->world = given.world ? given.world : 1;
    request->bos = given.bos;
    request->short_rows = given.short_rows;
    request->pad_id = given.pad_id;
    request->flags = given.flags;
    return calib_sampler_find(given.sampler, &request->sampler);
}

calib_sampler_input calib_sample_input(const calib_sample_request *request, const calib_view *view,
                                       int64_t n_samples)
{
    return (calib_sampler_input){
        .view = view,
        .n_samples = n_samples,
        .seq_len = request->seq_len - (request->bos == CALIB_BOS_PREPEND),
        .seed = request->seed,
        .numbers = request->numbers,
        .n_numbers = request->n_numbers,
        .first_row = request->first_row,
        .skip = request->skip,
        .pads = request->short_rows == CALIB_SHORT_PAD,
        .progress = request->progress,
    };
}

/* A field without effect must be zero, so that a setting for another sampler is noticed. */
static int check_unread(const calib_sample_request *request)
{
    const calib_sampler *sampler = request->sampler;
    const struct {
        const char *name;
        uint64_t value;
        bool read;
    } fields[] = {
        {"n_numbers", request->n_numbers, sampler->reads & CALIB_READS_NUMBERS},
        {"first_row", request->first_row, sampler->reads & CALIB_READS_FIRST_ROW},
        {"skip", request->skip, sampler->reads & CALIB_READS_SKIP},
        {"bos", request->bos, !sampler->overwrites_bos},
        {"short_rows", request->short_rows, sampler->reads & CALIB_READS_SHORT},
    };
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (fields[i].value && !fields[i].read)
            return calib_fail(CALIB_E_ARGUMENT, "%s is %llu, but sampler \"%s\" does not read it",
                              fields[i].name, (unsigned long long)fields[i].value, sampler->name);
    return CALIB_OK;
}

/* Numbers are asked for as they are: `n_samples` can only repeat how many there are. */
static int check_numbers(const calib_sample_request *request)
{
    const calib_sampler *sampler = request->sampler;
    if (!(sampler->reads & CALIB_READS_NUMBERS))
        return CALIB_OK;
    if (request->n_numbers == 0 || !request->numbers)
        return calib_fail(CALIB_E_ARGUMENT,
                          "sampler \"%s\" needs numbers: list the %s that it takes in numbers, "
                          "their number in n_numbers",
                          sampler->name,
                          sampler->counts == CALIB_COUNTS_ROWS ? "rows" : "documents");
    if (request->n_samples > 0 && (uint64_t)request->n_samples != request->n_numbers)
        return calib_fail(CALIB_E_ARGUMENT,
                          "n_samples is %lld, but there are %zu numbers: pass 0 or their number",
                          (long long)request->n_samples, request->n_numbers);
    return CALIB_OK;
}

static int check_sampler(const calib_sample_request *request)
{
    const calib_sampler *sampler = request->sampler;
    int status = check_unread(request);
    if (!status)
        status = check_numbers(request);
    if (status)
        return status;
    /* What is skipped costs draws: a larger number is a mistake that would take minutes. */
    if (request->skip > UINT32_MAX)
        return calib_fail(CALIB_E_ARGUMENT,
                          "skip is %llu, the maximum of sampler \"%s\" is 2^32 - 1",
                          (unsigned long long)request->skip, sampler->name);
    if (request->n_samples <= 0 && !sampler->takes_all)
        return calib_fail(CALIB_E_ARGUMENT, "n_samples is %lld, sampler \"%s\" needs at least 1",
                          (long long)request->n_samples, sampler->name);
    calib_sampler_input input = calib_sample_input(request, NULL, request->n_samples);
    return sampler->check ? sampler->check(&input) : CALIB_OK;
}

static int check_padding(const calib_sample_request *request)
{
    if (request->short_rows > CALIB_SHORT_PAD)
        return calib_fail(CALIB_E_ARGUMENT, "short_rows is %lu, known policies are 0 and 1",
                          (unsigned long)request->short_rows);
    if (request->short_rows != CALIB_SHORT_PAD)
        return CALIB_OK;
    if (request->pad_id < 0 ||
        (request->vocab_size && (uint32_t)request->pad_id >= request->vocab_size))
        return calib_fail(CALIB_E_ARGUMENT,
                          "pad_id is %ld, which is no id of the tokenizer (vocab_size %lu)",
                          (long)request->pad_id, (unsigned long)request->vocab_size);
    return CALIB_OK;
}

static int check_bos(const calib_sample_request *request)
{
    if (request->bos > CALIB_BOS_PREPEND)
        return calib_fail(CALIB_E_ARGUMENT, "bos is %lu, known policies are 0 to 2",
                          (unsigned long)request->bos);
    if (request->bos == CALIB_BOS_AS_TOKENIZED)
        return CALIB_OK;
    bool prepend = request->bos == CALIB_BOS_PREPEND;
    if (prepend && request->seq_len < 2)
        return calib_fail(CALIB_E_ARGUMENT,
                          "bos is CALIB_BOS_PREPEND, but seq_len is 1: a row has no "
                          "place for a token beside BOS");
    if (request->bos_id < 0)
        return calib_fail(CALIB_E_ARGUMENT, "bos is CALIB_BOS_%s, but the tokenizer has no BOS",
                          prepend ? "PREPEND" : "OVERWRITE");
    if (request->vocab_size && (uint32_t)request->bos_id >= request->vocab_size)
        return calib_fail(CALIB_E_ENCODE,
                          "the tokenizer gave the id %ld for BOS, but its vocab_size is %lu",
                          (long)request->bos_id, (unsigned long)request->vocab_size);
    return CALIB_OK;
}

int calib_sample_check(const calib_sample_request *request)
{
    if (request->flags & ~(uint32_t)CALIB_SAMPLING_STRICT)
        return calib_fail(CALIB_E_ARGUMENT, "sampling flags 0x%lx are unknown",
                          (unsigned long)request->flags);
    if (request->rank >= request->world)
        return calib_fail(CALIB_E_ARGUMENT, "rank %lu is not below world %lu",
                          (unsigned long)request->rank, (unsigned long)request->world);
    if (request->seq_len == 0)
        return calib_fail(CALIB_E_ARGUMENT, "seq_len is 0: a row has at least one token");
    if (request->seq_len > SIZE_MAX / 2 / sizeof(int32_t))
        return calib_fail(CALIB_E_ARGUMENT, "seq_len %zu is beyond what memory can hold",
                          request->seq_len);
    int status = check_bos(request); /* first: it decides how long the sampler's rows are */
    if (!status)
        status = check_sampler(request);
    return status ? status : check_padding(request);
}

int calib_sample_strict(const calib_sample_request *request, int64_t n_asked, uint64_t n_available)
{
    bool strict = request->flags & CALIB_SAMPLING_STRICT;
    if (!strict || n_asked <= 0 || (uint64_t)n_asked <= n_available)
        return CALIB_OK;
    return calib_fail(CALIB_E_SHORTFALL, "%lld %s were asked for, only %llu are available",
                      (long long)n_asked,
                      request->sampler->counts == CALIB_COUNTS_ROWS ? "rows" : "documents",
                      (unsigned long long)n_available);
}

int calib_sample_share(const calib_sample_request *request, uint64_t n_rows, uint64_t *first,
                       uint64_t *n)
{
    uint64_t each = n_rows / request->world, extra = n_rows % request->world;
    *first = request->rank * each + (request->rank < extra ? request->rank : extra);
    *n = each + (request->rank < extra);
    return *n > SIZE_MAX ? calib_fail_memory(SIZE_MAX) : CALIB_OK;
}
