/* SPDX-License-Identifier: MIT */
#include "tokenize/crew.h"

#include "base/error.h"
#include "base/system.h"

#include <stdlib.h>

enum { IDLE_MS = 20 };

typedef struct calib_hand {
    calib_crew *crew;
    calib_thread *thread;
    size_t worker;
} calib_hand;

/* Everything below the monitor is read and written inside it. */
struct calib_crew {
    calib_monitor *monitor;
    const calib_jobs *jobs; /* NULL: nothing to do */
    size_t next;
    size_t n_running;
    bool over;
    size_t n_hands;
    calib_hand hands[];
};

/* Takes jobs until none is left. Called and left inside the monitor. */
static void take_jobs(calib_crew *crew, size_t worker)
{
    while (crew->jobs && crew->next < crew->jobs->n) {
        const calib_jobs *jobs = crew->jobs;
        size_t index = crew->next++;
        crew->n_running++;
        calib_monitor_leave(crew->monitor);
        jobs->run(jobs->ctx, worker, index);
        calib_monitor_enter(crew->monitor);
        crew->n_running--;
        if (crew->n_running == 0 && crew->next >= jobs->n)
            calib_monitor_wake_all(crew->monitor);
    }
}

static void hand_main(void *ctx)
{
    calib_hand *hand = ctx;
    calib_crew *crew = hand->crew;
    calib_monitor_enter(crew->monitor);
    while (!crew->over) {
        take_jobs(crew, hand->worker);
        if (!crew->over)
            calib_monitor_wait(crew->monitor, 0);
    }
    calib_monitor_leave(crew->monitor);
}

int calib_crew_new(size_t n_workers, calib_crew **out)
{
    size_t bytes = sizeof(calib_crew) + n_workers * sizeof(calib_hand);
    calib_crew *crew = calloc(1, bytes);
    if (!crew)
        return calib_fail_memory(bytes);
    int error = calib_monitor_new(&crew->monitor);
    if (error) {
        free(crew);
        return calib_fail_system(error, "cannot make a lock");
    }
    for (size_t worker = 1; worker < n_workers; worker++) {
        calib_hand *hand = &crew->hands[crew->n_hands];
        *hand = (calib_hand){.crew = crew, .worker = worker};
        if (calib_thread_start(hand_main, hand, &hand->thread) != 0)
            break;
        crew->n_hands++;
    }
    *out = crew;
    return CALIB_OK;
}

void calib_crew_run(calib_crew *crew, const calib_jobs *jobs)
{
    calib_monitor_enter(crew->monitor);
    crew->jobs = jobs;
    crew->next = 0;
    calib_monitor_wake_all(crew->monitor);
    take_jobs(crew, 0);
    while (crew->n_running) {
        calib_monitor_wait(crew->monitor, IDLE_MS);
        calib_monitor_leave(crew->monitor);
        jobs->idle(jobs->ctx);
        calib_monitor_enter(crew->monitor);
    }
    crew->jobs = NULL;
    calib_monitor_leave(crew->monitor);
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
    free(crew);
}
