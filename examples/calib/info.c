/* SPDX-License-Identifier: MIT */
/* calib info: shows facts about a corpus and its tokens. */
#include "bar.h"
#include "commands.h"
#include "result.h"
#include "sources.h"
#include "system.h"

#include <stdio.h>

/* ---- sources and their documents ---- */

static bool has_documents(const cli_result *result)
{
    const cli_arguments *arguments = result->arguments;
    return arguments->n_sources > 1 || arguments->sources[0].documents.format;
}

static int json_sources(const cli_result *result, cli_json *json)
{
    cli_json_open(json, "sources", '[');
    for (size_t i = 0; i < result->info.n_sources; i++) {
        calib_source_info info = {.struct_size = sizeof info};
        if (calib_corpus_source(result->corpus, i, &info))
            return cli_fail_library();
        char sha256[CLI_HEX], text_sha256[CLI_HEX];
        cli_hex(info.sha256, sha256);
        cli_hex(info.text_sha256, text_sha256);
        cli_json_open(json, NULL, '{');
        cli_json_string(json, "source", info.location);
        cli_json_string(json, "sha256", sha256);
        cli_json_string(json, "text_sha256", text_sha256);
        cli_json_unsigned(json, "bytes", info.stored_bytes);
        cli_json_unsigned(json, "text_bytes", info.text_bytes);
        cli_json_unsigned(json, "weight", info.weight);
        cli_json_unsigned(json, "records", info.n_records);
        cli_json_unsigned(json, "documents", info.n_documents);
        cli_json_unsigned(json, "tokens", info.n_tokens);
        cli_json_unsigned(json, "empty", info.n_empty);
        cli_json_unsigned(json, "too_short", info.n_short);
        cli_json_unsigned(json, "too_long", info.n_long);
        cli_json_unsigned(json, "malformed", info.n_malformed);
        cli_json_unsigned(json, "doubled_bos", info.n_doubled_bos);
        cli_json_close(json, '}');
    }
    cli_json_close(json, ']');
    return CLI_DONE;
}

static int print_json(cli_result *result)
{
    uint64_t seq_len = result->arguments->seq_len, tokens = result->info.n_tokens;
    const char *why = cli_tokenizer_why_whole(result->tokenizer);
    cli_text text = {0};
    cli_json json = {.text = &text};
    cli_json_open(&json, NULL, '{');
    cli_result_json_corpus(result, &json);
    cli_json_unsigned(&json, "tokens", tokens);
    cli_json_unsigned(&json, "documents", result->info.n_documents);
    int status = json_sources(result, &json);
    cli_json_unsigned(&json, "seq_len", seq_len);
    cli_json_unsigned(&json, "available_rows", tokens / seq_len);
    cli_json_unsigned(&json, "tail_dropped", tokens % seq_len);
    if (why)
        cli_json_string(&json, "why_whole", why);
    else
        cli_json_null(&json, "why_whole");
    const char *details = cli_tokenizer_describe(result->tokenizer);
    if (details)
        cli_json_string(&json, "tokenizer_details", details);
    else
        cli_json_null(&json, "tokenizer_details");
    if (result->info.longest_segment_bytes)
        cli_json_unsigned(&json, "longest_segment_bytes", result->info.longest_segment_bytes);
    else
        cli_json_null(&json, "longest_segment_bytes");
    if (result->info.hint)
        cli_json_string(&json, "hint", result->info.hint);
    else
        cli_json_null(&json, "hint");
    int ended = cli_result_json_end(result, &json);
    return status ? status : ended;
}

static void print_number(const char *label, uint64_t number)
{
    printf("%-14s %llu\n", label, (unsigned long long)number);
}

static void print_name(const char *label, const char *name)
{
    printf("%-14s ", label);
    cli_print_name(name);
    putchar('\n');
}

static void print_dropped(const calib_source_info *info)
{
    const struct {
        uint64_t n;
        const char *why;
    } reasons[] = {{info->n_empty, "empty"},
                   {info->n_short, "too short"},
                   {info->n_long, "too long"},
                   {info->n_malformed, "malformed"}};
    uint64_t n = info->n_empty + info->n_short + info->n_long + info->n_malformed;
    if (!n)
        return;
    printf("%-14s %llu of %llu records:", "dropped", (unsigned long long)n,
           (unsigned long long)info->n_records);
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
        if (reasons[i].n)
            printf(" %llu %s", (unsigned long long)reasons[i].n, reasons[i].why);
    putchar('\n');
}

/* The shortest, the mean and the longest document. */
static int print_lengths(const cli_result *result)
{
    uint64_t shortest = UINT64_MAX, longest = 0, n = result->info.n_documents;
    for (uint64_t i = 0; i < n; i++) {
        calib_document_info info = {.struct_size = sizeof info};
        if (calib_corpus_document(result->corpus, i, &info))
            return cli_fail_library();
        shortest = info.n_tokens < shortest ? info.n_tokens : shortest;
        longest = info.n_tokens > longest ? info.n_tokens : longest;
    }
    printf("%-14s %llu, of %llu to %llu tokens, %.1f in the mean\n", "documents",
           (unsigned long long)n, (unsigned long long)(n ? shortest : 0),
           (unsigned long long)longest, n ? (double)result->info.n_tokens / (double)n : 0.0);
    return CLI_DONE;
}

static int print_sources(const cli_result *result)
{
    int status = has_documents(result) ? print_lengths(result) : CLI_DONE;
    for (size_t i = 0; !status && i < result->info.n_sources; i++) {
        calib_source_info info = {.struct_size = sizeof info};
        if (calib_corpus_source(result->corpus, i, &info))
            return cli_fail_library();
        if (result->info.n_sources > 1) {
            print_name("source", info.location);
            printf("%-14s %llu in %llu documents\n", "  tokens", (unsigned long long)info.n_tokens,
                   (unsigned long long)info.n_documents);
        }
        print_dropped(&info);
        if (info.n_doubled_bos)
            printf("%-14s %llu documents begin with BOS twice: see --specials\n", "doubled BOS",
                   (unsigned long long)info.n_doubled_bos);
    }
    return status;
}

static int print_table(cli_result *result)
{
    const calib_info *info = &result->info;
    uint64_t seq_len = result->arguments->seq_len;
    const char *why = cli_tokenizer_why_whole(result->tokenizer);
    const char *cache = "not used: the corpus is not a URL";
    if (info->download == CALIB_CACHE_HIT)
        cache = "in the cache, verified";
    else if (info->download == CALIB_CACHE_MISS)
        cache = "downloaded now, verified";
    cli_bar_clear();
    print_name("corpus", info->source);
    print_number("bytes", info->corpus_bytes);
    printf("%-14s %s\n", "sha256", result->sha256);
    print_number("text bytes", info->text_bytes);
    printf("%-14s %s\n", "cache", cache);
    print_name("tokenizer", result->arguments->tokenizer);
    if (info->vocab_size)
        print_number("vocabulary", info->vocab_size);
    else
        printf("%-14s not known\n", "vocabulary");
    printf("%-14s %s\n", "fingerprint", info->has_fingerprint ? result->fingerprint : "none");
    if (why)
        printf("%-14s in one call: %s\n", "tokenized", why);
    else if (info->longest_segment_bytes)
        printf("%-14s in segments, cut where no id changes; the longest has %llu bytes\n",
               "tokenized", (unsigned long long)info->longest_segment_bytes);
    else
        printf("%-14s in segments, cut where no id changes\n", "tokenized");
    if (cli_tokenizer_describe(result->tokenizer))
        print_name("details", cli_tokenizer_describe(result->tokenizer));
    print_number("tokens", info->n_tokens);
    int status = print_sources(result);
    if (info->token_store_why)
        printf("%-14s %s: %s\n", "token cache",
               info->token_store == CALIB_CACHE_MISS ? "tokenized now" : "not stored",
               info->token_store_why);
    else
        printf("%-14s in the cache, verified\n", "token cache");
    printf("%-14s %llu of %llu tokens, %llu tokens at the end in no row\n", "rows",
           (unsigned long long)(info->n_tokens / seq_len), (unsigned long long)seq_len,
           (unsigned long long)(info->n_tokens % seq_len));
    printf("%-14s %.3f to fetch, %.3f to read, %.3f to tokenize\n", "seconds",
           (double)info->fetch_ns / 1e9, (double)info->read_ns / 1e9,
           (double)info->tokenize_ns / 1e9);
    int ended = cli_result_print_end(result);
    return status ? status : ended;
}

int cli_info(cli_arguments *arguments)
{
    if (arguments->n_positional)
        return cli_info_rows(arguments);
    cli_tokenizer tokenizer = {0};
    cli_result result = {.arguments = arguments, .tokenizer = &tokenizer};
    result.start_ns = cli_now_ns();
    int status = cli_sources_tokens(arguments);
    if (!status)
        status = cli_tokenizer_open(arguments, &tokenizer);
    if (!status)
        status = cli_result_open(&result);
    if (!status)
        status = arguments->json ? print_json(&result) : print_table(&result);
    cli_result_close(&result);
    cli_tokenizer_close(&tokenizer);
    return status;
}
