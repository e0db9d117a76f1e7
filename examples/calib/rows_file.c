/* SPDX-License-Identifier: MIT */
#include "rows_file.h"

#include "infile.h"

#include "json/json.h"
#include <stdlib.h>
#include <string.h>

enum { IDS, MASK, DOCUMENTS, SOURCES, OFFSETS, N_TENSORS };

typedef struct tensor {
    bool given;
    size_t n_dimensions;
    uint64_t shape[2];
    uint64_t bounds[2]; /* in the data */
} tensor;

static const struct {
    const char *name, *type;
    size_t size, n_dimensions;
} kinds[N_TENSORS] = {{"input_ids", "I32", 4, 2},
                      {"attention_mask", "I32", 4, 2},
                      {"documents", "I64", 8, 1},
                      {"sources", "I64", 8, 1},
                      {"offsets", "I64", 8, 1}};

/* ---- the header ---- */

/* Reads an array of at most two numbers, zero or more; returns how many there are, or 3. */
static size_t read_numbers(calib_json *json, uint64_t out[2])
{
    calib_json_token token;
    size_t n = 0;
    if (calib_json_next(json, &token) != CALIB_JSON_ARRAY)
        return 3;
    while (calib_json_next(json, &token) == CALIB_JSON_NUMBER) {
        int64_t number;
        if (n == 2 || !calib_json_integer(&token, &number) || number < 0)
            return 3;
        out[n++] = (uint64_t)number;
    }
    return token.kind == CALIB_JSON_ARRAY_END ? n : 3;
}

static bool read_tensor(calib_json *json, size_t kind, tensor *out)
{
    calib_json_token token;
    bool good = !out->given && calib_json_next(json, &token) == CALIB_JSON_OBJECT, typed = false;
    size_t n_bounds = 0;
    while (good && calib_json_next(json, &token) == CALIB_JSON_KEY) {
        if (calib_json_equals(&token, "dtype")) {
            typed = calib_json_next(json, &token) == CALIB_JSON_STRING &&
                    calib_json_equals(&token, kinds[kind].type);
        } else if (calib_json_equals(&token, "shape")) {
            out->n_dimensions = read_numbers(json, out->shape);
        } else {
            good = calib_json_equals(&token, "data_offsets");
            n_bounds = good ? read_numbers(json, out->bounds) : 0;
        }
    }
    out->given = true;
    return good && typed && token.kind == CALIB_JSON_OBJECT_END && n_bounds == 2 &&
           out->n_dimensions == kinds[kind].n_dimensions;
}

/* Reads the metadata, whose values are strings. */
static bool read_metadata(calib_json *json, cli_rows_file *file)
{
    calib_json_token token;
    if (file->metadata_len || calib_json_next(json, &token) != CALIB_JSON_OBJECT)
        return false;
    file->metadata = json->text + token.at;
    while (calib_json_next(json, &token) == CALIB_JSON_KEY)
        if (calib_json_next(json, &token) != CALIB_JSON_STRING)
            return false;
    file->metadata_len = (size_t)(json->text + json->at - file->metadata);
    return token.kind == CALIB_JSON_OBJECT_END;
}

static bool read_member(calib_json *json, const calib_json_token *key, cli_rows_file *file,
                        tensor tensors[N_TENSORS])
{
    if (calib_json_equals(key, "__metadata__"))
        return read_metadata(json, file);
    for (size_t i = 0; i < N_TENSORS; i++)
        if (calib_json_equals(key, kinds[i].name))
            return read_tensor(json, i, &tensors[i]);
    return false;
}

static bool read_header(const char *text, size_t len, cli_rows_file *file,
                        tensor tensors[N_TENSORS])
{
    calib_json json;
    calib_json_token token;
    calib_json_begin(&json, text, len);
    bool good = calib_json_next(&json, &token) == CALIB_JSON_OBJECT;
    while (good && calib_json_next(&json, &token) == CALIB_JSON_KEY)
        good = read_member(&json, &token, file, tensors);
    return good && token.kind == CALIB_JSON_OBJECT_END &&
           calib_json_next(&json, &token) == CALIB_JSON_END;
}

/* ---- the data ---- */

/* Makes the little-endian numbers those of this machine, in place. Returns NULL if the tensor is
 * not one of `n` * `each` numbers within the data. */
static void *read_data(cli_text *bytes, size_t data, const tensor *from, size_t kind, uint64_t n,
                       uint64_t each)
{
    uint64_t begin = from->bounds[0], end = from->bounds[1], size = kinds[kind].size;
    bool within = end <= bytes->len - data && (data + begin) % size == 0;
    uint64_t count = within ? (end - begin) / size : 0;
    if (!within || from->shape[0] != n || count / each != n || count % each ||
        (end - begin) % size || (from->n_dimensions == 2 && from->shape[1] != each))
        return NULL;
    char *at = bytes->data + data + begin;
    for (uint64_t i = 0; i < count; i++) {
        uint64_t number = 0;
        for (size_t k = 0; k < size; k++)
            number |= (uint64_t)(unsigned char)at[i * size + k] << 8 * k;
        uint32_t half = (uint32_t)number;
        if (size == 8)
            memcpy(at + i * size, &number, sizeof number);
        else
            memcpy(at + i * size, &half, sizeof half);
    }
    return at;
}

/* Makes lengths of the mask, in its own place: of each row a number of ones, then zeros. */
static bool read_mask(int32_t *mask, size_t n, size_t seq_len)
{
    for (size_t i = 0; i < n; i++) {
        const int32_t *row = mask + i * seq_len;
        size_t len = 0;
        while (len < seq_len && row[len] == 1)
            len++;
        for (size_t j = len; j < seq_len; j++)
            if (row[j] != 0)
                return false;
        mask[i] = (int32_t)len;
    }
    return true;
}

/* The tensors follow each other, so that none is read as a part of another and no byte is left. */
static bool check_bounds(uint64_t len, const tensor tensors[N_TENSORS])
{
    uint64_t at = 0;
    for (size_t i = 0; i < N_TENSORS; i++) {
        if (!tensors[i].given)
            continue;
        if (tensors[i].bounds[0] != at || tensors[i].bounds[1] < at)
            return false;
        at = tensors[i].bounds[1];
    }
    return at == len;
}

static bool read_tensors(cli_rows_file *file, size_t data, const tensor tensors[N_TENSORS])
{
    uint64_t n = tensors[IDS].shape[0], seq_len = tensors[IDS].shape[1];
    void *numbers[N_TENSORS] = {NULL};
    if (!check_bounds(file->bytes.len - data, tensors))
        return false;
    for (size_t i = 0; i < N_TENSORS; i++) {
        uint64_t each = kinds[i].n_dimensions == 2 ? seq_len : 1;
        if (tensors[i].given && each)
            numbers[i] = read_data(&file->bytes, data, &tensors[i], i, n, each);
        if (!numbers[i] && (tensors[i].given || i == IDS))
            return false;
    }
    file->samples = (calib_samples){.struct_size = sizeof file->samples,
                                    .tokens = numbers[IDS],
                                    .n_rows = (size_t)n,
                                    .seq_len = (size_t)seq_len,
                                    .offsets = numbers[OFFSETS],
                                    .documents = numbers[DOCUMENTS],
                                    .sources = numbers[SOURCES],
                                    .lengths = numbers[MASK]};
    return !numbers[MASK] || read_mask(numbers[MASK], (size_t)n, (size_t)seq_len);
}

int cli_rows_file_open(const char *path, cli_rows_file *out)
{
    enum { PREFIX = 8 };
    tensor tensors[N_TENSORS] = {0};
    uint64_t header = 0;
    *out = (cli_rows_file){0};
    int status = cli_infile_read(path, "the rows", SIZE_MAX / 4, &out->bytes);
    if (status)
        return status;
    for (size_t i = 0; i < PREFIX && out->bytes.len > PREFIX; i++)
        header |= (uint64_t)(unsigned char)out->bytes.data[i] << 8 * i;
    bool good = header && header <= out->bytes.len - PREFIX &&
                read_header(out->bytes.data + PREFIX, (size_t)header, out, tensors) &&
                read_tensors(out, PREFIX + (size_t)header, tensors);
    if (!good)
        return cli_fail("%s is not a .safetensors file of rows that calib wrote", path);
    calib_samples *samples = &out->samples;
    out->zeros = calloc(samples->n_rows ? samples->n_rows : 1, sizeof *out->zeros);
    if (!out->zeros)
        return cli_fail("out of memory");
    samples->documents = samples->documents ? samples->documents : out->zeros;
    samples->sources = samples->sources ? samples->sources : out->zeros;
    return CLI_DONE;
}

void cli_rows_file_close(cli_rows_file *file)
{
    cli_text_free(&file->bytes);
    free(file->zeros);
    *file = (cli_rows_file){0};
}

bool cli_rows_file_metadata(const cli_rows_file *file, const char *key, cli_text *out)
{
    calib_json json;
    calib_json_token token;
    calib_json_begin(&json, file->metadata, file->metadata_len);
    calib_json_next(&json, &token);
    while (calib_json_next(&json, &token) == CALIB_JSON_KEY) {
        bool found = calib_json_equals(&token, key);
        calib_json_next(&json, &token);
        char *string = found ? malloc(token.len + 1) : NULL;
        out->failed |= found && !string;
        if (string)
            cli_text_add(out, string, calib_json_unescape(&token, string));
        free(string);
        if (found)
            return true;
    }
    return false;
}
