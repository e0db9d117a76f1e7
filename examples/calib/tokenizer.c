/* SPDX-License-Identifier: MIT */
#include "tokenizer.h"

#include "infile.h"
#include "report.h"

#include <stdlib.h>
#include <string.h>

#ifdef CALIB_HAVE_SENTENCEPIECE
#include <calib_sentencepiece.h>
#endif

static const uint64_t MAX_MODEL = UINT64_C(512) << 20;

#ifdef CALIB_HAVE_SENTENCEPIECE

static int open_model(const cli_arguments *arguments, const cli_text *model, cli_tokenizer *out)
{
    calib_sentencepiece_options options = {.struct_size = sizeof options};
    calib_sentencepiece *opened = NULL;
    options.model = model->data;
    options.model_len = model->len;
    options.flags = (arguments->special & CLI_BOS ? (uint32_t)CALIB_SENTENCEPIECE_BOS : 0) |
                    (arguments->special & CLI_EOS ? (uint32_t)CALIB_SENTENCEPIECE_EOS : 0);
    if (calib_sentencepiece_open(&options, &opened)) {
        calib_error error = {.struct_size = sizeof error};
        calib_sentencepiece_last_error(&error);
        return cli_fail("%s: %s", arguments->tokenizer, error.message);
    }
    out->model = opened;
    out->vtable = calib_sentencepiece_vtable(opened);
    return CLI_DONE;
}

static const char *why_whole(const cli_tokenizer *tokenizer)
{
    return calib_sentencepiece_why_whole(tokenizer->model);
}

void cli_tokenizer_close(cli_tokenizer *tokenizer)
{
    calib_sentencepiece_close(tokenizer->model);
    *tokenizer = (cli_tokenizer){0};
}

#else

static int open_model(const cli_arguments *arguments, const cli_text *model, cli_tokenizer *out)
{
    (void)model;
    (void)out;
    return cli_fail("%s: this build does not support SentencePiece models; build calib with "
                    "-Dsentencepiece=enabled, or use --tokenizer bytes",
                    arguments->tokenizer);
}

static const char *why_whole(const cli_tokenizer *tokenizer)
{
    (void)tokenizer;
    return NULL;
}

void cli_tokenizer_close(cli_tokenizer *tokenizer)
{
    *tokenizer = (cli_tokenizer){0};
}

#endif

const char *cli_tokenizer_why_whole(const cli_tokenizer *tokenizer)
{
    const char *why = tokenizer->model ? why_whole(tokenizer) : NULL;
    return why || tokenizer->vtable->cuts ? why : "the tokenizer offers no cuts";
}

int cli_tokenizer_open(const cli_arguments *arguments, cli_tokenizer *out)
{
    const char *path = arguments->tokenizer;
    *out = (cli_tokenizer){0};
    if (strcmp(path, "bytes") != 0) {
        cli_text model = {0};
        int status = cli_infile_read(path, "the tokenizer", MAX_MODEL, &model);
        if (!status)
            status = open_model(arguments, &model, out);
        cli_text_free(&model);
        return status;
    }
    if (arguments->special)
        return cli_usage("%s needs a model with such a token: the tokenizer bytes has none",
                         arguments->special & CLI_BOS ? "--bos" : "--eos");
    out->vtable = calib_bytes_tokenizer();
    return CLI_DONE;
}
