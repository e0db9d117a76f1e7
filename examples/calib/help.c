/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "report.h"

#include <stdio.h>
#include <string.h>

enum { COLUMN = 27, WIDTH = 79 };

/* Prints the text of an option, wrapped, from COLUMN on. */
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

int cli_help(const cli_command *command)
{
    const char *group = "";
    fputs(command->head, stdout);
    for (size_t i = 0; i < cli_n_options; i++) {
        const cli_option *option = &cli_options[i];
        if (!(option->commands & command->bit))
            continue;
        if (strcmp(group, option->group) != 0)
            printf("\n%s:\n", option->group);
        group = option->group;
        char left[64], letter = option->letter;
        int n = snprintf(left, sizeof left, "  %c%c%s --%s%s%s", letter ? '-' : ' ',
                         letter ? letter : ' ', letter ? "," : " ", option->name,
                         option->value ? " " : "", option->value ? option->value : "");
        if (n < COLUMN - 1)
            printf("%-*s", COLUMN, left);
        else
            printf("%s\n%*s", left, COLUMN, "");
        print_text(option->help);
    }
    printf("\n%s", command->tail);
    return cli_flush_results();
}
