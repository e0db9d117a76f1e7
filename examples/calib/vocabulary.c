/* SPDX-License-Identifier: MIT */
#include "vocabulary.h"

#include "report.h"

#include <stdlib.h>
#include <string.h>

/* A file may give one token the id 2^31 - 1, which would need 36 GB here. */
enum { MOST_IDS = 1 << 24 };

static int fail_tokenizer(const calib_tokenizer_vtable *tok, size_t id)
{
    const char *why = tok->last_error ? tok->last_error(tok->ctx) : NULL;
    return cli_fail("the tokenizer does not tell of the id %zu: %s", id, why ? why : "no reason");
}

static int put(void *put_ctx, const char *text, size_t len)
{
    cli_text *out = put_ctx;
    cli_text_add(out, text, len);
    return out->failed;
}

/* Finds the kind of an id. Without kinds every id is taken for a token. */
static int add_kind(const calib_tokenizer_vtable *tok, size_t id, cli_vocabulary *out)
{
    uint32_t kind = CALIB_KIND_NORMAL;
    if (out->has_kinds && tok->kind_of(tok->ctx, (int32_t)id, &kind))
        return fail_tokenizer(tok, id);
    out->kinds[id] = kind < CLI_N_KINDS ? (uint8_t)kind : CALIB_KIND_NORMAL;
    out->n_ids += kind != CALIB_KIND_NONE;
    return CLI_DONE;
}

/* Returns true if a text begins or ends inside a character of UTF-8. */
static bool is_split(const char *text, size_t len)
{
    size_t at = len;
    while (at > 0 && len - at < 3 && ((unsigned char)text[at - 1] & 0xc0) == 0x80)
        at--;
    unsigned last = at > 0 ? (unsigned char)text[at - 1] : 0x80;
    size_t follow = last < 0xc0 ? 0 : last < 0xe0 ? 1 : last < 0xf0 ? 2 : 3;
    return ((unsigned char)text[0] & 0xc0) == 0x80 || follow != len - at;
}

static int add_text(const calib_tokenizer_vtable *tok, size_t id, cli_vocabulary *out)
{
    size_t begin = out->texts.len;
    bool asks = tok->text_of && out->kinds[id] != CALIB_KIND_NONE;
    if (asks && tok->text_of(tok->ctx, (int32_t)id, put, &out->texts))
        return out->texts.failed ? cli_fail("out of memory") : fail_tokenizer(tok, id);
    out->begins[id + 1] = out->texts.len;
    if (out->texts.len > begin)
        out->split[id] = is_split(out->texts.data + begin, out->texts.len - begin);
    return CLI_DONE;
}

int cli_vocabulary_open(const cli_tokenizer *tokenizer, cli_vocabulary *out)
{
    const calib_tokenizer_vtable *tok = tokenizer->vtable;
    size_t n = tok->vocab_size;
    *out = (cli_vocabulary){.n = n, .has_kinds = tok->kind_of != NULL, .bos = -1};
    if (n > MOST_IDS)
        return cli_fail("the ids of the tokenizer go up to %zu, and calib info counts up to %d of "
                        "them: are the ids in its file right?",
                        n - 1, MOST_IDS);
    if (tok->special_id)
        out->bos = tok->special_id(tok->ctx, CALIB_SPECIAL_BOS);
    out->kinds = calloc(n + 1, sizeof *out->kinds);
    out->split = calloc(n + 1, sizeof *out->split);
    out->begins = calloc(n + 1, sizeof *out->begins);
    if (!out->kinds || !out->split || !out->begins)
        return cli_fail("out of memory");
    int status = CLI_DONE;
    for (size_t id = 0; !status && id < n; id++) {
        status = add_kind(tok, id, out);
        if (!status)
            status = add_text(tok, id, out);
    }
    return status;
}

void cli_vocabulary_close(cli_vocabulary *vocabulary)
{
    free(vocabulary->kinds);
    free(vocabulary->split);
    free(vocabulary->begins);
    cli_text_free(&vocabulary->texts);
    *vocabulary = (cli_vocabulary){0};
}

const char *cli_vocabulary_text(const cli_vocabulary *vocabulary, size_t id, size_t *len)
{
    size_t begin = vocabulary->begins[id];
    *len = vocabulary->begins[id + 1] - begin;
    return *len ? vocabulary->texts.data + begin : "";
}

const char *cli_kind_name(size_t kind)
{
    static const char *const names[CLI_N_KINDS] = {"none",  "normal", "special",
                                                   "added", "byte",   "unknown"};
    return names[kind];
}

bool cli_vocabulary_is_mark(const cli_vocabulary *vocabulary, size_t id)
{
    uint8_t kind = vocabulary->kinds[id];
    return kind == CALIB_KIND_SPECIAL || kind == CALIB_KIND_ADDED || kind == CALIB_KIND_UNKNOWN;
}

bool cli_vocabulary_is_text(const cli_vocabulary *vocabulary, size_t id)
{
    uint8_t kind = vocabulary->kinds[id];
    return kind != CALIB_KIND_SPECIAL && kind != CALIB_KIND_UNKNOWN;
}

bool cli_vocabulary_is_blank(const cli_vocabulary *vocabulary, size_t id)
{
    static const char space[] = " \t\n\v\f\r";
    size_t len, i = 0;
    const char *text = cli_vocabulary_text(vocabulary, id, &len);
    while (i < len && memchr(space, text[i], sizeof space - 1))
        i++;
    return vocabulary->kinds[id] == CALIB_KIND_SPECIAL || (len > 0 && i == len);
}
