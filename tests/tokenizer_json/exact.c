/* SPDX-License-Identifier: MIT */
/* Compares, for one tokenizer.json and many texts, the ids of the segments between cuts, and those
 * that the core gives, with those of the whole text.
 *
 * usage: exact JSON TEXTS IDS [SEED [lines | letters]]
 *
 * TEXTS is a file of records: flags (CALIB_TEXT_*, and EVERY_SETTING), number of bytes, bytes. IDS
 * becomes a file of records: number of ids, ids; REFUSED for a text that the adapter refuses. All
 * numbers are native 32-bit ones. `lines` and `letters` are controls: texts are cut behind every
 * line, or every ASCII letter or digit. Prints a line of key=value pairs, or the first difference,
 * and exits with 1. */
#include <exact/exact.h>

#include <calib_tokenizer_json.h>

#include <ctype.h>

enum { EVERY_SETTING = 1 << 30 };

static const uint32_t REFUSED = UINT32_MAX;
static calib_tokenizer_json *cutting, *plain;

void die(const char *what)
{
    calib_error error = {.struct_size = sizeof error};
    calib_tokenizer_json_last_error(&error);
    printf("error=%s: %s\n", what, error.message);
    exit(2);
}

static calib_tokenizer_json *open_json(const char *path, uint32_t cuts)
{
    calib_tokenizer_json_options options = {
        .struct_size = sizeof options, .path = path, .cuts = cuts};
    calib_tokenizer_json *file = NULL;
    if (calib_tokenizer_json_open(&options, &file))
        die("open");
    return file;
}

static bool read_text(run *r, FILE *texts, bool *every_setting)
{
    uint32_t head[2];
    if (fread(head, sizeof *head, 2, texts) != 2)
        return false;
    *every_setting = head[0] & EVERY_SETTING;
    r->flags = head[0] & ~(uint32_t)EVERY_SETTING;
    r->len = head[1];
    if (r->len > MAX_TEXT || fread(r->text, 1, r->len, texts) != r->len)
        die("a record of TEXTS");
    return true;
}

static void write_ids(const run *r, FILE *ids)
{
    uint32_t n = r->refused ? REFUSED : (uint32_t)r->expected.n;
    bool good = fwrite(&n, sizeof n, 1, ids) == 1;
    if (good && !r->refused && n)
        good = fwrite(r->expected.ids, sizeof *r->expected.ids, n, ids) == n;
    if (!good)
        die("IDS");
}

static bool behind_letters;

static int cut_wrongly(void *ctx, const char *text, size_t len, uint32_t flags, size_t *offsets,
                       size_t cap, size_t *n)
{
    (void)ctx, (void)flags;
    *n = 0;
    for (size_t i = 1; i < len && *n < cap; i++)
        if (behind_letters ? isalnum((unsigned char)text[i - 1]) && !(text[i] & 0x80)
                           : text[i - 1] == '\n')
            offsets[(*n)++] = i;
    return 0;
}

int main(int argc, char **argv)
{
    if (argc < 4)
        return fprintf(stderr, "usage: exact JSON TEXTS IDS [SEED]\n"), 2;
    run r = {.random = argc > 4 ? strtoull(argv[4], NULL, 10) : 1};
    cutting = open_json(argv[1], CALIB_TOKENIZER_JSON_CUTS_PROVEN);
    plain = open_json(argv[1], CALIB_TOKENIZER_JSON_CUTS_NONE);
    r.tok = calib_tokenizer_json_vtable(cutting);
    calib_tokenizer_vtable control = *r.tok;
    control.cuts = cut_wrongly;
    if (argc > 5) {
        behind_letters = strcmp(argv[5], "letters") == 0;
        r.tok = &control;
    }
    r.whole = calib_tokenizer_json_vtable(plain);
    give_room(&r);
    FILE *texts = fopen(argv[2], "rb"), *ids = fopen(argv[3], "wb");
    if (!texts || !ids)
        die("a file");
    bool equal = true, every_setting;
    while (equal && read_text(&r, texts, &every_setting)) {
        equal = compare(&r, every_setting);
        write_ids(&r, ids);
    }
    const char *why = calib_tokenizer_json_why_whole(cutting);
    printf("equal=%d texts=%llu streams=%llu bytes=%llu segments=%llu why=%s\n", equal,
           (unsigned long long)r.n_texts, (unsigned long long)r.n_streams,
           (unsigned long long)r.n_bytes, (unsigned long long)r.n_segments, why ? why : "");
    fclose(texts);
    fclose(ids);
    free(r.expected.ids);
    free(r.got.ids);
    calib_tokenizer_json_close(cutting);
    calib_tokenizer_json_close(plain);
    return !equal;
}
