/* SPDX-License-Identifier: MIT */
/* One model, many texts: the ids of the parts between cuts against those of the whole text.
 *
 * usage: exact MODEL TEXT SEED N_TEXTS [naive]
 *
 * Prints a line of key=value pairs; exits 1 at the first difference, after printing it. With
 * "naive" the cuts are those of the pair rule alone (between characters that are neighbours in no
 * piece), which must fail: the control that these texts can find a wrong cut. TEXT is English, to
 * measure the segments on and to take stretches from. */
#include "exact.h"

enum { LONG_SEARCH = 10000, LONG_WORD = 1 << 20 };

void die(const char *what)
{
    calib_error error = {.struct_size = sizeof error};
    calib_sentencepiece_last_error(&error);
    printf("error=%s: %s\n", what, error.message);
    exit(2);
}

void *must(void *memory)
{
    if (!memory)
        die("out of memory");
    return memory;
}

/* ---- texts of their own kind ---- */

static bool compare_english(run *r)
{
    r->len = 0;
    add(r, r->english.bytes, r->english.len);
    return compare(r);
}

/* Long words of one thing each, also of what is unknown to most models, and one of 1 MB whose
 * letters stand beside each other in pieces, so that few cuts or none are in it. */
static bool compare_words(run *r, size_t len)
{
    static const char *const parts[] = {"the", "a", "\xf3\xb0\x80\x80", "\xe6\x9d\xb1", " "};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        r->len = 0;
        while (r->len < len)
            add_string(r, parts[i]);
        if (!compare(r))
            return false;
    }
    r->len = 0;
    while (r->len < LONG_WORD)
        add(r, &"etaoinsr"[below(r, 8)], 1);
    return compare(r);
}

/* Every atom beside every other, or every few of these. */
static bool compare_atoms(run *r, size_t step)
{
    for (size_t i = below(r, step); i < n_atoms * n_atoms; i += 1 + below(r, 2 * step - 1)) {
        r->len = 0;
        add_string(r, atoms[i / n_atoms]);
        add_string(r, atoms[i % n_atoms]);
        if (!compare(r))
            return false;
    }
    return true;
}

/* ---- main ---- */

static buffer read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END))
        die(path);
    long size = ftell(file);
    rewind(file);
    buffer b = {must(malloc((size_t)size + 1)), (size_t)size};
    if (fread(b.bytes, 1, b.len, file) != b.len)
        die(path);
    fclose(file);
    return b;
}

static int append_piece(void *ctx, const char *text, size_t len)
{
    buffer *b = ctx;
    b->bytes = must(realloc(b->bytes, b->len + len + 1));
    memcpy(b->bytes + b->len, text, len);
    b->len += len;
    return 0;
}

static calib_sentencepiece *open_model(const char *path, uint32_t cuts)
{
    calib_sentencepiece_options options = {
        .struct_size = sizeof options, .path = path, .cuts = cuts};
    calib_sentencepiece *model = NULL;
    if (calib_sentencepiece_open(&options, &model))
        die("open");
    return model;
}

static void prepare(run *r, const char *model, const char *english)
{
    r->cutting = open_model(model, CALIB_SENTENCEPIECE_CUTS_PROVEN);
    r->plain = open_model(model, CALIB_SENTENCEPIECE_CUTS_NONE);
    r->tok = calib_sentencepiece_vtable(r->cutting);
    r->whole = calib_sentencepiece_vtable(r->plain);
    r->english = read_file(english);
    r->text = must(malloc(MAX_TEXT));
    r->offsets = must(malloc((MAX_TEXT + 1) * sizeof *r->offsets));
    r->piece_ends = must(malloc(r->tok->vocab_size * sizeof *r->piece_ends));
    for (uint32_t id = 0; id < r->tok->vocab_size; id++) {
        if (r->tok->text_of(r->tok->ctx, (int32_t)id, append_piece, &r->pieces))
            die("text_of");
        r->piece_ends[id] = r->pieces.len;
    }
    if (r->naive)
        learn_naive(r);
}

static bool search(run *r, size_t n_texts)
{
    bool longer = n_texts >= LONG_SEARCH;
    if (!compare_atoms(r, longer ? 1 : 6) || !compare_words(r, longer ? LONG_WORD : 4000))
        return false;
    for (size_t i = 0; i < n_texts; i++) {
        make_text(r);
        if (!compare(r))
            return false;
    }
    return true;
}

int main(int argc, char **argv)
{
    if (argc < 5)
        return fprintf(stderr, "usage: exact MODEL TEXT SEED N_TEXTS [naive]\n"), 2;
    run r = {.random = strtoull(argv[3], NULL, 10), .naive = argc > 5};
    prepare(&r, argv[1], argv[2]);
    const char *why = calib_sentencepiece_why_whole(r.cutting);
    if (why) {
        printf("whole=1 why=%s\n", why);
        return 0;
    }
    bool equal = compare_english(&r);
    double per_segment = (double)r.n_bytes / (double)r.n_segments;
    equal = equal && search(&r, (size_t)strtoull(argv[4], NULL, 10));
    printf("whole=0 equal=%d texts=%llu bytes=%llu english_per_segment=%.2f per_segment=%.2f\n",
           equal, (unsigned long long)r.n_texts, (unsigned long long)r.n_bytes, per_segment,
           (double)r.n_bytes / (double)r.n_segments);
    free(r.naive_pairs);
    free(r.english.bytes);
    free(r.pieces.bytes);
    free(r.piece_ends);
    free(r.expected.ids);
    free(r.got.ids);
    free(r.offsets);
    free(r.text);
    calib_sentencepiece_close(r.cutting);
    calib_sentencepiece_close(r.plain);
    return !equal;
}
