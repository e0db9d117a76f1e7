/* SPDX-License-Identifier: MIT */
/* The parts of the page of calib info --html. */
#ifndef CALIB_PROGRAM_INFO_PAGE_H
#define CALIB_PROGRAM_INFO_PAGE_H

#include "html.h"
#include "info.h"

/** Add cells of a table: a number, and a share as percents. */
void cli_page_number(cli_text *out, uint64_t n);
void cli_page_share(cli_text *out, uint64_t n, uint64_t of);

/** Adds the text of an id. */
void cli_page_token(cli_text *out, const cli_facts *facts, size_t id);

/** Adds the cards of scripts, lengths, sources, and special and added tokens. Returns CLI_DONE, or
 *  reports the failure and returns CLI_FAILED. */
int cli_page_coverage(const cli_facts *facts, cli_text *out);

/** Adds the card of the comparison. */
void cli_page_comparison(const cli_facts *facts, cli_text *out);

#endif
