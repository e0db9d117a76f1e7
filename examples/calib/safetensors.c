/* SPDX-License-Identifier: MIT */
#include "safetensors.h"

#include "choices.h"
#include "origin.h"
#include "recipe.h"
#include "rows.h"

#include <stdio.h>

/* Full rows of one text need nothing beside their ids. */
static bool has_places(const cli_result *result)
{
    const cli_arguments *arguments = result->arguments;
    return arguments->recipe || arguments->n_sources > 1 ||
           arguments->sources[0].documents.format || arguments->sampling.short_rows;
}

/* Metadata of a safetensors file has strings only. */
static void number_as_string(cli_json *json, const char *key, uint64_t number)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%llu", (unsigned long long)number);
    cli_json_string(json, key, digits);
}

/* One text needs no more than the keys that all have. */
static int sources_as_string(const cli_result *result, cli_json *json)
{
    cli_text text = {0};
    cli_json array = {.text = &text};
    int status = cli_origin_json(result, NULL, &array);
    if (!status && !text.failed)
        cli_json_bytes(json, "sources", text.data, text.len);
    json->text->failed |= text.failed;
    cli_text_free(&text);
    return status;
}

static void numbers_as_string(cli_json *json, const calib_sampling *sampling)
{
    cli_text list = {0};
    for (size_t i = 0; i < sampling->n_numbers; i++)
        cli_text_format(&list, "%s%llu", i ? "," : "", (unsigned long long)sampling->numbers[i]);
    json->text->failed = json->text->failed || list.failed;
    if (!list.failed)
        cli_json_bytes(json, "numbers", list.data, list.len);
    cli_text_free(&list);
}

static int corpus_metadata(const cli_result *result, cli_json *json)
{
    const cli_arguments *arguments = result->arguments;
    const calib_sampling *sampling = &arguments->sampling;
    char n_samples[24];
    int status = CLI_DONE;
    snprintf(n_samples, sizeof n_samples, "%lld", (long long)result->samples->n_asked);
    cli_json_string(json, "calib_version", calib_version());
    cli_json_string(json, "corpus_sha256", result->sha256);
    cli_json_string(json, "source", cli_origin_name(result->info.source));
    cli_json_string(json, "raw", arguments->sources[0].source.flags & CALIB_RAW_BYTES ? "1" : "0");
    cli_json_string(json, "tokenizer_fingerprint", result->fingerprint);
    cli_json_string(json, "sampler", cli_sampler_name(arguments));
    number_as_string(json, "seed", arguments->seed);
    number_as_string(json, "keys_used", sampling->skip);
    number_as_string(json, "first_row", sampling->first_row);
    if (sampling->n_numbers)
        numbers_as_string(json, sampling);
    cli_json_string(json, "n_samples", n_samples);
    number_as_string(json, "seq_len", result->samples->seq_len);
    number_as_string(json, "rank", sampling->rank);
    number_as_string(json, "world", sampling->world ? sampling->world : 1);
    if (sampling->bos)
        cli_json_string(json, "row_bos", cli_choice_word("row-bos", sampling->bos));
    if (sampling->short_rows)
        number_as_string(json, "pad", (uint64_t)sampling->pad_id);
    if (has_places(result))
        status = sources_as_string(result, json);
    return status;
}

static int metadata(const cli_result *result, cli_json *json)
{
    int status = CLI_DONE;
    cli_json_open(json, "__metadata__", '{');
    if (result->arguments->recipe)
        cli_recipe_metadata(result, json);
    else
        status = corpus_metadata(result, json);
    cli_json_close(json, '}');
    return status;
}

typedef struct cli_tensor {
    uint64_t n_rows, n_columns; /* n_columns 0: one dimension */
    uint64_t begin, end;        /* bytes of the data */
} cli_tensor;

static void add_tensor(cli_json *json, const char *name, const char *type, const cli_tensor *tensor)
{
    cli_json_open(json, name, '{');
    cli_json_string(json, "dtype", type);
    cli_json_open(json, "shape", '[');
    cli_json_unsigned(json, NULL, tensor->n_rows);
    if (tensor->n_columns)
        cli_json_unsigned(json, NULL, tensor->n_columns);
    cli_json_close(json, ']');
    cli_json_open(json, "data_offsets", '[');
    cli_json_unsigned(json, NULL, tensor->begin);
    cli_json_unsigned(json, NULL, tensor->end);
    cli_json_close(json, ']');
    cli_json_close(json, '}');
}

/* A 64-bit length, then JSON padded with spaces. The data follows. */
int cli_safetensors_header(const cli_result *result, cli_text *out)
{
    enum { PREFIX = 8 };
    unsigned char prefix[PREFIX];
    uint64_t n = result->n_rows, seq_len = result->samples->seq_len, ids = 4 * n * seq_len;
    cli_text object = {0};
    cli_json json = {.text = &object};
    cli_json_open(&json, NULL, '{');
    int status = metadata(result, &json);
    add_tensor(&json, "input_ids", "I32", &(cli_tensor){n, seq_len, 0, ids});
    if (has_places(result)) {
        uint64_t mask = 2 * ids;
        add_tensor(&json, "attention_mask", "I32", &(cli_tensor){n, seq_len, ids, mask});
        add_tensor(&json, "documents", "I64", &(cli_tensor){n, 0, mask, mask + 8 * n});
        add_tensor(&json, "sources", "I64", &(cli_tensor){n, 0, mask + 8 * n, mask + 16 * n});
        add_tensor(&json, "offsets", "I64", &(cli_tensor){n, 0, mask + 16 * n, mask + 24 * n});
    }
    cli_json_close(&json, '}');
    cli_pad(&object, PREFIX, 0);
    cli_little_endian(object.len, PREFIX, prefix);
    cli_text_add(out, prefix, sizeof prefix);
    cli_text_add(out, object.data, object.len);
    out->failed |= object.failed;
    cli_text_free(&object);
    return status;
}

/* ---- the tensors behind input_ids ---- */

static void add_number(int64_t number, size_t n_bytes, cli_text *out)
{
    unsigned char bytes[8];
    cli_little_endian((uint64_t)number, n_bytes, bytes);
    cli_text_add(out, bytes, n_bytes);
}

static void add_mask(const calib_samples *samples, size_t row, cli_text *out)
{
    size_t len = samples->lengths ? (size_t)samples->lengths[row] : samples->seq_len;
    for (size_t i = 0; i < samples->seq_len; i++)
        add_number(i < len, 4, out);
}

static void add_document(const calib_samples *samples, size_t row, cli_text *out)
{
    add_number(samples->documents[row], 8, out);
}

static void add_source(const calib_samples *samples, size_t row, cli_text *out)
{
    add_number(samples->sources[row], 8, out);
}

static void add_offset(const calib_samples *samples, size_t row, cli_text *out)
{
    add_number(samples->offsets[row], 8, out);
}

/* Writes what `add` gives of every row. */
static int write_tensor(cli_result *result,
                        void (*add)(const calib_samples *samples, size_t row, cli_text *out),
                        cli_outfile *file)
{
    enum { BLOCK = 256 * 1024 };
    cli_text block = {0};
    int status = CLI_DONE;
    for (uint64_t index = 0; !status && index < result->n_rows; index++) {
        size_t row, n;
        status = cli_rows_at(result, index, &row, &n);
        if (!status)
            add(result->samples, row, &block);
        bool last = index + 1 == result->n_rows;
        if (status || (!last && block.len < BLOCK))
            continue;
        status = block.failed ? cli_fail("out of memory")
                              : cli_outfile_write(file, block.data, block.len);
        block.len = 0;
    }
    cli_text_free(&block);
    return status;
}

int cli_safetensors_rest(cli_result *result, cli_outfile *file)
{
    if (!has_places(result))
        return CLI_DONE;
    int status = write_tensor(result, add_mask, file);
    if (!status)
        status = write_tensor(result, add_document, file);
    if (!status)
        status = write_tensor(result, add_source, file);
    return status ? status : write_tensor(result, add_offset, file);
}
