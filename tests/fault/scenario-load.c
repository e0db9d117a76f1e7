/* SPDX-License-Identifier: MIT */
/* Loads from sources other than URLs. */
#include "scenario.h"

static int act_threads(const scenario *s)
{
    calib_options options = scenario_options(s);
    return scenario_load(&scenario_with_cuts, &options);
}

static int act_path(const scenario *s)
{
    calib_options options = scenario_options(s);
    options.source = world.file;
    calib_corpus *corpus = NULL;
    scenario_no_complaint();
    int status = calib_open(calib_bytes_tokenizer(), &options, &corpus);
    if (status)
        return corpus ? scenario_complain("a handle was given though it failed") : status;
    int32_t last = -1;
    status = calib_tokens(corpus, TEXT_LEN - 1, 1, &last);
    if (!status && last != (unsigned char)world.text[TEXT_LEN - 1])
        scenario_complain("the tokens are wrong");
    calib_close(corpus);
    return status;
}

static const scenario scenarios[] = {
    {.name = "loading by threads", .act = act_threads},
    {.name = "loading a file", .act = act_path},
};
const scenario_group load_group = {"load", scenarios, sizeof scenarios / sizeof *scenarios};
