/* SPDX-License-Identifier: MIT */
/* The interface of samplers. A sampler plans rows as spans of a view. It never sees BOS, ranks or
 * strictness: gather.c applies those. */
#ifndef CALIB_SAMPLE_SAMPLER_H
#define CALIB_SAMPLE_SAMPLER_H

#include "base/progress.h"

#include <stdbool.h>

/** The origin of an id. */
typedef struct calib_place {
    uint64_t source;
    uint64_t document; /* of the corpus */
    uint64_t offset;   /* in that document */
} calib_place;

/** The tokenized corpus. The callbacks return 0, or a status with its error set. */
typedef struct calib_view {
    void *ctx;
    uint64_t n_documents; /* 1 for a plain stream */
    /** Gets the length of a document. May tokenize it now. */
    int (*length)(void *ctx, uint64_t document, uint64_t *n_tokens);
    /** Reads the ids [first, first + n) of a document. */
    int (*tokens)(void *ctx, uint64_t document, uint64_t first, size_t n, int32_t *out);
    /** Tells where in the corpus the id `first` of a document stands. */
    int (*place)(void *ctx, uint64_t document, uint64_t first, calib_place *out);
} calib_view;

/** Ids [first, first + n) of a document. A row is one or more spans. */
typedef struct calib_span {
    uint64_t document, first, n;
} calib_span;

typedef struct calib_row_counts {
    uint64_t n_available; /* as n_samples counts; UINT64_MAX: drawn with replacement */
    uint64_t n_rows;      /* rows of the whole order */
    uint64_t n_dropped;   /* tokens at the tail that make no full row */
} calib_row_counts;

/** Takes a plan: `begin` once, then `put` for each wanted row in order. Both return 0, or a status
 *  with its error set, which the sampler returns at once. */
typedef struct calib_row_sink {
    void *ctx;
    /** Gets the range of the order that is wanted: [first, first + n). */
    int (*begin)(void *ctx, const calib_row_counts *counts, uint64_t *first, uint64_t *n);
    /** Takes the next row: 1 to seq_len ids in all. */
    int (*put)(void *ctx, const calib_span *spans, size_t n_spans);
} calib_row_sink;

typedef struct calib_sampler_input {
    const calib_view *view; /* NULL in check() */
    int64_t n_samples;
    size_t seq_len; /* ids in a full row, at least 1 */
    uint64_t seed;
    const uint64_t *numbers;
    size_t n_numbers;
    uint64_t first_row, skip;
    bool pads; /* short rows will be filled up; false: they are refused */
    calib_progress *progress;
} calib_sampler_input;

/** The things that n_samples and calib_row_counts.n_available count. */
typedef enum calib_sampler_counts {
    CALIB_COUNTS_ROWS,
    CALIB_COUNTS_DOCUMENTS
} calib_sampler_counts;

/** Fields of calib_sampling that only some samplers read. For the others they must be zero. */
enum {
    CALIB_READS_SKIP = 1,
    CALIB_READS_SHORT = 2, /* short_rows: some rows may be short */
    CALIB_READS_FIRST_ROW = 4,
    CALIB_READS_NUMBERS = 8 /* they are of the whole corpus, so its sources have no weights */
};

/** A constant: a sampler's rows never change, and a better one gets a new name. */
typedef struct calib_sampler {
    const char *name;
    const char *line; /* one line that says whose rows these are */
    calib_sampler_counts counts;
    bool sees_documents; /* false: it sees the stream, as one document */
    bool has_numbers;    /* its rows have numbers: row i is ids [i * seq_len, (i + 1) * seq_len) */
    bool takes_all;      /* n_samples <= 0 means all; false: it is refused */
    bool all_lengths;    /* it asks for the length of every document: all are tokenized first */
    bool overwrites_bos; /* BOS is put over the first id of each row if the stream begins with it;
                            calib_sampling.bos must be zero */
    uint32_t reads;      /* CALIB_READS_* */
    /** Checks what can be checked without a corpus. NULL: everything is accepted. Returns 0 or
     *  E_ARGUMENT. */
    int (*check)(const calib_sampler_input *input);
    /** Plans the rows. Costs no more than the wanted range needs. Returns 0, E_ARGUMENT,
     *  E_TOO_SHORT, E_NOMEM, E_CANCELLED, or a status of the view or the sink. */
    int (*plan)(const calib_sampler_input *input, const calib_row_sink *sink);
} calib_sampler;

const calib_sampler *calib_sampler_mlx(void);
const calib_sampler *calib_sampler_sequential(void);
const calib_sampler *calib_sampler_imatrix(void);
const calib_sampler *calib_sampler_rows_listed(void);
const calib_sampler *calib_sampler_documents(void);
const calib_sampler *calib_sampler_documents_split(void);
const calib_sampler *calib_sampler_documents_listed(void);
const calib_sampler *calib_sampler_longest(void);
const calib_sampler *calib_sampler_gptq_window(void);
const calib_sampler *calib_sampler_gptq_document(void);
const calib_sampler *calib_sampler_wanda_document(void);
const calib_sampler *calib_sampler_awq(void);
const calib_sampler *calib_sampler_autoround(void);
const calib_sampler *calib_sampler_autoround_file(void);
const calib_sampler *calib_sampler_hf_shuffle(void);
const calib_sampler *calib_sampler_mlx_dwq(void);
const calib_sampler *calib_sampler_mlx_perplexity(void);
const calib_sampler *calib_sampler_torch_random(void);
const calib_sampler *calib_sampler_torch_reject(void);

/** Finds a sampler by name; NULL is "mlx". Returns 0, E_ARGUMENT with the known names, or
 *  E_UNSUPPORTED with the reason for a scheme that is refused. */
int calib_sampler_find(const char *name, const calib_sampler **out);

/** Calls `fn` for each sampler, in the order of the table. Returns 0 or E_CANCELLED. */
int calib_sampler_each(calib_sampler_fn fn, void *ctx);

#endif
