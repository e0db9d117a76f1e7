/* SPDX-License-Identifier: MIT */
#include "arguments.h"

#include "commands.h"
#include "numbers.h"
#include "report.h"

#include <stdio.h>
#include <string.h>

/* One option as it was met. */
typedef struct met_option {
    const cli_option *option;
    const char *shown; /* "--seed", as the messages name it */
    const char *value;
} met_option;

/* ---- names ---- */

static bool name_is(const cli_option *option, const char *name, size_t len)
{
    return strlen(option->name) == len && memcmp(option->name, name, len) == 0;
}

static const cli_option *find_long(const char *name, size_t len)
{
    for (size_t i = 0; i < cli_n_options; i++)
        if (name_is(&cli_options[i], name, len))
            return &cli_options[i];
    return NULL;
}

static const cli_option *find_short(char letter)
{
    for (size_t i = 0; i < cli_n_options; i++)
        if (letter && cli_options[i].letter == letter)
            return &cli_options[i];
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

/* The option of this command that is spelled most like `name`, or NULL when none is near. */
static const char *nearest_option(const cli_command *command, const char *name)
{
    const char *nearest = NULL;
    size_t least = strlen(name) / 2 < 3 ? strlen(name) / 2 : 3;
    for (size_t i = 0; i < cli_n_options; i++) {
        size_t distance = cli_distance(name, cli_options[i].name);
        if (!(cli_options[i].commands & command->bit) || distance > least)
            continue;
        if (nearest && distance == least)
            continue;
        nearest = cli_options[i].name;
        least = distance;
    }
    return nearest;
}

static int unknown(const cli_command *command, const char *argument)
{
    const char *name = argument + strspn(argument, "-");
    int len = (int)strcspn(argument, "=");
    char word[64];
    snprintf(word, sizeof word, "%.*s", (int)strcspn(name, "="), name);
    const char *nearest = nearest_option(command, word);
    if (nearest)
        return cli_usage("unknown option %.*s, did you mean --%s?", len, argument, nearest);
    return cli_usage("unknown option %.*s, calib %s --help lists them", len, argument,
                     command->name);
}

/* ---- values ---- */

static int bad_value(const met_option *met, const char *wanted)
{
    return cli_usage("%s is \"%s\", wanted is %s", met->shown, met->value, wanted);
}

static int out_of_range(const met_option *met, uint64_t value)
{
    bool low = value < met->option->low;
    uint64_t limit = low ? met->option->low : met->option->high;
    return cli_usage("%s is %s, the %s is %llu", met->shown, met->value, low ? "least" : "most",
                     (unsigned long long)limit);
}

static int set_text(const met_option *met, const char **to)
{
    if (!*met->value && met->option->kind != CLI_TEXT_OR_EMPTY)
        return cli_usage("%s is empty", met->shown);
    *to = met->value;
    return CLI_DONE;
}

static int set_sha256(const met_option *met, const char **to)
{
    size_t n = strspn(met->value, "0123456789abcdefABCDEF");
    *to = met->value;
    return n == 64 && !met->value[n] ? CLI_DONE : bad_value(met, "64 hexadecimal digits");
}

static int set_mirror(const met_option *met, cli_arguments *to)
{
    if (to->source.n_mirrors == CLI_MIRRORS_MAX)
        return cli_usage("%s is given more than %d times", met->shown, CLI_MIRRORS_MAX);
    int status = set_text(met, &to->mirrors[to->source.n_mirrors]);
    to->source.n_mirrors += !status;
    return status;
}

static int set_rows(const met_option *met, int64_t *to)
{
    if (strcmp(met->value, "all") == 0)
        *to = -1;
    else if (!cli_read_i64(met->value, to))
        return bad_value(met, "a whole number of 64 bits, or all");
    return CLI_DONE;
}

static int set_seconds(const met_option *met, uint32_t *to)
{
    if (!cli_read_ms(met->value, to))
        return bad_value(met, "a number of seconds, with at most three decimals");
    return *to ? CLI_DONE : bad_value(met, "a time above zero");
}

static int set_number(const met_option *met, char *to)
{
    const cli_option *option = met->option;
    bool size = option->kind == CLI_SIZE;
    uint64_t value;
    if (size ? !cli_read_size(met->value, &value) : !cli_read_u64(met->value, &value))
        return bad_value(met, size ? "a number of bytes, with K, M or G if need be"
                                   : "a whole number of 64 bits, zero or more");
    if (value < option->low || value > option->high)
        return out_of_range(met, value);
    if (option->kind == CLI_U32) {
        uint32_t narrow = (uint32_t)value;
        memcpy(to, &narrow, sizeof narrow);
    } else {
        memcpy(to, &value, sizeof value);
    }
    return CLI_DONE;
}

static int set(const met_option *met, cli_arguments *to)
{
    void *field = (char *)to + met->option->at;
    switch (met->option->kind) {
    case CLI_SWITCH: *(uint32_t *)field |= (uint32_t)met->option->low; return CLI_DONE;
    case CLI_TEXT:
    case CLI_TEXT_OR_EMPTY: return set_text(met, field);
    case CLI_SHA256: return set_sha256(met, field);
    case CLI_MIRROR: return set_mirror(met, to);
    case CLI_ROWS: return set_rows(met, field);
    case CLI_SECONDS: return set_seconds(met, field);
    case CLI_U32:
    case CLI_U64:
    case CLI_SIZE: return set_number(met, field);
    }
    return CLI_DONE;
}

/* ---- the line ---- */

/* Gives `met` its value: what follows "=", else the next argument. */
static int take_value(met_option *met, const char *equals, int *left, char ***next)
{
    if (!met->option->value)
        return equals ? cli_usage("%s takes no value", met->shown) : CLI_DONE;
    if (equals) {
        met->value = equals + 1;
        return CLI_DONE;
    }
    if (*left == 0)
        return cli_usage("%s needs a value, %s", met->shown, met->option->value);
    met->value = **next;
    if (strncmp(met->value, "--", 2) == 0)
        return cli_usage("%s needs a value, %s, and \"%s\" follows; if that is the value, write "
                         "--%s=%s",
                         met->shown, met->option->value, met->value, met->option->name, met->value);
    (*left)--;
    (*next)++;
    return CLI_DONE;
}

static int take_option(const cli_command *command, const char *argument, int *left, char ***next,
                       cli_arguments *out)
{
    bool is_long = argument[1] == '-';
    const char *equals = is_long ? strchr(argument, '=') : NULL;
    size_t len = equals ? (size_t)(equals - argument) : strlen(argument);
    met_option met = {.option = NULL};
    if (is_long)
        met.option = find_long(argument + 2, len - 2);
    else if (len == 2)
        met.option = find_short(argument[1]);
    if (!met.option)
        return unknown(command, argument);
    char shown[32];
    snprintf(shown, sizeof shown, "%.*s", (int)len, argument);
    met.shown = shown;
    if (!(met.option->commands & command->bit))
        return cli_usage("%s is no option of calib %s", shown, command->name);
    int status = take_value(&met, equals, left, next);
    return status ? status : set(&met, out);
}

static int take_positional(const cli_command *command, const char *argument, cli_arguments *out)
{
    if (command->bit == CLI_SAMPLE)
        return cli_usage("unexpected argument \"%s\"; the output is named with -o, the corpus with "
                         "--source",
                         argument);
    if (command->bit == CLI_INFO)
        return cli_usage("unexpected argument \"%s\"; the corpus is named with --source", argument);
    if (out->n_positional == command->n_positional)
        return cli_usage("unexpected argument \"%s\" of calib %s", argument, command->name);
    if (!*argument)
        return cli_usage("an argument of calib %s is empty, wanted is %s", command->name,
                         command->positional);
    out->positional[out->n_positional++] = argument;
    return CLI_DONE;
}

static int check_positional(const cli_command *command, const cli_arguments *arguments)
{
    if (arguments->help || arguments->n_positional == command->n_positional)
        return CLI_DONE;
    return cli_usage("calib %s needs %s; the URL of the default corpus is %s", command->name,
                     command->positional, CALIB_DEFAULT_URL);
}

int cli_arguments_read(const cli_command *command, int argc, char **argv, cli_arguments *out)
{
    *out = (cli_arguments){
        .source = {.struct_size = sizeof out->source},
        .options = {.struct_size = sizeof out->options},
        .sampling = {.struct_size = sizeof out->sampling},
        .tokenizer = "bytes",
        .n_samples = 128,
        .seq_len = 512,
        .seed = 123,
    };
    bool options_end = false;
    int status = CLI_DONE;
    while (!status && argc > 0 && !out->help) {
        const char *argument = *argv++;
        argc--;
        if (options_end || argument[0] != '-' || !argument[1])
            status = take_positional(command, argument, out);
        else if (strcmp(argument, "--") == 0)
            options_end = true;
        else
            status = take_option(command, argument, &argc, &argv, out);
    }
    out->source.flags = out->source_flags;
    if (out->source.n_mirrors)
        out->source.mirrors = out->mirrors;
    return status ? status : check_positional(command, out);
}
