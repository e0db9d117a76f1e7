/* SPDX-License-Identifier: MIT */
/* What of the tokenizer a corpus covers, on the page of calib info. */
#include "info_page.h"

#include <stdlib.h>

static void add(cli_text *out, const char *html)
{
    cli_text_add_string(out, html);
}

/* Common characters are grey, and the most frequent scripts get the colours. */
static size_t find_scripts(const cli_tally *tally, size_t scripts[CLI_N_SCRIPTS],
                           unsigned colours[CLI_N_SCRIPTS])
{
    size_t n = cli_facts_scripts(tally, scripts);
    unsigned next = CLI_GREY + 1;
    for (size_t i = 0; i < n; i++)
        if (scripts[i] == CLI_SCRIPT_Common)
            colours[i] = CLI_GREY;
        else
            colours[i] = next < CLI_COLOURS ? next++ : CLI_REST;
    return n;
}

static void add_script_bar(const cli_tally *tally, const size_t *scripts, const unsigned *colours,
                           size_t n, cli_text *out)
{
    double shares[CLI_N_SCRIPTS];
    for (size_t i = 0; i < n; i++)
        shares[i] =
            tally->characters ? (double)tally->scripts[scripts[i]] / (double)tally->characters : 0;
    cli_html_parts(out, shares, colours, n);
}

static void add_scripts(const cli_facts *facts, cli_text *out)
{
    const cli_tally *tally = &facts->corpus.tally;
    unsigned colours[CLI_N_SCRIPTS];
    size_t scripts[CLI_N_SCRIPTS], n = find_scripts(tally, scripts, colours);
    cli_html_card(out, "Scripts");
    add_script_bar(tally, scripts, colours, n, out);
    add(out, "<ul class=\"legend\">\n");
    for (size_t i = 0; i < n; i++) {
        cli_text_format(out,
                        "<li><svg viewBox=\"0 0 1 1\" aria-hidden=\"true\"><rect class=\"c%u\" "
                        "width=\"1\" height=\"1\"/></svg>%s<span class=\"n\">",
                        colours[i], cli_script_names[scripts[i]]);
        cli_html_percent(out, (double)tally->scripts[scripts[i]] / (double)tally->characters);
        add(out, "</span></li>\n");
    }
    add(out, "</ul>\n");
    if (facts->compares) {
        add(out, "<h3>In the corpus to compare with</h3>\n");
        add_script_bar(&facts->other.tally, scripts, colours, n, out);
    }
    add(out, "<p class=\"note\">Of ");
    cli_html_number(out, tally->characters);
    add(out, " characters. Common: spaces, digits, punctuation, symbols.</p>\n");
    cli_html_card_end(out);
}

/* A length in few characters, for the ticks: 1, 512, 2K, 4M. */
static void add_short(cli_text *out, uint64_t n)
{
    const char *unit = n < 1024 ? "" : n < 1024 * 1024 ? "K" : "M";
    cli_text_format(out, "%llu%s",
                    (unsigned long long)(n < 1024          ? n
                                         : n < 1024 * 1024 ? n / 1024
                                                           : n / 1024 / 1024),
                    unit);
}

static void add_histogram(const cli_lengths *lengths, cli_text *out)
{
    const uint64_t *bins = lengths->bins + lengths->first_bin;
    uint64_t most = 1;
    double shares[CLI_BINS];
    for (size_t i = 0; i < lengths->n_bins; i++)
        most = bins[i] > most ? bins[i] : most;
    for (size_t i = 0; i < lengths->n_bins; i++)
        shares[i] = (double)bins[i] / (double)most;
    cli_html_columns(out, shares, lengths->n_bins);
    add(out, "<ul class=\"ticks\">\n");
    for (size_t i = 0; i < lengths->n_bins; i++) {
        add(out, "<li>");
        add_short(out, cli_bin_from(lengths->first_bin + i));
        add(out, "<b>");
        add_short(out, bins[i]);
        add(out, "</b></li>\n");
    }
    add(out, "</ul>\n<p class=\"note\">Documents by their number of tokens: each column begins at "
             "the length below it. Bold: documents in it.</p>\n");
}

static void add_lengths(const cli_facts *facts, cli_text *out)
{
    static const char *const names[] = {"shortest", "25&nbsp;%", "median", "75&nbsp;%", "longest"};
    const cli_tally *tally = &facts->corpus.tally;
    cli_html_card(out, "Lengths of documents");
    add(out, "<dl class=\"five\">\n");
    for (size_t q = 0; q <= 4; q++) {
        cli_text_format(out, "<div><dt>%s</dt><dd>", names[q]);
        cli_html_number(out, tally->lengths.quartiles[q]);
        add(out, "</dd></div>\n");
    }
    add(out, "</dl>\n");
    add_histogram(&tally->lengths, out);
    add(out, "<p class=\"note\">");
    cli_html_number(out, tally->n_longer);
    add(out, " of ");
    cli_html_number(out, tally->n_documents);
    add(out, " are longer than a row.</p>\n");
    cli_html_card_end(out);
}

static void add_seen(const cli_facts *facts, const size_t *marks, size_t n, cli_text *out)
{
    add(out, "<div class=\"wide\"><table>\n<tr><th>token</th><th class=\"n\">id</th><th>kind</th>"
             "<th class=\"n\">count</th></tr>\n");
    for (size_t i = 0; i < n; i++) {
        add(out, "<tr><td>");
        cli_page_token(out, facts, marks[i]);
        cli_text_format(out, "</td><td class=\"n\">%zu</td><td>%s</td>", marks[i],
                        cli_kind_name(facts->vocabulary.kinds[marks[i]]));
        cli_page_number(out, facts->corpus.tally.counts[marks[i]]);
        add(out, "</tr>\n");
    }
    add(out, "</table></div>\n");
}

static void add_unseen(const cli_facts *facts, const size_t *marks, size_t n, cli_text *out)
{
    enum { OPEN = 24 };
    cli_text_format(out, "<details%s><summary>never seen: %zu</summary>\n<ul class=\"chips\">\n",
                    n <= OPEN ? " open" : "", n);
    for (size_t i = 0; i < n; i++) {
        add(out, "<li>");
        cli_page_token(out, facts, marks[i]);
        add(out, "</li>\n");
    }
    add(out, "</ul></details>\n");
}

static int add_marks(const cli_facts *facts, cli_text *out)
{
    size_t n, n_seen, *marks = cli_facts_marks(facts, &n, &n_seen);
    if (!marks)
        return cli_fail("out of memory");
    if (n) {
        cli_html_card(out, "Special and added tokens");
        if (n_seen)
            add_seen(facts, marks, n_seen, out);
        if (n_seen < n)
            add_unseen(facts, marks + n_seen, n - n_seen, out);
        cli_html_card_end(out);
    }
    free(marks);
    return CLI_DONE;
}

static void add_sources(const cli_corpus_facts *corpus, cli_text *out)
{
    double weights = cli_facts_weights(corpus);
    cli_html_card(out, "Sources");
    add(out, "<div class=\"wide\"><table>\n<tr><th>source</th><th class=\"n spare\">documents</th>"
             "<th class=\"n\">tokens</th><th class=\"n\">share</th>");
    add(out, weights > 0 ? "<th class=\"n\">weight</th><th></th></tr>\n" : "<th></th></tr>\n");
    for (size_t i = 0; i < corpus->result.info.n_sources; i++) {
        const calib_source_info *info = &corpus->sources[i];
        double share = (double)info->n_tokens / (double)corpus->tally.n_tokens;
        add(out, "<tr><td class=\"name\">");
        cli_html_text(out, info->location);
        add(out, "</td>");
        add(out, "<td class=\"n spare\">");
        cli_html_number(out, info->n_documents);
        add(out, "</td>");
        cli_page_number(out, info->n_tokens);
        cli_page_share(out, info->n_tokens, corpus->tally.n_tokens);
        if (weights > 0) {
            add(out, "<td class=\"n\">");
            cli_html_percent(out, (double)info->weight / weights);
            add(out, "</td>");
        }
        add(out, "<td class=\"plot\">");
        cli_html_bar(out, "fill", share, weights > 0 ? (double)info->weight / weights : -1);
        add(out, "</td></tr>\n");
    }
    add(out, "</table></div>\n");
    if (weights > 0)
        add(out,
            "<p class=\"note\">Bar: share of the tokens. Line: share of the rows that is asked "
            "for by weight.</p>\n");
    cli_html_card_end(out);
}

int cli_page_coverage(const cli_facts *facts, cli_text *out)
{
    bool has_documents = cli_facts_has_documents(&facts->corpus);
    if (has_documents)
        add(out, "<div class=\"pair\">\n");
    add_scripts(facts, out);
    if (has_documents) {
        add_lengths(facts, out);
        add(out, "</div>\n");
    }
    if (facts->corpus.result.info.n_sources > 1)
        add_sources(&facts->corpus, out);
    return facts->vocabulary.has_kinds ? add_marks(facts, out) : CLI_DONE;
}
