/* SPDX-License-Identifier: MIT */
/* What is done while calls fail, and what must hold afterwards. */
#ifndef CALIB_TESTS_SCENARIO_H
#define CALIB_TESTS_SCENARIO_H

#include <calib_cache.h>

#include <stdbool.h>

typedef struct scenario {
    const char *name;
    const char *path;                         /* of the URL */
    void (*prepare)(const struct scenario *); /* the cache before; NULL: none */
    int (*act)(const struct scenario *);      /* a status; checks what it got */
    int expected;                             /* status without faults */
    uint32_t flags, offline;
    bool damaged; /* the text in the cache is damaged at first */
} scenario;

extern const scenario scenarios[];
extern const unsigned n_scenarios;

/** Starts the server and makes the texts. */
void scenario_start(void);

/** An empty world for the next run, with what the scenario wants to find. */
void scenario_prepare(const scenario *s);

/** What is wrong in the cache, or NULL. `temps`: temporary files may be left. */
const char *scenario_fsck(const scenario *s, bool temps);

/** Why the last act() was wrong although it succeeded, or NULL. */
const char *scenario_complaint(void);

/** Removes everything. */
void scenario_clean(void);

#endif
