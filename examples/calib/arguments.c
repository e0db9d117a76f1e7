/* SPDX-License-Identifier: MIT */
#include "arguments.h"

#include "choices.h"
#include "commands.h"
#include "numbers.h"
#include "report.h"
#include "sources.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An option of the command line. */
typedef struct met_option {
    const cli_option *option;
    const char *shown; /* "--seed", as messages name it */
    const char *value;
} met_option;

/* ---- names ---- */

/* Finds the option that an argument names, "-o" or "--output"; NULL if there is none. */
static const cli_option *find_option(const char *argument, size_t len)
{
    bool is_long = argument[1] == '-';
    for (size_t i = 0; i < cli_n_options; i++) {
        const cli_option *option = &cli_options[i];
        if (is_long && strlen(option->name) == len - 2 &&
            memcmp(option->name, argument + 2, len - 2) == 0)
            return option;
        if (!is_long && len == 2 && option->letter && option->letter == argument[1])
            return option;
    }
    return NULL;
}

size_t cli_distance(const char *a, const char *b)
{
    enum { MAX = 32 };
    size_t row[MAX + 1];
    size_t n = strlen(b);
    if (n > MAX || strlen(a) > MAX)
        return MAX;
    for (size_t j = 0; j <= n; j++)
        row[j] = j;
    for (size_t i = 0; a[i]; i++) {
        size_t corner = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < n; j++) {
            size_t best = corner + (a[i] != b[j]);
            corner = row[j + 1];
            best = row[j] + 1 < best ? row[j] + 1 : best;
            row[j + 1] = corner + 1 < best ? corner + 1 : best;
        }
    }
    return row[n];
}

/* Reports an unknown option, and names the option of this command with the most similar spelling.
 */
static int unknown(const cli_command *command, const char *argument)
{
    const char *name = argument + strspn(argument, "-");
    int len = (int)strcspn(argument, "=");
    char word[64];
    snprintf(word, sizeof word, "%.*s", (int)strcspn(name, "="), name);
    const char *nearest = NULL;
    size_t least = strlen(word) / 2 < 3 ? strlen(word) / 2 : 3;
    for (size_t i = 0; i < cli_n_options; i++) {
        size_t distance = cli_distance(word, cli_options[i].name);
        if (!(cli_options[i].commands & command->bit) || distance > least)
            continue;
        if (nearest && distance == least)
            continue;
        nearest = cli_options[i].name;
        least = distance;
    }
    if (nearest)
        return cli_usage("unknown option %.*s, did you mean --%s?", len, argument, nearest);
    return cli_usage("unknown option %.*s, calib %s --help lists the options", len, argument,
                     command->name);
}

/* ---- values ---- */

static int bad_value(const met_option *met, const char *wanted)
{
    return cli_usage("%s is \"%s\", expected %s", met->shown, met->value, wanted);
}

static int set_text(const met_option *met, const char **to)
{
    if (!*met->value && met->option->kind != CLI_TEXT_OR_EMPTY)
        return cli_usage("%s is empty", met->shown);
    *to = met->value;
    return CLI_DONE;
}

static int set_number(const met_option *met, void *to)
{
    const cli_option *option = met->option;
    bool size = option->kind == CLI_SIZE;
    uint64_t value;
    if (size ? !cli_read_size(met->value, &value) : !cli_read_u64(met->value, &value))
        return bad_value(met, size ? "a number of bytes, optionally with K, M or G"
                                   : "a whole number of 64 bits, zero or more");
    if (value < option->low)
        return cli_usage("%s is %s, the minimum is %llu", met->shown, met->value,
                         (unsigned long long)option->low);
    if (value > option->high)
        return cli_usage("%s is %s, the maximum is %llu", met->shown, met->value,
                         (unsigned long long)option->high);
    if (option->kind == CLI_U32)
        *(uint32_t *)to = (uint32_t)value;
    else
        *(uint64_t *)to = value;
    return CLI_DONE;
}

static int set_choice(const met_option *met, uint32_t *to)
{
    char list[128];
    if (cli_choice(met->option->name, met->value, to))
        return CLI_DONE;
    cli_choices_list(met->option->name, list, sizeof list);
    return bad_value(met, list);
}

static int set_documents(const met_option *met, calib_documents *to)
{
    static const char separator[] = "separator=";
    to->separator = NULL;
    if (strncmp(met->value, separator, sizeof separator - 1) != 0)
        return set_choice(met, &to->format);
    to->format = CALIB_DOCUMENTS_SEPARATOR;
    to->separator = met->value + sizeof separator - 1;
    return CLI_DONE;
}

static int set_numbers(const met_option *met, cli_numbers *to)
{
    const char *text = met->value;
    for (;; text++) {
        uint64_t *grown = realloc(to->items, (to->n + 1) * sizeof *grown);
        if (!grown)
            return cli_fail("out of memory");
        to->items = grown;
        if (!cli_read_next_u64(&text, &to->items[to->n++]) || (*text && *text != ','))
            return bad_value(met, "whole numbers of 64 bits, with commas between them");
        if (!*text)
            return CLI_DONE;
    }
}

static int set(const met_option *met, cli_arguments *to)
{
    void *field = (char *)to + met->option->at;
    switch (met->option->kind) {
    case CLI_SWITCH: *(uint32_t *)field |= (uint32_t)met->option->low; return CLI_DONE;
    case CLI_TEXT:
    case CLI_TEXT_OR_EMPTY: return set_text(met, field);
    case CLI_SHA256: {
        size_t n = strspn(met->value, "0123456789abcdefABCDEF");
        if (n != 64 || met->value[n])
            return bad_value(met, "64 hexadecimal digits");
        return set_text(met, field);
    }
    case CLI_MIRROR: {
        cli_source *each = &to->each;
        if (each->source.n_mirrors == CLI_MIRRORS_MAX)
            return cli_usage("%s is given more than %d times", met->shown, CLI_MIRRORS_MAX);
        int status = set_text(met, &each->mirrors[each->source.n_mirrors]);
        each->source.n_mirrors += !status;
        return status;
    }
    case CLI_SOURCE: return CLI_DONE; /* begins the next one: see begin_source() */
    case CLI_CHOICE: return set_choice(met, field);
    case CLI_DOCUMENTS: return set_documents(met, &to->each.documents);
    case CLI_ROWS:
        if (strcmp(met->value, "all") == 0)
            *(int64_t *)field = -1;
        else if (!cli_read_i64(met->value, field))
            return bad_value(met, "a whole number of 64 bits, or all");
        return CLI_DONE;
    case CLI_NUMBERS: return set_numbers(met, field);
    case CLI_SECONDS:
        if (!cli_read_ms(met->value, field))
            return bad_value(met, "a number of seconds, with at most three decimals");
        return *(uint32_t *)field ? CLI_DONE : bad_value(met, "a time above zero");
    case CLI_U32:
    case CLI_U64:
    case CLI_SIZE: return set_number(met, field);
    }
    return CLI_DONE;
}

/* ---- the line ---- */

typedef struct reading {
    const cli_command *command;
    int left; /* arguments that follow */
    char **next;
    bool given[CLI_OPTIONS_MAX]; /* for each row of cli_options */
    cli_binding binding;
    cli_arguments *out;
} reading;

/* Refuses a second use of an option that does not repeat: one of the two would have no effect. */
static int check_repeated(reading *line, const met_option *met)
{
    bool *given = &line->given[met->option - cli_options];
    if (*given && met->option->kind != CLI_MIRROR && met->option->kind != CLI_SOURCE)
        return cli_usage(
            "%s is given twice; only --mirror, --source and --compare may be repeated, and "
            "options of one source behind each",
            met->shown);
    *given = true;
    return CLI_DONE;
}

/* Options that bind to a source may be given once for each. */
static int begin_source(reading *line, const met_option *met)
{
    if (!*met->value)
        return cli_usage("%s is empty", met->shown);
    for (size_t i = 0; i < cli_n_options; i++)
        if (cli_option_binds(&cli_options[i]))
            line->given[i] = false;
    int status = cli_sources_next(line->out, &line->binding, met->value);
    line->out->each.compared = met->option->low;
    return status;
}

static int take_value(reading *line, const met_option *met)
{
    return met->option->kind == CLI_SOURCE ? begin_source(line, met) : set(met, line->out);
}

/* Reads an option. Its value follows "=", or is the next argument. */
static int take_option(reading *line, const char *argument)
{
    const char *equals = argument[1] == '-' ? strchr(argument, '=') : NULL;
    size_t len = equals ? (size_t)(equals - argument) : strlen(argument);
    met_option met = {.option = find_option(argument, len)};
    const cli_option *option = met.option;
    if (!option)
        return unknown(line->command, argument);
    char shown[32];
    snprintf(shown, sizeof shown, "%.*s", (int)len, argument);
    met.shown = shown;
    if (!(option->commands & line->command->bit))
        return cli_usage("%s is not an option of calib %s", shown, line->command->name);
    int status = check_repeated(line, &met);
    if (status)
        return status;
    if (!option->value)
        return equals ? cli_usage("%s takes no value", shown) : set(&met, line->out);
    if (equals) {
        met.value = equals + 1;
        return take_value(line, &met);
    }
    if (line->left == 0)
        return cli_usage("%s needs a value, %s", shown, option->value);
    met.value = *line->next;
    if (strncmp(met.value, "--", 2) == 0)
        return cli_usage("%s needs a value, %s, but \"%s\" follows; if that is the value, write "
                         "--%s=%s",
                         shown, option->value, met.value, option->name, met.value);
    line->left--;
    line->next++;
    return take_value(line, &met);
}

static bool is_rows(const char *argument)
{
    static const char end[] = ".safetensors";
    size_t len = strlen(argument);
    return len >= sizeof end && strcmp(argument + len - (sizeof end - 1), end) == 0;
}

static int take_positional(const cli_command *command, const char *argument, cli_arguments *out)
{
    if (command->bit & (CLI_SAMPLE | CLI_TOKENIZE))
        return cli_usage("unexpected argument \"%s\"; name the output with -o, the corpus with "
                         "--source",
                         argument);
    if (command->bit == CLI_INFO && !is_rows(argument))
        return cli_usage(
            "unexpected argument \"%s\"; name the corpus with --source; a file of rows "
            "ends in .safetensors",
            argument);
    if (out->n_positional == command->n_positional)
        return cli_usage("unexpected argument \"%s\" of calib %s", argument, command->name);
    if (!*argument)
        return cli_usage("an argument of calib %s is empty, expected %s", command->name,
                         command->positional);
    out->positional[out->n_positional++] = argument;
    return CLI_DONE;
}

/* A recipe says what these options say. */
static bool says_what_a_recipe_says(const cli_option *option)
{
    return option->kind == CLI_SOURCE || cli_option_binds(option) ||
           strcmp(option->group, "Rows") == 0;
}

/* A recipe replaces options, and a file of rows is what it is. */
static int check_given(const reading *line)
{
    const cli_arguments *out = line->out;
    bool is_file = line->command->bit == CLI_INFO && out->n_positional;
    for (size_t i = 0; i < cli_n_options; i++) {
        const cli_option *option = &cli_options[i];
        bool is_shown = option->at == offsetof(cli_arguments, json) ||
                        option->at == offsetof(cli_arguments, by_row);
        if (line->given[i] && out->recipe && says_what_a_recipe_says(option))
            return cli_usage("--%s cannot be used with --recipe", option->name);
        if (line->given[i] && is_file && !is_shown)
            return cli_usage("--%s says nothing about a file of rows: leave it out", option->name);
    }
    if (out->by_row && !is_file)
        return cli_usage("--rows needs a file of rows");
    return CLI_DONE;
}

static int read_line(reading *line)
{
    bool options_end = false;
    int status = CLI_DONE;
    while (!status && line->left > 0 && !line->out->help) {
        const char *argument = *line->next++;
        line->left--;
        if (options_end || argument[0] != '-' || !argument[1])
            status = take_positional(line->command, argument, line->out);
        else if (strcmp(argument, "--") == 0)
            options_end = true;
        else
            status = take_option(line, argument);
    }
    return status;
}

static int lacks_positional(const cli_command *command)
{
    if (command->bit & (CLI_LOCK | CLI_VERIFY))
        return cli_usage("calib %s needs %s", command->name, command->positional);
    return cli_usage("calib %s needs %s; the URL of the default corpus is %s", command->name,
                     command->positional, CALIB_DEFAULT_URL);
}

static bool is_given(const reading *line, const char *option)
{
    return line->given[find_option(option, strlen(option)) - cli_options];
}

int cli_arguments_read(const cli_command *command, int argc, char **argv, cli_arguments *out)
{
    *out = (cli_arguments){
        .command = command->name,
        .each = {.source = {.struct_size = sizeof(calib_source)},
                 .documents = {.struct_size = sizeof(calib_documents)},
                 .append_id = CLI_NO_ID},
        .options = {.struct_size = sizeof out->options},
        .sampling = {.struct_size = sizeof out->sampling},
        .tokenizer = "bytes",
        .n_samples = 128,
        .seq_len = 512,
        .seed = 123,
        .pad = CLI_NO_ID,
    };
    reading line = {.command = command, .left = argc, .next = argv, .out = out};
    int status = read_line(&line);
    if (!status && !out->help)
        status = check_given(&line);
    if (!status && !out->help)
        status = cli_sources_end(out);
    out->sampling.numbers = out->numbers.items;
    out->sampling.n_numbers = out->numbers.n;
    /* What is listed is wanted, unless another number is given. */
    if (out->numbers.n && !is_given(&line, "--samples"))
        out->n_samples = -1;
    if (out->pad != CLI_NO_ID) {
        out->sampling.short_rows = CALIB_SHORT_PAD;
        out->sampling.pad_id = (int32_t)out->pad;
    }
    bool enough = out->n_positional == command->n_positional || command->bit == CLI_INFO;
    if (!status && !out->help && !enough)
        status = lacks_positional(command);
    return status;
}
