/* SPDX-License-Identifier: MIT */
/* A strict reader of JSON (RFC 8259) over bytes in memory. It makes no tree: the caller asks for
 * one token after the other. Nesting is bounded; nothing is allocated. */
#ifndef CALIB_JSON_JSON_H
#define CALIB_JSON_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* An adapter library compiles its own copy, so that a program can link it beside others: the names
 * of its functions begin with those of its namespace. */
#ifdef CALIB_ADAPTER
#define CALIB_JSON_JOIN(adapter, name) adapter##_json_##name
#define CALIB_JSON_NAME(adapter, name) CALIB_JSON_JOIN(adapter, name)
#define calib_json_begin CALIB_JSON_NAME(CALIB_ADAPTER, begin)
#define calib_json_next CALIB_JSON_NAME(CALIB_ADAPTER, next)
#define calib_json_skip CALIB_JSON_NAME(CALIB_ADAPTER, skip)
#define calib_json_unescape CALIB_JSON_NAME(CALIB_ADAPTER, unescape)
#define calib_json_equals CALIB_JSON_NAME(CALIB_ADAPTER, equals)
#define calib_json_integer CALIB_JSON_NAME(CALIB_ADAPTER, integer)
#endif

/** Arrays and objects that may be open at the same time. */
enum { CALIB_JSON_DEPTH = 512 };

typedef enum calib_json_kind {
    CALIB_JSON_ERROR = 0, /**< not JSON: see `why` and `at` */
    CALIB_JSON_END,       /**< the value is complete and only white space follows */
    CALIB_JSON_OBJECT,
    CALIB_JSON_OBJECT_END,
    CALIB_JSON_ARRAY,
    CALIB_JSON_ARRAY_END,
    CALIB_JSON_KEY, /**< a string: the name of the member whose value follows */
    CALIB_JSON_STRING,
    CALIB_JSON_NUMBER,
    CALIB_JSON_TRUE,
    CALIB_JSON_FALSE,
    CALIB_JSON_NULL
} calib_json_kind;

/** A token: its kind, and for keys, strings and numbers its bytes as they stand in the text (a
 *  string without its quotes). */
typedef struct calib_json_token {
    calib_json_kind kind;
    bool escaped; /**< the string has escapes: calib_json_unescape() reads it */
    size_t at;    /**< offset of the token's first byte */
    const char *text;
    size_t len;
} calib_json_token;

typedef struct calib_json {
    const char *text;
    size_t len, at;  /**< `at`: what is read next; after an error where it is */
    const char *why; /**< after an error: what is wrong; static */
    size_t depth;    /**< arrays and objects that are open */
    uint8_t expects; /* state of the grammar */
    uint8_t is_object[CALIB_JSON_DEPTH / 8]; /* a bit for each open array or object */
} calib_json;

/** Begins to read `len` bytes. A byte order mark at the beginning is an error. */
void calib_json_begin(calib_json *json, const char *text, size_t len);

/** Reads the next token. After an error or the end it gives the same again. Strings are checked:
 *  UTF-8, escapes, pairs of surrogates (a lone surrogate is an error), no control characters. */
calib_json_kind calib_json_next(calib_json *json, calib_json_token *token);

/** Skips the value that begins with `token`, which was read last: all of an object or array.
 *  Returns false after an error. */
bool calib_json_skip(calib_json *json, const calib_json_token *token);

/** Writes the contents of a string or key, at most `token->len` bytes, and returns their number. */
size_t calib_json_unescape(const calib_json_token *token, char *out);

/** Returns true if a string or key has exactly these contents. */
bool calib_json_equals(const calib_json_token *token, const char *text);

/** Reads a number that is an integer in the range of int64 and is written without fraction or
 *  exponent. Returns false if it is not one. */
bool calib_json_integer(const calib_json_token *token, int64_t *value);

#ifdef __cplusplus
}
#endif
#endif
