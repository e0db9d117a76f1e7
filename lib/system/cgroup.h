/* SPDX-License-Identifier: MIT */
/* CPU quotas of Linux control groups, versions 1 and 2. */
#ifndef CALIB_SYSTEM_CGROUP_H
#define CALIB_SYSTEM_CGROUP_H

/**
 * Returns the number of processors that the CPU quotas of a process allow, rounded up; 0 if there
 * is no quota or none can be read.
 *
 * @param membership  the process's list of groups: /proc/self/cgroup
 * @param mount       directory of the group hierarchies: /sys/fs/cgroup
 */
unsigned calib_cgroup_cpus(const char *membership, const char *mount);

#endif
