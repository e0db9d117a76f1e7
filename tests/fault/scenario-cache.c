/* SPDX-License-Identifier: MIT */
/* Scenarios of the cache: finding texts, and the functions of calib_cache.h. */
#include "scenario.h"

static int act_add(const scenario *s)
{
    test_setup setup = scenario_setup(s);
    scenario_no_complaint();
    return calib_cache_add(&setup.source, &setup.options, world.file);
}

static int count_entry(void *ctx, const calib_cache_entry *entry)
{
    unsigned *n = ctx;
    *n += entry->kind == CALIB_ENTRY_TEXT && entry->state != CALIB_STATE_MISSING;
    return 0;
}

static int act_verify(const scenario *s)
{
    test_setup setup = scenario_setup(s);
    unsigned n = 0;
    scenario_no_complaint();
    int status = calib_cache_verify(&setup.options, count_entry, &n);
    return status || n == 1 ? status : scenario_complain("not one text was found");
}

static int act_prune(const scenario *s)
{
    test_setup setup = scenario_setup(s);
    scenario_no_complaint();
    return calib_cache_prune(&setup.options, 1, NULL, NULL);
}

static int act_prune_to_bound(const scenario *s)
{
    test_setup setup = scenario_setup(s);
    scenario_no_complaint();
    setup.options.max_cache_bytes = 1;
    return calib_cache_prune(&setup.options, 0, NULL, NULL);
}

static int act_remove(const scenario *s)
{
    test_setup setup = scenario_setup(s);
    scenario_no_complaint();
    int status = calib_cache_remove(&setup.source, &setup.options);
    /* A first attempt that failed may already have removed everything. */
    return status == CALIB_E_NOT_FOUND ? CALIB_OK : status;
}

static void have_text(const scenario *s)
{
    (void)s;
    scenario_put_record(world.text_hash);
    scenario_put_text(world.text);
}

static void have_damaged_text(const scenario *s)
{
    (void)s;
    scenario_put_record(world.text_hash);
    scenario_put_text(world.other);
}

static const scenario scenarios[] = {
    {.name = "hit", .prepare = have_text, .act = scenario_fetch},
    {.name = "offline hit",
     .prepare = have_text,
     .act = scenario_fetch,
     .offline = CALIB_OFFLINE_ON},
    {.name = "healing", .prepare = have_damaged_text, .act = scenario_fetch, .damaged = true},
    {.name = "adding a file", .act = act_add},
    {.name = "verifying", .prepare = have_text, .act = act_verify},
    {.name = "pruning", .prepare = have_text, .act = act_prune},
    {.name = "pruning to a bound", .prepare = have_text, .act = act_prune_to_bound},
    {.name = "removing", .prepare = have_text, .act = act_remove},
};
const scenario_group cache_group = {"cache", scenarios, sizeof scenarios / sizeof *scenarios};
