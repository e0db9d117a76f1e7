/* SPDX-License-Identifier: MIT */
/* Reads the command line into the library's structs. One table of options serves parsing and help;
 * each option names the commands that take it. */
#ifndef CALIB_PROGRAM_ARGUMENTS_H
#define CALIB_PROGRAM_ARGUMENTS_H

#include <calib_documents.h>
#include <stdbool.h>

/** A bit for each command. */
enum {
    CLI_SAMPLE = 1,
    CLI_FETCH = 2,
    CLI_INFO = 4,
    CLI_CACHE_LIST = 8,
    CLI_CACHE_VERIFY = 16,
    CLI_CACHE_ADD = 32,
    CLI_CACHE_REMOVE = 64,
    CLI_CACHE_PRUNE = 128,
    CLI_TOKENIZE = 256,
    CLI_LOCK = 512,
    CLI_VERIFY = 1024
};

typedef struct cli_command cli_command; /* commands.h */

/** Bits of cli_arguments.special. */
enum { CLI_BOS = 1, CLI_EOS = 2 };

enum { CLI_MIRRORS_MAX = 32 };

#define CLI_NO_ID UINT64_MAX

/** A source, and the options that bind to it. */
typedef struct cli_source {
    calib_source source;
    calib_documents documents; /* `format` 0: the source is one text */
    const char *mirrors[CLI_MIRRORS_MAX];
    const char *token_file;
    char *token;        /* in memory of its own, or NULL */
    uint64_t append_id; /* CLI_NO_ID: none */
    bool compared;      /* of the corpus to compare with */
} cli_source;

/** A list of numbers, in memory of its own. */
typedef struct cli_numbers {
    uint64_t *items;
    size_t n;
} cli_numbers;

/** The values of all options. Strings point into argv. Free it with cli_arguments_free(). */
typedef struct cli_arguments {
    const char *command; /* its name */
    cli_source each;     /* while the line is read: of the last --source, or of all before any */
    cli_source *sources; /* afterwards: at least one, then those to compare with */
    size_t n_sources, n_compared;
    calib_options options;
    calib_sampling sampling;
    cli_numbers numbers;
    const char *tokenizer;     /* "bytes" or a path */
    const char *recipe;        /* or lock, in place of sources and sampling; NULL: none */
    const char *output;        /* "-" is standard output */
    const char *format;        /* NULL: the extension of the output decides */
    const char *html;          /* file for a page, or NULL */
    const char *bounds;        /* file for the bounds of documents, or NULL */
    const char *positional[2]; /* the arguments that are not options */
    size_t n_positional;
    int64_t n_samples; /* -1: all */
    uint64_t seq_len;
    uint64_t seed;
    uint64_t preview;
    uint64_t older_than; /* days; 0: no limit */
    uint64_t pad;        /* CLI_NO_ID: none */
    uint32_t special;    /* CLI_BOS, CLI_EOS */
    uint32_t json;
    uint32_t by_row; /* also tell where every row comes from */
    uint32_t help;
} cli_arguments;

typedef enum cli_kind {
    CLI_SWITCH, /* no value: sets the bits `low` of a uint32_t */
    CLI_TEXT,   /* const char *, not empty */
    CLI_TEXT_OR_EMPTY,
    CLI_SHA256,    /* const char *, 64 hexadecimal digits */
    CLI_SOURCE,    /* begins the next source; `low` 1: of the corpus to compare with */
    CLI_MIRROR,    /* appended to the source's mirrors */
    CLI_CHOICE,    /* one of the words in choices.c, as a uint32_t */
    CLI_DOCUMENTS, /* the format of the source's documents, and its separator */
    CLI_ROWS,      /* int64_t, or "all" */
    CLI_NUMBERS,   /* cli_numbers, with commas between them */
    CLI_U32,
    CLI_U64,
    CLI_SIZE,   /* uint64_t, with K, M, G */
    CLI_SECONDS /* milliseconds in a uint32_t */
} cli_kind;

typedef struct cli_option {
    const char *name;  /* without the dashes */
    const char *value; /* as the help text shows it; NULL for a switch */
    cli_kind kind;
    char letter; /* short form, or 0 */
    unsigned commands;
    size_t at; /* offset in cli_arguments */
    uint64_t low, high;
    const char *group; /* heading in the help text */
    const char *help;  /* one sentence; the help text wraps it */
} cli_option;

/** Bound of cli_n_options. */
enum { CLI_OPTIONS_MAX = 72 };

extern const cli_option cli_options[];
extern const size_t cli_n_options;

/** Reads the arguments after the name of the command; stops at --help. Returns CLI_DONE, or reports
 *  the error and returns CLI_USAGE. */
int cli_arguments_read(const cli_command *command, int argc, char **argv, cli_arguments *out);

void cli_arguments_free(cli_arguments *arguments);

/** Returns the number of single-character edits between two words (Levenshtein distance). */
size_t cli_distance(const char *a, const char *b);

#endif
