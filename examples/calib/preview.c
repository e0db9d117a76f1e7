/* SPDX-License-Identifier: MIT */
/* Decodes rows to text for --preview. */
#include "bar.h"
#include "rows.h"
#include "system.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* Returns the columns of a character as common terminals show it, roughly: wide and combining ones.
 */
static size_t columns_of(uint32_t code)
{
    if ((code >= 0x300 && code < 0x370) || code == 0x200b || code == 0x200d ||
        (code >= 0xfe00 && code < 0xfe10))
        return 0;
    bool wide = (code >= 0x1100 && code < 0x1160) || (code >= 0x2e80 && code < 0xa4d0) ||
                (code >= 0xac00 && code < 0xd7a4) || (code >= 0xf900 && code < 0xfb00) ||
                (code >= 0xfe30 && code < 0xfe70) || (code >= 0xff00 && code < 0xff61) ||
                (code >= 0x1f300 && code < 0x20000) || (code >= 0x20000 && code < 0x30000);
    return wide ? 2 : 1;
}

/* Writes one character as it is shown and returns its columns. Escapes everything that steers a
 * terminal: control characters, and characters that change the direction of writing. */
static size_t show(uint32_t code, const char *bytes, size_t n, char out[16])
{
    const char *name = code == '\n' ? "\\n" : code == '\t' ? "\\t" : code == '\r' ? "\\r" : NULL;
    bool control = code < 0x20 || (code >= 0x7f && code < 0xa0);
    bool direction = (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
    if (name)
        snprintf(out, 16, "%s", name);
    else if (control)
        snprintf(out, 16, "\\x%02x", (unsigned)code);
    else if (direction)
        snprintf(out, 16, "\\u%04x", (unsigned)code);
    if (name || control || direction)
        return strlen(out);
    if (code == 0xfffd)
        snprintf(out, 16, "\xef\xbf\xbd");
    else
        snprintf(out, 16, "%.*s", (int)n, bytes);
    return columns_of(code);
}

static void print_line(const cli_text *text, size_t columns)
{
    char piece[16];
    size_t used = 0;
    for (size_t at = 0, n; at < text->len; at += n) {
        uint32_t code;
        n = cli_character(text->data + at, text->len - at, &code);
        size_t width = show(code, text->data + at, n, piece);
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
