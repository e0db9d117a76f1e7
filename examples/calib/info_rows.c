/* SPDX-License-Identifier: MIT */
/* calib info ROWS.safetensors: shows where rows came from. */
#include "commands.h"
#include "json.h"
#include "repeats.h"
#include "rows_file.h"

#include "json/json.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_SOURCES = 65536 };

/* What is known of a file. */
typedef struct rows_facts {
    cli_rows_file file;
    cli_text sources;   /* JSON: an array of sources, or a lock, which has one; may be empty */
    cli_text id;        /* of the lock; empty: none */
    uint64_t *n_rows;   /* [MOST_SOURCES]: that start in each */
    uint64_t n_sources; /* the last of them that has rows, and those before it */
    uint64_t repeated;  /* rows that equal an earlier one */
} rows_facts;

/* ---- JSON in the metadata ---- */

/* Finds a member of the object that was begun. Returns the kind of its value, or an end. */
static calib_json_kind find(calib_json *json, const char *key, calib_json_token *value)
{
    while (calib_json_next(json, value) == CALIB_JSON_KEY) {
        bool found = calib_json_equals(value, key);
        calib_json_next(json, value);
        if (found || !calib_json_skip(json, value))
            return value->kind;
    }
    return CALIB_JSON_END;
}

static void add_string(const calib_json_token *token, cli_text *out)
{
    char *string = malloc(token->len + 1);
    out->failed |= !string;
    if (string)
        cli_text_add(out, string, calib_json_unescape(token, string));
    free(string);
}

static void read_id(const cli_text *lock, cli_text *out)
{
    calib_json json;
    calib_json_token token;
    calib_json_begin(&json, lock->data, lock->len);
    if (calib_json_next(&json, &token) == CALIB_JSON_OBJECT &&
        find(&json, "lock", &token) == CALIB_JSON_OBJECT &&
        find(&json, "id", &token) == CALIB_JSON_STRING)
        add_string(&token, out);
}

/* Reads the name of a source from the members of the object that was begun, if it is there. */
static void read_name(calib_json *json, cli_text *name)
{
    calib_json_token token;
    while (calib_json_next(json, &token) == CALIB_JSON_KEY) {
        bool is_name = calib_json_equals(&token, "path") || calib_json_equals(&token, "url") ||
                       calib_json_equals(&token, "source");
        bool is_builtin = calib_json_equals(&token, "builtin");
        calib_json_next(json, &token);
        if (is_name || (is_builtin && token.kind == CALIB_JSON_TRUE))
            name->len = 0;
        if (is_name && token.kind == CALIB_JSON_STRING)
            add_string(&token, name);
        else if (is_builtin && token.kind == CALIB_JSON_TRUE)
            cli_text_add_string(name, "builtin");
        else if (!calib_json_skip(json, &token))
            return;
    }
}

/* Begins to read the sources; `name` is set to the default of their names. */
static bool begin_sources(const cli_text *text, calib_json *json, cli_text *name)
{
    calib_json_token token;
    calib_json_begin(json, text->data, text->len);
    if (text->len == 0 || calib_json_next(json, &token) == CALIB_JSON_ARRAY)
        return text->len > 0;
    read_name(json, name);
    calib_json_begin(json, text->data, text->len);
    return calib_json_next(json, &token) == CALIB_JSON_OBJECT &&
           find(json, "sources", &token) == CALIB_JSON_ARRAY;
}

/* ---- facts ---- */

static int count_rows(rows_facts *facts)
{
    const calib_samples *samples = &facts->file.samples;
    facts->n_rows = calloc(MOST_SOURCES, sizeof *facts->n_rows);
    if (!facts->n_rows)
        return cli_fail("out of memory");
    for (size_t i = 0; i < samples->n_rows; i++) {
        uint64_t source = (uint64_t)samples->sources[i];
        if (source >= MOST_SOURCES)
            return cli_fail("row %zu begins in source %lld, which no corpus has", i,
                            (long long)samples->sources[i]);
        facts->n_rows[source]++;
        if (source >= facts->n_sources)
            facts->n_sources = source + 1;
    }
    return CLI_DONE;
}

static int count_repeats(rows_facts *facts)
{
    const calib_samples *samples = &facts->file.samples;
    cli_repeats repeats = {0};
    bool kept = true;
    for (size_t i = 0; kept && i < samples->n_rows; i++) {
        const int32_t *row = samples->tokens + i * samples->seq_len;
        kept = cli_repeats_add(&repeats, cli_repeats_hash(CLI_NO_IDS, row, samples->seq_len));
    }
    facts->repeated = cli_repeats_count(&repeats);
    free(repeats.items);
    return kept ? CLI_DONE : cli_fail("out of memory");
}

static int read_facts(const char *path, rows_facts *facts)
{
    int status = cli_rows_file_open(path, &facts->file);
    if (status)
        return status;
    if (cli_rows_file_metadata(&facts->file, "calib_lock", &facts->sources))
        read_id(&facts->sources, &facts->id);
    else
        cli_rows_file_metadata(&facts->file, "sources", &facts->sources);
    cli_text_add(&facts->id, "", 1);
    if (facts->sources.failed || facts->id.failed)
        return cli_fail("out of memory");
    status = count_rows(facts);
    return status ? status : count_repeats(facts);
}

/* ---- output ---- */

/* Returns true for keys that calib writes, and that are not JSON themselves. */
static bool is_fact(const char *key)
{
    size_t n = strspn(key, "abcdefghijklmnopqrstuvwxyz0123456789_");
    return key[n] == '\0' && strcmp(key, "calib_lock") != 0 && strcmp(key, "sources") != 0;
}

/* Passes every string of the metadata that is for people. */
static int each_fact(const rows_facts *facts,
                     void (*show)(cli_json *json, const char *key, const char *value),
                     cli_json *json)
{
    calib_json reader;
    calib_json_token token;
    cli_text key = {0}, value = {0};
    calib_json_begin(&reader, facts->file.metadata, facts->file.metadata_len);
    calib_json_next(&reader, &token);
    while (calib_json_next(&reader, &token) == CALIB_JSON_KEY) {
        key.len = value.len = 0;
        add_string(&token, &key);
        cli_text_add(&key, "", 1);
        calib_json_next(&reader, &token);
        add_string(&token, &value);
        cli_text_add(&value, "", 1);
        if (key.failed || value.failed)
            break;
        if (is_fact(key.data))
            show(json, key.data, value.data);
    }
    int status = key.failed || value.failed ? cli_fail("out of memory") : CLI_DONE;
    cli_text_free(&key);
    cli_text_free(&value);
    return status;
}

static void json_fact(cli_json *json, const char *key, const char *value)
{
    cli_json_string(json, key, value);
}

static void print_fact(cli_json *json, const char *key, const char *value)
{
    (void)json;
    if (!*value)
        return;
    cli_print_name(key);
    printf(": ");
    cli_print_name(value);
    putchar('\n');
}

/* Passes each source that has rows, and those before it, with its name or NULL. */
static int each_source(const rows_facts *facts,
                       void (*show)(cli_json *json, uint64_t i, const char *name, uint64_t n_rows),
                       cli_json *json)
{
    cli_text name = {0}, usual = {0};
    calib_json reader;
    calib_json_token token;
    bool named = begin_sources(&facts->sources, &reader, &usual);
    if (!named)
        cli_rows_file_metadata(&facts->file, "source", &usual);
    for (uint64_t i = 0; i < facts->n_sources; i++) {
        name.len = 0;
        cli_text_add(&name, usual.data, usual.len);
        named = named && calib_json_next(&reader, &token) == CALIB_JSON_OBJECT;
        if (named)
            read_name(&reader, &name);
        cli_text_add(&name, "", 1);
        if (name.failed)
            break;
        show(json, i, name.data, facts->n_rows[i]);
    }
    int status = name.failed || usual.failed ? cli_fail("out of memory") : CLI_DONE;
    cli_text_free(&name);
    cli_text_free(&usual);
    return status;
}

static void json_source(cli_json *json, uint64_t i, const char *name, uint64_t n_rows)
{
    (void)i;
    cli_json_open(json, NULL, '{');
    cli_json_string(json, "source", name);
    cli_json_unsigned(json, "rows", n_rows);
    cli_json_close(json, '}');
}

static void print_source(cli_json *json, uint64_t i, const char *name, uint64_t n_rows)
{
    (void)json;
    printf("source %-7llu ", (unsigned long long)i);
    cli_print_name(name);
    printf("%s%llu rows\n", *name ? ": " : "", (unsigned long long)n_rows);
}

static uint64_t length_of(const calib_samples *samples, size_t row)
{
    return samples->lengths ? (uint64_t)samples->lengths[row] : samples->seq_len;
}

static int print_json(const rows_facts *facts, bool by_row)
{
    const calib_samples *samples = &facts->file.samples;
    cli_text text = {0};
    cli_json json = {.text = &text};
    cli_json_open(&json, NULL, '{');
    cli_json_unsigned(&json, "rows", samples->n_rows);
    cli_json_unsigned(&json, "seq_len", samples->seq_len);
    cli_json_unsigned(&json, "repeated_rows", facts->repeated);
    if (*facts->id.data)
        cli_json_string(&json, "lock", facts->id.data);
    else
        cli_json_null(&json, "lock");
    cli_json_open(&json, "metadata", '{');
    int status = each_fact(facts, json_fact, &json);
    cli_json_close(&json, '}');
    cli_json_open(&json, "sources", '[');
    if (!status)
        status = each_source(facts, json_source, &json);
    cli_json_close(&json, ']');
    if (by_row)
        cli_json_open(&json, "origins", '[');
    for (size_t i = 0; by_row && i < samples->n_rows; i++) {
        cli_json_open(&json, NULL, '{');
        cli_json_signed(&json, "source", samples->sources[i]);
        cli_json_signed(&json, "document", samples->documents[i]);
        if (samples->offsets)
            cli_json_signed(&json, "offset", samples->offsets[i]);
        else
            cli_json_null(&json, "offset");
        cli_json_unsigned(&json, "tokens", length_of(samples, i));
        cli_json_close(&json, '}');
    }
    if (by_row)
        cli_json_close(&json, ']');
    cli_json_close(&json, '}');
    if (!status)
        status = cli_json_print(&text);
    cli_text_free(&text);
    return status;
}

static void print_row(const calib_samples *samples, size_t row)
{
    printf("row %-10zu source %lld, document %lld, ", row, (long long)samples->sources[row],
           (long long)samples->documents[row]);
    if (samples->offsets)
        printf("offset %lld, ", (long long)samples->offsets[row]);
    printf("%llu tokens\n", (unsigned long long)length_of(samples, row));
}

static int print_table(const rows_facts *facts, bool by_row)
{
    const calib_samples *samples = &facts->file.samples;
    printf("%-14s %zu of %zu tokens\n", "rows", samples->n_rows, samples->seq_len);
    if (facts->repeated)
        printf("%-14s %llu equal an earlier one\n", "repeated rows",
               (unsigned long long)facts->repeated);
    printf("%-14s ", "lock");
    cli_print_name(*facts->id.data ? facts->id.data : "none");
    putchar('\n');
    int status = each_source(facts, print_source, NULL);
    if (!status)
        status = each_fact(facts, print_fact, NULL);
    for (size_t i = 0; by_row && i < samples->n_rows; i++)
        print_row(samples, i);
    int flushed = cli_flush_results();
    return status ? status : flushed;
}

int cli_info_rows(const cli_arguments *arguments)
{
    rows_facts facts = {0};
    int status = read_facts(arguments->positional[0], &facts);
    if (!status)
        status = arguments->json ? print_json(&facts, arguments->by_row)
                                 : print_table(&facts, arguments->by_row);
    cli_rows_file_close(&facts.file);
    cli_text_free(&facts.sources);
    cli_text_free(&facts.id);
    free(facts.n_rows);
    return status;
}
