/* SPDX-License-Identifier: MIT */
/* Reads a JSON object into a struct by a table of its keys. */
#ifndef CALIB_RECIPE_KEYS_H
#define CALIB_RECIPE_KEYS_H

#include "recipe/value.h"

/** What a key's value is, and the type of its field. */
typedef enum calib_key_kind {
    CALIB_KEY_TEXT,   /* const char *: a string */
    CALIB_KEY_NUMBER, /* uint64_t: a whole number, or its digits in a string */
    CALIB_KEY_CHOICE, /* uint32_t: one of `words` */
    CALIB_KEY_FLAG,   /* uint32_t: true sets the bits `number`, false clears them */
    CALIB_KEY_HASH,   /* 32 bytes, as lower-case digits */
    CALIB_KEY_OBJECT, /* size_t: the index of the value, for the caller to read */
    CALIB_KEY_ARRAY   /* the same */
} calib_key_kind;

typedef struct calib_key {
    const char *name;
    calib_key_kind kind;
    size_t at;                /* offset of the field */
    uint64_t number;          /* the most, the number of the first word, or bits */
    const char *const *words; /* to NULL */
    bool required;
} calib_key;

/**
 * Reads the object at index `object` into `to`. A value that is no object, keys that are not in the
 * table, that are given twice or are missing, and values of another kind are E_RECIPE; the message
 * names file, line and key.
 * @param[out] given  a bit for each row of the table, of which there are at most 64
 */
int calib_keys_read(const calib_values *values, size_t object, const calib_key *keys, size_t n,
                    void *to, uint64_t *given);

/** Reads a value as CALIB_KEY_NUMBER. Returns 0 or E_RECIPE. */
int calib_key_number(const calib_values *values, const calib_value *value, uint64_t most,
                     uint64_t *out);

/** Largest integer that JSON's readers agree on, 2^53 - 1. Above it a number is a string. */
#define CALIB_KEY_EXACT ((UINT64_C(1) << 53) - 1)

/** Writes a number as CALIB_KEY_NUMBER reads it. */
enum { CALIB_KEY_NUMBER_SIZE = 24 };
void calib_key_number_write(uint64_t number, char out[CALIB_KEY_NUMBER_SIZE]);

#endif
