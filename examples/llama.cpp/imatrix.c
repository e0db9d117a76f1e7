/* SPDX-License-Identifier: MIT */
/* Makes an importance matrix of the rows of a recipe or lock, as llama-imatrix makes one of a text:
 *
 *     calib-imatrix MODEL.gguf RECIPE.json IMATRIX.gguf [THREADS]
 *
 * llama-imatrix cuts a text itself and takes no token ids. This runs the same computation over rows
 * that calib gives, and writes the same file. Build it beside an installed llama.cpp:
 *
 *     cc -std=c11 -O2 -o calib-imatrix *.c $(pkg-config --cflags --libs calib llama libcrypto) -lm
 */
#include "collect.h"
#include "tokenizer.h"

#include <calib_recipe.h>
#include <stdio.h>
#include <stdlib.h>

static int fail(const char *what)
{
    fprintf(stderr, "%s\n", what);
    return 1;
}

static int calib_failed(void)
{
    calib_error error = {.struct_size = sizeof error};
    calib_last_error(&error);
    return fail(error.message);
}

static void only_errors(enum ggml_log_level level, const char *text, void *ctx)
{
    (void)ctx;
    if (level == GGML_LOG_LEVEL_ERROR)
        fputs(text, stderr);
}

/* One row is one batch, and starts with an empty memory. */
static int decode(struct llama_context *context, struct llama_batch *batch, const int32_t *ids,
                  int32_t n)
{
    batch->n_tokens = n;
    for (int32_t i = 0; i < n; i++) {
        batch->token[i] = ids[i];
        batch->pos[i] = i;
        batch->n_seq_id[i] = 1;
        batch->seq_id[i][0] = 0;
        batch->logits[i] = 1; /* else the last layer sees only the last token */
    }
    llama_memory_clear(llama_get_memory(context), true);
    return llama_decode(context, *batch);
}

static int run(struct llama_model *model, const calib_samples *rows, long n_threads,
               collector *sums)
{
    struct llama_context_params params = llama_context_default_params();
    if (n_threads > 0)
        params.n_threads = params.n_threads_batch = (int32_t)n_threads;
    params.n_ctx = params.n_batch = (uint32_t)rows->seq_len;
    params.cb_eval = collect;
    params.cb_eval_user_data = sums;
    struct llama_context *context = llama_init_from_model(model, params);
    if (!context)
        return fail("llama.cpp makes no context for this model");
    struct llama_batch batch = llama_batch_init((int32_t)rows->seq_len, 0, 1);
    int failed = 0;
    for (size_t i = 0; i < rows->n_rows && !failed; i++) {
        int32_t n = rows->lengths ? rows->lengths[i] : (int32_t)rows->seq_len;
        failed = decode(context, &batch, rows->tokens + i * rows->seq_len, n);
        printf("row %zu of %zu\n", i + 1, rows->n_rows);
    }
    llama_batch_free(batch);
    llama_free(context);
    if (failed || sums->failure)
        return fail(sums->failure ? sums->failure : "llama_decode failed");
    return 0;
}

static int save(collector *sums, const char *recipe, const char *path, const calib_samples *rows)
{
    char id[80];
    int locked = calib_recipe_id(recipe, id) == 0;
    if (collector_save(sums, path, recipe, locked ? id : NULL, (uint32_t)rows->n_rows,
                       (uint32_t)rows->seq_len))
        return fail("the matrix cannot be written, or has values that are not finite");
    return 0;
}

int main(int argc, char **argv)
{
    if (argc != 4 && argc != 5)
        return fail("usage: calib-imatrix MODEL.gguf RECIPE.json IMATRIX.gguf [THREADS]");
    llama_log_set(only_errors, NULL);
    llama_backend_init();
    struct llama_model *model = llama_model_load_from_file(argv[1], llama_model_default_params());
    uint8_t identity[32];
    if (!model || vocab_identity(argv[1], identity)) {
        llama_model_free(model);
        return fail("llama.cpp does not load the model");
    }
    vocab_tokenizer tokenizer;
    vocab_tokenizer_init(&tokenizer, llama_model_get_vocab(model), identity);
    long n_threads = argc == 5 ? strtol(argv[4], NULL, 10) : 0;
    collector sums = {0};
    calib_samples *rows = NULL;
    int failed = calib_recipe_load(&tokenizer.vtable, argv[2], NULL, &rows) ? calib_failed() : 0;
    failed = failed || run(model, rows, n_threads, &sums) || save(&sums, argv[2], argv[3], rows);
    calib_samples_free(rows);
    collector_free(&sums);
    llama_model_free(model);
    llama_backend_free();
    return failed;
}
