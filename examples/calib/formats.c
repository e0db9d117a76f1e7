/* SPDX-License-Identifier: MIT */
#include "formats.h"

#include "rows.h"
#include "safetensors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGN = 64, CHUNK = 16 * 1024, BLOCK = 256 * 1024 };

static const struct {
    cli_format format;
    const char *name;
} formats[] = {{CLI_NPY, "npy"}, {CLI_SAFETENSORS, "safetensors"}, {CLI_BIN, "bin"}};

cli_format cli_format_of(const cli_arguments *arguments)
{
    const char *word = arguments->format;
    if (!word) {
        const char *slash = strrchr(arguments->output, '/');
        const char *dot = strrchr(slash ? slash : arguments->output, '.');
        word = dot ? dot + 1 : "";
    }
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
        if (strcmp(word, formats[i].name) == 0)
            return formats[i].format;
    return CLI_NO_FORMAT;
}

const char *cli_format_name(cli_format format)
{
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
        if (formats[i].format == format)
            return formats[i].name;
    return "";
}

void cli_little_endian(uint64_t value, size_t n, unsigned char *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = (unsigned char)(value >> (8 * i));
}

void cli_pad(cli_text *text, size_t before, char last)
{
    size_t tail = last ? 1 : 0;
    while ((before + text->len + tail) % ALIGN && !text->failed)
        cli_text_add(text, " ", 1);
    cli_text_add(text, &last, tail);
}

/* NEP 1, version 1.0: magic, version, a 16-bit length, a Python literal that ends in a newline. */
static void npy_header(const char *type, const char *shape, cli_text *out)
{
    enum { PREFIX = 10 };
    unsigned char prefix[PREFIX] = "\x93NUMPY\x01";
    cli_text literal = {0};
    cli_text_format(&literal, "{'descr': '<%s', 'fortran_order': False, 'shape': (%s), }", type,
                    shape);
    cli_pad(&literal, PREFIX, '\n');
    cli_little_endian(literal.len, 2, prefix + 8);
    cli_text_add(out, prefix, sizeof prefix);
    cli_text_add(out, literal.data, literal.len);
    out->failed |= literal.failed;
    cli_text_free(&literal);
}

int cli_write_ids(const int32_t *ids, size_t n, cli_outfile *file)
{
    unsigned char block[4 * CHUNK];
    int status = CLI_DONE;
    for (size_t at = 0; !status && at < n; at += CHUNK) {
        size_t count = n - at < CHUNK ? n - at : CHUNK;
        for (size_t i = 0; i < count; i++)
            cli_little_endian((uint32_t)ids[at + i], 4, block + 4 * i);
        status = cli_outfile_write(file, block, 4 * count);
    }
    return status;
}

/* Writes a header and frees it. */
static int write_header(cli_text *header, cli_outfile *file)
{
    int status = header->failed ? cli_fail("out of memory")
                                : cli_outfile_write(file, header->data, header->len);
    cli_text_free(header);
    return status;
}

int cli_write_rows(cli_result *result, cli_format format, cli_outfile *file)
{
    char shape[64];
    cli_text header = {0};
    int status = CLI_DONE;
    snprintf(shape, sizeof shape, "%llu, %zu", (unsigned long long)result->n_rows,
             result->samples->seq_len);
    if (format == CLI_NPY)
        npy_header("i4", shape, &header);
    else if (format == CLI_SAFETENSORS)
        status = cli_safetensors_header(result, &header);
    if (status)
        cli_text_free(&header);
    else
        status = write_header(&header, file);
    size_t n = 0;
    for (uint64_t at = 0; !status && at < result->n_rows; at += n) {
        size_t first;
        status = cli_rows_at(result, at, &first, &n);
        const calib_samples *samples = result->samples;
        /* These rows are in memory, so the products do not overflow. */
        if (!status)
            status = cli_write_ids(samples->tokens + first * samples->seq_len, n * samples->seq_len,
                                   file);
    }
    return !status && format == CLI_SAFETENSORS ? cli_safetensors_rest(result, file) : status;
}

int cli_write_stream(cli_result *result, cli_format format, cli_outfile *file)
{
    char shape[32];
    cli_text header = {0};
    uint64_t n_tokens = result->info.n_tokens;
    snprintf(shape, sizeof shape, "%llu,", (unsigned long long)n_tokens);
    if (format == CLI_NPY)
        npy_header("i4", shape, &header);
    int status = write_header(&header, file);
    int32_t *ids = malloc(BLOCK * sizeof *ids);
    if (!ids && !status)
        status = cli_fail("out of memory");
    for (uint64_t at = 0; !status && at < n_tokens; at += BLOCK) {
        size_t n = n_tokens - at < BLOCK ? (size_t)(n_tokens - at) : BLOCK;
        status = calib_corpus_tokens(result->corpus, at, n, ids) ? cli_fail_library()
                                                                 : cli_write_ids(ids, n, file);
    }
    free(ids);
    return status;
}

/* Adds where each document begins, in blocks. */
static int write_document_bounds(cli_result *result, cli_text *block, cli_outfile *file)
{
    calib_document_info info = {.struct_size = sizeof info};
    unsigned char bytes[8];
    int status = CLI_DONE;
    for (uint64_t i = 0; !status && i < result->info.n_documents; i++) {
        if (calib_corpus_document(result->corpus, i, &info))
            return cli_fail_library();
        cli_little_endian(info.first_token, sizeof bytes, bytes);
        cli_text_add(block, bytes, sizeof bytes);
        if (block->len < BLOCK)
            continue;
        status = cli_outfile_write(file, block->data, block->len);
        block->len = 0;
    }
    cli_little_endian(result->info.n_tokens, sizeof bytes, bytes);
    cli_text_add(block, bytes, sizeof bytes);
    return status;
}

int cli_write_bounds(cli_result *result, cli_outfile *file)
{
    char shape[32];
    cli_text block = {0};
    snprintf(shape, sizeof shape, "%llu,", (unsigned long long)result->info.n_documents + 1);
    npy_header("i8", shape, &block);
    int status = write_document_bounds(result, &block, file);
    if (!status)
        return write_header(&block, file);
    cli_text_free(&block);
    return status;
}
