/* SPDX-License-Identifier: MIT */
/* A custom tokenizer: takes the longest piece that fits, or a byte if none fits.
 *
 * Ids 0 and 1 are BOS and EOS, 2 to 257 are bytes, the rest are pieces. Pieces have spaces and
 * newlines only at their beginning, which keeps `cuts` short. */
#include <calib.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { BOS = 0, EOS = 1, FIRST_BYTE = 2, FIRST_PIECE = FIRST_BYTE + 256, AT_ONCE = 512 };

static const char *const pieces[] = {
    " a",   " an",  " and", " are",  " as",  " at",   " be",   " by", " for", " from", " he",
    " her", " his", " in",  " is",   " it",  " not",  " of",   " on", " or",  " that", " the",
    " to",  " was", " we",  " with", " you", "ation", "ed",    "en",  "er",   "es",    "ing",
    "ion",  "ly",   "ment", "th",    "tion", "\nint", "\nThe", "\n ",
};
enum { N_PIECES = sizeof pieces / sizeof *pieces };

typedef struct word_tokenizer {
    uint64_t n_calls;
    char why[128]; /* of the last failure */
} word_tokenizer;

/* Collects ids and emits them in blocks: one call for each id would cost more than its work. */
typedef struct block {
    calib_emit_fn emit;
    void *emit_ctx;
    size_t n;
    int32_t ids[AT_ONCE];
} block;

static int flush(block *out)
{
    size_t n = out->n;
    out->n = 0;
    return n ? out->emit(out->emit_ctx, out->ids, n) : 0;
}

static int add(block *out, int32_t id)
{
    out->ids[out->n++] = id;
    return out->n == AT_ONCE ? flush(out) : 0;
}

static int32_t longest_piece(const char *text, size_t len, size_t *used)
{
    int32_t best = FIRST_BYTE + (unsigned char)*text;
    *used = 1;
    for (int32_t p = 0; p < N_PIECES; p++) {
        size_t n = strlen(pieces[p]);
        if (n > *used && n <= len && memcmp(text, pieces[p], n) == 0) {
            best = FIRST_PIECE + p;
            *used = n;
        }
    }
    return best;
}

static int encode(void *ctx, const char *text, size_t len, uint32_t flags, calib_emit_fn emit,
                  void *emit_ctx)
{
    word_tokenizer *self = ctx;
    block out = {.emit = emit, .emit_ctx = emit_ctx};
    int special = !(flags & CALIB_TEXT_NO_SPECIAL);
    int stop = special && (flags & CALIB_TEXT_BEGIN) ? add(&out, BOS) : 0;
    self->n_calls++;
    for (size_t at = 0, used; !stop && at < len; at += used) {
        if (text[at] == '\0') {
            /* The caller finds 7 in calib_error.callback_result, and the text in its message. */
            snprintf(self->why, sizeof self->why, "a NUL byte at byte %zu: this tokenizer has none",
                     at);
            return 7;
        }
        stop = add(&out, longest_piece(text + at, len - at, &used));
    }
    if (!stop && special && (flags & CALIB_TEXT_END))
        stop = add(&out, EOS);
    return stop ? stop : flush(&out);
}

static const char *last_error(void *ctx)
{
    return ((word_tokenizer *)ctx)->why;
}

/* Identifies everything that decides the ids. Change the version if you change a piece. */
static int fingerprint(void *ctx, uint8_t out[32])
{
    static const char identity[32] = "example word tokenizer, v1";
    (void)ctx;
    memcpy(out, identity, sizeof identity);
    return 0;
}

static int32_t special_id(void *ctx, uint32_t which)
{
    (void)ctx;
    return which == CALIB_SPECIAL_BOS ? BOS : which == CALIB_SPECIAL_EOS ? EOS : -1;
}

/* Only the piece "\n " contains a space or newline that is not its first character. The text may
 * therefore be cut before each newline, and before each space that does not follow a newline. */
static int cuts(void *ctx, const char *text, size_t len, uint32_t flags, size_t *offsets,
                size_t cap, size_t *n)
{
    (void)ctx;
    (void)flags;
    *n = 0;
    for (size_t at = 1; at < len && *n < cap; at++)
        if (text[at] == '\n' || (text[at] == ' ' && text[at - 1] != '\n'))
            offsets[(*n)++] = at;
    return 0;
}

static int text_of(void *ctx, int32_t id, calib_text_fn put, void *put_ctx)
{
    (void)ctx;
    if (id < 0 || id >= FIRST_PIECE + N_PIECES)
        return 1;
    if (id >= FIRST_PIECE)
        return put(put_ctx, pieces[id - FIRST_PIECE], strlen(pieces[id - FIRST_PIECE]));
    char byte = (char)(unsigned char)(id - FIRST_BYTE);
    return id < FIRST_BYTE ? 0 : put(put_ctx, &byte, 1);
}

static int print(void *ctx, const char *text, size_t len)
{
    return fwrite(text, 1, len, ctx) == len ? 0 : 1;
}

static int show(const calib_tokenizer_vtable *tok, const char *text, size_t len, size_t seq_len)
{
    calib_source source = {.struct_size = sizeof source, .bytes = text, .n_bytes = len};
    calib_samples *samples = NULL;
    if (calib_load_from(tok, -1, seq_len, 0, &source, NULL, NULL, &samples)) {
        calib_error error = {.struct_size = sizeof error};
        calib_last_error(&error);
        printf("%s, %" PRId32 ": %s\n", calib_status_name(error.status), error.callback_result,
               error.message);
        return 1;
    }
    printf("%" PRIu64 " tokens, %zu rows\n", samples->n_tokens, samples->n_rows);
    for (size_t i = 0; i < samples->n_rows * seq_len; i++) {
        printf(i % seq_len ? "|" : "[");
        tok->text_of(tok->ctx, samples->tokens[i], print, stdout);
        printf(i % seq_len == seq_len - 1 ? "]\n" : "");
    }
    calib_samples_free(samples);
    return 0;
}

int main(void)
{
    static const char good[] = "The cat that was on the mat was waiting for the station.";
    static const char bad[] = "one\0two";
    word_tokenizer self = {0};
    calib_tokenizer_vtable tok = {
        .struct_size = sizeof tok,
        .ctx = &self,
        .encode = encode,
        .last_error = last_error,
        .fingerprint = fingerprint,
        .special_id = special_id,
        .cuts = cuts,
        .text_of = text_of,
        .vocab_size = FIRST_PIECE + N_PIECES,
    };
    int failed = show(&tok, good, sizeof good - 1, 8);
    int refused = show(&tok, bad, sizeof bad - 1, 1);
    return !failed && refused ? 0 : 1;
}
