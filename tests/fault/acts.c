/* SPDX-License-Identifier: MIT */
/* Acts that several scenarios share. */
#include "scenario.h"

#include "tokenizers.h"

#include <stdio.h>
#include <string.h>

static char complaint[256];

test_setup scenario_setup(const scenario *s)
{
    test_setup setup = location_setup(world.url);
    setup.options.cache_dir = world.cache;
    setup.options.flags = s->flags;
    setup.options.offline = s->offline ? s->offline : CALIB_OFFLINE_OFF;
    setup.options.max_memo_bytes = 1 << 20; /* each of many runs clears it */
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

static test_tokenizer bytes = {.ids = TEST_BYTES, .fingerprint = 7};

const calib_tokenizer_vtable scenario_with_cuts = {
    .struct_size = sizeof(calib_tokenizer_vtable),
    .ctx = &bytes,
    .encode = test_encode,
    .cuts = test_cuts,
    .capabilities = CALIB_TOKENIZER_THREADS,
};

const calib_tokenizer_vtable scenario_with_fingerprint = {
    .struct_size = sizeof(calib_tokenizer_vtable),
    .ctx = &bytes,
    .encode = test_encode,
    .fingerprint = test_fingerprint,
};

const calib_tokenizer_vtable scenario_with_both = {
    .struct_size = sizeof(calib_tokenizer_vtable),
    .ctx = &bytes,
    .encode = test_encode,
    .cuts = test_cuts,
    .fingerprint = test_fingerprint,
    .capabilities = CALIB_TOKENIZER_THREADS,
};
