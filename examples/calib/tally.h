/* SPDX-License-Identifier: MIT */
/* What is counted in one pass over the tokens of a corpus. Memory: 8 bytes for each id of the
 * tokenizer and each row, 16 for each document. */
#ifndef CALIB_PROGRAM_TALLY_H
#define CALIB_PROGRAM_TALLY_H

#include "lengths.h"
#include "scripts.h"
#include "vocabulary.h"

/** More rows than this are not compared with each other. */
#define CLI_MOST_ROWS (UINT64_C(1) << 25)

#define CLI_NOT_COUNTED UINT64_MAX

typedef struct cli_tally {
    uint64_t n_tokens;
    uint64_t *counts; /* [vocabulary.n]: of each id */
    uint64_t n_seen;  /* ids that occur */
    uint64_t kinds[CLI_N_KINDS];
    uint64_t characters; /* of the texts of all tokens but special and unknown ones */
    uint64_t scripts[CLI_N_SCRIPTS];
    uint64_t n_rows, repeated_rows; /* CLI_NOT_COUNTED: more than CLI_MOST_ROWS */
    uint64_t n_documents;
    uint64_t repeated_documents; /* the same ids as an earlier one; blank ones are none */
    uint64_t n_blank;            /* documents of special tokens and white space alone */
    uint64_t n_longer;           /* documents of more tokens than a row */
    uint64_t n_without_bos;      /* 0 if the tokenizer has none */
    cli_lengths lengths;
} cli_tally;

/** Reads all tokens of an open corpus and counts. Returns CLI_DONE, or reports the failure and
 *  returns CLI_FAILED. Free it in both cases. */
int cli_tally_count(calib_corpus *corpus, uint64_t seq_len, const cli_vocabulary *vocabulary,
                    cli_tally *out);

void cli_tally_free(cli_tally *tally);

#endif
