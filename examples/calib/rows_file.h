/* SPDX-License-Identifier: MIT */
/* Reads a .safetensors file of rows back. */
#ifndef CALIB_PROGRAM_ROWS_FILE_H
#define CALIB_PROGRAM_ROWS_FILE_H

#include "text.h"

#include <calib.h>

/** An open file. Zero is none; cli_rows_file_close() accepts it. */
typedef struct cli_rows_file {
    cli_text bytes;        /* of the file; the numbers of its tensors are made this machine's */
    calib_samples samples; /* what the tensors hold: the fields that calib_recipe_verify() reads,
                              and offsets, NULL if the file has none */
    int64_t *zeros;        /* in place of tensors that full rows of one text do not have */
    const char *metadata;  /* a JSON object of strings, checked; of length 0 if there is none */
    size_t metadata_len;
} cli_rows_file;

/** Returns CLI_DONE, or reports the failure and returns CLI_FAILED. The caller closes the file. */
int cli_rows_file_open(const char *path, cli_rows_file *out);

void cli_rows_file_close(cli_rows_file *file);

/** Adds the string that the metadata has under `key`. Returns false if there is none. */
bool cli_rows_file_metadata(const cli_rows_file *file, const char *key, cli_text *out);

#endif
