/* SPDX-License-Identifier: MIT */
#include "origin.h"

#include "choices.h"

#include <string.h>

const char *cli_origin_name(const char *source)
{
    const char *first = strchr(source, '/');
    bool url = first && first > source && first[-1] == ':' && first[1] == '/';
    return first && !url ? strrchr(source, '/') + 1 : source;
}

/* Zero is the default of every option that chooses a word. */
static void add_choice(cli_json *json, const char *option, uint32_t number)
{
    const char *word = number ? cli_choice_word(option, number) : NULL;
    if (word)
        cli_json_bytes(json, option, word, strcspn(word, "="));
}

static void add_string(cli_json *json, const char *key, const char *string)
{
    if (string)
        cli_json_string(json, key, string);
}

static void add_number(cli_json *json, const char *key, uint64_t number)
{
    if (number)
        cli_json_unsigned(json, key, number);
}

static void add_switch(cli_json *json, const char *key, bool set)
{
    if (set)
        cli_json_boolean(json, key, true);
}

static void add_documents(cli_json *json, const cli_source *each)
{
    const calib_documents *documents = &each->documents;
    add_choice(json, "documents", documents->format);
    add_string(json, "separator", documents->separator);
    add_string(json, "field", documents->field);
    add_choice(json, "chat", documents->renderer);
    add_switch(json, "plain", documents->flags & CALIB_DOCUMENTS_PLAIN);
    add_choice(json, "strip", documents->strip);
    add_number(json, "min_chars", documents->min_chars);
    add_number(json, "max_chars", documents->max_chars);
    add_number(json, "min_tokens", documents->min_tokens);
    add_number(json, "max_tokens", documents->max_tokens);
    add_switch(json, "skip_malformed", documents->flags & CALIB_DOCUMENTS_SKIP_MALFORMED);
    add_choice(json, "specials", documents->specials);
    add_string(json, "join", documents->join);
    if (each->append_id != CLI_NO_ID)
        cli_json_unsigned(json, "append_id", each->append_id);
}

int cli_origin_json(const cli_result *result, const char *key, cli_json *json)
{
    cli_json_open(json, key, '[');
    for (size_t i = 0; i < result->info.n_sources; i++) {
        const cli_source *each = &result->arguments->sources[i];
        calib_source_info info = {.struct_size = sizeof info};
        char sha256[CLI_HEX];
        if (calib_corpus_source(result->corpus, i, &info))
            return cli_fail_library();
        cli_hex(info.sha256, sha256);
        cli_json_open(json, NULL, '{');
        cli_json_string(json, "source", cli_origin_name(info.location));
        cli_json_string(json, "sha256", sha256);
        add_switch(json, "raw", each->source.flags & CALIB_RAW_BYTES);
        add_choice(json, "reader", each->source.reader);
        add_number(json, "weight", each->source.weight);
        add_documents(json, each);
        cli_json_close(json, '}');
    }
    cli_json_close(json, ']');
    return CLI_DONE;
}
