/* SPDX-License-Identifier: MIT */
/* The canonical form of JSON (RFC 8785), which is hashed. */
#ifndef CALIB_RECIPE_CANONICAL_H
#define CALIB_RECIPE_CANONICAL_H

#include "base/memory.h"
#include "recipe/value.h"

/**
 * Appends the canonical form of all values.
 *
 * The values are those of a recipe that was read: their keys are ASCII, of which the order by
 * UTF-16 is that by bytes, and every number is whole, not negative and at most 2^53 - 1, which is
 * written as it stands.
 * @param left_out  names of members that are left out wherever they stand, to NULL
 * @return 0 or E_NOMEM
 */
int calib_canonical_write(const calib_values *values, const char *const *left_out,
                          calib_buffer *out);

/** Appends a string with its quotes. Returns 0 or E_NOMEM. */
int calib_canonical_string(const char *text, calib_buffer *out);

#endif
