/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "report.h"

#include <stdio.h>
#include <string.h>

static const char program[] =
    "Usage: calib COMMAND [OPTION]...\n"
    "\n"
    "Calibration data for weight quantizers: a corpus is tokenized, the tokens are\n"
    "cut into rows, and rows are picked by a seed, the same on every machine. The\n"
    "rows are those of mlx-lm's load_data.\n"
    "\n"
    "Commands:\n"
    "  sample    pick rows and write them to a file\n"
    "  fetch     download a text into the cache and print where it is\n"
    "  info      show what is known of a corpus and its tokens\n"
    "\n"
    "calib COMMAND --help tells the options of each; calib --version the version.\n"
    "\n"
    "Examples:\n"
    "  calib sample --source builtin -o rows.npy\n"
    "  calib info --source corpus.txt --tokenizer tokenizer.model\n"
    "\n"
    "Exit status: 0, 1 for a failure, 2 for a wrong command line.\n";

static const struct {
    cli_command command;
    const char *head, *tail;
} commands[] = {
    {CLI_SAMPLE,
     "Usage: calib sample [OPTION]... -o OUT.npy|OUT.safetensors|OUT.bin|-\n"
     "\n"
     "Tokenizes a corpus, cuts the tokens into rows, picks rows by the seed and\n"
     "writes them as little-endian int32. Rows, length and seed default to those of\n"
     "mlx-lm's awq.\n",
     "Examples:\n"
     "  calib sample --source builtin -o rows.npy\n"
     "  calib sample --source corpus.txt --tokenizer tokenizer.model --bos \\\n"
     "      --samples 256 --seq-len 2048 -o rows.safetensors\n"
     "  zcat corpus.gz | calib sample --source - --format bin -o - | quantizer\n"},
    {CLI_FETCH,
     "Usage: calib fetch [OPTION]... URL\n"
     "\n"
     "Makes sure that the text of a URL is in the cache, verified, and prints the\n"
     "path of the file. Without --sha256 the first text seen at a URL is trusted,\n"
     "and a change is refused from then on.\n",
     "Examples:\n"
     "  calib fetch https://example.org/corpus.txt\n"
     "  calib fetch --offline https://example.org/corpus.txt\n"},
    {CLI_INFO,
     "Usage: calib info [OPTION]...\n"
     "\n"
     "Shows size and hash of a corpus, how many tokens and rows it gives with a\n"
     "tokenizer, and what the cache holds.\n",
     "Examples:\n"
     "  calib info --source builtin --preview 3\n"
     "  calib info --source corpus.txt --tokenizer tokenizer.model --json\n"},
};

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

static void print_options(unsigned command)
{
    const char *group = "";
    for (size_t i = 0; i < cli_n_options; i++) {
        const cli_option *option = &cli_options[i];
        if (!(option->commands & command))
            continue;
        if (strcmp(group, option->group) != 0)
            printf("\n%s:\n", option->group);
        group = option->group;
        print_option(option);
    }
}

int cli_help(unsigned command)
{
    if (command == 0)
        fputs(program, stdout);
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if ((unsigned)commands[i].command != command)
            continue;
        fputs(commands[i].head, stdout);
        print_options(command);
        printf("\n%s", commands[i].tail);
    }
    return cli_flush_results();
}
