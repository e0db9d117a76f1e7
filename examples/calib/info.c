/* SPDX-License-Identifier: MIT */
/* calib info: shows facts about a corpus and its tokens. */
#include "bar.h"
#include "commands.h"
#include "infile.h"
#include "result.h"
#include "system.h"

#include <stdio.h>

static int print_json(cli_result *result)
{
    uint64_t seq_len = result->arguments->seq_len, tokens = result->info.n_tokens;
    const char *why = cli_tokenizer_why_whole(result->tokenizer);
    cli_text text = {0};
    cli_json json = {.text = &text};
    cli_json_open(&json, NULL, '{');
    cli_result_json_corpus(result, &json);
    cli_json_unsigned(&json, "tokens", tokens);
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
    return cli_result_json_end(result, &json);
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
    return cli_result_print_end(result);
}

int cli_info(cli_arguments *arguments)
{
    char token[CLI_TOKEN_CAP];
    cli_tokenizer tokenizer = {0};
    cli_result result = {.arguments = arguments, .tokenizer = &tokenizer};
    result.start_ns = cli_now_ns();
    int status = cli_token_read(arguments, token);
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
