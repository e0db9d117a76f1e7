/* SPDX-License-Identifier: MIT */
/* How two corpora differ, on the page of calib info. */
#include "info_page.h"

static void add(cli_text *out, const char *html)
{
    cli_text_add_string(out, html);
}

static void add_difference(const cli_facts *facts, const cli_difference *difference, cli_text *out)
{
    const cli_tally *here = &facts->corpus.tally, *there = &facts->other.tally;
    add(out, "<tr><td>");
    cli_page_token(out, facts, difference->id);
    cli_text_format(out, "</td><td class=\"n spare\">%zu</td>", difference->id);
    cli_page_share(out, difference->here, here->n_tokens);
    cli_page_share(out, difference->there, there->n_tokens);
    add(out, "<td class=\"n\">");
    cli_html_percent(out, difference->share);
    add(out, "</td><td class=\"plot\">");
    bool more_here = (double)difference->here / (double)here->n_tokens >
                     (double)difference->there / (double)there->n_tokens;
    cli_html_bar(out, more_here ? "fill" : "other",
                 difference->share / facts->comparison.differences[0].share, -1);
    add(out, "</td></tr>\n");
}

void cli_page_comparison(const cli_facts *facts, cli_text *out)
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
