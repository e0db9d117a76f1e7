/* SPDX-License-Identifier: MIT */
/* A group's quota bounds all groups below it, so the quota of a process is the least of those on
 * the way from its own group up to the root. */
#include "system/cgroup.h"

#include "system/system.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_CAP = 4096, PATH_CAP = 2048 };

static bool read_text(const char *path, char text[TEXT_CAP])
{
    calib_file *file;
    if (calib_file_open(path, &file))
        return false;
    size_t len = 0, n = 1;
    int error = 0;
    while (!error && n > 0 && len < TEXT_CAP - 1) {
        error = calib_file_read(file, text + len, TEXT_CAP - 1 - len, &n);
        len += error ? 0 : n;
    }
    calib_file_close(file);
    text[len] = '\0';
    return !error;
}

/* Reads the numbers at the start of a group's file. Text that is not a number ("max") gives 0. */
static void read_numbers(const char *group, const char *name, long long *first, long long *second)
{
    char path[PATH_CAP + 32], text[TEXT_CAP], *end;
    *first = *second = 0;
    snprintf(path, sizeof path, "%s/%s", group, name);
    if (!read_text(path, text))
        return;
    *first = strtoll(text, &end, 10);
    *second = strtoll(end, NULL, 10);
}

/* Returns the least quota of a group and those above it in CPUs, or 0. Inside a container the
 * group's own path may lead nowhere; its root is then the group. */
static unsigned least_of(const char *hierarchy, const char *group, bool version_2)
{
    char path[PATH_CAP];
    unsigned least = 0;
    size_t root = strlen(hierarchy);
    int n = snprintf(path, sizeof path, "%s%s", hierarchy, group);
    if (n < 0 || (size_t)n >= sizeof path)
        return 0;
    for (char *slash = path + n; slash;) {
        long long quota, period, unused;
        *slash = '\0';
        if (version_2) {
            read_numbers(path, "cpu.max", &quota, &period);
        } else {
            read_numbers(path, "cpu.cfs_quota_us", &quota, &unused);
            read_numbers(path, "cpu.cfs_period_us", &period, &unused);
        }
        /* A group without a quota has "max", read as 0, in version 2, and -1 in version 1. */
        bool limited = quota > 0 && period > 0;
        long long cpus = limited ? quota / period + (quota % period != 0) : 0;
        if (cpus > 0 && cpus < 1 << 20 && (!least || cpus < least))
            least = (unsigned)cpus;
        slash = strrchr(path, '/');
        if (!slash || (size_t)(slash - path) < root)
            break;
    }
    return least;
}

/* Returns true if "a,b,c", `len` characters, names the controller "cpu". */
static bool names_cpu(const char *list, size_t len)
{
    for (size_t at = 0; at <= len;) {
        size_t n = 0;
        while (at + n < len && list[at + n] != ',')
            n++;
        if (n == 3 && memcmp(list + at, "cpu", 3) == 0)
            return true;
        at += n + 1;
    }
    return false;
}

/* Lines are "ID:CONTROLLERS:PATH"; version 2 has the ID 0 and no controllers. */
unsigned calib_cgroup_cpus(const char *membership, const char *mount)
{
    char text[TEXT_CAP], hierarchy[PATH_CAP];
    unsigned least = 0;
    if (!read_text(membership, text))
        return 0;
    char *rest = text;
    while (*rest) {
        char *line = rest, *end = strchr(rest, '\n');
        rest = end ? end + 1 : rest + strlen(rest);
        if (end)
            *end = '\0';
        char *first = strchr(line, ':');
        char *second = first ? strchr(first + 1, ':') : NULL;
        if (!second)
            continue;
        bool version_2 = second == first + 1;
        if (!version_2 && !names_cpu(first + 1, (size_t)(second - first - 1)))
            continue;
        snprintf(hierarchy, sizeof hierarchy, "%s%s", mount, version_2 ? "" : "/cpu");
        unsigned cpus = least_of(hierarchy, second + 1, version_2);
        if (cpus && (!least || cpus < least))
            least = cpus;
    }
    return least;
}
