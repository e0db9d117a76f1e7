/* SPDX-License-Identifier: MIT */
/* Runs every scenario with every kind of fault: call number 1, 2, 3, ... fails, once or from then
 * on, until the scenario ends without reaching the fault. After each run the cache must be whole,
 * no file open and no memory allocated, and the same act must succeed when it is repeated.
 * Only some of the calls fail: the first and then every eighth, others in each case; with
 * CALIB_TEST_LONG=1 every third, with 2 all.
 *
 * fault [GROUP...]: the scenarios of these groups, else of all. FAULT_ONLY=name runs one scenario.
 * Speaks TAP itself: each scenario with each kind is a case. */
#include "inject.h"
#include "scenario.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST = 10000 };

typedef struct plan {
    const char *name;
    inject_place place;
    inject_kind kind;
    bool for_ever;
} plan;

static const plan plans[] = {
    {"a call of the core fails once", INJECT_CORE, INJECT_FAIL, false},
    {"calls of the core fail for ever", INJECT_CORE, INJECT_FAIL, true},
    {"a call of the core fails otherwise", INJECT_CORE, INJECT_FAIL_ELSE, false},
    {"calls of the core fail otherwise for ever", INJECT_CORE, INJECT_FAIL_ELSE, true},
    {"a call of the core is interrupted", INJECT_CORE, INJECT_INTERRUPT, false},
    {"reads and writes of the core are short", INJECT_CORE, INJECT_SHORT, true},
    {"an allocation of libcurl fails once", INJECT_CURL_MEMORY, INJECT_FAIL, false},
    {"allocations of libcurl fail for ever", INJECT_CURL_MEMORY, INJECT_FAIL, true},
    {"a system call of libcurl fails once", INJECT_CURL_SYSTEM, INJECT_FAIL, false},
    {"system calls of libcurl fail for ever", INJECT_CURL_SYSTEM, INJECT_FAIL, true},
    {"a system call of libcurl fails otherwise", INJECT_CURL_SYSTEM, INJECT_FAIL_ELSE, false},
    {"a system call of libcurl is interrupted", INJECT_CURL_SYSTEM, INJECT_INTERRUPT, false},
    {"sends and receives of libcurl are short", INJECT_CURL_SYSTEM, INJECT_SHORT, true},
    {"an allocation of OpenSSL fails once", INJECT_TLS_MEMORY, INJECT_FAIL, false},
    {"allocations of OpenSSL fail for ever", INJECT_TLS_MEMORY, INJECT_FAIL, true},
};

static const plan kills[] = {
    {"killed before a call of the core", INJECT_CORE, INJECT_KILL_BEFORE, false},
    {"killed after a call of the core", INJECT_CORE, INJECT_KILL_AFTER, false},
    {"killed before a system call of libcurl", INJECT_CURL_SYSTEM, INJECT_KILL_BEFORE, false},
    {"killed after a system call of libcurl", INJECT_CURL_SYSTEM, INJECT_KILL_AFTER, false},
};

static unsigned long n_points, n_kills;
static unsigned long n_passed_through; /* faults that the call survived with the right result */
static unsigned long n_left;           /* faults after which libcurl left something behind */

static int open_descriptors(void)
{
    int n = 0;
    for (int fd = 0; fd < 256; fd++)
        n += fcntl(fd, F_GETFD) >= 0;
    return n;
}

/* libcurl's thread may continue a look-up for a while after the transfer was given up. Only what
 * stays is a leak. */
static bool comes_back(int descriptors, long blocks)
{
    enum { TRIES = 500, PAUSE_US = 1000 };
    bool back = false;
    for (int i = 0; i < TRIES && !back; i++) {
        back = open_descriptors() == descriptors && inject_blocks() == blocks;
        if (!back)
            usleep(PAUSE_US);
    }
    return back;
}

/* calib cannot free what libcurl leaks if libcurl's own calls fail, but such leaks must come from
 * known places only. */
static const char *check_left(const scenario *s, const plan *p, int descriptors, long blocks)
{
    if (comes_back(descriptors, blocks))
        return NULL;
    const char *where = inject_where();
    bool known = s->libcurl_leaves && where[0] && strstr(s->libcurl_leaves, where);
    if (p->place != INJECT_CORE && known) {
        n_left++;
        return NULL;
    }
    return open_descriptors() == descriptors ? "memory is left allocated"
                                             : "a descriptor is left open, or one too many closed";
}

static const char *check_error(int status, int expected)
{
    calib_error error = {.struct_size = sizeof error};
    if (scenario_complaint())
        return scenario_complaint();
    if (calib_last_error(&error))
        return "calib_last_error() failed";
    if (error.status != status && status != expected)
        return "the recorded status is another one";
    if (status && !error.message[0])
        return "it failed without a message";
    return NULL;
}

static const char *check_again(const scenario *s)
{
    static char wrong[1300];
    scenario_supply(s);
    int status = s->act(s);
    if (status == s->expected && !scenario_complaint())
        return NULL;
    calib_error error = {.struct_size = sizeof error};
    calib_last_error(&error);
    snprintf(wrong, sizeof wrong, "the next call gave %s: %s%s", calib_status_name(status),
             error.message, scenario_complaint() ? scenario_complaint() : "");
    return wrong;
}

/* Runs once with call number `at` failing. *hit tells if that call was reached. */
static const char *run_once(const scenario *s, const plan *p, unsigned at, bool *hit)
{
    scenario_prepare(s);
    scenario_supply(s);
    int descriptors = open_descriptors();
    long blocks = inject_blocks();
    inject_arm(p->place, p->kind, at, p->for_ever);
    int status = s->act(s);
    *hit = inject_disarm();
    const char *wrong = check_error(status, s->expected);
    if (!wrong && !*hit && status != s->expected)
        wrong = "it failed without a fault";
    if (!wrong)
        wrong = check_left(s, p, descriptors, blocks);
    if (!wrong)
        wrong = scenario_fsck(s, inject_hit_remove());
    n_points += *hit;
    n_passed_through += *hit && status == s->expected;
    return wrong ? wrong : check_again(s);
}

/* Runs once in a process of its own, which the fault kills. */
static const char *run_killed(const scenario *s, const plan *p, unsigned at, bool *hit)
{
    scenario_prepare(s);
    scenario_supply(s);
    pid_t child = fork();
    if (child == 0) {
        inject_arm(p->place, p->kind, at, false);
        s->act(s);
        _exit(0);
    }
    int how = 0;
    if (child < 0 || waitpid(child, &how, 0) != child)
        return "no process could be started";
    *hit = WIFSIGNALED(how) && WTERMSIG(how) == SIGKILL;
    if (!*hit && (!WIFEXITED(how) || WEXITSTATUS(how)))
        return "it crashed";
    n_kills += *hit;
    const char *wrong = scenario_fsck(s, true);
    return wrong ? wrong : check_again(s);
}

typedef const char *run_fn(const scenario *s, const plan *p, unsigned at, bool *hit);

static unsigned find_step(void)
{
    long level = scenario_level();
    return level <= 0 ? 8 : level == 1 ? 3 : 1;
}

static bool run_plan(unsigned number, const scenario *s, const plan *p, run_fn *run)
{
    const char *wrong = NULL;
    const unsigned step = find_step();
    unsigned at = 1, n_hit = 0;
    for (bool hit = true; hit && !wrong;) {
        hit = false;
        wrong = at > MOST ? "it does not come to an end" : run(s, p, at, &hit);
        if (hit && !wrong)
            at += n_hit++ ? step : 1 + number % step;
    }
    if (wrong)
        fprintf(stderr, "# call %u, %s: %s\n", at, inject_where(), wrong);
    printf("%sok %u - %s: %s (%u)\n", wrong ? "not " : "", number, s->name, p->name, n_hit);
    fflush(stdout);
    return !wrong;
}

static const scenario_group *const groups[] = {&cache_group, &documents_group, &download_group,
                                               &load_group,  &recipe_group,    &store_group,
                                               &tls_group};
enum {
    N_GROUPS = sizeof groups / sizeof *groups,
    N_PLANS = sizeof plans / sizeof *plans,
    N_KILLS = sizeof kills / sizeof *kills
};

static bool is_wanted(const scenario *s)
{
    const char *only = getenv("FAULT_ONLY");
    return !only || strcmp(only, s->name) == 0;
}

static bool is_named(const scenario_group *group, char **names)
{
    bool named = !*names;
    for (; *names; names++)
        named = named || strcmp(*names, group->name) == 0;
    return named;
}

static unsigned count(const scenario_group *group)
{
    unsigned wanted = 0;
    for (unsigned i = 0; i < group->n; i++)
        wanted += is_wanted(&group->scenarios[i]);
    return wanted * (N_PLANS + N_KILLS);
}

/* Returns the number of cases that fail. */
static unsigned run_group(const scenario_group *group, unsigned *number)
{
    unsigned failed = 0;
    for (unsigned i = 0; i < group->n; i++) {
        const scenario *s = &group->scenarios[i];
        for (unsigned j = 0; is_wanted(s) && j < N_PLANS; j++)
            failed += !run_plan(++*number, s, &plans[j], run_once);
        for (unsigned j = 0; is_wanted(s) && j < N_KILLS; j++)
            failed += !run_plan(++*number, s, &kills[j], run_killed);
    }
    return failed;
}

int main(int argc, char **argv)
{
    char **names = argv + (argc > 0);
    unsigned cases = 0, number = 0, failed = 0;
    inject_start();
    scenario_start();
    for (unsigned i = 0; i < N_GROUPS; i++)
        cases += is_named(groups[i], names) ? count(groups[i]) : 0;
    printf("1..%u\n", cases);
    for (unsigned i = 0; i < N_GROUPS; i++)
        failed += is_named(groups[i], names) ? run_group(groups[i], &number) : 0;
    printf("# %lu points failed, %lu of them without harm, %lu with leaks of libcurl's own; "
           "%lu kills survived\n",
           n_points, n_passed_through, n_left, n_kills);
    scenario_clean();
    return failed || !cases ? 1 : 0;
}
