/* SPDX-License-Identifier: MIT */
#include "collect.h"

#include <gguf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static int by_name(const void *a, const void *b)
{
    return strcmp(((const weight_sums *)a)->name, ((const weight_sums *)b)->name);
}

static size_t memory_of(const collector *self)
{
    size_t size = 0;
    for (size_t i = 0; i < self->n_weights; i++)
        size += 2 * (ggml_tensor_overhead() + GGML_MEM_ALIGN) +
                (self->weights[i].n_values + self->weights[i].n_counts) * sizeof(float);
    return size;
}

static bool is_finite(const weight_sums *sums)
{
    for (size_t i = 0; i < sums->n_values; i++)
        if (!isfinite(sums->values[i]))
            return false;
    return true;
}

static void add_tensors(struct gguf_context *file, struct ggml_context *memory,
                        const weight_sums *sums)
{
    int64_t n = (int64_t)(sums->n_values / sums->n_counts), n_counts = (int64_t)sums->n_counts;
    struct ggml_tensor *values = ggml_new_tensor_2d(memory, GGML_TYPE_F32, n, n_counts);
    struct ggml_tensor *counts = ggml_new_tensor_2d(memory, GGML_TYPE_F32, 1, n_counts);
    ggml_format_name(values, "%s.in_sum2", sums->name);
    ggml_format_name(counts, "%s.counts", sums->name);
    memcpy(values->data, sums->values, sums->n_values * sizeof *sums->values);
    for (size_t i = 0; i < sums->n_counts; i++)
        ((float *)counts->data)[i] = (float)sums->counts[i];
    gguf_add_tensor(file, values);
    gguf_add_tensor(file, counts);
}

int collector_save(collector *self, const char *path, const char *dataset, const char *lock_id,
                   uint32_t n_rows, uint32_t seq_len)
{
    struct ggml_init_params params = {.mem_size = memory_of(self)};
    struct ggml_context *memory = ggml_init(params);
    struct gguf_context *file = gguf_init_empty();
    gguf_set_val_str(file, "general.type", "imatrix");
    gguf_set_arr_str(file, "imatrix.datasets", &dataset, 1);
    gguf_set_val_u32(file, "imatrix.chunk_count", n_rows);
    gguf_set_val_u32(file, "imatrix.chunk_size", seq_len);
    if (lock_id)
        gguf_set_val_str(file, "calib.lock", lock_id);
    qsort(self->weights, self->n_weights, sizeof *self->weights, by_name);
    bool good = memory && self->n_weights;
    for (size_t i = 0; good && i < self->n_weights; i++) {
        good = is_finite(&self->weights[i]);
        add_tensors(file, memory, &self->weights[i]);
    }
    good = good && gguf_write_to_file(file, path, false);
    gguf_free(file);
    ggml_free(memory);
    return good ? 0 : -1;
}
