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

/* The numbers at the start of a group's file; what is no number ("max") is 0. */
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

/* 0: the group has no quota of its own. Version 1 writes -1 for that. */
static unsigned cpus_of(const char *group, bool version_2)
{
    long long quota, period, unused;
    if (version_2) {
        read_numbers(group, "cpu.max", &quota, &period);
    } else {
        read_numbers(group, "cpu.cfs_quota_us", &quota, &unused);
        read_numbers(group, "cpu.cfs_period_us", &period, &unused);
    }
    if (quota <= 0 || period <= 0)
        return 0;
    long long cpus = quota / period + (quota % period != 0);
    return cpus < 1 << 20 ? (unsigned)cpus : 0;
}

/* Inside a container the group's own path may lead nowhere; its root is then the group. */
static unsigned least_of(const char *hierarchy, const char *group, bool version_2)
{
    char path[PATH_CAP];
    unsigned least = 0;
    size_t root = strlen(hierarchy);
    int n = snprintf(path, sizeof path, "%s%s", hierarchy, group);
    if (n < 0 || (size_t)n >= sizeof path)
        return 0;
    for (char *slash = path + n; slash;) {
        *slash = '\0';
        unsigned cpus = cpus_of(path, version_2);
        if (cpus && (!least || cpus < least))
            least = cpus;
        slash = strrchr(path, '/');
        if (!slash || (size_t)(slash - path) < root)
            break;
    }
    return least;
}

/* True if "a,b,c", `len` characters, names the controller "cpu". */
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
