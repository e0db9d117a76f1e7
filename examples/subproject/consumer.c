/* SPDX-License-Identifier: MIT */
#include <calib.h>
#include <inttypes.h>
#include <stdio.h>

int main(void)
{
    static const char text[] = "one text, held in memory";
    calib_source source = {.struct_size = sizeof source, .bytes = text, .n_bytes = sizeof text - 1};
    calib_samples *samples = NULL;
    if (calib_load_from(calib_bytes_tokenizer(), 0, 8, 0, &source, NULL, NULL, &samples))
        return 1;
    printf("calib %s: %zu rows of %zu\n", calib_version(), samples->n_rows, samples->seq_len);
    calib_samples_free(samples);
    return 0;
}
