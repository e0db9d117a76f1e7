/* SPDX-License-Identifier: MIT */
/* SentencePiece models, if this build has calib-sentencepiece. */
#include "report.h"
#include "tokenizer.h"

#ifdef CALIB_HAVE_SENTENCEPIECE

#include <calib_sentencepiece.h>

static void close_model(void *model)
{
    calib_sentencepiece_close(model);
}

static const char *why_whole(const void *model)
{
    return calib_sentencepiece_why_whole(model);
}

int cli_sentencepiece_open(const cli_arguments *arguments, const cli_text *bytes,
                           cli_tokenizer *out)
{
    static const cli_adapter adapter = {.close = close_model, .why_whole = why_whole};
    calib_sentencepiece_options options = {.struct_size = sizeof options};
    calib_sentencepiece *opened = NULL;
    options.model = bytes->data;
    options.model_len = bytes->len;
    options.flags = (arguments->special & CLI_BOS ? (uint32_t)CALIB_SENTENCEPIECE_BOS : 0) |
                    (arguments->special & CLI_EOS ? (uint32_t)CALIB_SENTENCEPIECE_EOS : 0);
    if (calib_sentencepiece_open(&options, &opened)) {
        calib_error error = {.struct_size = sizeof error};
        calib_sentencepiece_last_error(&error);
        return cli_fail("%s: %s", arguments->tokenizer, error.message);
    }
    *out = (cli_tokenizer){
        .vtable = calib_sentencepiece_vtable(opened), .model = opened, .adapter = &adapter};
    return CLI_DONE;
}

#else

int cli_sentencepiece_open(const cli_arguments *arguments, const cli_text *bytes,
                           cli_tokenizer *out)
{
    (void)bytes;
    (void)out;
    return cli_fail("%s: this build does not support SentencePiece models; build calib with "
                    "-Dsentencepiece=enabled, or use --tokenizer bytes",
                    arguments->tokenizer);
}

#endif
