/* SPDX-License-Identifier: MIT */
/* Values of Arrow arrays. The arrays come from outside: what they say is checked before anything is
 * read by it. Two things cannot be checked, since Arrow does not give them: that a buffer is as
 * long as the length and the last offset of its array say. */
#ifndef CALIB_DOCUMENTS_ARROW_ARRAY_H
#define CALIB_DOCUMENTS_ARROW_ARRAY_H

#include "documents/arrow_abi.h"

#include <stdbool.h>
#include <stddef.h>

typedef enum calib_arrow_kind {
    CALIB_ARROW_OTHER, /* not supported */
    CALIB_ARROW_NULL,
    CALIB_ARROW_BOOL,
    CALIB_ARROW_SIGNED,
    CALIB_ARROW_UNSIGNED,
    CALIB_ARROW_FLOAT,
    CALIB_ARROW_STRING,
    CALIB_ARROW_STRING_VIEW,
    CALIB_ARROW_LIST,
    CALIB_ARROW_FIXED_LIST,
    CALIB_ARROW_STRUCT
} calib_arrow_kind;

/** A type of values: its kind, and the bytes of a number, of an offset (strings and lists) or of a
 *  view; the values of each list (FIXED_LIST). */
typedef struct calib_arrow_type {
    calib_arrow_kind kind;
    int64_t width;
} calib_arrow_type;

/** Arrays and structs inside each other, at most. */
enum { CALIB_ARROW_DEPTH = 64 };

calib_arrow_type calib_arrow_type_of(const char *format);

/**
 * Checks a schema with all below it.
 *
 * @param source  the name in messages
 * @param others  accept types that have no form in JSON: their values are null
 * @param depth   0
 * @return 0; E_UNSUPPORTED for such types; E_RECORD
 */
int calib_arrow_check_schema(const char *source, const struct ArrowSchema *schema, bool others,
                             int depth);

/** Checks the structure of an array of a checked schema. Returns NULL, or what is wrong. */
const char *calib_arrow_check_array(const struct ArrowSchema *schema,
                                    const struct ArrowArray *array);

/** The values of a checked array. */
typedef struct calib_arrow_column {
    const struct ArrowSchema *schema;
    const struct ArrowArray *array;
    const char *source; /* its name, for messages */
} calib_arrow_column;

calib_arrow_column calib_arrow_child(const calib_arrow_column *column, int64_t i);

/** Replaces a row of a dictionary-encoded column by the row of its dictionary. A null, and a
 *  value that has no form in JSON, becomes a row of `*row` -1. Returns false if the dictionary has
 * no such row. */
bool calib_arrow_resolve(calib_arrow_column *column, int64_t *row);

/* The following take a row, 0 <= row < length, of a column that is resolved. Those that return bool
 * return false if the array is invalid there. */

bool calib_arrow_is_null(const calib_arrow_column *column, int64_t row);
bool calib_arrow_bool(const calib_arrow_column *column, int64_t row);
int64_t calib_arrow_signed(const calib_arrow_column *column, int64_t row);
uint64_t calib_arrow_unsigned(const calib_arrow_column *column, int64_t row);
double calib_arrow_float(const calib_arrow_column *column, int64_t row);
bool calib_arrow_string(const calib_arrow_column *column, int64_t row, const char **text,
                        size_t *len);
/** The rows [first, end) of the only child are the list. */
bool calib_arrow_list(const calib_arrow_column *column, int64_t row, int64_t *first, int64_t *end);

#endif
