/* SPDX-License-Identifier: MIT */
/* The words that options choose from, and the numbers that they stand for. */
#ifndef CALIB_PROGRAM_CHOICES_H
#define CALIB_PROGRAM_CHOICES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Finds the number of a word of option `name`. Returns false if there is no such word. */
bool cli_choice(const char *name, const char *word, uint32_t *number);

/** Returns the word of option `name` for a number, or NULL. */
const char *cli_choice_word(const char *name, uint32_t number);

/** Writes the words of option `name` as messages list them: "a, b or c". */
void cli_choices_list(const char *name, char *out, size_t cap);

#endif
