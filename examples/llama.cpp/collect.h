/* SPDX-License-Identifier: MIT */
/* Sums of squares of what goes into each weight: the contents of an importance matrix. */
#ifndef CALIB_EXAMPLE_LLAMA_COLLECT_H
#define CALIB_EXAMPLE_LLAMA_COLLECT_H

#include <ggml.h>
#include <stddef.h>
#include <stdint.h>

/** One weight. Each expert of a mixture has a count of its own, all others share one. */
typedef struct weight_sums {
    char name[GGML_MAX_NAME];
    float *values; /**< [n_values]: a sum for each column of each matrix */
    int64_t *counts;
    size_t n_values, n_counts;
} weight_sums;

typedef struct collector {
    weight_sums *weights;
    size_t n_weights;
    void *data, *ids; /**< copies of tensors that are not in this computer's main memory */
    size_t data_size, ids_size;
    const char *failure; /**< NULL: none */
} collector;

/** The callback of llama_context_params.cb_eval; `cb_eval_user_data` is a collector, zero at first.
 *  After a failure the decoding ends. */
bool collect(struct ggml_tensor *tensor, bool ask, void *self);

/** Writes the file that llama-quantize --imatrix reads. `lock_id` may be NULL. Returns 0 or -1. */
int collector_save(collector *self, const char *path, const char *dataset, const char *lock_id,
                   uint32_t n_rows, uint32_t seq_len);

void collector_free(collector *self);

#endif
