/* SPDX-License-Identifier: MIT */
/* The bound on the size of the cache: removes texts and tokens that were not used for longest. */
#ifndef CALIB_CACHEDIR_TRIM_H
#define CALIB_CACHEDIR_TRIM_H

#include "cachedir/cachedir.h"

/** A file that was removed. */
typedef int (*calib_trimmed_fn)(void *ctx, const char *folder, const char *name,
                                const calib_file_info *info);

/** How to trim. All zero: there is no bound. */
typedef struct calib_trim {
    uint64_t max_bytes;       /* of all files together; 0 and UINT64_MAX: no bound */
    const char *keep;         /* name of a file that stays: it was just stored; NULL: none */
    calib_trimmed_fn removed; /* NULL: nobody is told. Any result but 0 ends the call */
    void *ctx;
} calib_trim;

/**
 * Removes texts, tokens and leftovers of downloads, least recently used first, until all files
 * together are within the bound. Files that a process holds open (calib_file_hold()) stay; where
 * locks do not work, files stay that were used within the last ten minutes. Records of URLs and
 * files that are being written count, but stay.
 *
 * @return 0, E_NOMEM, or a result of `removed`. Files that cannot be listed or removed are skipped.
 */
int calib_cachedir_trim(const calib_directory *root, const calib_trim *trim);

#endif
