/* SPDX-License-Identifier: MIT */
/* calib cache: lists, verifies, fills and prunes the cache. */
#include "bar.h"
#include "commands.h"
#include "json.h"
#include "system.h"

#include <calib_cache.h>
#include <stdio.h>
#include <string.h>

/* Collects the entries and prints them at the end, so that the progress bar does not interrupt
 * them. */
typedef struct listing {
    cli_text text;
    cli_json json;
    bool as_json;
    size_t n_entries;
    int64_t now;
} listing;

static const char *kind_word(uint32_t kind)
{
    switch (kind) {
    case CALIB_ENTRY_TEXT: return "text";
    case CALIB_ENTRY_TOKENS: return "tokens";
    default: return "leftover";
    }
}

static const char *trust_word(uint32_t trust)
{
    switch (trust) {
    case CALIB_TRUST_FIRST_USE: return "first-use";
    case CALIB_TRUST_PINNED: return "pinned";
    default: return "none";
    }
}

static const char *state_word(uint32_t state)
{
    switch (state) {
    case CALIB_STATE_GOOD: return "good";
    case CALIB_STATE_MISSING: return "missing";
    case CALIB_STATE_DAMAGED: return "damaged";
    default: return "unchecked";
    }
}

static void add_json(listing *list, const calib_cache_entry *entry, const char *sha256)
{
    cli_json *json = &list->json;
    cli_json_open(json, NULL, '{');
    cli_json_string(json, "kind", kind_word(entry->kind));
    if (entry->url)
        cli_json_string(json, "url", entry->url);
    else
        cli_json_null(json, "url");
    cli_json_string(json, "path", entry->path);
    cli_json_unsigned(json, "size", entry->size);
    if (*sha256)
        cli_json_string(json, "sha256", sha256);
    else
        cli_json_null(json, "sha256");
    cli_json_signed(json, "fetched_at", entry->fetched_at);
    cli_json_signed(json, "age_seconds", list->now - entry->fetched_at);
    cli_json_signed(json, "last_used", entry->last_used);
    cli_json_string(json, "trust", trust_word(entry->trust));
    cli_json_string(json, "state", state_word(entry->state));
    cli_json_boolean(json, "removed", entry->removed);
    cli_json_close(json, '}');
}

enum { SPAN = 32 };

/* Writes a time in the past as a span, in the largest unit that fits. */
static void write_span(const listing *list, int64_t when, char out[SPAN])
{
    static const struct {
        int64_t seconds;
        const char *name;
    } units[] = {{86400, "d"}, {3600, "h"}, {60, "min"}, {1, "s"}};
    int64_t seconds = list->now - when;
    size_t i = 0;
    while (i < 3 && seconds < units[i].seconds)
        i++;
    snprintf(out, SPAN, "%lld %s", (long long)(seconds < 0 ? 0 : seconds / units[i].seconds),
             units[i].name);
}

static void add_line(listing *list, const calib_cache_entry *entry, const char *sha256)
{
    char age[SPAN], used[SPAN];
    write_span(list, entry->fetched_at, age);
    write_span(list, entry->last_used, used);
    if (list->n_entries == 0)
        cli_text_format(&list->text, "%-64s %12s %7s %7s %-9s %-9s %-8s %s\n", "SHA-256", "BYTES",
                        "AGE", "USED", "TRUST", "STATE", "KIND", "FROM");
    cli_text_format(&list->text, "%-64s %12llu %7s %7s %-9s %-9s %-8s ", *sha256 ? sha256 : "-",
                    (unsigned long long)entry->size, age, used, trust_word(entry->trust),
                    state_word(entry->state), kind_word(entry->kind));
    const char *name = entry->url;
    if (!name) {
        const char *slash = strrchr(entry->path, '/');
        name = slash ? slash + 1 : entry->path;
    }
    for (; *name; name++)
        cli_text_add(&list->text, (unsigned char)*name < 0x20 || *name == 0x7f ? "?" : name, 1);
    cli_text_add(&list->text, "\n", 1);
}

static int add_entry(void *ctx, const calib_cache_entry *entry)
{
    listing *list = ctx;
    char sha256[CLI_HEX] = "";
    if (entry->kind == CALIB_ENTRY_TEXT)
        cli_hex(entry->sha256, sha256);
    if (list->as_json)
        add_json(list, entry, sha256);
    else
        add_line(list, entry, sha256);
    list->n_entries++;
    return list->text.failed ? -1 : cli_signal_seen();
}

static void begin(listing *list, const cli_arguments *arguments)
{
    *list = (listing){.as_json = arguments->json, .now = cli_unix_time()};
    list->json.text = &list->text;
    if (!list->as_json)
        return;
    cli_json_open(&list->json, NULL, '{');
    cli_json_open(&list->json, "entries", '[');
}

static int print(listing *list)
{
    if (list->as_json) {
        cli_json_close(&list->json, ']');
        cli_json_string(&list->json, "calib_version", calib_version());
        cli_json_close(&list->json, '}');
        return cli_json_print(&list->text);
    }
    cli_bar_clear();
    if (list->n_entries)
        fwrite(list->text.data, 1, list->text.len, stdout);
    return cli_flush_results();
}

/* Prints the entries also if one of them is damaged, but not after any other failure. */
static int end(listing *list, int result)
{
    int status = CLI_DONE;
    if (list->text.failed)
        status = cli_fail("out of memory");
    else if (result == CALIB_OK)
        status = print(list);
    else if (result == CALIB_E_CORRUPT)
        status = print(list) ? CLI_FAILED : cli_fail_library();
    else
        status = cli_fail_library();
    cli_text_free(&list->text);
    return status;
}

/* ---- the commands ---- */

int cli_cache_list(cli_arguments *arguments)
{
    listing list;
    begin(&list, arguments);
    return end(&list, calib_cache_list(&arguments->options, add_entry, &list));
}

int cli_cache_verify(cli_arguments *arguments)
{
    listing list;
    begin(&list, arguments);
    return end(&list, calib_cache_verify(&arguments->options, add_entry, &list));
}

int cli_cache_prune(cli_arguments *arguments)
{
    enum { DAY = 24 * 60 * 60 };
    listing list;
    begin(&list, arguments);
    return end(&list, calib_cache_prune(&arguments->options, arguments->older_than * DAY, add_entry,
                                        &list));
}

int cli_cache_add(cli_arguments *arguments)
{
    calib_source *source = &arguments->sources[0].source;
    source->location = arguments->positional[0];
    if (calib_cache_add(source, &arguments->options, arguments->positional[1]))
        return cli_fail_library();
    arguments->options.offline = CALIB_OFFLINE_ON;
    source->flags &= ~(uint32_t)CALIB_ACCEPT_CHANGE;
    return cli_fetch_and_print(source, &arguments->options);
}

int cli_cache_remove(cli_arguments *arguments)
{
    calib_source *source = &arguments->sources[0].source;
    source->location = arguments->positional[0];
    return calib_cache_remove(source, &arguments->options) ? cli_fail_library() : CLI_DONE;
}
