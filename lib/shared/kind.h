/* SPDX-License-Identifier: MIT */
/* Recognises files that are given by mistake in place of a text or a tokenizer. Plain C that is
 * also C++: the core and the adapter libraries share it. */
#ifndef CALIB_SHARED_KIND_H
#define CALIB_SHARED_KIND_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

typedef struct calib_kind {
    const char *is;     /* completes "the file is ..." */
    const char *remedy; /* completes "...: " */
    bool is_text;       /* it could be meant as text: a page or a pointer, not binary data */
} calib_kind;

/** Bytes of a file that calib_kind_of() looks at. */
#define CALIB_KIND_BYTES ((size_t)4096)

typedef struct calib_kind_magic {
    const char *bytes;
    size_t len;
    bool binary_next; /* the next byte is a control character, which no text has there */
    calib_kind kind;
} calib_kind_magic;

/* Returns true if the bytes are UTF-16 without a byte-order mark, the low byte of each unit at
 * `place`: NUL bytes are many, and nearly all are high bytes. */
static inline bool calib_kind_is_utf16(const unsigned char *bytes, size_t len, size_t place)
{
    size_t n_units = len / 2, n_high = 0, n_low = 0;
    for (size_t i = 0; i < n_units; i++) {
        n_low += bytes[2 * i + place] == 0;
        n_high += bytes[2 * i + 1 - place] == 0;
    }
    return n_high >= 16 && n_high >= n_units / 25 && n_low <= n_high / 4;
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

static inline bool calib_kind_is_html(const char *bytes, size_t len)
{
    size_t at = len >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    while (at < len && memchr(" \t\r\n", bytes[at], 4))
        at++;
    return calib_kind_begins(bytes + at, len - at, "<!doctype html") ||
           calib_kind_begins(bytes + at, len - at, "<html>") ||
           calib_kind_begins(bytes + at, len - at, "<html ");
}

#define CALIB_KIND_BINARY(bytes, is, remedy)                                                       \
    {                                                                                              \
        bytes, sizeof(bytes) - 1, false,                                                           \
        {                                                                                          \
            is, remedy, false                                                                      \
        }                                                                                          \
    }
#define CALIB_KIND_WORD(bytes, is, remedy)                                                         \
    {                                                                                              \
        bytes, sizeof(bytes) - 1, true,                                                            \
        {                                                                                          \
            is, remedy, false                                                                      \
        }                                                                                          \
    }
#define CALIB_KIND_TEXT(bytes, is, remedy)                                                         \
    {                                                                                              \
        bytes, sizeof(bytes) - 1, false,                                                           \
        {                                                                                          \
            is, remedy, true                                                                       \
        }                                                                                          \
    }

/* Returns the kind that begins with fixed bytes, or NULL. */
static inline const calib_kind *calib_kind_of_magic(const char *bytes, size_t len)
{
    /* The BOM of UTF-32 begins with that of UTF-16, so it comes first. */
    static const calib_kind_magic magics[] = {
        CALIB_KIND_BINARY("\x1f\x8b", "gzip-compressed", "decompress it first (gzip -d)"),
        CALIB_KIND_BINARY("\x28\xb5\x2f\xfd", "zstd-compressed", "decompress it first (zstd -d)"),
        CALIB_KIND_BINARY("\xfd"
                          "7zXZ\0",
                          "xz-compressed", "decompress it first (xz -d)"),
        CALIB_KIND_BINARY("\x04\x22\x4d\x18", "lz4-compressed", "decompress it first (lz4 -d)"),
        CALIB_KIND_BINARY("BZh91AY&SY", "bzip2-compressed", "decompress it first (bzip2 -d)"),
        CALIB_KIND_BINARY("PK\3\4", "a zip archive", "unpack it first (unzip)"),
        CALIB_KIND_BINARY("PK\5\6", "an empty zip archive", "name another file"),
        CALIB_KIND_BINARY("7z\xbc\xaf\x27\x1c", "a 7z archive", "unpack it first"),
        CALIB_KIND_WORD("PAR1", "a Parquet table", "write its text column to a text file first"),
        CALIB_KIND_BINARY("ARROW1\0\0", "an Arrow table",
                          "write its text column to a text file first"),
        CALIB_KIND_WORD("GGUF", "a GGUF model", "name the file that is meant"),
        CALIB_KIND_BINARY("\x93NUMPY", "a NumPy array", "name the file that is meant"),
        CALIB_KIND_BINARY("SQLite format 3\0", "an SQLite database",
                          "write its text to a text file first"),
        CALIB_KIND_BINARY("%PDF-", "a PDF document", "extract its text first (pdftotext)"),
        CALIB_KIND_BINARY("\xff\xfe\0\0", "UTF-32",
                          "convert it to UTF-8 (iconv -f UTF-32 -t UTF-8)"),
        CALIB_KIND_BINARY("\0\0\xfe\xff", "UTF-32",
                          "convert it to UTF-8 (iconv -f UTF-32 -t UTF-8)"),
        CALIB_KIND_BINARY("\xff\xfe", "UTF-16", "convert it to UTF-8 (iconv -f UTF-16 -t UTF-8)"),
        CALIB_KIND_BINARY("\xfe\xff", "UTF-16", "convert it to UTF-8 (iconv -f UTF-16 -t UTF-8)"),
        CALIB_KIND_TEXT("version https://git-lfs.github.com/spec/",
                        "a Git LFS pointer, not the file itself",
                        "fetch the file first (git lfs pull)"),
    };
    for (size_t i = 0; i < sizeof magics / sizeof *magics; i++) {
        const calib_kind_magic *magic = &magics[i];
        if (len < magic->len || memcmp(bytes, magic->bytes, magic->len) != 0)
            continue;
        if (!magic->binary_next || (len > magic->len && (unsigned char)bytes[magic->len] < 0x20))
            return &magic->kind;
    }
    return NULL;
}

/** Returns what a file is by its first bytes, all of them or at least CALIB_KIND_BYTES, or NULL if
 *  it is nothing that this table knows. */
static inline const calib_kind *calib_kind_of(const void *data, size_t len)
{
    static const calib_kind utf32[] = {
        {"UTF-32 (little-endian)", "convert it to UTF-8 (iconv -f UTF-32LE -t UTF-8)", false},
        {"UTF-32 (big-endian)", "convert it to UTF-8 (iconv -f UTF-32BE -t UTF-8)", false}};
    static const calib_kind utf16[] = {
        {"UTF-16 (little-endian)", "convert it to UTF-8 (iconv -f UTF-16LE -t UTF-8)", false},
        {"UTF-16 (big-endian)", "convert it to UTF-8 (iconv -f UTF-16BE -t UTF-8)", false}};
    static const calib_kind html = {"a web page", "save the text itself", true};
    const calib_kind *magic = calib_kind_of_magic((const char *)data, len);
    if (magic)
        return magic;
    if (calib_kind_is_html((const char *)data, len))
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

/** Returns true if the first bytes look like JSON Lines: a line that is an object, and another
 *  object after it or the end. */
static inline bool calib_kind_is_jsonl(const char *bytes, size_t len)
{
    const char *end = len ? (const char *)memchr(bytes, '\n', len) : NULL;
    size_t n = end ? (size_t)(end - bytes) : len;
    size_t last = n;
    while (last > 0 && memchr(" \t\r", bytes[last - 1], 3))
        last--;
    if (last < 5 || bytes[0] != '{' || bytes[last - 1] != '}' || !memchr(bytes, '"', last))
        return false;
    return !end || n + 1 == len || bytes[n + 1] == '{';
}

#endif
