/* SPDX-License-Identifier: MIT */
/* Public structs of any release: copies between the caller's size and this library's. */
#ifndef CALIB_BASE_STRUCTS_H
#define CALIB_BASE_STRUCTS_H

#include <stddef.h>

/** Size of a public struct in the release that brought `last` as its last field. */
#define CALIB_SIZE_THROUGH(type, last) (offsetof(type, last) + sizeof(((type *)0)->last))

/** Tail padding would be bytes that a caller cannot zero by naming fields, so there is none. */
#define CALIB_NO_TAIL(type, last)                                                                  \
    _Static_assert(sizeof(type) == CALIB_SIZE_THROUGH(type, last), #type " has tail padding")

/**
 * Copies the caller's struct into `to` and fills the rest with zeros. Both begin with a size_t
 * size.
 *
 * @param to     a struct of this library, `to_size` bytes
 * @param least  size of the struct in the first release that had it
 * @param name   for the message
 * @return 0; E_ARGUMENT (the size is zero, too small or too large); E_STRUCT_NEWER (non-zero bytes
 *   beyond what this library knows)
 */
int calib_struct_read(void *to, size_t to_size, const void *from, size_t least, const char *name);

/** Copies a struct of this library into the caller's, up to the caller's size. Fields that only the
 *  caller knows become zero; its struct_size stays. Returns 0 or E_ARGUMENT. */
int calib_struct_write(void *to, const void *from, size_t from_size, size_t least,
                       const char *name);

#endif
