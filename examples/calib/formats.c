/* SPDX-License-Identifier: MIT */
#include "formats.h"

#include "rows.h"

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

static void put_little_endian(uint64_t value, size_t n, unsigned char *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = (unsigned char)(value >> (8 * i));
}

/* Adds spaces, then `last` (0: none), so that the text ends at a multiple of ALIGN. `before` bytes
 * stand in front of the text. */
static void pad(cli_text *text, size_t before, char last)
{
    size_t tail = last ? 1 : 0;
    while ((before + text->len + tail) % ALIGN && !text->failed)
        cli_text_add(text, " ", 1);
    cli_text_add(text, &last, tail);
}

/* NEP 1, version 1.0: magic, version, a 16-bit length, a Python literal that ends in a newline. */
static void npy_header(const char *shape, cli_text *out)
{
    enum { PREFIX = 10 };
    unsigned char prefix[PREFIX] = "\x93NUMPY\x01";
    cli_text literal = {0};
    cli_text_format(&literal, "{'descr': '<i4', 'fortran_order': False, 'shape': (%s), }", shape);
    pad(&literal, PREFIX, '\n');
    put_little_endian(literal.len, 2, prefix + 8);
    cli_text_add(out, prefix, sizeof prefix);
    cli_text_add(out, literal.data, literal.len);
    out->failed |= literal.failed;
    cli_text_free(&literal);
}

/* Metadata of a safetensors file has strings only. */
static void number_as_string(cli_json *json, const char *key, uint64_t number)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%llu", (unsigned long long)number);
    cli_json_string(json, key, digits);
}

/* Returns the name of the corpus without its directories, so that equal runs in two directories
 * give equal files. A URL stays whole: it is the same on every machine. */
static const char *source_name(const cli_result *result)
{
    const char *source = result->info.source, *first = strchr(source, '/');
    bool url = first && first > source && first[-1] == ':' && first[1] == '/';
    return first && !url ? strrchr(source, '/') + 1 : source;
}

/* Writes everything that is needed to reproduce the rows. */
static void metadata(const cli_result *result, cli_json *json)
{
    const cli_arguments *arguments = result->arguments;
    const calib_sampling *sampling = &arguments->sampling;
    char n_samples[24];
    snprintf(n_samples, sizeof n_samples, "%lld", (long long)result->samples->n_asked);
    cli_json_open(json, "__metadata__", '{');
    cli_json_string(json, "calib_version", calib_version());
    cli_json_string(json, "corpus_sha256", result->sha256);
    cli_json_string(json, "source", source_name(result));
    cli_json_string(json, "raw", arguments->source.flags & CALIB_RAW_BYTES ? "1" : "0");
    cli_json_string(json, "tokenizer_fingerprint", result->fingerprint);
    cli_json_string(json, "sampler", cli_sampler_name(arguments));
    number_as_string(json, "seed", arguments->seed);
    number_as_string(json, "keys_used", sampling->skip);
    cli_json_string(json, "n_samples", n_samples);
    number_as_string(json, "seq_len", result->samples->seq_len);
    number_as_string(json, "rank", sampling->rank);
    number_as_string(json, "world", sampling->world ? sampling->world : 1);
    cli_json_close(json, '}');
}

/* A 64-bit length, then JSON padded with spaces. The data follows. */
static void safetensors_header(const cli_result *result, cli_text *out)
{
    enum { PREFIX = 8 };
    const calib_samples *samples = result->samples;
    unsigned char prefix[PREFIX];
    cli_text object = {0};
    cli_json json = {.text = &object};
    cli_json_open(&json, NULL, '{');
    metadata(result, &json);
    cli_json_open(&json, "input_ids", '{');
    cli_json_string(&json, "dtype", "I32");
    cli_json_open(&json, "shape", '[');
    cli_json_unsigned(&json, NULL, result->n_rows);
    cli_json_unsigned(&json, NULL, samples->seq_len);
    cli_json_close(&json, ']');
    cli_json_open(&json, "data_offsets", '[');
    cli_json_unsigned(&json, NULL, 0);
    cli_json_unsigned(&json, NULL, result->n_rows * samples->seq_len * 4);
    cli_json_close(&json, ']');
    cli_json_close(&json, '}');
    cli_json_close(&json, '}');
    pad(&object, PREFIX, 0);
    put_little_endian(object.len, PREFIX, prefix);
    cli_text_add(out, prefix, sizeof prefix);
    cli_text_add(out, object.data, object.len);
    out->failed |= object.failed;
    cli_text_free(&object);
}

static int write_ids(const int32_t *ids, size_t n, cli_outfile *file)
{
    unsigned char block[4 * CHUNK];
    int status = CLI_DONE;
    for (size_t at = 0; !status && at < n; at += CHUNK) {
        size_t count = n - at < CHUNK ? n - at : CHUNK;
        for (size_t i = 0; i < count; i++)
            put_little_endian((uint32_t)ids[at + i], 4, block + 4 * i);
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
    snprintf(shape, sizeof shape, "%llu, %zu", (unsigned long long)result->n_rows,
             result->samples->seq_len);
    if (format == CLI_NPY)
        npy_header(shape, &header);
    else if (format == CLI_SAFETENSORS)
        safetensors_header(result, &header);
    int status = write_header(&header, file);
    size_t n = 0;
    for (uint64_t at = 0; !status && at < result->n_rows; at += n) {
        const int32_t *ids;
        status = cli_rows_at(result, at, &ids, &n);
        /* These rows are in memory, so the product does not overflow. */
        if (!status)
            status = write_ids(ids, n * result->samples->seq_len, file);
    }
    return status;
}

int cli_write_stream(cli_result *result, cli_format format, cli_outfile *file)
{
    char shape[32];
    cli_text header = {0};
    uint64_t n_tokens = result->info.n_tokens;
    snprintf(shape, sizeof shape, "%llu,", (unsigned long long)n_tokens);
    if (format == CLI_NPY)
        npy_header(shape, &header);
    int status = write_header(&header, file);
    int32_t *ids = malloc(BLOCK * sizeof *ids);
    if (!ids && !status)
        status = cli_fail("out of memory");
    for (uint64_t at = 0; !status && at < n_tokens; at += BLOCK) {
        size_t n = n_tokens - at < BLOCK ? (size_t)(n_tokens - at) : BLOCK;
        status = calib_corpus_tokens(result->corpus, at, n, ids) ? cli_fail_library()
                                                                 : write_ids(ids, n, file);
    }
    free(ids);
    return status;
}
