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

/** Returns what a file is by its first bytes, all of them or at least CALIB_KIND_BYTES, or NULL if
 *  it is nothing that this table knows. */
static inline const calib_kind *calib_kind_of(const void *data, size_t len)
{
    /* The BOM of UTF-32 begins with that of UTF-16, so it comes first. */
    static const calib_kind_magic magics[] = {
        {"\x1f\x8b", 2, false, {"gzip-compressed", "decompress it first (gzip -d)", false}},
        {"\x28\xb5\x2f\xfd", 4, false, {"zstd-compressed", "decompress it first (zstd -d)", false}},
        {"\xfd"
         "7zXZ\0",
         6,
         false,
         {"xz-compressed", "decompress it first (xz -d)", false}},
        {"\x04\x22\x4d\x18", 4, false, {"lz4-compressed", "decompress it first (lz4 -d)", false}},
        {"BZh91AY&SY", 10, false, {"bzip2-compressed", "decompress it first (bzip2 -d)", false}},
        {"PK\3\4", 4, false, {"a zip archive", "unpack it first (unzip)", false}},
        {"PK\5\6", 4, false, {"an empty zip archive", "name another file", false}},
        {"7z\xbc\xaf\x27\x1c", 6, false, {"a 7z archive", "unpack it first", false}},
        {"PAR1", 4, true, {"a Parquet table", "write its text column to a text file first", false}},
        {"ARROW1\0\0",
         8,
         false,
         {"an Arrow table", "write its text column to a text file first", false}},
        {"GGUF", 4, true, {"a GGUF model", "name the file that is meant", false}},
        {"\x93NUMPY", 6, false, {"a NumPy array", "name the file that is meant", false}},
        {"SQLite format 3\0",
         16,
         false,
         {"an SQLite database", "write its text to a text file first", false}},
        {"%PDF-", 5, false, {"a PDF document", "extract its text first (pdftotext)", false}},
        {"\xff\xfe\0\0",
         4,
         false,
         {"UTF-32", "convert it to UTF-8 (iconv -f UTF-32 -t UTF-8)", false}},
        {"\0\0\xfe\xff",
         4,
         false,
         {"UTF-32", "convert it to UTF-8 (iconv -f UTF-32 -t UTF-8)", false}},
        {"\xff\xfe", 2, false, {"UTF-16", "convert it to UTF-8 (iconv -f UTF-16 -t UTF-8)", false}},
        {"\xfe\xff", 2, false, {"UTF-16", "convert it to UTF-8 (iconv -f UTF-16 -t UTF-8)", false}},
        {"version https://git-lfs.github.com/spec/",
         40,
         false,
         {"a Git LFS pointer, not the file itself", "fetch the file first (git lfs pull)", true}},
    };
    static const calib_kind utf32[] = {
        {"UTF-32 (little-endian)", "convert it to UTF-8 (iconv -f UTF-32LE -t UTF-8)", false},
        {"UTF-32 (big-endian)", "convert it to UTF-8 (iconv -f UTF-32BE -t UTF-8)", false}};
    static const calib_kind utf16[] = {
        {"UTF-16 (little-endian)", "convert it to UTF-8 (iconv -f UTF-16LE -t UTF-8)", false},
        {"UTF-16 (big-endian)", "convert it to UTF-8 (iconv -f UTF-16BE -t UTF-8)", false}};
    static const calib_kind html = {"a web page", "save the text itself", true};
    const char *bytes = (const char *)data;
    for (size_t i = 0; i < sizeof magics / sizeof *magics; i++) {
        const calib_kind_magic *magic = &magics[i];
        if (len < magic->len || memcmp(bytes, magic->bytes, magic->len) != 0)
            continue;
        if (!magic->binary_next || (len > magic->len && (unsigned char)bytes[magic->len] < 0x20))
            return &magic->kind;
    }
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
