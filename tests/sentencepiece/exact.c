/* SPDX-License-Identifier: MIT */
/* Compares, for one model and many texts, the ids of the segments between cuts, and those that the
 * core gives, with those of the whole text.
 *
 * usage: exact search MODEL SEED N_TEXTS LARGE TEXT...
 *        exact naive MODEL SEED N_TEXTS LARGE TEXT...
 *        exact ids MODEL TEXT...
 *
 * Prints a line of key=value pairs. Prints the first difference and exits with 1. LARGE is the size
 * of one text that is encoded in batches. "naive" cuts by the pair rule alone (between characters
 * that are neighbours in no piece), which must fail: this shows that the texts can find a wrong
 * cut. The first TEXT must be English; the length of segments is measured on it. "ids" writes the
 * ids of the texts, joined, as native 32-bit numbers. */
#include <exact/exact.h>

#include <calib_sentencepiece.h>

static calib_sentencepiece *cutting, *plain;

enum { SHORT_SEARCH = 100, LONG_SEARCH = 10000, LONG_WORD = 1 << 20, SHORT_WORD = 1 << 15 };

void die(const char *what)
{
    calib_error error = {.struct_size = sizeof error};
    calib_sentencepiece_last_error(&error);
    printf("error=%s: %s\n", what, error.message);
    exit(2);
}

/* ---- special texts ---- */

static bool compare_english(run *r)
{
    r->len = 0;
    add(r, r->real.bytes, r->english);
    return compare(r, false);
}

/* Compares long words, each a repetition of one string, some of characters that most models do not
 * know; and a word of `longest` letters that are neighbours in pieces, so that few cuts are in it.
 */
static bool compare_words(run *r, size_t len, size_t longest)
{
    static const char *const parts[] = {"the", "a", "\xf3\xb0\x80\x80", "\xe6\x9d\xb1", " "};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        r->len = 0;
        while (r->len < len)
            add_string(r, parts[i]);
        if (!compare(r, false))
            return false;
    }
    r->len = 0;
    while (r->len < longest)
        add(r, &"etaoinsr"[below(r, 8)], 1);
    return compare(r, false);
}

/* Adds a letter without a cut in front of it, if one is found in a few tries. */
static void add_letter(run *r, bool first)
{
    size_t offset, n = 1;
    char pair[2] = {r->len ? r->text[r->len - 1] : ' '};
    for (int i = 0; i < 50 && n; i++) {
        pair[1] = "etaoinsr"[below(r, 8)];
        n = 0;
        if (!first && r->tok->cuts && r->tok->cuts(r->tok->ctx, pair, 2, 0, &offset, 1, &n))
            die("cuts");
    }
    add(r, &pair[1], 1);
}

/* Compares words of each length below `most` characters, without cuts, some with one character in
 * them that is not a letter: short words are merged in another way than long ones. */
static bool compare_lengths(run *r, size_t most)
{
    static const char *const others[] = {
        "", "\xc3\xa9", "\xe2\x96\x81", "\xe6\x9d\xb1", "\xf3\xb0\x80\x80", "\xff"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        r->len = 0;
        for (size_t len = 1; len < most; len++) {
            size_t at = below(r, len);
            for (size_t k = 0; k < len; k++) {
                if (k == at)
                    add_string(r, others[i]);
                add_letter(r, k == 0 || k == at);
            }
            add_string(r, "\n");
        }
        if (!compare(r, false))
            return false;
    }
    return true;
}

/* Compares pairs of atoms: about one in `step` of all. */
static bool compare_atoms(run *r, size_t step)
{
    for (size_t i = below(r, step); i < n_atoms * n_atoms; i += 1 + below(r, 2 * step - 1)) {
        r->len = 0;
        add_string(r, atoms[i / n_atoms]);
        add_string(r, atoms[i % n_atoms]);
        if (!compare(r, false))
            return false;
    }
    return true;
}

static bool search(run *r, size_t n_texts)
{
    bool longer = n_texts >= LONG_SEARCH, shorter = n_texts < SHORT_SEARCH;
    if (!compare_atoms(r, longer    ? 1
                          : shorter ? 40
                                    : 6) ||
        !compare_words(r, longer ? LONG_WORD : 4000, shorter ? SHORT_WORD : LONG_WORD) ||
        !compare_lengths(r, 140))
        return false;
    for (size_t i = 0; i < n_texts; i++) {
        make_text(r);
        if (!compare(r, false))
            return false;
    }
    return true;
}

/* ---- measurements ---- */

static size_t count_characters(const char *text, size_t len)
{
    size_t n = 0;
    for (size_t i = 0; i < len; i++)
        n += ((unsigned char)text[i] & 0xc0) != 0x80;
    return n;
}

static double english_per_segment(run *r)
{
    size_t n;
    if (r->tok->cuts(r->tok->ctx, r->real.bytes, r->english, WHOLE, r->offsets, MAX_TEXT, &n))
        die("cuts");
    return (double)count_characters(r->real.bytes, r->english) / (double)(n + 1);
}

static void print_result(run *r, bool equal)
{
    const char *why = calib_sentencepiece_why_whole(cutting);
    printf("whole=%d equal=%d texts=%llu streams=%llu bytes=%llu", why != NULL, equal,
           (unsigned long long)r->n_texts, (unsigned long long)r->n_streams,
           (unsigned long long)r->n_bytes);
    if (why)
        printf(" why=%s\n", why);
    else
        printf(" english_per_segment=%.2f per_segment=%.2f\n", english_per_segment(r),
               (double)r->n_characters / (double)r->n_segments);
}

/* ---- main ---- */

static void append_file(buffer *b, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END))
        die(path);
    size_t size = (size_t)ftell(file);
    rewind(file);
    b->bytes = must(realloc(b->bytes, b->len + size + 1));
    if (fread(b->bytes + b->len, 1, size, file) != size)
        die(path);
    b->len += size;
    fclose(file);
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

static void read_pieces(run *r)
{
    r->piece_ends = must(malloc(r->tok->vocab_size * sizeof *r->piece_ends));
    for (uint32_t id = 0; id < r->tok->vocab_size; id++) {
        if (r->tok->text_of(r->tok->ctx, (int32_t)id, append_piece, &r->pieces))
            die("text_of");
        r->piece_ends[id] = r->pieces.len;
    }
}

static void prepare(run *r, const char *model, char **texts)
{
    cutting = open_model(model, CALIB_SENTENCEPIECE_CUTS_PROVEN);
    plain = open_model(model, CALIB_SENTENCEPIECE_CUTS_NONE);
    r->tok = calib_sentencepiece_vtable(cutting);
    r->whole = calib_sentencepiece_vtable(plain);
    for (size_t i = 0; texts[i]; i++) {
        append_file(&r->real, texts[i]);
        r->english = i ? r->english : r->real.len;
    }
    give_room(r);
    read_pieces(r);
    if (r->naive)
        learn_naive(r);
}

static void finish(run *r)
{
    free(r->naive_pairs);
    free(r->real.bytes);
    free(r->pieces.bytes);
    free(r->piece_ends);
    free(r->expected.ids);
    free(r->got.ids);
    calib_sentencepiece_close(cutting);
    calib_sentencepiece_close(plain);
}

static bool write_ids(run *r)
{
    r->len = 0;
    add(r, r->real.bytes, r->real.len);
    if (stream(r, &settings[0]))
        return false;
    return fwrite(r->got.ids, sizeof *r->got.ids, r->got.n, stdout) == r->got.n;
}

static bool try_texts(run *r, size_t n_texts, size_t large)
{
    bool equal = compare_english(r) && search(r, n_texts);
    if (equal) {
        make_large(r, large);
        equal = compare(r, true);
    }
    print_result(r, equal);
    return equal;
}

int main(int argc, char **argv)
{
    run r = {0};
    bool good, ids = argc > 3 && strcmp(argv[1], "ids") == 0;
    if (!ids && argc < 7)
        return fprintf(stderr, "usage: exact search|naive MODEL SEED N_TEXTS LARGE TEXT...\n"), 2;
    r.naive = strcmp(argv[1], "naive") == 0;
    prepare(&r, argv[2], argv + (ids ? 3 : 6));
    if (ids) {
        good = write_ids(&r);
    } else {
        r.random = strtoull(argv[3], NULL, 10);
        good = try_texts(&r, strtoull(argv[4], NULL, 10), strtoull(argv[5], NULL, 10));
    }
    finish(&r);
    return !good;
}
