/* SPDX-License-Identifier: MIT */
#include "tally.h"

#include "bar.h"
#include "repeats.h"
#include "report.h"
#include "system.h"

#include <stdlib.h>

enum { BLOCK = 1 << 16 };

/* The document that is being read. */
typedef struct document {
    uint64_t i;    /* its number */
    uint64_t left; /* ids that follow */
    uint64_t hash;
    bool begun;
    bool is_blank; /* so far */
    bool at_begin; /* none of its ids was read */
} document;

typedef struct pass {
    calib_corpus *corpus;
    const cli_vocabulary *vocabulary;
    cli_tally *tally;
    cli_script_reader reader; /* of characters that are split over tokens */
    uint64_t seq_len, row_hash, row_left;
    document document;
    cli_repeats rows, documents;
    uint64_t *lengths; /* [tally->n_documents] */
} pass;

/* ---- tokens ---- */

static void count_split(pass *p, size_t id)
{
    size_t len;
    const char *text = cli_vocabulary_text(p->vocabulary, id, &len);
    cli_scripts_count(&p->reader, text, len, 1, p->tally->scripts);
}

/* Counts ids. The characters of whole texts are counted afterwards, by id. */
static void take_ids(pass *p, const int32_t *ids, size_t n)
{
    uint64_t *counts = p->tally->counts;
    for (size_t i = 0; i < n; i++) {
        size_t id = (size_t)ids[i];
        counts[id]++;
        if (p->vocabulary->split[id])
            count_split(p, id);
    }
}

static void count_characters(const cli_vocabulary *vocabulary, cli_tally *tally)
{
    for (size_t id = 0; id < vocabulary->n; id++) {
        size_t len;
        const char *text = cli_vocabulary_text(vocabulary, id, &len);
        cli_script_reader reader = {0};
        if (tally->counts[id] && !vocabulary->split[id] && cli_vocabulary_is_text(vocabulary, id))
            cli_scripts_count(&reader, text, len, tally->counts[id], tally->scripts);
    }
    for (size_t script = 0; script < CLI_N_SCRIPTS; script++)
        tally->characters += tally->scripts[script];
}

static void count_kinds(const cli_vocabulary *vocabulary, cli_tally *tally)
{
    for (size_t id = 0; id < vocabulary->n; id++) {
        tally->n_seen += tally->counts[id] > 0;
        tally->kinds[vocabulary->kinds[id]] += tally->counts[id];
    }
}

/* ---- rows ---- */

static bool take_rows(pass *p, const int32_t *ids, size_t n)
{
    while (n) {
        size_t part = p->row_left < n ? (size_t)p->row_left : n;
        p->row_hash = cli_repeats_hash(p->row_hash, ids, part);
        p->row_left -= part;
        if (!p->row_left) {
            if (!cli_repeats_add(&p->rows, p->row_hash))
                return false;
            p->row_left = p->seq_len;
            p->row_hash = CLI_NO_IDS;
        }
        ids += part;
        n -= part;
    }
    return true;
}

/* ---- documents ---- */

static int end_document(pass *p)
{
    document *d = &p->document;
    bool kept = d->is_blank || cli_repeats_add(&p->documents, d->hash);
    p->tally->n_blank += d->is_blank;
    d->i++;
    d->begun = false;
    return kept ? CLI_DONE : cli_fail("out of memory");
}

/* Begins the next document that has ids, and ends those before it. */
static int begin_document(pass *p)
{
    document *d = &p->document;
    int status = CLI_DONE;
    while (!status && !d->begun && d->i < p->tally->n_documents) {
        calib_document_info info = {.struct_size = sizeof info};
        if (calib_corpus_document(p->corpus, d->i, &info))
            return cli_fail_library();
        p->lengths[d->i] = info.n_tokens;
        p->tally->n_longer += info.n_tokens > p->seq_len;
        *d = (document){.i = d->i,
                        .left = info.n_tokens,
                        .hash = CLI_NO_IDS,
                        .begun = true,
                        .is_blank = true,
                        .at_begin = true};
        if (!d->left)
            status = end_document(p);
    }
    return status;
}

static bool are_blank(const cli_vocabulary *vocabulary, const int32_t *ids, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!cli_vocabulary_is_blank(vocabulary, (size_t)ids[i]))
            return false;
    return true;
}

static int take_documents(pass *p, const int32_t *ids, size_t n)
{
    document *d = &p->document;
    int status = begin_document(p);
    while (!status && n && d->begun) {
        size_t part = d->left < n ? (size_t)d->left : n;
        p->tally->n_without_bos +=
            d->at_begin && p->vocabulary->bos >= 0 && ids[0] != p->vocabulary->bos;
        d->at_begin = false;
        if (p->tally->n_documents > 1)
            d->hash = cli_repeats_hash(d->hash, ids, part);
        d->is_blank = d->is_blank && are_blank(p->vocabulary, ids, part);
        d->left -= part;
        ids += part;
        n -= part;
        if (!d->left)
            status = end_document(p);
        if (!status)
            status = begin_document(p);
    }
    return status;
}

/* ---- the pass ---- */

static int take_block(pass *p, uint64_t first, int32_t *ids, size_t n)
{
    if (calib_corpus_tokens(p->corpus, first, n, ids))
        return cli_fail_library();
    take_ids(p, ids, n);
    if (p->tally->n_rows <= CLI_MOST_ROWS && !take_rows(p, ids, n))
        return cli_fail("out of memory");
    return take_documents(p, ids, n);
}

static int take_all(pass *p)
{
    int32_t *ids = malloc(BLOCK * sizeof *ids);
    int status = ids ? CLI_DONE : cli_fail("out of memory");
    uint64_t n_tokens = p->tally->n_tokens;
    for (uint64_t at = 0; !status && at < n_tokens; at += BLOCK) {
        size_t n = n_tokens - at < BLOCK ? (size_t)(n_tokens - at) : BLOCK;
        status = take_block(p, at, ids, n);
        if (!status && cli_bar_progress(NULL, CLI_STAGE_COUNT, at + n, n_tokens))
            status = cli_fail("cancelled by %s", cli_signal_name());
    }
    free(ids);
    return status ? status : begin_document(p);
}

/* Allocates one item even for none: NULL means that memory ran out. */
static uint64_t *zeros(uint64_t n)
{
    return n < SIZE_MAX / sizeof(uint64_t) ? calloc((size_t)n + 1, sizeof(uint64_t)) : NULL;
}

int cli_tally_count(calib_corpus *corpus, uint64_t seq_len, const cli_vocabulary *vocabulary,
                    cli_tally *out)
{
    calib_info info = {.struct_size = sizeof info};
    *out = (cli_tally){0};
    if (calib_corpus_info(corpus, &info))
        return cli_fail_library();
    out->n_tokens = info.n_tokens;
    out->n_rows = info.n_tokens / seq_len;
    out->n_documents = info.n_documents;
    out->counts = zeros(vocabulary->n);
    pass p = {.corpus = corpus,
              .vocabulary = vocabulary,
              .tally = out,
              .seq_len = seq_len,
              .row_hash = CLI_NO_IDS,
              .row_left = seq_len,
              .lengths = zeros(info.n_documents)};
    int status = out->counts && p.lengths ? take_all(&p) : cli_fail("out of memory");
    if (!status) {
        count_characters(vocabulary, out);
        count_kinds(vocabulary, out);
        out->repeated_rows =
            out->n_rows > CLI_MOST_ROWS ? CLI_NOT_COUNTED : cli_repeats_count(&p.rows);
        out->repeated_documents = cli_repeats_count(&p.documents);
        if (out->n_documents)
            cli_lengths_describe(p.lengths, (size_t)out->n_documents, &out->lengths);
    }
    free(p.lengths);
    free(p.rows.items);
    free(p.documents.items);
    return status;
}

void cli_tally_free(cli_tally *tally)
{
    free(tally->counts);
    *tally = (cli_tally){0};
}
