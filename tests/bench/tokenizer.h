/* SPDX-License-Identifier: MIT */
/* Opens a SentencePiece model or a tokenizer.json for the benchmarks. */
#ifndef CALIB_TESTS_BENCH_TOKENIZER_H
#define CALIB_TESTS_BENCH_TOKENIZER_H

#include <calib_sentencepiece.h>
#include <calib_tokenizer_json.h>
#include <stdbool.h>
#include <string.h>

typedef struct bench_tokenizer {
    calib_sentencepiece *model;
    calib_tokenizer_json *json;
} bench_tokenizer;

static inline bool is_json(const char *path)
{
    size_t len = strlen(path);
    return len > 5 && strcmp(path + len - 5, ".json") == 0;
}

/** Opens the file by its name. Without `cuts` every text is encoded whole. */
static inline int bench_open(const char *path, bool cuts, bench_tokenizer *out)
{
    calib_sentencepiece_options model = {.struct_size = sizeof model, .path = path};
    calib_tokenizer_json_options json = {.struct_size = sizeof json, .path = path};
    model.cuts = cuts ? CALIB_SENTENCEPIECE_CUTS_PROVEN : CALIB_SENTENCEPIECE_CUTS_NONE;
    json.cuts = cuts ? CALIB_TOKENIZER_JSON_CUTS_PROVEN : CALIB_TOKENIZER_JSON_CUTS_NONE;
    *out = (bench_tokenizer){0};
    return is_json(path) ? calib_tokenizer_json_open(&json, &out->json)
                         : calib_sentencepiece_open(&model, &out->model);
}

static inline const calib_tokenizer_vtable *bench_vtable(const bench_tokenizer *tokenizer)
{
    return tokenizer->json ? calib_tokenizer_json_vtable(tokenizer->json)
                           : calib_sentencepiece_vtable(tokenizer->model);
}

static inline void bench_close(bench_tokenizer *tokenizer)
{
    calib_tokenizer_json_close(tokenizer->json);
    calib_sentencepiece_close(tokenizer->model);
}

#endif
