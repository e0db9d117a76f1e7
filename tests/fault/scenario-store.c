/* SPDX-License-Identifier: MIT */
/* Ids that are stored, found again, or too many for memory. */
#include "scenario.h"

#include "inject.h"
#include "store/store.h"

#include <stdlib.h>
#include <string.h>

/* What a load may fail of whose store is on a bad disk: not of the disk. */
static bool about_memory(const char *name)
{
    return strstr(name, "alloc") || strncmp(name, "EVP_", 4) == 0 ||
           strncmp(name, "pthread_", 8) == 0;
}

static int act_store(const scenario *s)
{
    calib_options options = scenario_options(s);
    int status = scenario_load(&scenario_with_fingerprint, &options);
    if (!status || status == CALIB_E_NOMEM || about_memory(inject_where()))
        return status;
    return scenario_complain("a store that cannot be read or written made the load fail");
}

/* Ids that are many go to a file, and back to memory when no file takes them. */
static int act_spill(const scenario *s)
{
    enum { N = 4000 };
    int32_t id, got[N];
    calib_ids ids;
    (void)s;
    scenario_no_complaint();
    calib_ids_begin(&ids, 0, false, (calib_spill_place){NULL, NULL});
    ids.bytes.limit = 1000;
    int status = CALIB_OK;
    for (id = 0; id < N && !status; id++) {
        int32_t value = id == N / 2 ? 70000 : id;
        status = calib_ids_push(&ids, &value, 1);
    }
    if (!status)
        status = calib_ids_end(&ids);
    if (!status)
        status = calib_ids_read(&ids, 0, N, got);
    for (id = 0; id < N && !status; id++)
        if (got[id] != (id == N / 2 ? 70000 : id))
            scenario_complain("an id is wrong");
    calib_ids_free(&ids);
    return status;
}

static void have_tokens(const scenario *s)
{
    if (s->act(s))
        abort();
}

static const scenario scenarios[] = {
    {.name = "storing tokens", .act = act_store},
    {.name = "stored tokens", .prepare = have_tokens, .act = act_store},
    {.name = "ids that spill", .act = act_spill},
};
const scenario_group store_group = {"store", scenarios, sizeof scenarios / sizeof *scenarios};
