/* SPDX-License-Identifier: MIT */
/* What against_llama.py asks of examples/llama.cpp/tokenizer.c: llama-cpp COMMAND MODEL [FILE]
 *
 *     ids MODEL TEXT         the ids of a text, one a line
 *     documents MODEL JSONL  those of each document, without special tokens, one document a line
 *     rows MODEL RECIPE      the length and the ids of each row of a recipe, one row a line
 *     lock MODEL RECIPE      the lock of a recipe
 *     identity MODEL         the tokenizer's identity
 */
#include <calib_documents.h>
#include <calib_recipe.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tokenizer.h"

static int fail(void)
{
    calib_error error = {.struct_size = sizeof error};
    calib_last_error(&error);
    fprintf(stderr, "%s: %s\n", calib_status_name(error.status), error.message);
    return 1;
}

static void print(const int32_t *ids, size_t n, char end)
{
    for (size_t i = 0; i < n; i++)
        printf("%" PRId32 "%c", ids[i], end);
}

static int ids_of(const calib_tokenizer_vtable *tok, const char *path)
{
    calib_source source = {
        .struct_size = sizeof source, .location = path, .flags = CALIB_RAW_BYTES};
    calib_corpus *corpus = NULL;
    calib_info info = {.struct_size = sizeof info};
    if (calib_corpus_open(tok, &source, 1, NULL, &corpus) || calib_corpus_info(corpus, &info))
        return fail();
    int32_t *ids = malloc((size_t)info.n_tokens * sizeof *ids);
    int failed = !ids || calib_corpus_tokens(corpus, 0, (size_t)info.n_tokens, ids) ? fail() : 0;
    if (!failed)
        print(ids, (size_t)info.n_tokens, '\n');
    free(ids);
    calib_corpus_close(corpus);
    return failed;
}

static int print_document(calib_corpus *corpus, uint64_t i)
{
    calib_document_info document = {.struct_size = sizeof document};
    if (calib_corpus_document(corpus, i, &document))
        return fail();
    int32_t *ids = malloc((size_t)document.n_tokens * sizeof *ids + 1);
    int failed =
        !ids || calib_corpus_tokens(corpus, document.first_token, (size_t)document.n_tokens, ids)
            ? fail()
            : 0;
    if (!failed)
        print(ids, (size_t)document.n_tokens, ' ');
    putchar('\n');
    free(ids);
    return failed;
}

static int documents_of(const calib_tokenizer_vtable *tok, const char *path)
{
    calib_documents documents = {.struct_size = sizeof documents,
                                 .format = CALIB_DOCUMENTS_JSONL,
                                 .specials = CALIB_SPECIALS_NONE};
    calib_source source = {.struct_size = sizeof source, .location = path, .documents = &documents};
    calib_corpus *corpus = NULL;
    calib_info info = {.struct_size = sizeof info};
    if (calib_corpus_open(tok, &source, 1, NULL, &corpus) || calib_corpus_info(corpus, &info))
        return fail();
    int failed = 0;
    for (uint64_t i = 0; i < info.n_documents && !failed; i++)
        failed = print_document(corpus, i);
    calib_corpus_close(corpus);
    return failed;
}

static int rows_of(const calib_tokenizer_vtable *tok, const char *path)
{
    calib_samples *rows = NULL;
    if (calib_recipe_load(tok, path, NULL, &rows))
        return fail();
    for (size_t i = 0; i < rows->n_rows; i++) {
        size_t n = rows->lengths ? (size_t)rows->lengths[i] : rows->seq_len;
        printf("%zu ", n);
        print(rows->tokens + i * rows->seq_len, n, ' ');
        putchar('\n');
    }
    calib_samples_free(rows);
    return 0;
}

static int put(void *file, const char *text, size_t len)
{
    return fwrite(text, 1, len, file) == len ? 0 : 1;
}

static int lock(const calib_tokenizer_vtable *tok, const char *path)
{
    return calib_recipe_lock(tok, path, NULL, put, stdout, NULL) ? fail() : 0;
}

static int identity(const uint8_t *bytes)
{
    for (int i = 0; i < 32; i++)
        printf("%02x", bytes[i]);
    putchar('\n');
    return 0;
}

static int run(const char *command, const vocab_tokenizer *tok, const char *file)
{
    if (strcmp(command, "identity") == 0)
        return identity(tok->identity);
    if (strcmp(command, "ids") == 0)
        return ids_of(&tok->vtable, file);
    if (strcmp(command, "documents") == 0)
        return documents_of(&tok->vtable, file);
    if (strcmp(command, "rows") == 0)
        return rows_of(&tok->vtable, file);
    return lock(&tok->vtable, file);
}

static void silent(enum ggml_log_level level, const char *text, void *ctx)
{
    (void)level, (void)text, (void)ctx;
}

int main(int argc, char **argv)
{
    uint8_t bytes[32];
    vocab_tokenizer tok;
    llama_log_set(silent, NULL);
    struct llama_model_params params = llama_model_default_params();
    params.vocab_only = true;
    struct llama_model *model = argc > 2 ? llama_model_load_from_file(argv[2], params) : NULL;
    if (!model || vocab_identity(argv[2], bytes))
        return fprintf(stderr, "usage: llama-cpp COMMAND MODEL [FILE]\n"), 2;
    vocab_tokenizer_init(&tok, llama_model_get_vocab(model), bytes);
    int failed = run(argv[1], &tok, argc > 3 ? argv[3] : NULL);
    llama_model_free(model);
    return failed;
}
