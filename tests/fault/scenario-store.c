/* SPDX-License-Identifier: MIT */
/* Scenarios with ids that are stored, found again, or too many for memory. */
#include "scenario.h"

#include "inject.h"
#include "store/store.h"

#include <stdlib.h>
#include <string.h>

/* A load whose store is on a bad disk may fail for lack of memory, but not because of the disk. */
static bool about_memory(const char *name)
{
    return strstr(name, "alloc") || strncmp(name, "EVP_", 4) == 0 ||
           strncmp(name, "pthread_", 8) == 0;
}

static int tolerate_disk(int status)
{
    if (!status || status == CALIB_E_NOMEM || about_memory(inject_where()))
        return status;
    return scenario_complain("a store that cannot be read or written made the load fail");
}

static int act_store(const scenario *s)
{
    test_setup setup = scenario_setup(s);
    return tolerate_disk(scenario_load(&scenario_with_fingerprint, &setup));
}

/* ---- damage in an open handle ---- */

static int read_rows(calib_corpus *corpus)
{
    calib_samples *samples = NULL;
    int status = calib_corpus_sample(corpus, 0, 1000, 7, NULL, &samples);
    if (status)
        return samples ? scenario_complain("samples were given though it failed") : status;
    for (size_t i = 0; i < samples->n_rows * 1000; i++)
        if (samples->tokens[i] !=
            (unsigned char)world.text[(size_t)samples->offsets[i / 1000] + i % 1000])
            scenario_complain("a sample is wrong");
    calib_samples_free(samples);
    return CALIB_OK;
}

static int read_tokens(calib_corpus *corpus)
{
    static int32_t ids[TEXT_LEN];
    int status = calib_corpus_tokens(corpus, 0, TEXT_LEN, ids);
    for (size_t i = 0; i < TEXT_LEN && !status; i++)
        if (ids[i] != (unsigned char)world.text[i])
            return scenario_complain("a token is wrong");
    return status;
}

/* A store that a handle has just written is verified when it is read; one that it found, when it is
 * opened. Only the first can be damaged in between. */
static int damage(const calib_corpus *corpus)
{
    calib_info info = {.struct_size = sizeof info};
    int status = calib_corpus_info(corpus, &info);
    if (!status && info.token_store == CALIB_CACHE_MISS)
        scenario_damage_store();
    if (!status && info.token_store == CALIB_CACHE_OFF && !inject_where()[0])
        scenario_complain("nothing was stored");
    return status;
}

static int repair(const scenario *s, int (*read)(calib_corpus *))
{
    test_setup setup = scenario_setup(s);
    calib_corpus *corpus = NULL;
    scenario_no_complaint();
    int status = test_open(&scenario_with_fingerprint, &setup, &corpus);
    if (!status)
        status = damage(corpus);
    if (!status)
        status = read(corpus);
    calib_corpus_close(corpus);
    return status;
}

static int act_repair_sample(const scenario *s)
{
    return tolerate_disk(repair(s, read_rows));
}

/* Reads from a file, which is opened again: that may fail. */
static int act_repair_tokens(const scenario *s)
{
    return repair(s, read_tokens);
}

/* ---- many ids ---- */

enum { N_IDS = 4000, WIDE = 70000 };

static int32_t id_at(int i)
{
    return i == N_IDS / 2 ? WIDE : i;
}

static int push_all(calib_ids *ids)
{
    enum { AT_ONCE = 400 };
    int status = CALIB_OK;
    for (int first = 0; first < N_IDS && !status; first += AT_ONCE) {
        int32_t block[AT_ONCE];
        for (int i = 0; i < AT_ONCE; i++)
            block[i] = id_at(first + i);
        status = calib_ids_push(ids, block, AT_ONCE);
    }
    return status ? status : calib_ids_end(ids);
}

static int compare_all(calib_ids *ids)
{
    int32_t got[N_IDS];
    int status = calib_ids_read(ids, 0, N_IDS, got);
    for (int i = 0; i < N_IDS && !status; i++)
        if (got[i] != id_at(i))
            return scenario_complain("an id is wrong");
    return status;
}

/* Many ids go to a file, and back to memory if no file takes them. */
static int act_spill(const scenario *s)
{
    calib_ids ids;
    (void)s;
    scenario_no_complaint();
    calib_ids_begin(&ids, 0, false, (calib_spill_place){NULL, NULL});
    ids.bytes.limit = 1000;
    int status = push_all(&ids);
    if (!status)
        status = compare_all(&ids);
    calib_ids_free(&ids);
    return status;
}

/* Collects ids in the file that will be the store, which is rewritten when a wide id comes. */
static int spill_in_place(calib_store *store, calib_ids *ids)
{
    calib_store_header header = {.inputs = {.corpus_bytes = N_IDS, .n_slices = 1},
                                 .text_bytes = N_IDS};
    bool kept;
    int status = calib_store_name(store, &header.inputs);
    if (status)
        return status;
    calib_ids_begin(ids, 0, true, calib_store_place(store));
    ids->bytes.limit = 1000;
    status = push_all(ids);
    if (!status)
        status = calib_store_keep(store, &header, ids, &(calib_bounds){0}, &kept);
    if (!status && !kept && !inject_where()[0])
        return scenario_complain("nothing was stored");
    return status;
}

static int act_spill_in_place(const scenario *s)
{
    calib_store store;
    calib_ids ids = {0};
    (void)s;
    scenario_no_complaint();
    calib_store_open(&store, world.cache);
    int status = spill_in_place(&store, &ids);
    ids.bytes.place = (calib_spill_place){NULL, NULL};
    calib_store_close(&store);
    if (!status)
        status = compare_all(&ids);
    calib_ids_free(&ids);
    return status;
}

static void have_tokens(const scenario *s)
{
    if (s->act(s))
        abort();
}

static const scenario scenarios[] = {
    {.name = "storing tokens", .choose = scenario_from_memory, .act = act_store},
    {.name = "stored tokens",
     .prepare = have_tokens,
     .choose = scenario_from_memory,
     .act = act_store},
    {.name = "repairing for rows",
     .choose = scenario_from_memory,
     .act = act_repair_sample,
     .damaged = true},
    {.name = "repairing for tokens",
     .choose = scenario_from_file,
     .act = act_repair_tokens,
     .damaged = true},
    {.name = "ids that spill", .act = act_spill},
    {.name = "ids that spill in place", .act = act_spill_in_place},
};
const scenario_group store_group = {"store", scenarios, sizeof scenarios / sizeof *scenarios};
