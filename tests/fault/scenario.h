/* SPDX-License-Identifier: MIT */
/* What is done while calls fail, and what must hold afterwards. */
#ifndef CALIB_TESTS_SCENARIO_H
#define CALIB_TESTS_SCENARIO_H

#include "base/sha256.h"

#include "setup.h"

#include <calib_cache.h>

#include <stdbool.h>

/* The long text is one that is hashed in a thread of its own. */
enum { TEXT_LEN = 40000, LONG_LEN = 10 << 20, PATH_CAP = 512 };

typedef struct scenario {
    const char *name;
    const char *path;                         /* of the URL; NULL: "/good" */
    void (*prepare)(const struct scenario *); /* the cache before; NULL: none */
    void (*supply)(void);                     /* before each act; NULL: nothing */
    void (*choose)(test_setup *);             /* beyond the usual; NULL: nothing */
    int (*act)(const struct scenario *);      /* a status; checks what it got */
    int expected;                             /* status without faults */
    uint32_t flags, offline;
    bool damaged;               /* the text or the store in the cache is at first */
    const char *libcurl_leaves; /* calls of libcurl after whose failure it leaks; NULL: none */
} scenario;

typedef struct scenario_group {
    const char *name;
    const scenario *scenarios;
    unsigned n;
} scenario_group;

extern const scenario_group cache_group, download_group, load_group, store_group, tls_group;

/* ---- for who runs them ---- */

/** Starts the server and makes the texts. */
void scenario_start(void);

/** An empty world for the next run, with what the scenario wants to find. */
void scenario_prepare(const scenario *s);

/** What an act uses up: before each, also before the second one of a run. */
void scenario_supply(const scenario *s);

/** What is wrong in the cache, or NULL. `temps`: temporary files may be left. */
const char *scenario_fsck(const scenario *s, bool temps);

/** Why the last act() was wrong although it succeeded, or NULL. */
const char *scenario_complaint(void);

/** Removes everything. */
void scenario_clean(void);

/* ---- for the scenarios ---- */

typedef struct scenario_world {
    char text[TEXT_LEN], other[TEXT_LEN];
    char text_hash[CALIB_SHA256_HEX];
    char folder[64];
    char cache[80], temp[80];
    char file[96]; /* has the text */
    char pipe[96]; /* a place for a named pipe */
    char url[128]; /* gives it */
    int port, tls_port;
    char ca_file[96]; /* trusts the server there */
} scenario_world;

extern scenario_world world;

test_setup scenario_setup(const scenario *s);

/** Before the first complaint of an act. */
void scenario_no_complaint(void);

/** Gives CALIB_OK: what it says is looked at first. */
int scenario_complain(const char *what);

/** Fetches the URL and compares the text. */
int scenario_fetch(const scenario *s);

/* Places of the text other than the URL. */
void scenario_from_file(test_setup *setup);
void scenario_from_memory(test_setup *setup);

/** Loads the text and compares the samples. */
int scenario_load(const calib_tokenizer_vtable *tok, test_setup *setup);

/** An id a byte; cuts after each line, a fingerprint, or both. */
extern const calib_tokenizer_vtable scenario_with_cuts, scenario_with_fingerprint,
    scenario_with_both;

/* They are never armed: of the functions that the core calls they call none while an act runs. */
void scenario_hex(const void *data, size_t len, char hex[CALIB_SHA256_HEX]);
void scenario_write(const char *path, const char *data, size_t len);
size_t scenario_read(const char *path, char *data, size_t cap);
void scenario_cache_path(char out[PATH_CAP], const char *name);

void scenario_make_folders(void);

/** Of the URL. */
void scenario_put_record(const char *hash);

/** Under the hash of the right text. */
void scenario_put_text(const char *data);

/** Spoils the token store, if there is one; done twice, it is whole again. */
void scenario_damage_store(void);

#endif
