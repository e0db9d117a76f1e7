/* SPDX-License-Identifier: MIT */
/* Both ways of encoding a text. */
#include "exact.h"

int collect(void *ctx, const int32_t *ids, size_t n)
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
bool compare(run *r)
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
