/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "report.h"

#include <stdio.h>
#include <string.h>

enum { COLUMN = 27, WIDTH = 79 };

/* The text of one option, wrapped, from COLUMN on. */
static void print_text(const char *text)
{
    size_t column = COLUMN;
    for (const char *word = text; *word;) {
        size_t n = strcspn(word, " ");
        if (column > COLUMN && column + n + 1 > WIDTH) {
            printf("\n%*s", COLUMN, "");
            column = COLUMN;
        }
        column += (size_t)printf("%s%.*s", column > COLUMN ? " " : "", (int)n, word);
        word += word[n] ? n + 1 : n;
    }
    putchar('\n');
}

static void print_option(const cli_option *option)
{
    char left[64];
    int n = snprintf(left, sizeof left, "  %c%c%s --%s%s%s", option->letter ? '-' : ' ',
                     option->letter ? option->letter : ' ', option->letter ? "," : " ",
                     option->name, option->value ? " " : "", option->value ? option->value : "");
    if (n < COLUMN - 1)
        printf("%-*s", COLUMN, left);
    else
        printf("%s\n%*s", left, COLUMN, "");
    print_text(option->help);
}

static void print_options(unsigned command_bit)
{
    const char *group = "";
    for (size_t i = 0; i < cli_n_options; i++) {
        const cli_option *option = &cli_options[i];
        if (!(option->commands & command_bit))
            continue;
        if (strcmp(group, option->group) != 0)
            printf("\n%s:\n", option->group);
        group = option->group;
        print_option(option);
    }
}

int cli_help(const cli_command *command)
{
    fputs(command->head, stdout);
    print_options(command->bit);
    printf("\n%s", command->tail);
    return cli_flush_results();
}
