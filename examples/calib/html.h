/* SPDX-License-Identifier: MIT */
/* Pieces of HTML: text that can be anything, numbers, and bars of SVG. */
#ifndef CALIB_PROGRAM_HTML_H
#define CALIB_PROGRAM_HTML_H

#include "text.h"

/** The style of a page, for light and dark screens of any width: lines, then NULL. */
extern const char *const cli_html_style[];

/** Add a text that people wrote, such as a name, and the text of a token. Nothing in them is taken
 *  for HTML, and what cannot be seen is escaped as cli_shown() and cli_shown_token() do. */
void cli_html_text(cli_text *out, const char *text);
void cli_html_token(cli_text *out, const char *bytes, size_t len);

/** Adds a number with a comma between thousands. */
void cli_html_number(cli_text *out, uint64_t n);

void cli_html_percent(cli_text *out, double share);

/** Begins and ends a card with a heading. */
void cli_html_card(cli_text *out, const char *heading);
void cli_html_card_end(cli_text *out);

/** Adds a bar that is filled up to a share, in the colour of the class "fill" or "other". `mark`:
 *  share at which a line is drawn; below 0: none. */
void cli_html_bar(cli_text *out, const char *class, double share, double mark);

/** Colours of the style, for parts: CLI_GREY to CLI_COLOURS - 1, then CLI_REST. */
enum { CLI_GREY = 0, CLI_COLOURS = 8, CLI_REST = CLI_COLOURS };

/** Adds a bar of parts that lie side by side, each with its share and its colour. */
void cli_html_parts(cli_text *out, const double *shares, const unsigned *colours, size_t n);

/** Adds columns of the heights that shares of the highest one give. */
void cli_html_columns(cli_text *out, const double *shares, size_t n);

#endif
