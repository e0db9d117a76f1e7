/* SPDX-License-Identifier: MIT */
/* Where in a JSON value another one stands: a JSON pointer (RFC 6901) or one key. */
#ifndef CALIB_DOCUMENTS_POINTER_H
#define CALIB_DOCUMENTS_POINTER_H

#include "json/json.h"

/** The keys and indices from the whole value inwards. Zero is empty. */
typedef struct calib_pointer {
    char **steps;
    size_t n_steps;
} calib_pointer;

/** Reads a JSON pointer, if `field` begins with '/'; else takes it as one key. Returns 0,
 *  E_ARGUMENT, E_NOMEM. */
int calib_pointer_read(const char *field, calib_pointer *out);

void calib_pointer_free(calib_pointer *pointer);

/** A value inside a JSON text, and its first token. */
typedef struct calib_json_value {
    const char *text;
    size_t len;
    calib_json_token token; /* ERROR: there is no such value */
} calib_json_value;

/** Reads the value that begins with the next token. The token is an ERROR if there is none; it is
 *  an _END behind the last value of an array or object. */
calib_json_value calib_json_read(calib_json *json);

/** Reads the rest of an object, whose first token was read last, and finds the value of a member:
 *  the last one, if the key occurs again. An error stays in `json`. */
calib_json_value calib_json_find(calib_json *json, const char *key);

/** Does the same in a value that was read without an error before; in one that is not an object
 *  there is no member. */
calib_json_value calib_json_member(const calib_json_value *value, const char *key);

/** Reads the whole of a JSON text, and finds the value that `pointer` names. `json` is then at the
 *  text's end, or has an error. `*root` becomes the whole. */
calib_json_value calib_pointer_find(const calib_pointer *pointer, calib_json *json,
                                    calib_json_value *root);

#endif
