/* SPDX-License-Identifier: MIT */
/* pages.h for POSIX. Adapters compile this file too, so it needs nothing of the others. */
#include "system/posix.h"

#include "system/pages.h"

#ifdef __linux__
#include <sys/mman.h>
#endif

enum { LARGE_PAGE = 2 * 1024 * 1024 };

size_t calib_memory_alignment(size_t len)
{
#ifdef MADV_HUGEPAGE
    if (len >= LARGE_PAGE)
        return LARGE_PAGE;
#endif
    (void)len;
    return 1;
}

void calib_memory_whole(void *data, size_t len)
{
#ifdef MADV_HUGEPAGE
    size_t skip = (size_t)(-(uintptr_t)data & (LARGE_PAGE - 1));
    if (len >= skip + LARGE_PAGE)
        madvise((char *)data + skip, (len - skip) & ~(size_t)(LARGE_PAGE - 1), MADV_HUGEPAGE);
#else
    (void)data, (void)len;
#endif
}
