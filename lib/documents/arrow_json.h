/* SPDX-License-Identifier: MIT */
/* A value of an Arrow array as JSON. */
#ifndef CALIB_DOCUMENTS_ARROW_JSON_H
#define CALIB_DOCUMENTS_ARROW_JSON_H

#include "base/memory.h"
#include "documents/arrow_array.h"

/** Appends the value of a row. Numbers that JSON does not have become null; strings are copied
 *  without a check of their UTF-8. Returns 0, E_NOMEM, E_SIZE above
 *  1 GiB, or E_RECORD if the array is invalid. */
int calib_arrow_write_json(const calib_arrow_column *column, int64_t row, calib_buffer *out);

/** Records that an array of the source is invalid, and returns E_RECORD. */
int calib_arrow_fail(const char *source, const char *why);

#endif
