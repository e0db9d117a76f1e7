/* SPDX-License-Identifier: MIT */
/* Large pages for memory that will be used as a whole, C and C++. */
#ifndef CALIB_SYSTEM_PAGES_H
#define CALIB_SYSTEM_PAGES_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* An adapter library compiles its own copy, as it does of json/json.h. */
#ifdef CALIB_ADAPTER
#define CALIB_PAGES_JOIN(adapter, name) adapter##_memory_##name
#define CALIB_PAGES_NAME(adapter, name) CALIB_PAGES_JOIN(adapter, name)
#define calib_memory_alignment CALIB_PAGES_NAME(CALIB_ADAPTER, alignment)
#define calib_memory_whole CALIB_PAGES_NAME(CALIB_ADAPTER, whole)
#endif

/** Preferred alignment for a block of `len` bytes: a power of two. */
size_t calib_memory_alignment(size_t len);

/** Asks for large pages for a block that will be used as a whole. A hint, useful for megabytes. */
void calib_memory_whole(void *data, size_t len);

#ifdef __cplusplus
}
#endif
#endif
