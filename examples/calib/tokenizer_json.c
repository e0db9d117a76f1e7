/* SPDX-License-Identifier: MIT */
/* tokenizer.json files, if this build has calib-tokenizer-json. */
#include "report.h"
#include "sources.h"
#include "tokenizer.h"

#ifdef CALIB_HAVE_TOKENIZER_JSON

#include <calib_tokenizer_json.h>

static void close_file(void *model)
{
    calib_tokenizer_json_close(model);
}

static const char *why_whole(const void *model)
{
    return calib_tokenizer_json_why_whole(model);
}

static const char *describe(const void *model)
{
    return calib_tokenizer_json_describe(model);
}

/* A failure to read names the path itself. */
static int fail_open(const cli_arguments *arguments)
{
    calib_error error = {.struct_size = sizeof error};
    calib_tokenizer_json_last_error(&error);
    if (error.status == CALIB_E_UNSUPPORTED)
        return cli_fail("%s: %s (examples/python/calib)", arguments->tokenizer, error.message);
    if (error.status == CALIB_E_MODEL)
        return cli_fail("%s: %s", arguments->tokenizer, error.message);
    return cli_fail("%s", error.message);
}

int cli_tokenizer_json_open(const cli_arguments *arguments, const cli_text *bytes,
                            cli_tokenizer *out)
{
    static const cli_adapter adapter = {
        .close = close_file, .why_whole = why_whole, .describe = describe};
    calib_tokenizer_json_options options = {.struct_size = sizeof options};
    calib_tokenizer_json *opened = NULL;
    if (arguments->special)
        return cli_usage("%s is for SentencePiece models: a tokenizer.json says itself what is "
                         "added, and --specials none leaves it out",
                         arguments->special & CLI_BOS ? "--bos" : "--eos");
    options.path = bytes ? NULL : arguments->tokenizer;
    options.json = bytes ? bytes->data : NULL;
    options.json_len = bytes ? bytes->len : 0;
    size_t n_none;
    cli_sources_texts(arguments, &n_none);
    if (n_none)
        options.flags = CALIB_TOKENIZER_JSON_NO_SPECIAL;
    if (calib_tokenizer_json_open(&options, &opened))
        return fail_open(arguments);
    *out = (cli_tokenizer){
        .vtable = calib_tokenizer_json_vtable(opened), .model = opened, .adapter = &adapter};
    return CLI_DONE;
}

#else

int cli_tokenizer_json_open(const cli_arguments *arguments, const cli_text *bytes,
                            cli_tokenizer *out)
{
    (void)bytes;
    (void)out;
    return cli_fail("%s: this build does not open a tokenizer.json; build calib with "
                    "-Dtokenizer_json=enabled, or use --tokenizer bytes",
                    arguments->tokenizer);
}

#endif
