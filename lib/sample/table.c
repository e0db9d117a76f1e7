/* SPDX-License-Identifier: MIT */
/* Samplers by name. */
#include "base/error.h"
#include "sample/sampler.h"

#include <string.h>

static const calib_sampler *(*const samplers[])(void) = {
    calib_sampler_mlx,
    calib_sampler_sequential,
    calib_sampler_imatrix,
    calib_sampler_rows_listed,
    calib_sampler_documents,
    calib_sampler_documents_split,
    calib_sampler_documents_listed,
    calib_sampler_longest,
    calib_sampler_gptq_window,
    calib_sampler_gptq_document,
    calib_sampler_wanda_document,
    calib_sampler_awq,
    calib_sampler_autoround,
    calib_sampler_autoround_file,
    calib_sampler_hf_shuffle,
    calib_sampler_mlx_dwq,
    calib_sampler_mlx_perplexity,
    calib_sampler_torch_random,
    calib_sampler_torch_reject,
};

/* Schemes whose rows no name can promise. */
static const struct {
    const char *name, *reason;
} refused[] = {
    {"hf-streaming",
     "Hugging Face's streaming shuffle depends on how the set is divided into files "
     "and on the release of datasets; \"hf-shuffle\" gives the other shuffle"},
    {"exl3-noise", "exllamav3's rows of random tokens are no rows of a corpus"},
};

enum { N_SAMPLERS = sizeof samplers / sizeof *samplers, NAMES_CAP = 512 };

int calib_sampler_find(const char *name, const calib_sampler **out)
{
    const char *wanted = name ? name : "mlx";
    char known[NAMES_CAP] = "";
    size_t used = 0;
    for (size_t i = 0; i < N_SAMPLERS; i++) {
        const calib_sampler *sampler = samplers[i]();
        size_t len = strlen(sampler->name);
        if (strcmp(wanted, sampler->name) == 0) {
            *out = sampler;
            return CALIB_OK;
        }
        if (used + len + sizeof ", " > sizeof known)
            continue;
        memcpy(known + used, ", ", 2);
        memcpy(known + used + 2, sampler->name, len + 1);
        used += 2 + len;
    }
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (strcmp(wanted, refused[i].name) == 0)
            return calib_fail(CALIB_E_UNSUPPORTED, "sampler \"%s\" is refused: %s", wanted,
                              refused[i].reason);
    return calib_fail(CALIB_E_ARGUMENT, "sampler \"%.80s\" is unknown; known samplers: %s", wanted,
                      known + 2);
}

int calib_sampler_each(calib_sampler_fn fn, void *ctx)
{
    for (size_t i = 0; i < N_SAMPLERS; i++) {
        int result = fn(ctx, samplers[i]()->name, samplers[i]()->line);
        if (result == 0)
            continue;
        calib_fail(CALIB_E_CANCELLED, "the callback cancelled the list of samplers");
        calib_error_record()->callback_result = result;
        return CALIB_E_CANCELLED;
    }
    return CALIB_OK;
}
