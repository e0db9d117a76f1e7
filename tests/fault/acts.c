/* SPDX-License-Identifier: MIT */
/* What several scenarios do. */
#include "scenario.h"

#include <stdio.h>
#include <string.h>

static char complaint[256];

test_setup scenario_setup(const scenario *s)
{
    test_setup setup = location_setup(world.url);
    setup.options.cache_dir = world.cache;
    setup.options.flags = s->flags;
    setup.options.offline = s->offline ? s->offline : CALIB_OFFLINE_OFF;
    setup.options.max_tries = 2;
    setup.options.stall_timeout_ms = 300;
    setup.options.connect_timeout_ms = 1000;
    setup.options.lock_timeout_ms = 100;
    setup.options.proxy = "";
    if (s->choose)
        s->choose(&setup);
    return setup;
}

void scenario_no_complaint(void)
{
    complaint[0] = '\0';
}

int scenario_complain(const char *what)
{
    snprintf(complaint, sizeof complaint, "%s", what);
    return CALIB_OK;
}

const char *scenario_complaint(void)
{
    return complaint[0] ? complaint : NULL;
}

int scenario_fetch(const scenario *s)
{
    static char got[2 * TEXT_LEN];
    test_setup setup = scenario_setup(s);
    char path[PATH_CAP] = "";
    scenario_no_complaint();
    int status = calib_fetch(&setup.source, &setup.options, path, sizeof path);
    if (status)
        return path[0] ? scenario_complain("a path was given though it failed") : status;
    if (scenario_read(path, got, sizeof got) != TEXT_LEN || memcmp(got, world.text, TEXT_LEN) != 0)
        return scenario_complain("the text is wrong");
    return CALIB_OK;
}

void scenario_from_file(test_setup *setup)
{
    setup->source.location = world.file;
}

void scenario_from_memory(test_setup *setup)
{
    setup->source.location = NULL;
    setup->source.bytes = world.text;
    setup->source.n_bytes = TEXT_LEN;
    setup->options.threads = 3;
}

int scenario_load(const calib_tokenizer_vtable *tok, test_setup *setup)
{
    calib_samples *samples = NULL;
    scenario_no_complaint();
    int status = test_load(tok, 0, 1000, 7, setup, NULL, &samples);
    if (status)
        return samples ? scenario_complain("samples were given though it failed") : status;
    for (size_t i = 0; i < samples->n_rows; i++)
        if (samples->tokens[i * 1000 + 9] != (unsigned char)world.text[samples->offsets[i] + 9])
            scenario_complain("a sample is wrong");
    calib_samples_free(samples);
    return CALIB_OK;
}

/* ---- tokenizers ---- */

static int encode(void *ctx, const char *at, size_t len, uint32_t flags, calib_emit_fn emit,
                  void *emit_ctx)
{
    (void)ctx, (void)flags;
    int result = 0;
    int32_t ids[1000];
    for (size_t i = 0; i < len && !result;) {
        size_t n = 0;
        while (n < 1000 && i < len)
            ids[n++] = (unsigned char)at[i++];
        result = emit(emit_ctx, ids, n);
    }
    return result;
}

static int cut_lines(void *ctx, const char *at, size_t len, uint32_t flags, size_t *offsets,
                     size_t cap, size_t *n)
{
    (void)ctx, (void)flags;
    *n = 0;
    for (size_t i = 1; i < len && *n < cap; i++)
        if (at[i - 1] == '\n')
            offsets[(*n)++] = i;
    return 0;
}

static int fingerprint(void *ctx, uint8_t out[32])
{
    (void)ctx;
    memset(out, 7, 32);
    return 0;
}

const calib_tokenizer_vtable scenario_with_cuts = {
    .struct_size = sizeof(calib_tokenizer_vtable),
    .encode = encode,
    .cuts = cut_lines,
    .capabilities = CALIB_TOKENIZER_THREADS,
};

const calib_tokenizer_vtable scenario_with_fingerprint = {
    .struct_size = sizeof(calib_tokenizer_vtable),
    .encode = encode,
    .fingerprint = fingerprint,
};

const calib_tokenizer_vtable scenario_with_both = {
    .struct_size = sizeof(calib_tokenizer_vtable),
    .encode = encode,
    .cuts = cut_lines,
    .fingerprint = fingerprint,
    .capabilities = CALIB_TOKENIZER_THREADS,
};
