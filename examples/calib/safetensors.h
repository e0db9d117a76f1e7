/* SPDX-License-Identifier: MIT */
/* Rows as a safetensors file: the tensor input_ids, and if rows come from documents or several
 * sources also attention_mask, documents, sources and offsets. */
#ifndef CALIB_PROGRAM_SAFETENSORS_H
#define CALIB_PROGRAM_SAFETENSORS_H

#include "formats.h"

/** Adds the header; input_ids follows it. Returns CLI_DONE, or reports the failure. */
int cli_safetensors_header(const cli_result *result, cli_text *out);

/** Writes the tensors behind input_ids. Returns CLI_DONE, or reports the failure. */
int cli_safetensors_rest(cli_result *result, cli_outfile *file);

#endif
