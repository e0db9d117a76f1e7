/* SPDX-License-Identifier: MIT */
/* calib info --html: one page with plots, of HTML, CSS and SVG alone. It loads nothing and runs
 * nothing, and its policy says so to the browser. */
#include "html.h"
#include "info.h"

#include <stdlib.h>

static void add(cli_text *out, const char *html)
{
    cli_text_add_string(out, html);
}

/* ---- cells ---- */

static void add_number(cli_text *out, uint64_t n)
{
    add(out, "<td class=\"n\">");
    cli_html_number(out, n);
    add(out, "</td>");
}

static void add_share(cli_text *out, uint64_t n, uint64_t of)
{
    add(out, "<td class=\"n\">");
    cli_html_percent(out, (double)n / (double)of);
    add(out, "</td>");
}

static void add_token(cli_text *out, const cli_facts *facts, size_t id)
{
    size_t len;
    const char *text = cli_vocabulary_text(&facts->vocabulary, id, &len);
    cli_html_token(out, text, len);
}

/* ---- the top ---- */

static void add_head(const cli_facts *facts, cli_text *out)
{
    const cli_result *result = &facts->corpus.result;
    add(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
             "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
             "style-src 'unsafe-inline'\">\n"
             "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>");
    cli_html_text(out, result->info.source);
    add(out, " - calib info</title>\n<style>\n");
    for (size_t i = 0; cli_html_style[i]; i++)
        add(out, cli_html_style[i]);
    add(out, "</style>\n</head>\n<body>\n<main>\n<header>\n<p>Calibration corpus</p>\n<h1>");
    cli_html_text(out, result->info.source);
    add(out, "</h1>\n<p>tokenized by ");
    cli_html_text(out, result->arguments->tokenizer);
    add(out, "</p>\n</header>\n");
}

static void begin_tile(cli_text *out, const char *name)
{
    cli_text_format(out, "<div><dt>%s</dt><dd>", name);
}

static void end_tile(cli_text *out, const char *before, uint64_t n, const char *behind)
{
    cli_text_format(out, "<small>%s", before);
    cli_html_number(out, n);
    cli_text_format(out, "%s</small></dd></div>\n", behind);
}

static void add_tiles(const cli_facts *facts, cli_text *out)
{
    const cli_result *result = &facts->corpus.result;
    const cli_tally *tally = &facts->corpus.tally;
    add(out, "<dl class=\"tiles\">\n");
    begin_tile(out, "Tokens");
    cli_html_number(out, tally->n_tokens);
    end_tile(out, "of ", result->info.text_bytes, " bytes of text");
    begin_tile(out, "Documents");
    cli_html_number(out, tally->n_documents);
    end_tile(out, "of ", result->info.n_sources,
             result->info.n_sources > 1 ? " sources" : " source");
    begin_tile(out, "Rows");
    cli_html_number(out, tally->n_rows);
    end_tile(out, "of ", result->arguments->seq_len, " tokens");
    begin_tile(out, "Vocabulary seen");
    cli_html_percent(out, (double)tally->n_seen / (double)facts->vocabulary.n_ids);
    end_tile(out, "of ", facts->vocabulary.n_ids, " ids");
    add(out, "</dl>\n");
}

/* ---- defects ---- */

static void add_defect(const cli_defect *defect, cli_text *out)
{
    cli_text_format(out, "<li><b>%s</b><span class=\"n\">", defect->label);
    cli_html_percent(out, (double)defect->n / (double)defect->of);
    add(out, "</span><small>");
    cli_html_text(out, defect->remedy);
    add(out, "</small><small>");
    cli_html_number(out, defect->n);
    add(out, " of ");
    cli_html_number(out, defect->of);
    cli_text_format(out, " %s</small></li>\n", defect->unit);
}

static void add_defects(const cli_facts *facts, cli_text *out)
{
    cli_html_card(out, "Defects");
    add(out, facts->n_defects ? "<ul class=\"defects\">\n" : "<p class=\"none\">None found</p>\n");
    for (size_t i = 0; i < facts->n_defects; i++)
        add_defect(&facts->defects[i], out);
    if (facts->n_defects)
        add(out, "</ul>\n");
    if (facts->corpus.tally.repeated_rows == CLI_NOT_COUNTED)
        add(out, "<p class=\"note\">There are too many rows to look for repeated ones.</p>\n");
    cli_html_card_end(out);
}

/* ---- coverage ---- */

static void add_script_bar(const cli_tally *tally, const size_t *scripts, size_t n, cli_text *out)
{
    double shares[CLI_N_SCRIPTS];
    for (size_t i = 0; i < n; i++)
        shares[i] =
            tally->characters ? (double)tally->scripts[scripts[i]] / (double)tally->characters : 0;
    cli_html_parts(out, shares, n);
}

static void add_scripts(const cli_facts *facts, cli_text *out)
{
    const cli_tally *tally = &facts->corpus.tally;
    size_t scripts[CLI_N_SCRIPTS], n = cli_facts_scripts(tally, scripts);
    cli_html_card(out, "Scripts");
    add_script_bar(tally, scripts, n, out);
    add(out, "<ul class=\"legend\">\n");
    for (size_t i = 0; i < n; i++) {
        cli_text_format(out,
                        "<li><svg viewBox=\"0 0 1 1\" aria-hidden=\"true\"><rect class=\"c%zu\" "
                        "width=\"1\" height=\"1\"/></svg>%s<span class=\"n\">",
                        i < CLI_COLOURS ? i : (size_t)CLI_COLOURS, cli_script_names[scripts[i]]);
        cli_html_percent(out, (double)tally->scripts[scripts[i]] / (double)tally->characters);
        add(out, "</span></li>\n");
    }
    add(out, "</ul>\n");
    if (facts->compares) {
        add(out, "<h3>In the corpus to compare with</h3>\n");
        add_script_bar(&facts->other.tally, scripts, n, out);
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
        add_token(out, facts, marks[i]);
        cli_text_format(out, "</td><td class=\"n\">%zu</td><td>%s</td>", marks[i],
                        cli_kind_name(facts->vocabulary.kinds[marks[i]]));
        add_number(out, facts->corpus.tally.counts[marks[i]]);
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
        add_token(out, facts, marks[i]);
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
        add_number(out, info->n_tokens);
        add_share(out, info->n_tokens, corpus->tally.n_tokens);
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

/* ---- comparison ---- */

static void add_difference(const cli_facts *facts, const cli_difference *difference, cli_text *out)
{
    const cli_tally *here = &facts->corpus.tally, *there = &facts->other.tally;
    add(out, "<tr><td>");
    add_token(out, facts, difference->id);
    cli_text_format(out, "</td><td class=\"n spare\">%zu</td>", difference->id);
    add_share(out, difference->here, here->n_tokens);
    add_share(out, difference->there, there->n_tokens);
    add(out, "<td class=\"n\">");
    cli_html_percent(out, difference->share);
    add(out, "</td><td class=\"plot\">");
    bool more_here = (double)difference->here / (double)here->n_tokens >
                     (double)difference->there / (double)there->n_tokens;
    cli_html_bar(out, more_here ? "fill" : "other",
                 difference->share / facts->comparison.differences[0].share, -1);
    add(out, "</td></tr>\n");
}

static void add_comparison(const cli_facts *facts, cli_text *out)
{
    enum { MOST = 20 };
    const cli_comparison *comparison = &facts->comparison;
    cli_html_card(out, "Comparison");
    add(out, "<dl class=\"three\"><div><dt>compared with</dt><dd>");
    cli_html_text(out, facts->other.result.info.source);
    add(out, "</dd></div><div><dt>its tokens</dt><dd>");
    cli_html_number(out, facts->other.tally.n_tokens);
    cli_text_format(out, "</dd></div><div><dt>JS distance</dt><dd>%.4f</dd></div></dl>\n",
                    comparison->distance);
    cli_html_bar(out, "fill", comparison->distance, -1);
    add(out, "<p class=\"note\">Jensen-Shannon distance of the shares of tokens, to base 2: 0 if "
             "they are equal, 1 if no token is in both.</p>\n");
    if (comparison->n_differences)
        add(out,
            "<h3>Tokens that differ most</h3>\n<div class=\"wide\"><table>\n<tr><th>token</th>"
            "<th class=\"n spare\">id</th><th class=\"n\">here</th><th class=\"n\">compared</th>"
            "<th class=\"n\">difference</th><th></th></tr>\n");
    for (size_t i = 0; i < comparison->n_differences && i < MOST; i++)
        add_difference(facts, &comparison->differences[i], out);
    if (comparison->n_differences)
        add(out,
            "</table></div>\n<p class=\"note\">Shares of the tokens, and of what the distance is "
            "made of. Blue: more frequent here. Orange: more frequent there.</p>\n");
    cli_html_card_end(out);
}

/* ---- the end ---- */

static void add_fact(cli_text *out, const char *name, const char *value)
{
    cli_text_format(out, "<tr><td>%s</td><td>", name);
    cli_html_text(out, value);
    add(out, "</td></tr>\n");
}

static void add_end(const cli_facts *facts, cli_text *out)
{
    const cli_result *result = &facts->corpus.result;
    cli_html_card(out, "Identity");
    add(out, "<table class=\"facts\">\n");
    add_fact(out, "SHA-256", result->sha256);
    add_fact(out, "tokenizer", result->arguments->tokenizer);
    add_fact(out, "fingerprint", result->info.has_fingerprint ? result->fingerprint : "none");
    add(out, "</table>\n");
    cli_html_card_end(out);
    cli_text_format(out, "<footer>calib %s</footer>\n</main>\n</body>\n</html>\n", calib_version());
}

int cli_info_page(const cli_facts *facts, cli_text *out)
{
    bool has_documents = cli_facts_has_documents(&facts->corpus);
    add_head(facts, out);
    add_tiles(facts, out);
    add_defects(facts, out);
    if (has_documents)
        add(out, "<div class=\"pair\">\n");
    add_scripts(facts, out);
    if (has_documents) {
        add_lengths(facts, out);
        add(out, "</div>\n");
    }
    if (facts->corpus.result.info.n_sources > 1)
        add_sources(&facts->corpus, out);
    int status = facts->vocabulary.has_kinds ? add_marks(facts, out) : CLI_DONE;
    if (facts->compares)
        add_comparison(facts, out);
    add_end(facts, out);
    if (!status && out->failed)
        status = cli_fail("out of memory");
    return status;
}
