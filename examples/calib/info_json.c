/* SPDX-License-Identifier: MIT */
/* calib info --json. The keys are stable; docs/info.md has their meanings. */
#include "info.h"

#include <stdlib.h>

static void string_or_null(cli_json *json, const char *key, const char *string)
{
    if (string)
        cli_json_string(json, key, string);
    else
        cli_json_null(json, key);
}

static void add_source(cli_json *json, const calib_source_info *info)
{
    char sha256[CLI_HEX], text_sha256[CLI_HEX];
    cli_hex(info->sha256, sha256);
    cli_hex(info->text_sha256, text_sha256);
    cli_json_open(json, NULL, '{');
    cli_json_string(json, "source", info->location);
    cli_json_string(json, "sha256", sha256);
    cli_json_string(json, "text_sha256", text_sha256);
    cli_json_unsigned(json, "bytes", info->stored_bytes);
    cli_json_unsigned(json, "text_bytes", info->text_bytes);
    cli_json_unsigned(json, "weight", info->weight);
    cli_json_unsigned(json, "records", info->n_records);
    cli_json_unsigned(json, "documents", info->n_documents);
    cli_json_unsigned(json, "tokens", info->n_tokens);
    cli_json_unsigned(json, "empty", info->n_empty);
    cli_json_unsigned(json, "too_short", info->n_short);
    cli_json_unsigned(json, "too_long", info->n_long);
    cli_json_unsigned(json, "malformed", info->n_malformed);
    cli_json_unsigned(json, "doubled_bos", info->n_doubled_bos);
    cli_json_close(json, '}');
}

static void add_sources(cli_json *json, const cli_corpus_facts *corpus)
{
    cli_json_open(json, "sources", '[');
    for (size_t i = 0; i < corpus->result.info.n_sources; i++)
        add_source(json, &corpus->sources[i]);
    cli_json_close(json, ']');
}

static void add_defects(cli_json *json, const cli_facts *facts)
{
    cli_json_open(json, "defects", '[');
    for (size_t i = 0; i < facts->n_defects; i++) {
        const cli_defect *defect = &facts->defects[i];
        cli_json_open(json, NULL, '{');
        cli_json_string(json, "defect", defect->key);
        cli_json_unsigned(json, "n", defect->n);
        cli_json_unsigned(json, "of", defect->of);
        cli_json_string(json, "unit", defect->unit);
        cli_json_string(json, "remedy", defect->remedy);
        cli_json_close(json, '}');
    }
    cli_json_close(json, ']');
}

static void add_lengths(cli_json *json, const cli_tally *tally)
{
    static const char *const names[] = {"shortest", "quarter", "median", "three_quarters",
                                        "longest"};
    const cli_lengths *lengths = &tally->lengths;
    cli_json_open(json, "document_lengths", '{');
    for (size_t q = 0; q <= 4; q++)
        cli_json_unsigned(json, names[q], lengths->quartiles[q]);
    cli_json_open(json, "histogram", '[');
    for (size_t i = 0; i < lengths->n_bins; i++) {
        size_t bin = lengths->first_bin + i;
        cli_json_open(json, NULL, '{');
        cli_json_unsigned(json, "from", cli_bin_from(bin));
        cli_json_unsigned(json, "to", cli_bin_to(bin));
        cli_json_unsigned(json, "documents", lengths->bins[bin]);
        cli_json_close(json, '}');
    }
    cli_json_close(json, ']');
    cli_json_close(json, '}');
}

/* The figures of one pass, of the corpus and of the one to compare with. */
static void add_tally(cli_json *json, const cli_facts *facts, const cli_tally *tally)
{
    cli_json_unsigned(json, "ids", facts->vocabulary.n_ids);
    cli_json_unsigned(json, "ids_seen", tally->n_seen);
    cli_json_open(json, "kinds", '{');
    for (size_t kind = CALIB_KIND_NORMAL; kind < CLI_N_KINDS; kind++)
        cli_json_unsigned(json, cli_kind_name(kind), tally->kinds[kind]);
    cli_json_close(json, '}');
    cli_json_unsigned(json, "characters", tally->characters);
    cli_json_open(json, "scripts", '{');
    size_t scripts[CLI_N_SCRIPTS], n = cli_facts_scripts(tally, scripts);
    for (size_t i = 0; i < n; i++)
        cli_json_unsigned(json, cli_script_names[scripts[i]], tally->scripts[scripts[i]]);
    cli_json_close(json, '}');
    if (tally->repeated_rows == CLI_NOT_COUNTED)
        cli_json_null(json, "repeated_rows");
    else
        cli_json_unsigned(json, "repeated_rows", tally->repeated_rows);
    cli_json_unsigned(json, "repeated_documents", tally->repeated_documents);
    cli_json_unsigned(json, "blank_documents", tally->n_blank);
    cli_json_unsigned(json, "documents_without_bos", tally->n_without_bos);
    cli_json_unsigned(json, "documents_longer_than_row", tally->n_longer);
    add_lengths(json, tally);
}

static void add_token(cli_json *json, const cli_facts *facts, size_t id)
{
    size_t len;
    const char *text = cli_vocabulary_text(&facts->vocabulary, id, &len);
    cli_json_unsigned(json, "id", id);
    cli_json_bytes(json, "text", text, len);
}

static int add_marks(cli_json *json, const cli_facts *facts)
{
    size_t n, n_seen, *marks = cli_facts_marks(facts, &n, &n_seen);
    if (!marks)
        return cli_fail("out of memory");
    cli_json_open(json, "special_tokens", '[');
    for (size_t i = 0; i < n; i++) {
        cli_json_open(json, NULL, '{');
        add_token(json, facts, marks[i]);
        cli_json_string(json, "kind", cli_kind_name(facts->vocabulary.kinds[marks[i]]));
        cli_json_unsigned(json, "n", facts->corpus.tally.counts[marks[i]]);
        cli_json_close(json, '}');
    }
    cli_json_close(json, ']');
    free(marks);
    return CLI_DONE;
}

static void add_comparison(cli_json *json, const cli_facts *facts)
{
    const cli_comparison *comparison = &facts->comparison;
    cli_json_open(json, "compare", '{');
    cli_json_string(json, "source", facts->other.result.info.source);
    cli_json_unsigned(json, "tokens", facts->other.tally.n_tokens);
    cli_json_unsigned(json, "documents", facts->other.tally.n_documents);
    add_sources(json, &facts->other);
    add_tally(json, facts, &facts->other.tally);
    cli_json_share(json, "js_divergence", comparison->divergence);
    cli_json_share(json, "js_distance", comparison->distance);
    cli_json_open(json, "differences", '[');
    for (size_t i = 0; i < comparison->n_differences; i++) {
        const cli_difference *difference = &comparison->differences[i];
        cli_json_open(json, NULL, '{');
        add_token(json, facts, difference->id);
        cli_json_unsigned(json, "n", difference->here);
        cli_json_unsigned(json, "n_compared", difference->there);
        cli_json_share(json, "share", difference->share);
        cli_json_close(json, '}');
    }
    cli_json_close(json, ']');
    cli_json_close(json, '}');
}

int cli_info_json(cli_facts *facts)
{
    cli_result *result = &facts->corpus.result;
    uint64_t seq_len = result->arguments->seq_len, tokens = result->info.n_tokens;
    cli_text text = {0};
    cli_json json = {.text = &text};
    cli_json_open(&json, NULL, '{');
    cli_result_json_corpus(result, &json);
    cli_json_unsigned(&json, "tokens", tokens);
    cli_json_unsigned(&json, "documents", result->info.n_documents);
    add_sources(&json, &facts->corpus);
    cli_json_unsigned(&json, "seq_len", seq_len);
    cli_json_unsigned(&json, "available_rows", tokens / seq_len);
    cli_json_unsigned(&json, "tail_dropped", tokens % seq_len);
    string_or_null(&json, "why_whole", cli_tokenizer_why_whole(result->tokenizer));
    string_or_null(&json, "tokenizer_details", cli_tokenizer_describe(result->tokenizer));
    if (result->info.longest_segment_bytes)
        cli_json_unsigned(&json, "longest_segment_bytes", result->info.longest_segment_bytes);
    else
        cli_json_null(&json, "longest_segment_bytes");
    string_or_null(&json, "hint", result->info.hint);
    add_defects(&json, facts);
    add_tally(&json, facts, &facts->corpus.tally);
    int status = add_marks(&json, facts);
    if (facts->compares)
        add_comparison(&json, facts);
    if (status) {
        cli_text_free(&text);
        return status;
    }
    return cli_result_json_end(result, &json);
}
