/* SPDX-License-Identifier: MIT */
/* calib verify: compares the rows of a file with a lock. */
#include "commands.h"
#include "report.h"
#include "rows_file.h"

#include <calib_recipe.h>
#include <stdio.h>

int cli_verify(cli_arguments *arguments)
{
    const char *lock = arguments->positional[0], *rows = arguments->positional[1];
    char id[80];
    cli_rows_file file;
    int status = cli_rows_file_open(rows, &file);
    if (!status && (calib_recipe_verify(lock, &file.samples) || calib_recipe_id(lock, id)))
        status = cli_fail_library();
    if (!status) {
        cli_print_name(rows);
        printf(": %zu rows of %zu tokens, as locked by %s\n", file.samples.n_rows,
               file.samples.seq_len, id);
        status = cli_flush_results();
    }
    cli_rows_file_close(&file);
    return status;
}
