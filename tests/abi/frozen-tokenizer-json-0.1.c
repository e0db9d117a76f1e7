/* SPDX-License-Identifier: MIT */
/* The ABI of calib-tokenizer-json 0.1, frozen as frozen-0.1.c is. */
#include "frozen.h"

#include <calib_tokenizer_json.h>

STRUCT(calib_tokenizer_json_options, 56, 32, 32);
FIELD(calib_tokenizer_json_options, struct_size, 0, 0, 0, 8, 4);
FIELD(calib_tokenizer_json_options, path, 8, 4, 4, 8, 4);
FIELD(calib_tokenizer_json_options, json, 16, 8, 8, 8, 4);
FIELD(calib_tokenizer_json_options, json_len, 24, 12, 12, 8, 4);
FIELD(calib_tokenizer_json_options, config, 32, 16, 16, 8, 4);
FIELD(calib_tokenizer_json_options, config_len, 40, 20, 20, 8, 4);
FIELD(calib_tokenizer_json_options, flags, 48, 24, 24, 4, 4);
FIELD(calib_tokenizer_json_options, cuts, 52, 28, 28, 4, 4);

VALUE(TOKENIZER_JSON_NO_SPECIAL, 1);
VALUE(TOKENIZER_JSON_PLAIN, 2);
VALUE(TOKENIZER_JSON_CUTS_PROVEN, 0);
VALUE(TOKENIZER_JSON_CUTS_NONE, 1);

/* A declaration that differs from the header's does not compile. */
int calib_tokenizer_json_open(const calib_tokenizer_json_options *options,
                              calib_tokenizer_json **out);
void calib_tokenizer_json_close(calib_tokenizer_json *file);
const calib_tokenizer_vtable *calib_tokenizer_json_vtable(const calib_tokenizer_json *file);
const char *calib_tokenizer_json_why_whole(const calib_tokenizer_json *file);
const char *calib_tokenizer_json_describe(const calib_tokenizer_json *file);
int calib_tokenizer_json_last_error(calib_error *out);
