/* SPDX-License-Identifier: MIT */
/* Recipes: what is read has a canonical form that reads as the same recipe, with the same id. */
#include "recipe/recipe.h"
#include "recipe/canonical.h"
#include "target.h"

static void canonical(const calib_values *values, calib_buffer *out)
{
    static const char *const none[] = {NULL};
    MUST(calib_canonical_write(values, none, out) == CALIB_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    calib_recipe recipe, again;
    calib_buffer first = {0}, second = {0};
    char id[CALIB_LOCKED_ID_SIZE], same[CALIB_LOCKED_ID_SIZE];
    int status = calib_recipe_read("recipe", (const char *)data, size, &recipe);
    MUST(status == CALIB_OK || status == CALIB_E_RECIPE || status == CALIB_E_LOCK);
    if (!status) {
        MUST(recipe.n_sources > 0 && recipe.sources[0].location);
        canonical(&recipe.values, &first);
        MUST(calib_recipe_read("recipe", first.data, first.len, &again) == CALIB_OK);
        canonical(&again.values, &second);
        MUST(first.len == second.len && memcmp(first.data, second.data, first.len) == 0);
        MUST(calib_locked_id(&recipe.values, id) == CALIB_OK);
        MUST(calib_locked_id(&again.values, same) == CALIB_OK && strcmp(id, same) == 0);
        calib_recipe_free(&again);
    }
    calib_buffer_free(&first);
    calib_buffer_free(&second);
    calib_recipe_free(&recipe);
    return 0;
}
