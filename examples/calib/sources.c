/* SPDX-License-Identifier: MIT */
#include "sources.h"

#include "infile.h"
#include "report.h"

#include <stdlib.h>
#include <string.h>

bool cli_option_binds(const cli_option *option)
{
    size_t from = offsetof(cli_arguments, each);
    return option->kind == CLI_MIRROR || option->kind == CLI_DOCUMENTS ||
           (option->at >= from && option->at < from + sizeof(cli_source));
}

static int add_source(cli_arguments *arguments)
{
    size_t n = arguments->n_sources;
    cli_source *grown = realloc(arguments->sources, (n + 1) * sizeof *grown);
    if (!grown)
        return cli_fail("out of memory");
    arguments->sources = grown;
    grown[n] = arguments->each;
    arguments->n_sources++;
    return CLI_DONE;
}

int cli_sources_next(cli_arguments *arguments, cli_binding *binding, const char *location)
{
    int status = CLI_DONE;
    if (binding->named)
        status = add_source(arguments);
    else
        binding->defaults = arguments->each;
    binding->named = true;
    arguments->each = binding->defaults;
    arguments->each.source.location = location;
    return status;
}

/* Options that only documents have are checked here: the library would not see them. */
static int complete(cli_source *each)
{
    calib_documents *documents = &each->documents;
    bool appends = each->append_id != CLI_NO_ID;
    bool binds = documents->field || documents->join || documents->renderer || documents->strip ||
                 documents->flags || documents->min_chars || documents->max_chars ||
                 documents->min_tokens || documents->max_tokens || appends;
    if (binds && !documents->format)
        return cli_usage(
            "--field, --strip, --join, --chat, --append-id, --skip-malformed, --lazy, --plain "
            "and the bounds on documents need --documents");
    if (documents->specials == CALIB_SPECIALS_ONCE && !documents->format)
        return cli_usage("--specials once needs --documents");
    if (appends) {
        documents->append_id = (int32_t)each->append_id;
        documents->flags |= CALIB_DOCUMENTS_APPEND;
    }
    if (each->source.n_mirrors)
        each->source.mirrors = each->mirrors;
    if (documents->format)
        each->source.documents = documents;
    return CLI_DONE;
}

static size_t n_all(const cli_arguments *arguments)
{
    return arguments->n_sources + arguments->n_compared;
}

/* Moves the sources to compare with behind the others. */
static int divide(cli_arguments *arguments)
{
    size_t n = arguments->n_sources, n_compared = 0;
    cli_source *divided = malloc(n * sizeof *divided);
    if (!divided)
        return cli_fail("out of memory");
    for (size_t i = 0; i < n; i++)
        n_compared += arguments->sources[i].compared;
    size_t here = 0, there = n - n_compared;
    for (size_t i = 0; i < n; i++)
        divided[arguments->sources[i].compared ? there++ : here++] = arguments->sources[i];
    free(arguments->sources);
    arguments->sources = divided;
    arguments->n_sources = n - n_compared;
    arguments->n_compared = n_compared;
    return here ? CLI_DONE
                : cli_usage("--compare needs another corpus: name it with --source in front");
}

int cli_sources_end(cli_arguments *arguments)
{
    int status = add_source(arguments);
    if (!status)
        status = divide(arguments);
    for (size_t i = 0; !status && i < n_all(arguments); i++)
        status = complete(&arguments->sources[i]);
    return status;
}

static bool is_url(const cli_source *each)
{
    return !each->source.location || strstr(each->source.location, "://");
}

int cli_sources_tokens(cli_arguments *arguments)
{
    const char *environment = getenv("CALIB_TOKEN");
    size_t n_urls = 0;
    int status = CLI_DONE;
    for (size_t i = 0; i < n_all(arguments); i++)
        n_urls += is_url(&arguments->sources[i]) && !arguments->sources[i].token_file;
    if (environment && *environment && n_urls > 1)
        return cli_fail(
            "CALIB_TOKEN is set, but %zu sources are URLs: give --token-file FILE behind "
            "the --source that needs a token",
            n_urls);
    for (size_t i = 0; !status && i < n_all(arguments); i++) {
        cli_source *each = &arguments->sources[i];
        bool given = each->token_file || (environment && *environment && is_url(each));
        if (given)
            status = cli_token_read(each->token_file, &each->token);
        each->source.bearer_token = each->token;
    }
    return status;
}

size_t cli_sources_texts(const cli_arguments *arguments, size_t *n_none)
{
    size_t n = 0;
    *n_none = 0;
    for (size_t i = 0; i < n_all(arguments); i++) {
        const calib_documents *documents = &arguments->sources[i].documents;
        bool is_text = documents->format == 0;
        n += is_text;
        *n_none += is_text && documents->specials == CALIB_SPECIALS_NONE;
    }
    return n;
}

void cli_arguments_free(cli_arguments *arguments)
{
    for (size_t i = 0; i < n_all(arguments); i++)
        free(arguments->sources[i].token);
    free(arguments->sources);
    free(arguments->numbers.items);
}
