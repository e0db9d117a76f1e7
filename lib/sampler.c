/* SPDX-License-Identifier: MIT */
/* The public functions about samplers themselves; rows of a corpus come from corpus/. */
#include "base/error.h"
#include "sample/gather.h"

int calib_sampler_list(calib_sampler_fn fn, void *ctx)
{
    calib_error_clear();
    if (!fn)
        return calib_fail(CALIB_E_ARGUMENT, "fn is NULL");
    int status = calib_sampler_each(fn, ctx);
    /* The callback may have called calib and failed there. */
    if (!status)
        calib_error_clear();
    return status;
}

int calib_sampler_rows(const calib_sampling *sampling, uint64_t n_available, int64_t n_samples,
                       uint64_t seed, uint64_t *rows, size_t cap, size_t *n)
{
    calib_error_clear();
    if (!n || (!rows && cap))
        return calib_fail(CALIB_E_ARGUMENT, "%s is NULL", n ? "rows" : "n");
    /* Long enough for each policy on BOS. */
    calib_sample_request request = {.n_samples = n_samples, .seq_len = 2, .seed = seed};
    int status = calib_sample_configure(sampling, &request);
    if (!status)
        status = calib_sample_check(&request);
    return status ? status : calib_sample_numbers(&request, n_available, rows, cap, n);
}
