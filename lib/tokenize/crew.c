/* SPDX-License-Identifier: MIT */
#include "tokenize/crew.h"

#include "base/error.h"
#include "system/system.h"

#include <stdlib.h>

enum { IDLE_MS = 20 };

typedef struct calib_hand {
    calib_crew *crew;
    calib_thread *thread;
    size_t worker;
} calib_hand;

struct calib_crew {
    calib_crew_work work;
    size_t n_workers;
    size_t n_slots;
    calib_monitor *monitor;
    /* Written by the asking thread alone, inside the monitor; it may read them outside. */
    size_t n_given;
    size_t n_back; /* taken back */
    /* Read and written inside the monitor. */
    size_t n_begun;
    bool waits; /* the asking thread, for job n_back */
    bool over;
    bool *done; /* [n_slots] */
    /* The asking thread's own; a hand's contents do not change once it runs. */
    size_t n_hands;
    calib_hand hands[];
};

/* Runs the next job that nobody has begun, if there is one. Called and left inside the monitor. */
static bool run_next(calib_crew *crew, size_t worker)
{
    if (crew->over || crew->n_begun == crew->n_given)
        return false;
    size_t job = crew->n_begun++;
    calib_monitor_leave(crew->monitor);
    crew->work.run(crew->work.ctx, worker, job);
    calib_monitor_enter(crew->monitor);
    crew->done[job % crew->n_slots] = true;
    if (crew->waits && job == crew->n_back)
        calib_monitor_wake_all(crew->monitor);
    return true;
}

static void hand_main(void *ctx)
{
    calib_hand *hand = ctx;
    calib_crew *crew = hand->crew;
    calib_monitor_enter(crew->monitor);
    while (!crew->over)
        if (!run_next(crew, hand->worker))
            calib_monitor_wait(crew->monitor, 0);
    calib_monitor_leave(crew->monitor);
}

int calib_crew_new(size_t n_workers, size_t n_slots, const calib_crew_work *work, calib_crew **out)
{
    size_t bytes = sizeof(calib_crew) + n_workers * sizeof(calib_hand);
    calib_crew *crew = calloc(1, bytes);
    bool *done = calloc(n_slots, sizeof *done);
    int error = crew && done ? calib_monitor_new(&crew->monitor) : 0;
    if (!crew || !done || error) {
        free(done);
        free(crew);
        return error ? calib_fail_system(error, "cannot make a lock") : calib_fail_memory(bytes);
    }
    crew->work = *work;
    crew->n_workers = n_workers;
    crew->n_slots = n_slots;
    crew->done = done;
    *out = crew;
    return CALIB_OK;
}

size_t calib_crew_next(const calib_crew *crew)
{
    return crew->n_given;
}

bool calib_crew_full(const calib_crew *crew)
{
    return crew->n_given - crew->n_back == crew->n_slots;
}

bool calib_crew_empty(const calib_crew *crew)
{
    return crew->n_given == crew->n_back;
}

static void start_hands(calib_crew *crew)
{
    while (crew->n_hands + 1 < crew->n_workers) {
        calib_hand *hand = &crew->hands[crew->n_hands];
        *hand = (calib_hand){.crew = crew, .worker = crew->n_hands + 1};
        if (calib_thread_start(hand_main, hand, &hand->thread) != 0)
            break;
        crew->n_hands++;
    }
    crew->n_workers = crew->n_hands + 1;
}

void calib_crew_give(calib_crew *crew)
{
    if (!calib_crew_empty(crew) && crew->n_hands + 1 < crew->n_workers)
        start_hands(crew);
    calib_monitor_enter(crew->monitor);
    crew->done[crew->n_given % crew->n_slots] = false;
    crew->n_given++;
    calib_monitor_wake_all(crew->monitor);
    calib_monitor_leave(crew->monitor);
}

size_t calib_crew_take_back(calib_crew *crew)
{
    size_t job = crew->n_back;
    calib_monitor_enter(crew->monitor);
    while (!crew->done[job % crew->n_slots]) {
        if (run_next(crew, 0))
            continue;
        crew->waits = true;
        calib_monitor_wait(crew->monitor, IDLE_MS);
        crew->waits = false;
        calib_monitor_leave(crew->monitor);
        crew->work.idle(crew->work.ctx);
        calib_monitor_enter(crew->monitor);
    }
    crew->n_back++;
    calib_monitor_leave(crew->monitor);
    return job;
}

void calib_crew_free(calib_crew *crew)
{
    if (!crew)
        return;
    calib_monitor_enter(crew->monitor);
    crew->over = true;
    calib_monitor_wake_all(crew->monitor);
    calib_monitor_leave(crew->monitor);
    for (size_t i = 0; i < crew->n_hands; i++)
        calib_thread_join(crew->hands[i].thread);
    calib_monitor_free(crew->monitor);
    free(crew->done);
    free(crew);
}
