/* SPDX-License-Identifier: MIT */
/* The rows of a recipe or a lock, for calib sample. */
#ifndef CALIB_PROGRAM_RECIPE_H
#define CALIB_PROGRAM_RECIPE_H

#include "produce.h"

/** Loads the samples, and the text of the lock if there is one. There is no corpus then. Returns
 *  CLI_DONE, or reports the failure and returns CLI_FAILED. */
int cli_recipe_open(cli_result *result);

/** Adds the metadata of a file of these rows. */
void cli_recipe_metadata(const cli_result *result, cli_json *json);

/* What a cli_product tells about them. */
void cli_recipe_json(const cli_result *result, cli_json *json);
void cli_recipe_print(const cli_result *result);

/** Refuses an output that would replace a file that the recipe names as a source, or the recipe
 *  itself unless `may_replace`. Accepts a recipe that cannot be read: that is reported later.
 *  Returns CLI_DONE, or reports the failure and returns CLI_FAILED. */
int cli_recipe_spare(const char *recipe, const char *output, bool may_replace);

#endif
