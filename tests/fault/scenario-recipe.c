/* SPDX-License-Identifier: MIT */
/* Scenarios of recipes and locks. */
#include "scenario.h"

#include <calib_recipe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct {
    char recipe[PATH_CAP], lock[PATH_CAP];
    char text[4096]; /* of the lock */
    size_t len;
} files;

static calib_recipe_options options_of(const test_setup *setup)
{
    return (calib_recipe_options){.struct_size = sizeof(calib_recipe_options),
                                  .options = &setup->options};
}

/* ---- acts ---- */

/* Compares with the text that was locked before any fault. */
static int take(void *ctx, const char *text, size_t len)
{
    (void)ctx;
    if (len != files.len || memcmp(text, files.text, len) != 0)
        scenario_complain("the lock is another one");
    return 0;
}

static int act_lock(const scenario *s)
{
    test_setup setup = scenario_setup(s);
    calib_recipe_options options = options_of(&setup);
    scenario_no_complaint();
    return calib_recipe_lock(calib_bytes_tokenizer(), files.recipe, &options, take, NULL, NULL);
}

static int act_load(const scenario *s)
{
    test_setup setup = scenario_setup(s);
    calib_recipe_options options = options_of(&setup);
    calib_samples *samples = NULL;
    scenario_no_complaint();
    int status = calib_recipe_load(calib_bytes_tokenizer(), files.lock, &options, &samples);
    if (status)
        return samples ? scenario_complain("rows were given though it failed") : status;
    status = calib_recipe_verify(files.lock, samples);
    calib_samples_free(samples);
    return status;
}

static int act_id(const scenario *s)
{
    char id[80] = "";
    (void)s;
    scenario_no_complaint();
    int status = calib_recipe_id(files.lock, id);
    if (!status != (strncmp(id, "calib1:sha256:", 14) == 0))
        return scenario_complain("there is an id, or none");
    return status;
}

/* ---- scenarios ---- */

static int keep(void *ctx, const char *text, size_t len)
{
    (void)ctx;
    if (len > sizeof files.text)
        return 1;
    memcpy(files.text, text, len);
    files.len = len;
    return 0;
}

/* A recipe of every kind of value: a string, a number in either form, a word, arrays, a list of
 * sources. */
static void have_lock(const scenario *s)
{
    static const char recipe[] =
        "{\"calib\": 1, \"documents\": \"lines\",\n"
        " \"sources\": [{\"path\": \"lines\", \"max_chars\": \"100\"}, {\"path\": \"lines\"}],\n"
        " \"sampler\": \"documents\", \"samples\": 3, \"seq_len\": 64, \"pad\": 0}\n";
    test_setup setup = scenario_setup(s);
    calib_recipe_options options = options_of(&setup);
    snprintf(files.recipe, sizeof files.recipe, "%s/recipe.json", world.folder);
    snprintf(files.lock, sizeof files.lock, "%s/lock.json", world.folder);
    scenario_write(files.recipe, recipe, sizeof recipe - 1);
    if (calib_recipe_lock(calib_bytes_tokenizer(), files.recipe, &options, keep, NULL, NULL))
        abort();
    scenario_write(files.lock, files.text, files.len);
}

static void no_store(test_setup *setup)
{
    setup->options.flags |= CALIB_NO_TOKEN_STORE;
}

static const scenario scenarios[] = {
    {.name = "locking a recipe", .prepare = have_lock, .choose = no_store, .act = act_lock},
    {.name = "loading and verifying a lock",
     .prepare = have_lock,
     .choose = no_store,
     .act = act_load},
    {.name = "the id of a lock", .prepare = have_lock, .choose = no_store, .act = act_id},
};
const scenario_group recipe_group = {"recipe", scenarios, sizeof scenarios / sizeof *scenarios};
