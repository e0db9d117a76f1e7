/* SPDX-License-Identifier: MIT */
/* Encodes a text in segments and through the core, and compares with the whole text. */
#include "exact.h"

enum { N_SIDES = 3 };

void *must(void *memory)
{
    if (!memory)
        die("out of memory");
    return memory;
}

/* Static: meson has malloc() fill what it gives, and this is too much to fill in each short run. */
void give_room(run *r)
{
    static char text[MAX_TEXT];
    static size_t offsets[MAX_TEXT + 1];
    r->text = text;
    r->offsets = offsets;
}

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
    return r->flags | (start == 0 ? CALIB_TEXT_BEGIN : 0u) | (end == r->len ? CALIB_TEXT_END : 0u);
}

static int encode_segment(run *r, size_t start, size_t end)
{
    r->n_segments++;
    return r->tok->encode(r->tok->ctx, r->text + start, end - start, flags_at(r, start, end),
                          collect, &r->got);
}

/* As calib does it: asks for the cuts of a block at a time and keeps the rest for the next block.
 */
static int encode_segments(run *r)
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
                status = encode_segment(r, start, from + r->offsets[i]);
                start = from + r->offsets[i];
            }
        } while (n == cap && !r->naive && !status);
    }
    return status ? status : encode_segment(r, start, r->len);
}

static size_t first_difference(const id_list *a, const id_list *b)
{
    size_t i = 0;
    while (i < a->n && i < b->n && a->ids[i] == b->ids[i])
        i++;
    return i;
}

static void print_ids(const char *name, const id_list *list, size_t at)
{
    printf("\n%s=", name);
    for (size_t i = at > 500 ? at - 500 : 0; i < list->n && i < at + 500; i++)
        printf(" %d", (int)list->ids[i]);
}

/* Prints both lists of ids and the text. A large text must be found again by its seed. */
bool differs(const run *r, const char *how)
{
    printf("text=");
    for (size_t i = 0; i < r->len && i < 4000; i++) {
        unsigned char c = (unsigned char)r->text[i];
        if (c >= 0x20 && c < 0x7f && c != '\\')
            putchar(c);
        else
            printf("\\x%02x", c);
    }
    size_t at = first_difference(&r->expected, &r->got);
    print_ids("whole", &r->expected, at);
    print_ids(how, &r->got, at);
    printf("\n%zu bytes of text, %zu and %zu ids, other ids from %zu on\n", r->len, r->expected.n,
           r->got.n, at);
    return false;
}

static bool same_ids(const id_list *a, const id_list *b)
{
    return a->n == b->n && first_difference(a, b) == a->n;
}

/* A text that the library refuses must be refused in segments too. */
static bool compare_segments(run *r, bool refused)
{
    for (size_t i = 0; i < r->len; i++)
        r->n_characters += ((unsigned char)r->text[i] & 0xc0) != 0x80;
    bool segments_refused = encode_segments(r) != 0;
    if (segments_refused == refused && (refused || same_ids(&r->expected, &r->got)))
        return true;
    return differs(r, "segments");
}

/* The promise of the vtable: shows a part of the text, and compares the two sides of one of its
 * cuts, each encoded at once. */
static bool compare_sides(run *r, bool refused)
{
    size_t from = below(r, 2) ? 0 : below(r, r->len), n = 0;
    size_t to = below(r, 2) ? r->len : from + 1 + below(r, r->len - from);
    if (r->tok->cuts(r->tok->ctx, r->text + from, to - from, flags_at(r, from, to), r->offsets,
                     to - from, &n))
        die("cuts");
    if (n == 0)
        return true;
    size_t at = from + r->offsets[below(r, n)];
    r->got.n = 0;
    bool sides_refused = encode_segment(r, 0, at) || encode_segment(r, at, r->len);
    if (sides_refused == refused && (refused || same_ids(&r->expected, &r->got)))
        return true;
    printf("shown=%zu..%zu cut=%zu\n", from, to, at);
    return differs(r, "sides");
}

static bool compare_stream(run *r, bool refused, const setting *with)
{
    int wanted = r->expected.n ? CALIB_OK : CALIB_E_EMPTY;
    wanted = refused ? CALIB_E_ENCODE : wanted;
    int status = stream(r, with);
    if (status == wanted && (status || same_ids(&r->expected, &r->got)))
        return true;
    printf("status=%s threads=%u memo=%llu block=%zu\n", calib_status_name(status),
           (unsigned)with->threads, (unsigned long long)with->max_memo_bytes, with->block);
    return differs(r, "stream");
}

static bool compare_streams(run *r, bool refused, bool every_setting)
{
    if (!every_setting) {
        setting with = settings[below(r, n_settings)];
        if (with.block)
            with.block = 1 + below(r, r->len);
        return compare_stream(r, refused, &with);
    }
    /* Without cuts they are all one call: the first and the last are enough. */
    for (size_t i = 0; i < n_settings; i += r->tok->cuts ? 1 : n_settings - 1)
        if (!compare_stream(r, refused, &settings[i]))
            return false;
    return true;
}

bool compare(run *r, bool every_setting)
{
    r->expected.n = 0;
    bool refused = r->refused = r->whole->encode(r->whole->ctx, r->text, r->len, r->flags | WHOLE,
                                                 collect, &r->expected) != 0;
    r->n_texts++;
    r->n_bytes += r->len;
    if (r->len == 0)
        return true;
    if (r->tok->cuts && !compare_segments(r, refused))
        return false;
    for (int i = 0; r->tok->cuts && !r->naive && i < N_SIDES; i++)
        if (!compare_sides(r, refused))
            return false;
    if (r->naive)
        return true;
    /* A plain text has no other flags. */
    return (r->flags || compare_streams(r, refused, every_setting)) && compare_documents(r);
}
