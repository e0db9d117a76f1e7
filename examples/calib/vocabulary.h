/* SPDX-License-Identifier: MIT */
/* The ids of a tokenizer: what kind of token each is, and its text. */
#ifndef CALIB_PROGRAM_VOCABULARY_H
#define CALIB_PROGRAM_VOCABULARY_H

#include "text.h"
#include "tokenizer.h"

enum { CLI_N_KINDS = CALIB_KIND_UNKNOWN + 1 };

typedef struct cli_vocabulary {
    size_t n;       /* ids are below it */
    size_t n_ids;   /* that have a token */
    bool has_kinds; /* else every token is CALIB_KIND_NORMAL: the tokenizer does not tell */
    uint8_t *kinds; /* [n]: CALIB_KIND_* */
    uint8_t *split; /* [n]: 1 if the text begins or ends inside a character */
    size_t *begins; /* [n + 1]: where each text begins in `texts`, and the end of the last */
    cli_text texts;
    int32_t bos; /* -1: none */
} cli_vocabulary;

/** Asks the tokenizer for all of its ids. Returns CLI_DONE, or reports the failure and returns
 *  CLI_FAILED. Close it in both cases. */
int cli_vocabulary_open(const cli_tokenizer *tokenizer, cli_vocabulary *out);

void cli_vocabulary_close(cli_vocabulary *vocabulary);

/** Returns the text of an id below `n`. */
const char *cli_vocabulary_text(const cli_vocabulary *vocabulary, size_t id, size_t *len);

/** Returns the name of a kind: "special". */
const char *cli_kind_name(size_t kind);

/** Returns true for an id that is special, added or unknown: people look for these. */
bool cli_vocabulary_is_mark(const cli_vocabulary *vocabulary, size_t id);

/** Returns true for a token that is text of the corpus, and no mark of the tokenizer's. */
bool cli_vocabulary_is_text(const cli_vocabulary *vocabulary, size_t id);

/** Returns true for a token that shows nothing: a special one, or white space of ASCII alone. */
bool cli_vocabulary_is_blank(const cli_vocabulary *vocabulary, size_t id);

#endif
