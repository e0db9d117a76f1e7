/* SPDX-License-Identifier: MIT */
/* Writes JSON into a text, in order. Keys are plain ASCII, and NULL in an array. */
#ifndef CALIB_PROGRAM_JSON_H
#define CALIB_PROGRAM_JSON_H

#include "text.h"

/** A JSON writer. Initialize it with {.text = ...}. */
typedef struct cli_json {
    cli_text *text;
    bool comma; /* the object or array already has a value */
} cli_json;

void cli_json_open(cli_json *json, const char *key, char bracket);
void cli_json_close(cli_json *json, char bracket);

/** Writes bytes as a string; bytes that are not UTF-8 become U+FFFD. */
void cli_json_bytes(cli_json *json, const char *key, const char *bytes, size_t len);
void cli_json_string(cli_json *json, const char *key, const char *string);
void cli_json_unsigned(cli_json *json, const char *key, uint64_t number);
/** A share: digits, a point, and at most 9 decimals. */
void cli_json_share(cli_json *json, const char *key, double share);
void cli_json_signed(cli_json *json, const char *key, int64_t number);
void cli_json_seconds(cli_json *json, const char *key, uint64_t ns);
void cli_json_boolean(cli_json *json, const char *key, bool value);
void cli_json_null(cli_json *json, const char *key);

/** Prints the text of an object as one line. Returns CLI_DONE, or reports the failure and returns
 *  CLI_FAILED. */
int cli_json_print(cli_text *text);

#endif
