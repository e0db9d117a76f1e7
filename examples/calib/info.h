/* SPDX-License-Identifier: MIT */
/* What calib info knows of a corpus, before it is shown as text, JSON or a page. */
#ifndef CALIB_PROGRAM_INFO_H
#define CALIB_PROGRAM_INFO_H

#include "compare.h"
#include "result.h"

/** Something about a corpus that is most likely not meant. */
typedef struct cli_defect {
    const char *key;   /* "repeated_rows", for programs */
    const char *label; /* "repeated rows" */
    const char *unit;  /* what `n` and `of` count: "rows" */
    uint64_t n, of;
    const char *remedy;
} cli_defect;

enum { CLI_DEFECTS_MAX = 16 };

/** A corpus and its figures. */
typedef struct cli_corpus_facts {
    cli_result result;
    calib_source_info *sources; /* [result.info.n_sources] */
    cli_tally tally;
} cli_corpus_facts;

typedef struct cli_facts {
    cli_corpus_facts corpus, other; /* the other one is open if there is --compare */
    cli_vocabulary vocabulary;
    bool compares;
    cli_comparison comparison;
    cli_defect defects[CLI_DEFECTS_MAX];
    size_t n_defects;
} cli_facts;

/** Finds the defects of the corpus. */
void cli_defects_find(cli_facts *facts);

/** Returns the marks (cli_vocabulary_is_mark()), the most frequent first, in an array that the
 *  caller frees; NULL if memory runs out. */
size_t *cli_facts_marks(const cli_facts *facts, size_t *n, size_t *n_seen);

/** Returns the scripts that occur, the most frequent first, and their number. */
size_t cli_facts_scripts(const cli_tally *tally, size_t scripts[CLI_N_SCRIPTS]);

/** Returns true if the corpus is more than one text. */
bool cli_facts_has_documents(const cli_corpus_facts *corpus);

/** Returns the sum of the weights of the sources. */
double cli_facts_weights(const cli_corpus_facts *corpus);

/** Show the facts. Return CLI_DONE, or report the failure and return CLI_FAILED. */
int cli_info_text(cli_facts *facts);
int cli_info_json(cli_facts *facts);

/** Adds a page of HTML with the facts to `out`. Returns as cli_info_text(). */
int cli_info_page(const cli_facts *facts, cli_text *out);

#endif
