/* SPDX-License-Identifier: MIT */
/* Structs of any content: pointers are kept NULL, everything else is the input's. No source is
 * reached, since a text in memory is given. */
#include "target.h"

#include <calib.h>

static size_t take(void *to, size_t n, const uint8_t *data, size_t size)
{
    size_t there = size < n ? size : n;
    memcpy(to, data, there);
    return there;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    calib_options options = {0};
    calib_sampling sampling = {0};
    uint64_t seed = 0;
    int64_t n_samples = 0;
    uint16_t seq_len = 0;
    size_t numbers = offsetof(calib_options, size_bytes);
    size_t used = take((char *)&options + numbers, sizeof options - numbers, data, size);
    used += take((char *)&sampling + sizeof(size_t), sizeof sampling - sizeof(size_t), data + used,
                 size - used);
    used += take(&seed, sizeof seed, data + used, size - used);
    used += take(&n_samples, sizeof n_samples, data + used, size - used);
    used += take(&seq_len, sizeof seq_len, data + used, size - used);
    options.struct_size = sizeof options;
    options.text = data + used;
    options.text_len = size - used;
    options.threads %= 4;
    options.flags |= CALIB_NO_TOKEN_STORE;
    sampling.struct_size = sizeof sampling;
    sampling.skip_keys %= 1000;
    calib_samples *samples = NULL;
    int status = calib_load_ex(calib_bytes_tokenizer(), n_samples, seq_len, seed, &options,
                               &sampling, &samples);
    calib_error error = {.struct_size = sizeof error};
    MUST(calib_last_error(&error) == CALIB_OK && error.status == status);
    MUST((status == CALIB_OK) == (samples != NULL) && (status == 0) == (error.message[0] == '\0'));
    for (size_t i = 0; samples && i < samples->n_rows; i++)
        for (size_t k = 0; k < seq_len; k++)
            MUST(samples->tokens[i * seq_len + k] >= 0 && samples->tokens[i * seq_len + k] < 256);
    calib_samples_free(samples);
    return 0;
}
