/* SPDX-License-Identifier: MIT */
#include "inject.h"

#include <signal.h>
#include <stdatomic.h>
#include <string.h>

static struct {
    atomic_bool armed;
    inject_place place;
    inject_kind kind;
    unsigned at;
    bool for_ever;
    atomic_uint calls;
    atomic_bool hit;
    atomic_bool hit_remove;
    atomic_bool kill_next; /* KILL_AFTER: the call in progress is the one */
    const char *where;
} state;

static atomic_long blocks;

void inject_arm(inject_place place, inject_kind kind, unsigned at, bool for_ever)
{
    state.place = place;
    state.kind = kind;
    state.at = at;
    state.for_ever = for_ever;
    state.where = "";
    state.calls = 0;
    state.hit = false;
    state.hit_remove = false;
    state.kill_next = false;
    state.armed = true;
}

bool inject_disarm(void)
{
    state.armed = false;
    return state.hit;
}

const char *inject_where(void)
{
    return state.where;
}

bool inject_hit_remove(void)
{
    return state.hit_remove;
}

inject_kind inject_current(void)
{
    return state.kind;
}

static bool is_able(inject_kind able)
{
    switch (state.kind) {
    case INJECT_INTERRUPT:
    case INJECT_SHORT: return able == state.kind || able == INJECT_SHORT;
    default: return true;
    }
}

static void hit(const char *name)
{
    if (!state.hit)
        state.where = name;
    state.hit = true;
    if (strcmp(name, "unlinkat") == 0 || strcmp(name, "unlink") == 0)
        state.hit_remove = true;
}

inject_answer inject_ask(inject_place place, inject_kind able, const char *name)
{
    if (!state.armed || state.place != place || !is_able(able))
        return INJECT_GO;
    unsigned call = ++state.calls;
    if (call != state.at && !(state.for_ever && call > state.at))
        return INJECT_GO;
    hit(name);
    if (state.kind == INJECT_KILL_BEFORE)
        raise(SIGKILL);
    if (state.kind == INJECT_KILL_AFTER) {
        state.kill_next = true;
        return INJECT_GO;
    }
    return INJECT_NO;
}

void inject_done(inject_place place)
{
    if (state.armed && state.place == place && state.kill_next)
        raise(SIGKILL);
}

void inject_count(long change)
{
    blocks += change;
}

long inject_blocks(void)
{
    return blocks;
}
