/* SPDX-License-Identifier: MIT */
#include "collect.h"

#include <ggml-backend.h>
#include <stdlib.h>
#include <string.h>

/* A weight that a backend has copied is named like CUDA0#blk.0.attn_k.weight#0. */
static void weight_name(const struct ggml_tensor *weight, char out[GGML_MAX_NAME])
{
    const char *mark = strchr(weight->name, '#');
    const char *name = mark ? mark + 1 : weight->name;
    size_t n = mark ? strcspn(name, "#") : strlen(name);
    memcpy(out, name, n);
    out[n] = '\0';
}

/* Any operation may be asked for, some of which have no src. */
static bool is_wanted(const struct ggml_tensor *tensor)
{
    char name[GGML_MAX_NAME];
    if (tensor->op == GGML_OP_MUL_MAT_ID)
        return true;
    if (tensor->op != GGML_OP_MUL_MAT || tensor->src[1]->type != GGML_TYPE_F32)
        return false;
    weight_name(tensor->src[0], name);
    return strncmp(name, "blk.", 4) == 0;
}

/* Returns the tensor's bytes, copied to *copy if they are elsewhere; NULL: no memory. */
static const char *bytes_of(const struct ggml_tensor *tensor, void **copy, size_t *size)
{
    size_t n = ggml_nbytes(tensor);
    if (ggml_backend_buffer_is_host(tensor->buffer))
        return tensor->data;
    if (*size < n) {
        void *larger = realloc(*copy, n);
        if (!larger)
            return NULL;
        *copy = larger;
        *size = n;
    }
    ggml_backend_tensor_get(tensor, *copy, 0, n);
    return *copy;
}

static weight_sums *find(collector *self, const char *name)
{
    for (size_t i = 0; i < self->n_weights; i++)
        if (strcmp(self->weights[i].name, name) == 0)
            return &self->weights[i];
    return NULL;
}

static weight_sums *add(collector *self, const char *name, size_t n_values, size_t n_counts)
{
    weight_sums *larger = realloc(self->weights, (self->n_weights + 1) * sizeof *larger);
    if (!larger)
        return NULL;
    self->weights = larger;
    weight_sums *made = &larger[self->n_weights];
    *made = (weight_sums){.values = calloc(n_values, sizeof *made->values),
                          .counts = calloc(n_counts, sizeof *made->counts),
                          .n_values = n_values,
                          .n_counts = n_counts};
    memcpy(made->name, name, strlen(name) + 1);
    self->n_weights++; /* from here on collector_free() knows it */
    return made->values && made->counts ? made : NULL;
}

static weight_sums *sums_of(collector *self, const char *name, size_t n_values, size_t n_counts)
{
    weight_sums *found = find(self, name);
    if (!found)
        found = add(self, name, n_values, n_counts);
    if (!found || (found->n_values == n_values && found->n_counts == n_counts))
        return found;
    self->failure = "a weight is used in two ways";
    return NULL;
}

static void add_squares(float *sums, const float *x, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        sums[i] += x[i] * x[i];
}

static bool collect_dense(collector *self, const struct ggml_tensor *tensor, const char *name,
                          const char *data)
{
    const struct ggml_tensor *weight = tensor->src[0], *x = tensor->src[1];
    int64_t n = x->ne[0], n_matrices = weight->ne[2] * weight->ne[3];
    weight_sums *sums = sums_of(self, name, (size_t)(n * n_matrices), 1);
    if (!sums)
        return false;
    for (int64_t k = 0; k < x->ne[2] * x->ne[3]; k++) {
        int64_t i2 = k % x->ne[2], i3 = k / x->ne[2];
        int64_t matrix = i3 % weight->ne[3] * weight->ne[2] + i2 % weight->ne[2];
        const char *rows = data + (size_t)i2 * x->nb[2] + (size_t)i3 * x->nb[3];
        for (int64_t row = 0; row < x->ne[1]; row++)
            add_squares(sums->values + matrix * n, (const float *)(rows + (size_t)row * x->nb[1]),
                        n);
    }
    sums->counts[0] += ggml_nrows(x) / n_matrices;
    return true;
}

/* ids: [experts used][tokens], not contiguous. x: [columns][experts used, or 1][tokens]. */
static bool collect_experts(collector *self, const struct ggml_tensor *tensor, const char *name,
                            const char *data)
{
    const struct ggml_tensor *weight = tensor->src[0], *x = tensor->src[1], *ids = tensor->src[2];
    int64_t n = x->ne[0], n_experts = weight->ne[2];
    const char *chosen = bytes_of(ids, &self->ids, &self->ids_size);
    weight_sums *sums = sums_of(self, name, (size_t)(n * n_experts), (size_t)n_experts);
    if (!chosen || !sums)
        return false;
    for (int64_t slot = 0; slot < ids->ne[0]; slot++) {
        const char *rows = data + (size_t)(slot % x->ne[1]) * x->nb[1];
        for (int64_t token = 0; token < x->ne[2]; token++) {
            int32_t expert;
            memcpy(&expert, chosen + (size_t)token * ids->nb[1] + (size_t)slot * ids->nb[0],
                   sizeof expert);
            add_squares(sums->values + expert * n, (const float *)(rows + (size_t)token * x->nb[2]),
                        n);
            sums->counts[expert]++;
        }
    }
    return true;
}

bool collect(struct ggml_tensor *tensor, bool ask, void *ctx)
{
    collector *self = ctx;
    char name[GGML_MAX_NAME];
    if (ask)
        return is_wanted(tensor);
    weight_name(tensor->src[0], name);
    const char *data = bytes_of(tensor->src[1], &self->data, &self->data_size);
    bool done =
        data && (tensor->op == GGML_OP_MUL_MAT_ID ? collect_experts(self, tensor, name, data)
                                                  : collect_dense(self, tensor, name, data));
    if (!done && !self->failure)
        self->failure = "no memory for the sums";
    return done;
}

void collector_free(collector *self)
{
    for (size_t i = 0; i < self->n_weights; i++) {
        free(self->weights[i].values);
        free(self->weights[i].counts);
    }
    free(self->weights);
    free(self->data);
    free(self->ids);
}
