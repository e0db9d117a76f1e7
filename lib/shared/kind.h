/* SPDX-License-Identifier: MIT */
/* Recognises files that are given by mistake in place of a text or a tokenizer. Plain C that is
 * also C++: the core and the adapter libraries share it. */
#ifndef CALIB_SHARED_KIND_H
#define CALIB_SHARED_KIND_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

typedef enum calib_kind_class {
    CALIB_KIND_BINARY,  /* no text begins with these bytes */
    CALIB_KIND_STANDIN, /* a text, but most likely not the one that is meant: a page, a pointer */
    CALIB_KIND_GUESS    /* told by the distribution of its bytes */
} calib_kind_class;

typedef struct calib_kind {
    const char *is;     /* completes "the file is ..." */
    const char *remedy; /* completes "...: " */
    calib_kind_class class_of;
} calib_kind;

/** Bytes of a file that calib_kind_of() looks at. */
#define CALIB_KIND_BYTES ((size_t)4096)

typedef struct calib_kind_magic {
    const char *bytes;
    size_t len;
    bool control_next; /* the next byte is a control character that no text has there */
    calib_kind kind;
} calib_kind_magic;

static inline bool calib_kind_is_space(unsigned char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Returns true if a byte is a control character other than white space and ESC. */
static inline bool calib_kind_is_control(unsigned char c)
{
    return c < 0x20 && !calib_kind_is_space(c) && c != 0x1b;
}

/** Returns true if the bytes have control characters, which no text in an 8-bit encoding has. */
static inline bool calib_kind_has_controls(const void *data, size_t len)
{
    const unsigned char *bytes = (const unsigned char *)data;
    size_t shown = len < CALIB_KIND_BYTES ? len : CALIB_KIND_BYTES;
    for (size_t i = 0; i < shown; i++)
        if (calib_kind_is_control(bytes[i]))
            return true;
    return false;
}

/* Returns true if the bytes are UTF-16 without a byte-order mark, the low byte of each unit at
 * `place`: nearly all high bytes are those of alphabets, below 0x20, and many are NUL; nearly all
 * low bytes are not NUL. */
static inline bool calib_kind_is_utf16(const unsigned char *bytes, size_t len, size_t place)
{
    size_t n_units = len / 2, n_zero = 0, n_alphabet = 0, n_low = 0;
    for (size_t i = 0; i < n_units; i++) {
        unsigned char high = bytes[2 * i + 1 - place];
        n_zero += high == 0;
        n_alphabet += high < 0x20 && high != '\n' && high != '\t' && high != '\r';
        n_low += bytes[2 * i + place] == 0;
    }
    return n_zero >= 16 && n_zero >= n_units / 25 && n_alphabet >= n_units / 4 * 3 &&
           n_low <= n_zero / 4;
}

/* The same for UTF-32: the highest byte of each unit is NUL, the next at most 0x10, and no unit is
 * NUL as a whole. */
static inline bool calib_kind_is_utf32(const unsigned char *bytes, size_t len, bool big_endian)
{
    size_t n_units = len / 4;
    for (size_t i = 0; i < n_units; i++) {
        const unsigned char *unit = bytes + 4 * i;
        unsigned high = big_endian ? unit[0] : unit[3], next = big_endian ? unit[1] : unit[2];
        if (high != 0 || next > 0x10 || !(unit[0] | unit[1] | unit[2] | unit[3]))
            return false;
    }
    return n_units >= 4;
}

/* Compares without case; `word` is lower case. */
static inline bool calib_kind_begins(const char *bytes, size_t len, const char *word)
{
    for (; *word; word++, bytes++, len--) {
        char c = len ? *bytes : '\0';
        if ((c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c) != *word)
            return false;
    }
    return true;
}

/* Returns the first byte behind white space and a byte-order mark. */
static inline size_t calib_kind_start(const char *bytes, size_t len)
{
    size_t at = len >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    while (at < len && calib_kind_is_space((unsigned char)bytes[at]))
        at++;
    return at;
}

/* Skips comments and declarations, then looks for the tags that a page begins with. */
static inline bool calib_kind_is_html(const char *bytes, size_t len)
{
    static const char *const tags[] = {"<html", "<head", "<body"};
    size_t at = calib_kind_start(bytes, len);
    while (at + 4 <= len &&
           (memcmp(bytes + at, "<!--", 4) == 0 || memcmp(bytes + at, "<?xm", 4) == 0)) {
        const char *end = (const char *)memchr(bytes + at, '>', len - at);
        while (end && bytes[at + 1] == '!' && memcmp(end - 2, "--", 2) != 0)
            end = (const char *)memchr(end + 1, '>', len - (size_t)(end + 1 - bytes));
        if (!end)
            return false;
        at = (size_t)(end + 1 - bytes);
        at += calib_kind_start(bytes + at, len - at);
    }
    if (calib_kind_begins(bytes + at, len - at, "<!doctype html"))
        return true;
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
        size_t n = strlen(tags[i]);
        if (calib_kind_begins(bytes + at, len - at, tags[i]) && at + n < len &&
            (bytes[at + n] == '>' || calib_kind_is_space((unsigned char)bytes[at + n])))
            return true;
    }
    return false;
}

/* The level of compression stands inside the magic; an empty file has no block. */
static inline bool calib_kind_is_bzip2(const char *bytes, size_t len)
{
    return len >= 10 && memcmp(bytes, "BZh", 3) == 0 && bytes[3] >= '1' && bytes[3] <= '9' &&
           (memcmp(bytes + 4, "1AY&SY", 6) == 0 ||
            memcmp(bytes + 4, "\x17\x72\x45\x38\x50\x90", 6) == 0);
}

/* Rows of the table: the bytes begin the file; of a word, a control character follows. */
#define CALIB_KIND_ROW(bytes, control_next, is, remedy)                                            \
    {                                                                                              \
        bytes, sizeof(bytes) - 1, control_next,                                                    \
        {                                                                                          \
            is, remedy, CALIB_KIND_BINARY                                                          \
        }                                                                                          \
    }
#define CALIB_KIND_MAGIC(bytes, is, remedy) CALIB_KIND_ROW(bytes, false, is, remedy)
#define CALIB_KIND_WORD(bytes, is, remedy) CALIB_KIND_ROW(bytes, true, is, remedy)

/* Returns the kind that begins with fixed bytes, or NULL. */
static inline const calib_kind *calib_kind_of_magic(const char *bytes, size_t len)
{
    /* The BOM of UTF-32 begins with that of UTF-16, so it comes first. */
    static const calib_kind_magic magics[] = {
        CALIB_KIND_MAGIC("\x1f\x8b", "gzip-compressed", "decompress it first (gzip -d)"),
        CALIB_KIND_MAGIC("\x28\xb5\x2f\xfd", "zstd-compressed", "decompress it first (zstd -d)"),
        CALIB_KIND_MAGIC("\xfd"
                         "7zXZ\0",
                         "xz-compressed", "decompress it first (xz -d)"),
        CALIB_KIND_MAGIC("\x04\x22\x4d\x18", "lz4-compressed", "decompress it first (lz4 -d)"),
        CALIB_KIND_MAGIC("\x5d\0\0", "lzma-compressed", "decompress it first (xz -d)"),
        CALIB_KIND_MAGIC("\x1f\x9d", "compressed", "decompress it first (gzip -d)"),
        CALIB_KIND_MAGIC("\x89LZO\0", "lzop-compressed", "decompress it first (lzop -d)"),
        CALIB_KIND_MAGIC("\x50\x2a\x4d\x18", "zstd-compressed", "decompress it first (zstd -d)"),
        CALIB_KIND_MAGIC("PK\3\4", "a zip archive", "unpack it first (unzip)"),
        CALIB_KIND_MAGIC("PK\5\6", "an empty zip archive", "name another file"),
        CALIB_KIND_MAGIC("7z\xbc\xaf\x27\x1c", "a 7z archive", "unpack it first"),
        CALIB_KIND_WORD("PAR1", "a Parquet table", "write its text column to a text file first"),
        CALIB_KIND_MAGIC("ARROW1\0\0", "an Arrow table",
                         "write its text column to a text file first"),
        CALIB_KIND_WORD("GGUF", "a GGUF model", "name the file that is meant"),
        CALIB_KIND_MAGIC("\x93NUMPY", "a NumPy array", "name the file that is meant"),
        CALIB_KIND_MAGIC("SQLite format 3\0", "an SQLite database",
                         "write its text to a text file first"),
        CALIB_KIND_MAGIC("%PDF-", "a PDF document", "extract its text first (pdftotext)"),
        CALIB_KIND_MAGIC("\xff\xfe\0\0", "UTF-32",
                         "convert it to UTF-8 (iconv -f UTF-32 -t UTF-8)"),
        CALIB_KIND_MAGIC("\0\0\xfe\xff", "UTF-32",
                         "convert it to UTF-8 (iconv -f UTF-32 -t UTF-8)"),
        CALIB_KIND_MAGIC("\xff\xfe", "UTF-16", "convert it to UTF-8 (iconv -f UTF-16 -t UTF-8)"),
        CALIB_KIND_MAGIC("\xfe\xff", "UTF-16", "convert it to UTF-8 (iconv -f UTF-16 -t UTF-8)"),
    };
    for (size_t i = 0; i < sizeof magics / sizeof *magics; i++) {
        const calib_kind_magic *magic = &magics[i];
        if (len < magic->len || memcmp(bytes, magic->bytes, magic->len) != 0)
            continue;
        if (!magic->control_next ||
            (len > magic->len && calib_kind_is_control((unsigned char)bytes[magic->len])))
            return &magic->kind;
    }
    return NULL;
}

/** Returns what a file is by its first bytes, all of them or at least CALIB_KIND_BYTES, or NULL if
 *  it is nothing that this table knows. */
static inline const calib_kind *calib_kind_of(const void *data, size_t len)
{
    static const calib_kind utf32[] = {
        {"UTF-32 (little-endian)", "convert it to UTF-8 (iconv -f UTF-32LE -t UTF-8)",
         CALIB_KIND_GUESS},
        {"UTF-32 (big-endian)", "convert it to UTF-8 (iconv -f UTF-32BE -t UTF-8)",
         CALIB_KIND_GUESS}};
    static const calib_kind utf16[] = {
        {"UTF-16 (little-endian)", "convert it to UTF-8 (iconv -f UTF-16LE -t UTF-8)",
         CALIB_KIND_GUESS},
        {"UTF-16 (big-endian)", "convert it to UTF-8 (iconv -f UTF-16BE -t UTF-8)",
         CALIB_KIND_GUESS}};
    static const calib_kind bzip2 = {"bzip2-compressed", "decompress it first (bzip2 -d)",
                                     CALIB_KIND_BINARY};
    static const calib_kind html = {"a web page", "save the text itself", CALIB_KIND_STANDIN};
    static const calib_kind pointer = {"a Git LFS pointer, not the file itself",
                                       "fetch the file first (git lfs pull)", CALIB_KIND_STANDIN};
    const calib_kind *magic = calib_kind_of_magic((const char *)data, len);
    if (magic)
        return magic;
    const char *bytes = (const char *)data;
    size_t start = calib_kind_start(bytes, len);
    if (calib_kind_is_bzip2(bytes, len))
        return &bzip2;
    if (calib_kind_begins(bytes + start, len - start, "version https://git-lfs.github.com/spec/"))
        return &pointer;
    if (calib_kind_is_html(bytes, len))
        return &html;
    const unsigned char *units = (const unsigned char *)data;
    size_t shown = len < CALIB_KIND_BYTES ? len : CALIB_KIND_BYTES;
    for (size_t i = 0; i < 2; i++)
        if (calib_kind_is_utf32(units, shown, i == 1))
            return &utf32[i];
    for (size_t i = 0; i < 2; i++)
        if (calib_kind_is_utf16(units, shown, i))
            return &utf16[i];
    return NULL;
}

/** Returns true if the first bytes look like JSON or JSON Lines: a line that is an object or an
 *  array with strings in it, and another one after it or the end; or the beginning of an array of
 *  objects or strings. */
static inline bool calib_kind_is_json(const char *bytes, size_t len)
{
    size_t start = calib_kind_start(bytes, len);
    bytes += start;
    len -= start;
    if (len == 0 || (bytes[0] != '{' && bytes[0] != '['))
        return false;
    size_t inside = 1 + calib_kind_start(bytes + 1, len - 1);
    if (bytes[0] == '[' && inside > 1 && inside < len && memchr("{[\"", bytes[inside], 3))
        return true;
    const char *end = (const char *)memchr(bytes, '\n', len);
    size_t n = end ? (size_t)(end - bytes) : len, last = n;
    while (last > 0 && calib_kind_is_space((unsigned char)bytes[last - 1]))
        last--;
    if (last < 5 || bytes[last - 1] != (bytes[0] == '{' ? '}' : ']') || !memchr(bytes, '"', last))
        return false;
    return !end || n + 1 == len || bytes[n + 1] == bytes[0];
}

#endif
