/* SPDX-License-Identifier: MIT */
/* calib verify: compares the rows of a file with a lock. */
#include "commands.h"
#include "json.h"
#include "rows_file.h"

#include <calib_recipe.h>
#include <stdio.h>

static int print_json(const cli_rows_file *file, const char *id)
{
    cli_text text = {0};
    cli_json json = {.text = &text};
    cli_json_open(&json, NULL, '{');
    cli_json_string(&json, "lock", id);
    cli_json_unsigned(&json, "rows", file->samples.n_rows);
    cli_json_unsigned(&json, "seq_len", file->samples.seq_len);
    cli_json_close(&json, '}');
    int status = cli_json_print(&text);
    cli_text_free(&text);
    return status;
}

static int print(const char *name, const cli_rows_file *file, const char *id)
{
    cli_print_name(name);
    printf(": %zu rows of %zu tokens, as locked by %s\n", file->samples.n_rows,
           file->samples.seq_len, id);
    return cli_flush_results();
}

int cli_verify(cli_arguments *arguments)
{
    const char *lock = arguments->positional[0], *rows = arguments->positional[1];
    char id[80];
    cli_rows_file file;
    int status = cli_rows_file_open(rows, &file);
    if (!status && (calib_recipe_verify(lock, &file.samples) || calib_recipe_id(lock, id)))
        status = cli_fail_library();
    if (!status)
        status = arguments->json ? print_json(&file, id) : print(rows, &file, id);
    cli_rows_file_close(&file);
    return status;
}
