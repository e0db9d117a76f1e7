/* SPDX-License-Identifier: MIT */
/* calib info as text: facts, then defects, coverage, and the comparison. */
#include "bar.h"
#include "info.h"
#include "shown.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef unsigned long long number;

/* ---- facts ---- */

static void print_number(const char *label, uint64_t n)
{
    printf("%-14s %llu\n", label, (number)n);
}

static void print_name(const char *label, const char *name)
{
    printf("%-14s ", label);
    cli_print_name(name);
    putchar('\n');
}

static void print_dropped(const calib_source_info *info)
{
    const struct {
        uint64_t n;
        const char *why;
    } reasons[] = {{info->n_empty, "empty"},
                   {info->n_short, "too short"},
                   {info->n_long, "too long"},
                   {info->n_malformed, "malformed"}};
    uint64_t n = info->n_empty + info->n_short + info->n_long + info->n_malformed;
    if (!n)
        return;
    printf("%-14s %llu of %llu records:", "dropped", (number)n, (number)info->n_records);
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
        if (reasons[i].n)
            printf(" %llu %s", (number)reasons[i].n, reasons[i].why);
    putchar('\n');
}

/* What was counted, beside what was asked for by weight. */
static void print_sources(const cli_corpus_facts *corpus)
{
    double n_tokens = (double)corpus->tally.n_tokens, weights = cli_facts_weights(corpus);
    char share[CLI_PERCENT], weight[CLI_PERCENT];
    for (size_t i = 0; i < corpus->result.info.n_sources; i++) {
        const calib_source_info *info = &corpus->sources[i];
        if (corpus->result.info.n_sources > 1) {
            print_name("source", info->location);
            cli_percent((double)info->n_tokens / n_tokens, share);
            printf("%-14s %llu in %llu documents, %s of all", "  tokens", (number)info->n_tokens,
                   (number)info->n_documents, share);
            if (weights > 0) {
                cli_percent((double)info->weight / weights, weight);
                printf("; weight %s", weight);
            }
            putchar('\n');
        }
        print_dropped(info);
    }
}

static void print_how(const cli_result *result)
{
    const char *why = cli_tokenizer_why_whole(result->tokenizer);
    if (why)
        printf("%-14s in one call: %s\n", "tokenized", why);
    else if (result->info.longest_segment_bytes)
        printf("%-14s in segments, cut where no id changes; the longest has %llu bytes\n",
               "tokenized", (number)result->info.longest_segment_bytes);
    else
        printf("%-14s in segments, cut where no id changes\n", "tokenized");
}

static void print_corpus(const cli_result *result)
{
    const calib_info *info = &result->info;
    const char *cache = "not used: the corpus is not a URL";
    if (info->download == CALIB_CACHE_HIT)
        cache = "in the cache, verified";
    else if (info->download == CALIB_CACHE_MISS)
        cache = "downloaded now, verified";
    print_name("corpus", info->source);
    print_number("bytes", info->corpus_bytes);
    printf("%-14s %s\n", "sha256", result->sha256);
    print_number("text bytes", info->text_bytes);
    printf("%-14s %s\n", "cache", cache);
    print_name("tokenizer", result->arguments->tokenizer);
    if (info->vocab_size)
        print_number("vocabulary", info->vocab_size);
    else
        printf("%-14s not known\n", "vocabulary");
    printf("%-14s %s\n", "fingerprint", info->has_fingerprint ? result->fingerprint : "none");
    print_how(result);
    if (cli_tokenizer_describe(result->tokenizer))
        print_name("details", cli_tokenizer_describe(result->tokenizer));
}

static void print_tokens(const cli_corpus_facts *corpus)
{
    const calib_info *info = &corpus->result.info;
    uint64_t seq_len = corpus->result.arguments->seq_len;
    print_number("tokens", info->n_tokens);
    if (cli_facts_has_documents(corpus))
        printf("%-14s %llu, of %llu to %llu tokens, %.1f in the mean\n", "documents",
               (number)info->n_documents, (number)corpus->tally.lengths.quartiles[0],
               (number)corpus->tally.lengths.quartiles[4],
               info->n_documents ? (double)info->n_tokens / (double)info->n_documents : 0.0);
    print_sources(corpus);
    if (info->token_store_why)
        printf("%-14s %s: %s\n", "token cache",
               info->token_store == CALIB_CACHE_MISS ? "tokenized now" : "not stored",
               info->token_store_why);
    else
        printf("%-14s in the cache, verified\n", "token cache");
    printf("%-14s %llu of %llu tokens, %llu tokens at the end in no row\n", "rows",
           (number)(info->n_tokens / seq_len), (number)seq_len, (number)(info->n_tokens % seq_len));
    printf("%-14s %.3f to fetch, %.3f to read, %.3f to tokenize\n", "seconds",
           (double)info->fetch_ns / 1e9, (double)info->read_ns / 1e9,
           (double)info->tokenize_ns / 1e9);
}

/* ---- defects ---- */

static void print_defects(const cli_facts *facts)
{
    printf("\nDefects%s\n", facts->n_defects ? "" : ": none found");
    for (size_t i = 0; i < facts->n_defects; i++) {
        const cli_defect *defect = &facts->defects[i];
        char share[CLI_PERCENT];
        cli_percent((double)defect->n / (double)defect->of, share);
        printf("  %-20s %llu of %llu %s, %s\n  %-20s   %s\n", defect->label, (number)defect->n,
               (number)defect->of, defect->unit, share, "", defect->remedy);
    }
    if (facts->corpus.tally.repeated_rows == CLI_NOT_COUNTED)
        printf("  %-20s not looked for among more than %llu rows\n", "repeated rows",
               (number)CLI_MOST_ROWS);
}

/* ---- coverage ---- */

enum { TOKEN_COLUMNS = 30, MARKS = 16, NAMES = 8, BAR = 40 };

/* Adds a token as it is shown and returns its columns. */
static size_t add_token(const cli_facts *facts, size_t id, cli_text *out)
{
    size_t len;
    const char *bytes = cli_vocabulary_text(&facts->vocabulary, id, &len);
    return cli_shown_token(bytes, len, TOKEN_COLUMNS, out);
}

static void print_text(cli_text *text)
{
    if (text->data)
        fwrite(text->data, 1, text->len, stdout);
    cli_text_free(text);
}

/* Prints a token, filled up with spaces. */
static void print_token(const cli_facts *facts, size_t id)
{
    cli_text text = {0};
    size_t used = add_token(facts, id, &text);
    print_text(&text);
    printf("%*s", (int)(TOKEN_COLUMNS - used), "");
}

static void print_unseen(const cli_facts *facts, const size_t *marks, size_t n)
{
    enum { INDENT = 16, WIDTH = 88 };
    size_t column = INDENT;
    if (n)
        printf("    never seen:");
    for (size_t i = 0; i < n && i < NAMES; i++) {
        cli_text text = {0};
        size_t used = add_token(facts, marks[i], &text);
        bool wraps = column > INDENT && column + used > WIDTH;
        printf("%s%s", i ? "," : "", wraps ? "\n                " : " ");
        print_text(&text);
        column = (wraps ? INDENT : column) + used + 2;
    }
    if (n > NAMES)
        printf(",\n                and %zu more, which --json and --html list", n - NAMES);
    if (n)
        putchar('\n');
}

static int print_marks(const cli_facts *facts)
{
    size_t n, n_seen, *marks = cli_facts_marks(facts, &n, &n_seen);
    if (!marks)
        return cli_fail("out of memory");
    if (n)
        printf("  %-20s %zu of %zu seen\n", "special and added", n_seen, n);
    else
        printf("  %-20s the tokenizer has none\n", "special and added");
    for (size_t i = 0; i < n_seen && i < MARKS; i++) {
        size_t id = marks[i];
        printf("    ");
        print_token(facts, id);
        printf(" %8zu %12llu  %s\n", id, (number)facts->corpus.tally.counts[id],
               cli_kind_name(facts->vocabulary.kinds[id]));
    }
    if (n_seen > MARKS)
        printf("    and %zu more, which --json and --html list\n", n_seen - MARKS);
    print_unseen(facts, marks + n_seen, n - n_seen);
    free(marks);
    return CLI_DONE;
}

static void print_scripts(const char *label, const cli_tally *tally)
{
    enum { PER_LINE = 5 };
    size_t scripts[CLI_N_SCRIPTS], n = cli_facts_scripts(tally, scripts);
    for (size_t i = 0; i < n; i++) {
        char share[CLI_PERCENT];
        cli_percent((double)tally->scripts[scripts[i]] / (double)tally->characters, share);
        if (i % PER_LINE == 0)
            printf("%s  %-20s ", i ? ",\n" : "", i ? "" : label);
        printf("%s%s %s", i % PER_LINE ? ", " : "", cli_script_names[scripts[i]], share);
    }
    if (n)
        putchar('\n');
}

static void print_lengths(const cli_tally *tally)
{
    const cli_lengths *lengths = &tally->lengths;
    uint64_t most = 1;
    printf("  %-20s shortest %llu, quartiles %llu, %llu, %llu, longest %llu tokens\n",
           "document lengths", (number)lengths->quartiles[0], (number)lengths->quartiles[1],
           (number)lengths->quartiles[2], (number)lengths->quartiles[3],
           (number)lengths->quartiles[4]);
    for (size_t i = 0; i < lengths->n_bins; i++)
        most = lengths->bins[lengths->first_bin + i] > most ? lengths->bins[lengths->first_bin + i]
                                                            : most;
    for (size_t i = 0; i < lengths->n_bins; i++) {
        size_t bin = lengths->first_bin + i;
        uint64_t n = lengths->bins[bin];
        int width = (int)((double)n / (double)most * BAR + (n ? 0.999 : 0));
        printf("    %8llu to %-8llu %10llu%s", (number)cli_bin_from(bin), (number)cli_bin_to(bin),
               (number)n, n ? " " : "");
        for (int column = 0; column < width; column++)
            putchar('#');
        putchar('\n');
    }
}

static void print_longer(const cli_corpus_facts *corpus)
{
    char share[CLI_PERCENT];
    cli_percent((double)corpus->tally.n_longer / (double)corpus->tally.n_documents, share);
    printf("  %-20s %llu of %llu documents, %s\n", "longer than a row",
           (number)corpus->tally.n_longer, (number)corpus->tally.n_documents, share);
}

static int print_coverage(const cli_facts *facts)
{
    const cli_tally *tally = &facts->corpus.tally;
    char share[CLI_PERCENT];
    cli_percent((double)tally->n_seen / (double)facts->vocabulary.n_ids, share);
    printf("\nCoverage\n  %-20s %llu of %zu ids seen, %s\n", "vocabulary", (number)tally->n_seen,
           facts->vocabulary.n_ids, share);
    int status = facts->vocabulary.has_kinds ? print_marks(facts) : CLI_DONE;
    print_scripts("scripts", tally);
    if (cli_facts_has_documents(&facts->corpus)) {
        print_lengths(tally);
        print_longer(&facts->corpus);
    }
    return status;
}

/* ---- comparison ---- */

static void print_share(uint64_t n, uint64_t of)
{
    char share[CLI_PERCENT];
    cli_percent((double)n / (double)of, share);
    printf(" %10s", share);
}

static void print_comparison(const cli_facts *facts)
{
    enum { MOST = 10 };
    const cli_comparison *comparison = &facts->comparison;
    const cli_tally *here = &facts->corpus.tally, *there = &facts->other.tally;
    printf("\nCompared with ");
    cli_print_name(facts->other.result.info.source);
    printf("\n  %-20s %llu, here %llu\n", "tokens", (number)there->n_tokens,
           (number)here->n_tokens);
    printf("  %-20s %llu, here %llu\n", "ids seen", (number)there->n_seen, (number)here->n_seen);
    print_scripts("scripts", there);
    printf("  %-20s %.4f (base 2: 0 equal shares, 1 nothing in common)\n", "JS distance",
           comparison->distance);
    if (comparison->n_differences)
        printf("  %-20s %-*s %8s %10s %10s\n", "differ most", TOKEN_COLUMNS, "", "id", "here",
               "compared");
    for (size_t i = 0; i < comparison->n_differences && i < MOST; i++) {
        const cli_difference *difference = &comparison->differences[i];
        printf("  %-20s ", "");
        print_token(facts, difference->id);
        printf(" %8zu", difference->id);
        print_share(difference->here, here->n_tokens);
        print_share(difference->there, there->n_tokens);
        putchar('\n');
    }
}

int cli_info_text(cli_facts *facts)
{
    cli_bar_clear();
    print_corpus(&facts->corpus.result);
    print_tokens(&facts->corpus);
    print_defects(facts);
    int status = print_coverage(facts);
    if (facts->compares)
        print_comparison(facts);
    if (facts->corpus.result.arguments->preview)
        putchar('\n');
    int ended = cli_result_print_end(&facts->corpus.result);
    return status ? status : ended;
}
