/* SPDX-License-Identifier: MIT */
/* The loop of an engine that collects statistics for a quantizer: chats in JSON Lines, the engine's
 * own chat format, a budget of tokens, and rows of different lengths. */
#include <calib_documents.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { SEQ_LEN = 48, BUDGET = 200, EXPERTS = 4 };

/* A record is a list of turns, the user's first. */
static const char chats[] =
    "[\"Is 91 prime?\", \"No: 91 = 7 * 13.\"]\n"
    "[\"Say \\\"hello\\\" in French.\", \"Bonjour !\", \"And in German?\", \"Hallo!\"]\n"
    "[\"caf\\u00e9 \\ud83c\\udf75?\", \"Tea, please.\\nWith milk, without sugar, and in a large "
    "cup, "
    "if you have one.\"]\n"
    "[\"Which tokens does the last chat have?\", \"Those that the budget leaves.\"]\n";

/* ---- The chat format ---- */

static uint32_t hex4(const char *digits)
{
    uint32_t value = 0;
    for (int i = 0; i < 4; i++)
        value = value * 16 + (uint32_t)(digits[i] <= '9' ? digits[i] - '0' : (digits[i] & 7) + 9);
    return value;
}

static size_t utf8(uint32_t code, char out[4])
{
    static const unsigned char heads[] = {0, 0, 0xc0, 0xe0, 0xf0};
    size_t n = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = n; i-- > 1; code >>= 6)
        out[i] = (char)(0x80 | (code & 0x3f));
    out[0] = (char)(heads[n] | code);
    return n;
}

/* Reads what stands behind a backslash at *at, and moves *at behind it. */
static size_t unescape(const char **at, char out[4])
{
    static const char letters[] = "bfnrt", meanings[] = "\b\f\n\r\t";
    char letter = *(*at)++;
    const char *found = strchr(letters, letter);
    out[0] = found ? meanings[found - letters] : letter;
    if (letter != 'u')
        return 1;
    uint32_t code = hex4(*at);
    *at += 4;
    if (code >= 0xd800 && code < 0xdc00) { /* the second half follows as \uXXXX */
        code = 0x10000 + ((code - 0xd800) << 10) + (hex4(*at + 2) - 0xdc00);
        *at += 6;
    }
    return utf8(code, out);
}

/* Passes on the string that begins behind the quote at *at, and moves *at behind its end. calib has
 * checked that the record is valid JSON. Text of a user is never read as a special token. */
static int put_string(const char **at, calib_put_fn put, void *put_ctx)
{
    int stop = 0;
    while (!stop && **at != '"') {
        char bytes[4];
        if (**at == '\\') {
            ++*at;
            size_t n = unescape(at, bytes);
            stop = put(put_ctx, bytes, n, CALIB_TEXT_PLAIN);
        } else {
            size_t n = strcspn(*at, "\"\\");
            stop = put(put_ctx, *at, n, CALIB_TEXT_PLAIN);
            *at += n;
        }
    }
    ++*at;
    return stop;
}

static int put_mark(const char *mark, calib_put_fn put, void *put_ctx)
{
    return put(put_ctx, mark, strlen(mark), CALIB_TEXT_PARSE_SPECIAL);
}

static int render(void *ctx, const char *record, size_t len, calib_put_fn put, void *put_ctx)
{
    const char *at = record, *end = record + len;
    (void)ctx;
    for (int turn = 0; (at = memchr(at, '"', (size_t)(end - at))) != NULL; turn++) {
        at++;
        int stop = put_mark(turn % 2 ? "<bot>" : "<user>", put, put_ctx);
        if (!stop)
            stop = put_string(&at, put, put_ctx);
        if (stop)
            return stop;
    }
    return put_mark("<end>", put, put_ctx);
}

/* ---- The engine ---- */

typedef struct statistics {
    uint64_t n_tokens;
    uint64_t routed[EXPERTS]; /* tokens that each expert has seen */
    uint64_t squares[EXPERTS];
} statistics;

/* Stands for a forward pass that calls back with the inputs of each layer. */
static void forward(statistics *seen, const int32_t *ids, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint64_t expert = (uint64_t)ids[i] % EXPERTS;
        seen->routed[expert]++;
        seen->squares[expert] += (uint64_t)ids[i] * (uint64_t)ids[i];
    }
    seen->n_tokens += n;
}

/* The ids of the byte tokenizer are bytes. */
static void show(const int32_t *ids, size_t n)
{
    for (size_t i = 0; i < n; i++)
        putchar(ids[i] == '\n' ? '|' : ids[i]);
    putchar('\n');
}

/* Runs rows until the budget is spent. The last one is cut to what is left. */
static void run(const calib_samples *rows, size_t budget, statistics *seen)
{
    for (size_t row = 0; row < rows->n_rows && budget; row++) {
        size_t n = rows->lengths ? (size_t)rows->lengths[row] : rows->seq_len;
        n = n < budget ? n : budget;
        const int32_t *ids = rows->tokens + row * rows->seq_len;
        printf("row %zu: chat %" PRId64 ", from token %" PRId64 ", %zu tokens: ", row,
               rows->documents[row], rows->offsets[row], n);
        show(ids, n);
        forward(seen, ids, n);
        budget -= n;
    }
}

static calib_samples *load(const calib_tokenizer_vtable *tok)
{
    calib_documents documents = {
        .struct_size = sizeof documents, .format = CALIB_DOCUMENTS_JSONL, .render = render};
    calib_source source = {.struct_size = sizeof source,
                           .bytes = chats,
                           .n_bytes = sizeof chats - 1,
                           .documents = &documents};
    calib_sampling sampling = {.struct_size = sizeof sampling,
                               .sampler = "documents-split",
                               .short_rows = CALIB_SHORT_PAD};
    calib_samples *rows = NULL;
    if (calib_load_from(tok, 0, SEQ_LEN, 0, &source, NULL, &sampling, &rows)) {
        calib_error error = {.struct_size = sizeof error};
        calib_last_error(&error);
        fprintf(stderr, "%s: %s\n", calib_status_name(error.status), error.message);
    }
    return rows;
}

int main(void)
{
    calib_samples *rows = load(calib_bytes_tokenizer());
    if (!rows)
        return 1;
    statistics seen = {0};
    run(rows, BUDGET, &seen);
    printf("%" PRIu64 " of %" PRIu64 " tokens\n", seen.n_tokens, rows->n_tokens);
    for (int expert = 0; expert < EXPERTS; expert++)
        printf("expert %d: %" PRIu64 " tokens, sum of squares %" PRIu64 "\n", expert,
               seen.routed[expert], seen.squares[expert]);
    calib_samples_free(rows);
    return 0;
}
