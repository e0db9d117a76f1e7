/* SPDX-License-Identifier: MIT */
/* A JSON file in memory: its values in the order of the text. */
#ifndef CALIB_RECIPE_VALUE_H
#define CALIB_RECIPE_VALUE_H

#include "json/json.h"

typedef struct calib_value {
    calib_json_kind kind; /* never a key or an end */
    const char *key;      /* of a member; NULL: an element, or the whole */
    const char *text;     /* of a string, without escapes; of a number, as it stands */
    size_t line;          /* from 1 */
    size_t end;           /* index of the first value behind this one and all that it holds */
} calib_value;

/** Zero is empty; calib_values_free() accepts it. The first value is an object, the whole. */
typedef struct calib_values {
    const char *name; /* of the file, for messages; borrowed */
    calib_value *all;
    size_t n;
    char *strings; /* of all values, each with a NUL */
} calib_values;

/** Reads the text of a file. Strings with U+0000 are refused, so they are strings of C. Returns 0,
 *  E_RECIPE, E_NOMEM. The caller frees the values, also after a failure. */
int calib_values_read(const char *name, const char *text, size_t len, calib_values *out);

void calib_values_free(calib_values *values);

#endif
