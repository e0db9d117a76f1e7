/* SPDX-License-Identifier: MIT */
/* Acts during which calls fail, and the checks afterwards. */
#ifndef CALIB_TESTS_SCENARIO_H
#define CALIB_TESTS_SCENARIO_H

#include "base/sha256.h"

#include "setup.h"

#include <calib_cache.h>

#include <stdbool.h>

/* A thread of its own hashes a text of LONG_LEN bytes. */
enum { TEXT_LEN = 40000, SHORT_LEN = 2400, LONG_LEN = 10 << 20, PATH_CAP = 512 };

typedef struct scenario {
    const char *name;
    const char *path;                         /* of the URL; NULL: "/good" */
    void (*prepare)(const struct scenario *); /* fills the cache; NULL: it is empty */
    void (*supply)(void);                     /* called before each act; may be NULL */
    void (*choose)(test_setup *);             /* changes the usual options; may be NULL */
    int (*act)(const struct scenario *);      /* returns a status and checks the result */
    int expected;                             /* status without faults */
    uint32_t flags, offline;
    bool damaged;               /* the text or the store in the cache is damaged at first */
    const char *libcurl_leaves; /* calls whose failure makes libcurl leak; NULL: none */
} scenario;

typedef struct scenario_group {
    const char *name;
    const scenario *scenarios;
    unsigned n;
} scenario_group;

extern const scenario_group cache_group, documents_group, download_group, load_group, recipe_group,
    store_group, tls_group;

/** How long the search may be: 0 a bounded part, 1 much of it, 2 all. */
long scenario_level(void);

/* ---- for fault.c ---- */

/** Starts the server and makes the texts. */
void scenario_start(void);

/** Empties everything for the next run and prepares the scenario. */
void scenario_prepare(const scenario *s);

/** Supplies what an act uses up. Called before each act, also the second one of a run. */
void scenario_supply(const scenario *s);

/** Returns a fault of the cache, or NULL. `temps`: temporary files may be left. */
const char *scenario_fsck(const scenario *s, bool temps);

/** Returns why the last act() was wrong although it succeeded, or NULL. */
const char *scenario_complaint(void);

/** Removes everything. */
void scenario_clean(void);

/* ---- for the scenarios ---- */

typedef struct scenario_world {
    char text[TEXT_LEN], other[TEXT_LEN];
    char text_hash[CALIB_SHA256_HEX];
    char folder[64];
    char cache[80], temp[80];
    char file[96]; /* contains the text */
    /* The first lines of the text. Each takes calls that can fail: the short search has few. */
    char lines[96];
    size_t lines_len;
    char pipe[96]; /* a place for a named pipe */
    char url[128]; /* serves the text */
    int port, tls_port;
    char ca_file[96]; /* trusts the server there */
} scenario_world;

extern scenario_world world;

test_setup scenario_setup(const scenario *s);

/** Clears the complaint. Called at the start of an act. */
void scenario_no_complaint(void);

/** Records a complaint. Returns CALIB_OK, since complaints are checked first. */
int scenario_complain(const char *what);

/** Fetches the URL and compares the text. */
int scenario_fetch(const scenario *s);

/* Sources of the text other than the URL. */
void scenario_from_file(test_setup *setup);
void scenario_from_memory(test_setup *setup);

/** Loads the text and compares the samples. */
int scenario_load(const calib_tokenizer_vtable *tok, test_setup *setup);

/** Tokenizers with one id for each byte: with cuts after each line, a fingerprint, or both. */
extern const calib_tokenizer_vtable scenario_with_cuts, scenario_with_fingerprint,
    scenario_with_both;

/* Helpers that never have a fault: they do not run while one is armed. */
void scenario_hex(const void *data, size_t len, char hex[CALIB_SHA256_HEX]);
void scenario_write(const char *path, const char *data, size_t len);
size_t scenario_read(const char *path, char *data, size_t cap);
void scenario_cache_path(char out[PATH_CAP], const char *name);

void scenario_make_folders(void);

/** Writes the record of the URL. */
void scenario_put_record(const char *hash);

/** Writes a text under the hash of the right one. */
void scenario_put_text(const char *data);

/** Damages the token store, if there is one. A second call undoes the damage. */
void scenario_damage_store(void);

#endif
