/* SPDX-License-Identifier: MIT */
/* Decodes rows to text for --preview. */
#include "bar.h"
#include "rows.h"
#include "shown.h"
#include "system.h"

#include <stdio.h>
#include <stdlib.h>

enum { STDOUT = 1 };

static int put(void *put_ctx, const char *text, size_t len)
{
    cli_text *out = put_ctx;
    cli_text_add(out, text, len);
    return out->failed;
}

static int decode_row(const cli_result *result, const int32_t *row, size_t len, cli_text *out)
{
    const calib_tokenizer_vtable *tok = result->tokenizer->vtable;
    if (!tok->text_of)
        return cli_fail("--preview: this tokenizer does not give the text of its ids");
    for (size_t i = 0; i < len; i++)
        if (tok->text_of(tok->ctx, row[i], put, out))
            return out->failed ? cli_fail("out of memory")
                               : cli_fail("--preview: the tokenizer has no text for the id %ld",
                                          (long)row[i]);
    return CLI_DONE;
}

/* Returns the number of rows to preview. */
static uint64_t n_rows(const cli_result *result)
{
    uint64_t rows =
        result->samples ? result->n_rows : result->info.n_tokens / result->arguments->seq_len;
    return rows < result->arguments->preview ? rows : result->arguments->preview;
}

/* Decodes row `index` of the samples, or without samples of the stream. */
static int row_text(cli_result *result, uint64_t index, cli_text *out)
{
    size_t len = result->samples ? result->samples->seq_len : (size_t)result->arguments->seq_len;
    if (result->samples) {
        size_t at, n;
        int status = cli_rows_at(result, index, &at, &n);
        if (status)
            return status;
        const calib_samples *samples = result->samples;
        size_t used = samples->lengths ? (size_t)samples->lengths[at] : len;
        return decode_row(result, samples->tokens + at * len, used, out);
    }
    int32_t *row = len <= SIZE_MAX / sizeof *row ? malloc(len * sizeof *row) : NULL;
    if (!row)
        return cli_fail("out of memory");
    int status = calib_corpus_tokens(result->corpus, index * len, len, row)
                     ? cli_fail_library()
                     : decode_row(result, row, len, out);
    free(row);
    return status;
}

int cli_result_json_preview(cli_result *result, cli_json *json)
{
    if (result->arguments->preview == 0)
        return CLI_DONE;
    cli_json_open(json, "preview", '[');
    int status = CLI_DONE;
    for (uint64_t i = 0; !status && i < n_rows(result); i++) {
        cli_text text = {0};
        status = row_text(result, i, &text);
        if (!status)
            cli_json_bytes(json, NULL, text.data ? text.data : "", text.len);
        cli_text_free(&text);
    }
    cli_json_close(json, ']');
    return status;
}

static void print_line(const cli_text *text, size_t columns)
{
    char piece[CLI_SHOWN];
    size_t used = 0;
    for (size_t at = 0, n; at < text->len; at += n) {
        uint32_t code;
        n = cli_character(text->data + at, text->len - at, &code);
        size_t width = cli_shown(code, text->data + at, n, piece);
        if (used + width > columns)
            break;
        used += width;
        fputs(piece, stdout);
    }
    putchar('\n');
}

int cli_result_print_preview(cli_result *result)
{
    int status = CLI_DONE;
    size_t columns = cli_columns(STDOUT);
    cli_bar_clear();
    for (uint64_t i = 0; !status && i < n_rows(result); i++) {
        cli_text text = {0};
        status = row_text(result, i, &text);
        if (!status) {
            size_t used = (size_t)printf("%4llu  ", (unsigned long long)i);
            print_line(&text, columns > used ? columns - used : 0);
        }
        cli_text_free(&text);
    }
    return status;
}
