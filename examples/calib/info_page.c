/* SPDX-License-Identifier: MIT */
/* calib info --html: one page with plots, of HTML, CSS and SVG alone. It loads nothing and runs
 * nothing, and its policy says so to the browser. */
#include "info_page.h"

static void add(cli_text *out, const char *html)
{
    cli_text_add_string(out, html);
}

void cli_page_number(cli_text *out, uint64_t n)
{
    add(out, "<td class=\"n\">");
    cli_html_number(out, n);
    add(out, "</td>");
}

void cli_page_share(cli_text *out, uint64_t n, uint64_t of)
{
    add(out, "<td class=\"n\">");
    cli_html_percent(out, (double)n / (double)of);
    add(out, "</td>");
}

void cli_page_token(cli_text *out, const cli_facts *facts, size_t id)
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
    add_head(facts, out);
    add_tiles(facts, out);
    add_defects(facts, out);
    int status = cli_page_coverage(facts, out);
    if (facts->compares)
        cli_page_comparison(facts, out);
    add_end(facts, out);
    if (!status && out->failed)
        status = cli_fail("out of memory");
    return status;
}
