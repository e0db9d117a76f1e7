/* SPDX-License-Identifier: MIT */
/* Fuzz target: any bytes as a corpus. The first byte chooses options; the rest is the text. What
 * must hold for every input: no crash, a status that is known, and the same rows whether the text
 * comes in one call or in segments. */
#include "setup.h"

#include <calib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "%s\n", what);
    abort();
}

static int load(const uint8_t *data, size_t size, int in_segments, calib_samples **out)
{
    static const char empty[1];
    calib_tokenizer_vtable tok = *calib_bytes_tokenizer();
    test_setup setup = text_setup(size > 1 ? (const char *)data + 1 : empty, size - 1);
    setup.source.flags = data[0] & 1 ? CALIB_RAW_BYTES : 0;
    setup.source.reader = CALIB_READER_PLAIN; /* a text of its own size */
    setup.options.flags = CALIB_NO_TOKEN_STORE;
    setup.options.threads = 1;
    calib_sampling sampling = {.struct_size = sizeof sampling, .skip = data[0] >> 6u};
    sampling.world = 1 + (data[0] >> 4u & 3u);
    if (!in_segments)
        tok.cuts = NULL;
    int64_t n_samples = (data[0] >> 1 & 3) * 5;
    size_t seq_len = data[0] & 8 ? 7 : 1;
    return test_load(&tok, n_samples, seq_len, 7, &setup, &sampling, out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    calib_samples *whole, *segments;
    int status = load(data, size, 0, &whole);
    must(load(data, size, 1, &segments) == status, "another status in segments");
    must(strcmp(calib_status_name(status), "CALIB_E_UNKNOWN") != 0, "an unknown status");
    must(!status == (whole != NULL) && !status == (segments != NULL), "rows beside a failure");
    if (status)
        return 0;
    must(whole->n_rows == segments->n_rows, "another number of rows in segments");
    must(whole->n_tokens <= size - 1, "more tokens than bytes");
    if (whole->n_rows)
        must(memcmp(whole->tokens, segments->tokens,
                    whole->n_rows * whole->seq_len * sizeof *whole->tokens) == 0,
             "other rows in segments");
    calib_samples_free(whole);
    calib_samples_free(segments);
    return 0;
}
