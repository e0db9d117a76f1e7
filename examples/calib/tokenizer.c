/* SPDX-License-Identifier: MIT */
#include "tokenizer.h"

#include "infile.h"
#include "outfile.h"
#include "report.h"
#include "sources.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const uint64_t MAX_MODEL = UINT64_C(512) << 20;

void cli_tokenizer_close(cli_tokenizer *tokenizer)
{
    if (tokenizer->model)
        tokenizer->adapter->close(tokenizer->model);
    *tokenizer = (cli_tokenizer){0};
}

const char *cli_tokenizer_why_whole(const cli_tokenizer *tokenizer)
{
    const char *why = tokenizer->model ? tokenizer->adapter->why_whole(tokenizer->model) : NULL;
    return why || tokenizer->vtable->cuts ? why : "the tokenizer offers no cuts";
}

const char *cli_tokenizer_describe(const cli_tokenizer *tokenizer)
{
    bool describes = tokenizer->model && tokenizer->adapter->describe;
    return describes ? tokenizer->adapter->describe(tokenizer->model) : NULL;
}

bool cli_tokenizer_is(const cli_arguments *arguments, const char *path)
{
    static const char *const names[] = {"tokenizer.json", "tokenizer_config.json", "tekken.json"};
    const char *tokenizer = arguments->tokenizer;
    if (strcmp(tokenizer, "bytes") == 0)
        return false;
    bool same = cli_outfile_is(path, tokenizer);
    for (size_t i = 0; i < sizeof names / sizeof names[0] && !same; i++) {
        cli_text in_folder = {0};
        cli_text_format(&in_folder, "%s/%s", tokenizer, names[i]);
        cli_text_add(&in_folder, "", 1);
        same = !in_folder.failed && cli_outfile_is(path, in_folder.data);
        cli_text_free(&in_folder);
    }
    return same;
}

/* Returns true if the bytes begin a JSON object. A SentencePiece model may begin with a newline and
 * a brace, too: a tag and a length of 123, but then neither a name nor an end follows. */
static bool is_json(const char *bytes, size_t len)
{
    static const char spaces[] = " \t\r\n";
    size_t at = len >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    while (at < len && memchr(spaces, bytes[at], 4))
        at++;
    if (at == len || bytes[at++] != '{')
        return false;
    while (at < len && memchr(spaces, bytes[at], 4))
        at++;
    return at == len || bytes[at] == '"' || bytes[at] == '}';
}

static int check_options(const cli_arguments *arguments)
{
    const char *option = arguments->special & CLI_BOS ? "--bos" : "--eos";
    size_t n_none, n_texts = cli_sources_texts(arguments, &n_none);
    if (n_none && n_none < n_texts)
        return cli_usage("--specials none holds for some of the sources that are one text: give it "
                         "to all or to none of them");
    if (arguments->special && n_none)
        return cli_usage("%s adds what --specials none leaves out: use one of them", option);
    if (arguments->special && strcmp(arguments->tokenizer, "bytes") == 0)
        return cli_usage("%s needs a model with such a token: the tokenizer bytes has none",
                         option);
    return CLI_DONE;
}

/* Opens a file or folder. One that can be read again is opened by its path, since the adapter then
 * finds what lies beside it. */
static int open_file(const cli_arguments *arguments, cli_tokenizer *out)
{
    char head[4096];
    size_t len = cli_infile_head(arguments->tokenizer, head, sizeof head);
    if (is_json(head, len) || cli_infile_is_folder(arguments->tokenizer))
        return cli_tokenizer_json_open(arguments, NULL, out);
    cli_text bytes = {0};
    int status = cli_infile_read(arguments->tokenizer, "the tokenizer", MAX_MODEL, &bytes);
    if (!status && bytes.len == 0)
        status = cli_fail("%s is empty: name the tokenizer's file", arguments->tokenizer);
    else if (!status && is_json(bytes.data ? bytes.data : "", bytes.len))
        status = cli_tokenizer_json_open(arguments, &bytes, out);
    else if (!status)
        status = cli_sentencepiece_open(arguments, &bytes, out);
    cli_text_free(&bytes);
    return status;
}

int cli_tokenizer_open(const cli_arguments *arguments, cli_tokenizer *out)
{
    *out = (cli_tokenizer){0};
    int status = check_options(arguments);
    if (!status && strcmp(arguments->tokenizer, "bytes") == 0)
        out->vtable = calib_bytes_tokenizer();
    else if (!status)
        status = open_file(arguments, out);
    return status;
}
