/* SPDX-License-Identifier: MIT */
/* calib info: shows facts about a corpus and its tokens. */
#include "info.h"

#include "commands.h"
#include "outfile.h"
#include "produce.h"
#include "sources.h"
#include "system.h"

#include <stdlib.h>
#include <string.h>

static int open_corpus(cli_corpus_facts *corpus)
{
    cli_result *result = &corpus->result;
    result->start_ns = cli_now_ns();
    int status = cli_result_open(result);
    size_t n = status ? 0 : (size_t)result->info.n_sources;
    if (!status && !(corpus->sources = calloc(n, sizeof *corpus->sources)))
        status = cli_fail("out of memory");
    for (size_t i = 0; !status && i < n; i++) {
        corpus->sources[i].struct_size = sizeof corpus->sources[i];
        if (calib_corpus_source(result->corpus, i, &corpus->sources[i]))
            status = cli_fail_library();
    }
    return status;
}

static void close_corpus(cli_corpus_facts *corpus)
{
    cli_tally_free(&corpus->tally);
    cli_result_close(&corpus->result);
    free(corpus->sources);
}

static int count(cli_corpus_facts *corpus, const cli_vocabulary *vocabulary)
{
    const cli_result *result = &corpus->result;
    return cli_tally_count(result->corpus, result->arguments->seq_len, vocabulary, &corpus->tally);
}

/* Opens and counts the corpus to compare with. `arguments` are those of the corpus, changed to its
 * sources. */
static int compare(cli_facts *facts, const cli_arguments *arguments)
{
    facts->other.result.arguments = arguments;
    facts->other.result.tokenizer = facts->corpus.result.tokenizer;
    int status = open_corpus(&facts->other);
    if (!status)
        status = count(&facts->other, &facts->vocabulary);
    if (!status && !cli_compare(&facts->corpus.tally, &facts->other.tally, facts->vocabulary.n,
                                &facts->comparison))
        status = cli_fail("out of memory");
    return status;
}

/* Opens, counts and compares. */
static int find(cli_facts *facts, const cli_arguments *compared)
{
    int status = open_corpus(&facts->corpus);
    if (!status)
        status = cli_vocabulary_open(facts->corpus.result.tokenizer, &facts->vocabulary);
    if (!status)
        status = count(&facts->corpus, &facts->vocabulary);
    if (status)
        return status;
    cli_defects_find(facts);
    facts->compares = compared->n_sources > 0;
    return facts->compares ? compare(facts, compared) : CLI_DONE;
}

static int write_page(const cli_facts *facts, cli_outfile *file)
{
    cli_text page = {0};
    int status = cli_info_page(facts, &page);
    if (!status)
        status = cli_outfile_write(file, page.data, page.len);
    if (!status)
        status = cli_outfile_publish(file);
    cli_text_free(&page);
    return status;
}

static int open_page(const cli_arguments *arguments, cli_outfile *file)
{
    if (!arguments->html)
        return CLI_DONE;
    if (strcmp(arguments->html, "-") == 0)
        return cli_usage("--html is \"-\", expected the name of a file");
    int status = cli_spare_inputs(arguments, arguments->html);
    return status ? status : cli_outfile_open(file, arguments->html);
}

static int show(cli_facts *facts, const cli_arguments *arguments, cli_outfile *file)
{
    int status = arguments->html ? write_page(facts, file) : CLI_DONE;
    if (!status)
        status = arguments->json ? cli_info_json(facts) : cli_info_text(facts);
    if (!status && arguments->html)
        cli_outfile_keep(file);
    return status;
}

int cli_info(cli_arguments *arguments)
{
    if (arguments->n_positional)
        return cli_info_rows(arguments);
    cli_tokenizer tokenizer = {0};
    cli_outfile file = {.fd = -1, .old_fd = -1};
    cli_facts facts = {.corpus.result = {.arguments = arguments, .tokenizer = &tokenizer}};
    cli_arguments compared = *arguments;
    compared.sources += compared.n_sources;
    compared.n_sources = compared.n_compared;
    compared.n_compared = 0;
    int status = open_page(arguments, &file);
    if (!status)
        status = cli_sources_tokens(arguments);
    if (!status)
        status = cli_tokenizer_open(arguments, &tokenizer);
    if (!status)
        status = find(&facts, &compared);
    if (!status)
        status = show(&facts, arguments, &file);
    cli_outfile_discard(&file);
    cli_vocabulary_close(&facts.vocabulary);
    close_corpus(&facts.other);
    close_corpus(&facts.corpus);
    cli_tokenizer_close(&tokenizer);
    return status;
}
