/* SPDX-License-Identifier: MIT */
#include "base/structs.h"

#include "base/error.h"
#include "base/version.h"

#include <string.h>

/* Far above every public struct: a larger size is an uninitialized one. */
enum { ABSURD = 4096 };

static int read_size(const void *theirs, size_t least, const char *name, size_t *size)
{
    memcpy(size, theirs, sizeof *size);
    if (*size >= least && *size <= ABSURD)
        return CALIB_OK;
    return calib_fail(CALIB_E_ARGUMENT,
                      "%s: struct_size is %zu, at least %zu is needed: set it to sizeof the struct",
                      name, *size, least);
}

int calib_struct_read(void *to, size_t to_size, const void *from, size_t least, const char *name)
{
    size_t size;
    int status = read_size(from, least, name, &size);
    if (status)
        return status;
    const unsigned char *bytes = from;
    for (size_t i = to_size; i < size; i++)
        if (bytes[i])
            return calib_fail(CALIB_E_STRUCT_NEWER,
                              "%s: byte %zu of %zu is set, and calib %s knows only %zu: update the "
                              "library, or leave the newer fields zero",
                              name, i, size, CALIB_VERSION_STRING, to_size);
    memset(to, 0, to_size);
    memcpy(to, from, size < to_size ? size : to_size);
    return CALIB_OK;
}

int calib_struct_write(void *to, const void *from, size_t from_size, size_t least, const char *name)
{
    size_t size;
    int status = read_size(to, least, name, &size);
    if (status)
        return status;
    size_t known = size < from_size ? size : from_size;
    memcpy((char *)to + sizeof size, (const char *)from + sizeof size, known - sizeof size);
    memset((char *)to + known, 0, size - known);
    return CALIB_OK;
}
