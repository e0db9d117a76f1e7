/* SPDX-License-Identifier: MIT */
/* The ABI of calib-sentencepiece 0.1, frozen as frozen-0.1.c is. */
#include "frozen.h"

#include <calib_sentencepiece.h>

STRUCT(calib_sentencepiece_options, 40, 24, 24);
FIELD(calib_sentencepiece_options, struct_size, 0, 0, 0, 8, 4);
FIELD(calib_sentencepiece_options, path, 8, 4, 4, 8, 4);
FIELD(calib_sentencepiece_options, model, 16, 8, 8, 8, 4);
FIELD(calib_sentencepiece_options, model_len, 24, 12, 12, 8, 4);
FIELD(calib_sentencepiece_options, flags, 32, 16, 16, 4, 4);
FIELD(calib_sentencepiece_options, cuts, 36, 20, 20, 4, 4);

VALUE(SENTENCEPIECE_BOS, 1);
VALUE(SENTENCEPIECE_EOS, 2);
VALUE(SENTENCEPIECE_CUTS_PROVEN, 0);
VALUE(SENTENCEPIECE_CUTS_NONE, 1);

/* A declaration that differs from the header's does not compile. */
int calib_sentencepiece_open(const calib_sentencepiece_options *options, calib_sentencepiece **out);
void calib_sentencepiece_close(calib_sentencepiece *model);
const calib_tokenizer_vtable *calib_sentencepiece_vtable(const calib_sentencepiece *model);
const char *calib_sentencepiece_why_whole(const calib_sentencepiece *model);
int calib_sentencepiece_last_error(calib_error *out);
