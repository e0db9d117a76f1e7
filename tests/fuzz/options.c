/* SPDX-License-Identifier: MIT */
/* Structs of any content: pointers are kept NULL, everything else is the input's. No source is
 * reached, since a text in memory is given. */
#include "setup.h"
#include "target.h"

#include <calib.h>

static size_t take(void *to, size_t n, const uint8_t *data, size_t size)
{
    size_t there = size < n ? size : n;
    memcpy(to, data, there);
    return there;
}

/* Takes the fields from `first` to the end of the struct. */
#define TAKE_FROM(to, first, data, size)                                                           \
    take((char *)&(to).first, sizeof(to) - (size_t)((char *)&(to).first - (char *)&(to)), data,    \
         size)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    test_setup setup = location_setup(NULL);
    calib_source *source = &setup.source;
    calib_options *options = &setup.options;
    calib_sampling sampling = {0};
    uint64_t seed = 0;
    int64_t n_samples = 0;
    uint16_t seq_len = 0;
    size_t used = TAKE_FROM(*source, size_bytes, data, size);
    used += TAKE_FROM(*options, max_download_bytes, data + used, size - used);
    used += TAKE_FROM(sampling, skip, data + used, size - used);
    used += take(&seed, sizeof seed, data + used, size - used);
    used += take(&n_samples, sizeof n_samples, data + used, size - used);
    used += take(&seq_len, sizeof seq_len, data + used, size - used);
    source->bytes = data + used;
    source->n_bytes = size - used;
    options->threads %= 4;
    options->flags |= CALIB_NO_TOKEN_STORE;
    sampling.struct_size = sizeof sampling;
    sampling.skip %= 1000;
    calib_samples *samples = NULL;
    int status =
        test_load(calib_bytes_tokenizer(), n_samples, seq_len, seed, &setup, &sampling, &samples);
    calib_error error = {.struct_size = sizeof error};
    MUST(calib_last_error(&error) == CALIB_OK && error.status == status);
    MUST((status == CALIB_OK) == (samples != NULL) && (status == 0) == (error.message[0] == '\0'));
    for (size_t i = 0; samples && i < samples->n_rows; i++)
        for (size_t k = 0; k < seq_len; k++)
            MUST(samples->tokens[i * seq_len + k] >= 0 && samples->tokens[i * seq_len + k] < 256);
    calib_samples_free(samples);
    return 0;
}
