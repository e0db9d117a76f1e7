/* SPDX-License-Identifier: MIT */
/* One model, many texts: the ids of the parts between cuts against those of the whole text.
 *
 * usage: exact MODEL TEXT SEED N_TEXTS [naive]
 *
 * Prints a line of key=value pairs; exits 1 at the first difference, after printing it. With
 * "naive" the cuts are those of the pair rule alone (between characters that are neighbours in no
 * piece), which must fail: the control that these texts can find a wrong cut. TEXT is English, to
 * measure the segments on and to take stretches from. */
#include <calib_sentencepiece.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    WHOLE = CALIB_TEXT_BEGIN | CALIB_TEXT_END,
    MAX_TEXT = 1 << 21,
    LONG_SEARCH = 10000,
    LONG_WORD = 1 << 20
};

typedef struct buffer {
    char *bytes;
    size_t len;
} buffer;

typedef struct id_list {
    int32_t *ids;
    size_t n, cap;
} id_list;

typedef struct run {
    calib_sentencepiece *cutting, *plain;
    const calib_tokenizer_vtable *tok, *whole;
    bool naive;
    uint8_t *naive_pairs; /* bitmap over hashes: a false positive only makes the control milder */
    buffer english, pieces;
    size_t *piece_ends;
    uint64_t random;
    uint64_t n_texts, n_segments, n_bytes;
    id_list expected, got;
    size_t *offsets;
    char *text;
    size_t len;
} run;

static void die(const char *what)
{
    calib_error error = {.struct_size = sizeof error};
    calib_sentencepiece_last_error(&error);
    printf("error=%s: %s\n", what, error.message);
    exit(2);
}

static void *must(void *memory)
{
    if (!memory)
        die("out of memory");
    return memory;
}

/* ---- random texts ---- */

static uint32_t next_random(run *r)
{
    r->random = r->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(r->random >> 33);
}

static size_t below(run *r, size_t n)
{
    return n ? next_random(r) % n : 0;
}

static void add(run *r, const char *bytes, size_t len)
{
    if (len > MAX_TEXT - r->len)
        len = MAX_TEXT - r->len;
    memcpy(r->text + r->len, bytes, len);
    r->len += len;
}

static void add_string(run *r, const char *string)
{
    add(r, string, strlen(string));
}

static void add_character(run *r, uint32_t c)
{
    char bytes[4];
    size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const unsigned char leads[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = n; i-- > 1; c >>= 6)
        bytes[i] = (char)(0x80 | (c & 0x3f));
    bytes[0] = (char)(leads[n] | c);
    add(r, bytes, n);
}

/* Spaces of all kinds and U+2581, combining marks, Hangul jamo, halfwidth and compatibility forms,
 * characters that vanish, what looks like special tokens or symbols, unknown characters, words. */
/* clang-format off */
static const char *const atoms[] = {
    " ", "  ", "   ", "\t", "\n", "\n\n", "\r\n", "\x01", "\x7f", "\xc2\xa0", "\xe3\x80\x80",
    "\xe2\x96\x81", "\xe2\x96\x81\xe2\x96\x81", " \xe2\x96\x81", "\xe2\x96\x81 ", "e\xcc\x81",
    "\xcc\x81", "\xcc\x88\xcc\x81", "\xcc\xa7", "a\xcc\x8a", " \xcc\x81", "\xe1\x84\x92",
    "\xe1\x85\xa1", "\xe1\x86\xab", "\xea\xb0\x80", "\xea\xb0\x80\xe1\x86\xa8",
    "\xe3\x82\xab\xe3\x82\x99", "\xef\xbd\xb6\xef\xbe\x9e", "\xef\xbe\x9e", "\xe3\x82\x99",
    "\xef\xbc\x91", "\xc2\xa8", "\xc2\xb4", "\xc2\xb8", "\xcb\x9a", "\xe2\x80\x97",
    "\xef\xb7\xba", "\xef\xb7\xbb", "\xef\xac\x83", "\xe2\x80\x8b", "\xc2\xad", "\xef\xbb\xbf",
    "\xe2\x80\x8d", "\xef\xbf\xbd", "\xe2\x80\xa6", "\xc2\xbd", "<s>", "</s>", "<unk>", "<0x41>",
    "<0x0A>", "<sep>", "<mask>", "[ x ]", "new york", "a b", " b", "b ", "e\xcc\x81t",
    "x\xcc\x84 y", "<c>", "\xe6\x9d\xb1\xe4\xba\xac",
    "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x9a\x80", "\xf3\xb0\x80\x80",
    "\xf3\xb0\x80\x81\xf3\xb0\x80\x80", "\xc7\x85", "\xc3\x9f", "\xe1\xba\x9e", "\xc4\xb0", "0",
    "12", "1,234.5", ".", ",", "''", "--", "a", "b", "I", "x", "the", "ing", "The ", "NEW",
    "\xc3\xa9",
};
/* clang-format on */

static void add_english(run *r)
{
    size_t at = below(r, r->english.len), n = below(r, 60);
    if (n > r->english.len - at)
        n = r->english.len - at;
    while (n && ((unsigned char)r->english.bytes[at] & 0xc0) == 0x80)
        at++, n--;
    while (n && at + n < r->english.len && ((unsigned char)r->english.bytes[at + n] & 0xc0) == 0x80)
        n--;
    add(r, r->english.bytes + at, n);
}

static void add_piece(run *r)
{
    size_t i = below(r, r->tok->vocab_size);
    size_t start = i ? r->piece_ends[i - 1] : 0;
    add(r, r->pieces.bytes + start, r->piece_ends[i] - start);
}

static void add_something(run *r)
{
    static const uint32_t blocks[][2] = {{0x20, 0x7f},     {0xa0, 0x250},    {0x300, 0x370},
                                         {0x400, 0x460},   {0x1100, 0x1200}, {0x1e00, 0x1f00},
                                         {0x2000, 0x2070}, {0x3040, 0x3100}, {0x4e00, 0x4f00},
                                         {0xac00, 0xac80}, {0xe000, 0xe010}, {0xff00, 0xfff0}};
    size_t kind = below(r, 16);
    if (kind < 6) {
        add_string(r, atoms[below(r, sizeof atoms / sizeof *atoms)]);
    } else if (kind < 10) {
        add_piece(r);
    } else if (kind < 12) {
        add_english(r);
    } else if (kind < 15) {
        const uint32_t *block = blocks[below(r, sizeof blocks / sizeof *blocks)];
        add_character(r, block[0] + (uint32_t)below(r, block[1] - block[0]));
    } else {
        char bytes[3] = {0, 0, 0}; /* no UTF-8, and NUL */
        for (size_t i = 0; i < below(r, 4); i++)
            bytes[i] = (char)next_random(r);
        add(r, bytes, 1 + below(r, 3));
    }
}

static void make_text(run *r)
{
    r->len = 0;
    size_t n = below(r, 10) ? 1 + below(r, 12) : 1 + below(r, 200);
    size_t repeat = below(r, 8) ? 1 : 1 + below(r, 5);
    for (size_t i = 0; i < n; i++) {
        size_t start = r->len;
        add_something(r);
        size_t len = r->len - start;
        for (size_t k = 1; k < repeat; k++)
            add(r, r->text + start, len);
    }
}

/* ---- both ways of encoding ---- */

static int collect(void *ctx, const int32_t *ids, size_t n)
{
    id_list *list = ctx;
    if (list->n + n > list->cap) {
        list->cap = 2 * (list->n + n);
        list->ids = must(realloc(list->ids, list->cap * sizeof *ids));
    }
    memcpy(list->ids + list->n, ids, n * sizeof *ids);
    list->n += n;
    return 0;
}

static size_t character_length(const char *text, size_t len)
{
    size_t n = 1;
    while (n < len && ((unsigned char)text[n] & 0xc0) == 0x80)
        n++;
    return n;
}

/* U+2581 is a space, as text_of() gives it. */
static size_t naive_slot(const char *text, size_t len)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < len; i++) {
        bool space = len - i > 2 && memcmp(text + i, "\xe2\x96\x81", 3) == 0;
        i += space ? 2 : 0;
        hash = (hash ^ (space ? ' ' : (unsigned char)text[i])) * UINT64_C(1099511628211);
    }
    return (size_t)(hash >> 40);
}

static void learn_naive(run *r)
{
    r->naive_pairs = must(calloc(1, 1 << 24));
    for (size_t i = 0, start = 0; i < r->tok->vocab_size; start = r->piece_ends[i++]) {
        size_t end = r->piece_ends[i];
        for (size_t at = start; at < end;) {
            size_t one = character_length(r->pieces.bytes + at, end - at);
            if (at + one == end)
                break;
            size_t two = one + character_length(r->pieces.bytes + at + one, end - at - one);
            r->naive_pairs[naive_slot(r->pieces.bytes + at, two)] = 1;
            at += one;
        }
    }
}

static size_t naive_cuts(const run *r, size_t start)
{
    size_t n = 0;
    const char *text = r->text + start;
    size_t len = r->len - start;
    for (size_t at = 0; at < len;) {
        size_t one = character_length(text + at, len - at);
        if (at + one == len)
            break;
        size_t two = one + character_length(text + at + one, len - at - one);
        if (!r->naive_pairs[naive_slot(text + at, two)])
            r->offsets[n++] = at + one;
        at += one;
    }
    return n;
}

static uint32_t flags_at(const run *r, size_t start, size_t end)
{
    return (start == 0 ? CALIB_TEXT_BEGIN : 0u) | (end == r->len ? CALIB_TEXT_END : 0u);
}

static int encode_part(run *r, size_t start, size_t end)
{
    r->n_segments++;
    return r->tok->encode(r->tok->ctx, r->text + start, end - start, flags_at(r, start, end),
                          collect, &r->got);
}

/* As calib does it: a block at a time, cuts asked for in it, the rest taken along. */
static int encode_parts(run *r)
{
    size_t start = 0, shown = 0;
    size_t block = below(r, 3) ? r->len : 1 + below(r, 200 + r->len / 8);
    size_t cap = below(r, 3) ? r->len + 1 : 1 + below(r, 5);
    int status = 0;
    r->got.n = 0;
    while (shown < r->len && !status) {
        shown = block < r->len - shown ? shown + block : r->len;
        size_t n = 0, from = start;
        do {
            from = start;
            if (r->naive)
                n = shown == r->len ? naive_cuts(r, start) : 0;
            else if (r->tok->cuts(r->tok->ctx, r->text + start, shown - start,
                                  flags_at(r, start, shown), r->offsets, cap, &n))
                die("cuts");
            for (size_t i = 0; i < n && !status; i++) {
                if (r->offsets[i] == 0 || r->offsets[i] >= shown - from)
                    die("a cut outside the text");
                status = encode_part(r, start, from + r->offsets[i]);
                start = from + r->offsets[i];
            }
        } while (n == cap && !r->naive && !status);
    }
    return status ? status : encode_part(r, start, r->len);
}

static void print_text(const run *r)
{
    printf("text=");
    for (size_t i = 0; i < r->len && i < 4000; i++) {
        unsigned char c = (unsigned char)r->text[i];
        if (c >= 0x20 && c < 0x7f && c != '\\')
            putchar(c);
        else
            printf("\\x%02x", c);
    }
    printf("\nwhole=");
    for (size_t i = 0; i < r->expected.n && i < 1000; i++)
        printf(" %d", (int)r->expected.ids[i]);
    printf("\nparts=");
    for (size_t i = 0; i < r->got.n && i < 1000; i++)
        printf(" %d", (int)r->got.ids[i]);
    printf("\n");
}

static bool same_ids(const id_list *a, const id_list *b)
{
    return a->n == b->n && (a->n == 0 || memcmp(a->ids, b->ids, a->n * sizeof *a->ids) == 0);
}

/* A text that the library refuses is refused in parts too. */
static bool compare(run *r)
{
    r->expected.n = 0;
    int whole = r->whole->encode(r->whole->ctx, r->text, r->len, WHOLE, collect, &r->expected);
    int parts = r->len ? encode_parts(r) : 0;
    r->n_texts++;
    r->n_bytes += r->len;
    if ((whole != 0) == (parts != 0) && (whole || r->len == 0 || same_ids(&r->expected, &r->got)))
        return true;
    print_text(r);
    return false;
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
    size_t n = sizeof atoms / sizeof *atoms;
    for (size_t i = below(r, step); i < n * n; i += 1 + below(r, 2 * step - 1)) {
        r->len = 0;
        add_string(r, atoms[i / n]);
        add_string(r, atoms[i % n]);
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
