/* SPDX-License-Identifier: MIT */
/* Divides the text into documents, and compares their ids through the core with those of encoding
 * each alone. */
#include "exact.h"

#include "tokenize/tokenize.h"

static size_t *document_ends;
static size_t n_documents;

/* Divides r->text at random places between characters. Some documents are empty. */
static void divide(run *r)
{
    size_t most = below(r, 3) ? 1 + below(r, 60) : 1 + below(r, 1 + r->len);
    size_t at = 0, cap = 0;
    n_documents = 0;
    do {
        at = below(r, most + 1) < r->len - at ? at + below(r, most + 1) : r->len;
        if (at > r->len)
            at = r->len;
        while (at < r->len && ((unsigned char)r->text[at] & 0xc0) == 0x80)
            at++;
        if (n_documents == cap) {
            cap = 2 * cap + 16;
            document_ends = must(realloc(document_ends, cap * sizeof *document_ends));
        }
        document_ends[n_documents++] = at;
    } while (at < r->len);
}

/* The ids, and -1 and the record behind each document. */
static int end(void *ctx, uint64_t record)
{
    const int32_t mark[] = {-1, (int32_t)record};
    return collect(ctx, mark, 2);
}

static int encode_each(const run *r, id_list *out)
{
    for (size_t i = 0, at = 0; i < n_documents; at = document_ends[i++]) {
        if (r->whole->encode(r->whole->ctx, r->text + at, document_ends[i] - at, r->flags | WHOLE,
                             collect, out))
            return CALIB_E_ENCODE;
        end(out, i);
    }
    return CALIB_OK;
}

static int stream_documents(run *r, const setting *with)
{
    const uint32_t reading = CALIB_TEXT_PARSE_SPECIAL | CALIB_TEXT_PLAIN;
    calib_progress progress = {0};
    calib_tokenize_request request = {
        .tok = r->tok,
        .max_whole_bytes = MAX_TEXT,
        .max_memo_bytes = with->max_memo_bytes,
        .threads = with->threads,
        .flags = r->flags & ~reading,
        .progress = &progress,
        .sink = {collect, end, &r->got},
    };
    calib_tokenizing *tokenizing;
    int status = calib_tokenizing_begin(&request, &tokenizing);
    if (status)
        return status;
    for (size_t i = 0, at = 0; i < n_documents && !status; at = document_ends[i++]) {
        calib_part part = {r->text + at, document_ends[i] - at, r->flags & reading};
        calib_document document = {&part, part.len > 0, i, at, part.len, NULL};
        status = calib_tokenizing_document(tokenizing, &document);
    }
    if (!status)
        status = calib_tokenizing_end(tokenizing, true);
    calib_tokenizing_free(tokenizing);
    return status;
}

bool compare_documents(run *r)
{
    const setting *with = &settings[below(r, n_settings)];
    id_list whole = r->expected, each = {0};
    divide(r);
    int wanted = encode_each(r, &each);
    r->got.n = 0;
    r->n_streams++;
    int status = stream_documents(r, with);
    bool same = each.n == r->got.n &&
                (each.n == 0 || memcmp(each.ids, r->got.ids, each.n * sizeof *each.ids) == 0);
    if (status == wanted && (status || same)) {
        free(each.ids);
        return true;
    }
    free(whole.ids);
    r->expected = each;
    printf("status=%s threads=%u memo=%llu documents=%zu\n", calib_status_name(status),
           (unsigned)with->threads, (unsigned long long)with->max_memo_bytes, n_documents);
    return differs(r, "documents");
}
