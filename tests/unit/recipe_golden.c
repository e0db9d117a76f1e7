/* SPDX-License-Identifier: MIT */
/* The hashes of rows, and a lock with its id, on this machine: the numbers are Python's. Speaks TAP
 * itself, so that it runs on machines without cmocka. */
#include "recipe/recipe.h"

#include <stdio.h>
#include <string.h>

#define ROWS "8b5b3e819a26aaef6f3128c5e744c5fd0d99b78d86ca21ab262fb06e94f48f22"
#define ORIGIN "13baca7afb8457dc64015b3ee5f69a3036fae2554a0a6210be49049d900a85b4"
#define ID "calib1:sha256:fbdd0e5f77284dd9d631e56f8ce83e3335658d2dba2cf5f1506dc5fb63a708ab"
#define IDENTITY "0000000000000000000000000000000000000000000000000000000000000001"
#define TWICE(hex) hex hex
#define HASH(hex) TWICE(TWICE(TWICE(TWICE(hex)))) TWICE(TWICE(TWICE(TWICE(hex))))

static const char lock[] =
    "{\"calib\": 1, \"sources\": [{\"builtin\": true}], \"samples\": 2, \"seq_len\": 3,\n"
    " \"seed\": \"18446744073709551615\", \"lock\": {\"id\": \"" ID
    "\", \"calib_version\": \"x\",\n"
    " \"tokenizer\": {\"identity\": \"" IDENTITY "\"},\n"
    " \"sources\": [{\"sha256\": \"" HASH("11") "\", \"text_sha256\": \"" HASH(
        "22") "\",\n"
              " \"size\": 9, \"documents\": 1, \"tokens\": 9, \"empty\": 0, \"too_short\": 0, "
              "\"too_long\": 0,\n"
              " \"malformed\": 0}], \"rows\": 2, \"seq_len\": 3, \"rows_sha256\": \"" ROWS "\",\n"
              " \"origin_sha256\": \"" ORIGIN "\"}}\n";

static const calib_samples samples = {
    .n_rows = 2,
    .seq_len = 3,
    .tokens = (const int32_t[]){1, 2, INT32_MAX, 258, 0, 0},
    .lengths = (const int32_t[]){3, 1},
    .documents = (const int64_t[]){0, INT64_C(1) << 40},
    .sources = (const int64_t[]){0, 65535},
};

static void tell(int number, bool good, const char *what)
{
    printf("%sok %d - %s\n", good ? "" : "not ", number, what);
}

int main(void)
{
    calib_locked made = {0};
    calib_recipe recipe;
    char rows[CALIB_SHA256_HEX], origin[CALIB_SHA256_HEX];
    puts("1..3");
    bool hashed = calib_locked_rows(&samples, &made) == CALIB_OK;
    calib_sha256_to_hex(made.rows_sha256, rows);
    calib_sha256_to_hex(made.origin_sha256, origin);
    bool same = hashed && strcmp(rows, ROWS) == 0 && strcmp(origin, ORIGIN) == 0;
    tell(1, same, "the hashes of rows");
    bool read = calib_recipe_read("lock", lock, strlen(lock), &recipe) == CALIB_OK;
    tell(2, read && recipe.seed == UINT64_MAX, "a lock with its id");
    bool equal = read && !calib_locked_compare_rows("lock", &recipe.locked, &made);
    tell(3, equal, "the rows of the lock");
    calib_recipe_free(&recipe);
    return same && equal ? 0 : 1;
}
