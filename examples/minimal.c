/* SPDX-License-Identifier: MIT */
/* The smallest program: samples four rows of 64 tokens of the builtin corpus with the byte
 * tokenizer. */
#include <calib.h>
#include <inttypes.h>
#include <stdio.h>

int main(void)
{
    calib_source source = {.struct_size = sizeof source, .location = "builtin"};
    calib_samples *samples = NULL;
    if (calib_load_from(calib_bytes_tokenizer(), 4, 64, 123, &source, NULL, NULL, &samples)) {
        calib_error error = {.struct_size = sizeof error};
        calib_last_error(&error);
        fprintf(stderr, "%s: %s\n", calib_status_name(error.status), error.message);
        return 1;
    }
    for (size_t row = 0; row < samples->n_rows; row++) {
        const int32_t *tokens = samples->tokens + row * samples->seq_len;
        printf("row %zu, from token %" PRId64 ":", row, samples->offsets[row]);
        for (size_t i = 0; i < 8; i++)
            printf(" %" PRId32, tokens[i]);
        printf(" ...\n");
    }
    printf("%zu of %" PRIu64 " rows\n", samples->n_rows, samples->n_available);
    calib_samples_free(samples);
    return 0;
}
