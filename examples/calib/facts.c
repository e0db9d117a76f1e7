/* SPDX-License-Identifier: MIT */
/* What is derived from the figures of a corpus: its defects, and what is shown in order. */
#include "info.h"

#include <stdlib.h>

/* ---- defects ---- */

static void add(cli_facts *facts, cli_defect defect)
{
    if (defect.n && facts->n_defects < CLI_DEFECTS_MAX)
        facts->defects[facts->n_defects++] = defect;
}

/* The counts of all sources together. `n_doubled_bos` is known: info takes no lazy documents. */
static calib_source_info sum_of(const cli_corpus_facts *corpus)
{
    calib_source_info sum = {0};
    for (size_t i = 0; i < corpus->result.info.n_sources; i++) {
        const calib_source_info *source = &corpus->sources[i];
        sum.n_records += source->n_records;
        sum.n_empty += source->n_empty;
        sum.n_short += source->n_short;
        sum.n_long += source->n_long;
        sum.n_malformed += source->n_malformed;
        sum.n_doubled_bos += source->n_doubled_bos;
    }
    return sum;
}

static void find_bos(cli_facts *facts, const calib_source_info *sum)
{
    const cli_tally *tally = &facts->corpus.tally;
    add(facts, (cli_defect){"doubled_bos", "doubled BOS", "documents", sum->n_doubled_bos,
                            tally->n_documents, "use --specials once, or none"});
    add(facts, (cli_defect){"missing_bos", "missing BOS", "documents", tally->n_without_bos,
                            tally->n_documents,
                            "if the model expects BOS: --bos, or leave out --specials none"});
}

static void find_repeats(cli_facts *facts)
{
    const cli_tally *tally = &facts->corpus.tally;
    add(facts, (cli_defect){"repeated_documents", "repeated documents", "documents",
                            tally->repeated_documents, tally->n_documents,
                            "remove them from the sources"});
    if (tally->repeated_rows != CLI_NOT_COUNTED)
        add(facts, (cli_defect){"repeated_rows", "repeated rows", "rows", tally->repeated_rows,
                                tally->n_rows, "remove repeated texts, or cut longer rows"});
}

static void find_records(cli_facts *facts, const calib_source_info *sum)
{
    const cli_tally *tally = &facts->corpus.tally;
    uint64_t n = sum->n_records;
    add(facts, (cli_defect){"malformed", "malformed records", "records", sum->n_malformed, n,
                            "left out: correct the source"});
    add(facts, (cli_defect){"empty", "empty records", "records", sum->n_empty, n,
                            "left out by the bounds on documents"});
    add(facts, (cli_defect){"too_short", "too short records", "records", sum->n_short, n,
                            "left out by --min-chars or --min-tokens"});
    add(facts, (cli_defect){"too_long", "too long records", "records", sum->n_long, n,
                            "left out by --max-chars or --max-tokens"});
    add(facts, (cli_defect){"blank_documents", "blank documents", "documents", tally->n_blank,
                            tally->n_documents, "use --strip python --min-chars 1"});
}

static void find_tokens(cli_facts *facts)
{
    const cli_tally *tally = &facts->corpus.tally;
    add(facts,
        (cli_defect){"unknown_tokens", "unknown tokens", "tokens", tally->kinds[CALIB_KIND_UNKNOWN],
                     tally->n_tokens, "the tokenizer has no token for this text: clean it"});
    add(facts, (cli_defect){"byte_tokens", "byte tokens", "tokens", tally->kinds[CALIB_KIND_BYTE],
                            tally->n_tokens, "characters without a token: are they meant?"});
}

void cli_defects_find(cli_facts *facts)
{
    calib_source_info sum = sum_of(&facts->corpus);
    facts->n_defects = 0;
    find_bos(facts, &sum);
    find_repeats(facts);
    find_records(facts, &sum);
    find_tokens(facts);
}

/* ---- order ---- */

/* A number and what it counts. */
typedef struct counted {
    uint64_t n;
    size_t what;
} counted;

static int compare(const void *a, const void *b)
{
    const counted *x = a, *y = b;
    if (x->n != y->n)
        return x->n < y->n ? 1 : -1;
    return (x->what > y->what) - (x->what < y->what);
}

size_t *cli_facts_marks(const cli_facts *facts, size_t *n, size_t *n_seen)
{
    const cli_vocabulary *vocabulary = &facts->vocabulary;
    counted *all = malloc((vocabulary->n + 1) * sizeof *all);
    size_t *marks = malloc((vocabulary->n + 1) * sizeof *marks);
    *n = *n_seen = 0;
    for (size_t id = 0; all && marks && id < vocabulary->n; id++) {
        if (!cli_vocabulary_is_mark(vocabulary, id))
            continue;
        all[*n] = (counted){facts->corpus.tally.counts[id], id};
        *n_seen += all[(*n)++].n > 0;
    }
    if (all && marks) {
        qsort(all, *n, sizeof *all, compare);
        for (size_t i = 0; i < *n; i++)
            marks[i] = all[i].what;
    } else {
        free(marks);
        marks = NULL;
    }
    free(all);
    return marks;
}

size_t cli_facts_scripts(const cli_tally *tally, size_t scripts[CLI_N_SCRIPTS])
{
    counted all[CLI_N_SCRIPTS];
    size_t n = 0;
    for (size_t script = 0; script < CLI_N_SCRIPTS; script++)
        if (tally->scripts[script])
            all[n++] = (counted){tally->scripts[script], script};
    qsort(all, n, sizeof *all, compare);
    for (size_t i = 0; i < n; i++)
        scripts[i] = all[i].what;
    return n;
}

bool cli_facts_has_documents(const cli_corpus_facts *corpus)
{
    const cli_arguments *arguments = corpus->result.arguments;
    return arguments->n_sources > 1 || arguments->sources[0].documents.format;
}

double cli_facts_weights(const cli_corpus_facts *corpus)
{
    double sum = 0;
    for (size_t i = 0; i < corpus->result.info.n_sources; i++)
        sum += (double)corpus->sources[i].weight;
    return sum;
}
