/* SPDX-License-Identifier: MIT */
/**
 * @file calib_documents.h
 * Sources that hold many documents: lines, JSON Lines, chats, tables, or whatever a callback gives.
 *
 * Without this header a source is one text. With `calib_source.documents` set it is a sequence of
 * documents, and each of them is a text of its own: the tokenizer sees its beginning and its end.
 *
 * @code
 *   calib_documents chats = {.struct_size = sizeof chats,
 *                            .format = CALIB_DOCUMENTS_JSONL,
 *                            .renderer = CALIB_RENDERER_CHATML};
 *   calib_source source = {.struct_size = sizeof source,
 *                          .location = "chats.jsonl.gz",
 *                          .documents = &chats};
 *   status = calib_load_from(tok, 128, 2048, 123, &source, NULL, NULL, &samples);
 * @endcode
 *
 * The contracts of calib.h hold. calib copies the struct and its strings when it opens the corpus;
 * it borrows the targets of `next_ctx` and `render_ctx` until calib_corpus_close().
 *
 * Reference: docs/documents.md.
 */
#ifndef CALIB_DOCUMENTS_H
#define CALIB_DOCUMENTS_H

#include <calib.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Takes text of the document that is being given: all of it, or its next part. The library provides
 * it; it copies the bytes, which must be UTF-8.
 *
 * @param text_flags  0, CALIB_TEXT_PARSE_SPECIAL or CALIB_TEXT_PLAIN. Touching texts with equal
 *   flags are one part. Parts with different flags do not merge with each other, and need a
 *   tokenizer with CALIB_TOKENIZER_PARTS.
 * @return 0 to go on. Any other value: stop and return that value.
 * @since 0.1.0
 */
typedef int (*calib_put_fn)(void *put_ctx, const char *text, size_t len, uint32_t text_flags);

/**
 * Gives the next document: calls `put` any number of times; none is an empty document.
 *
 * @return 0: this was a document. 1: there are no more, and `put` was not called. Anything else is
 *   a failure: the call returns E_CALLBACK with this number in calib_error.callback_result.
 * @par Threads  Runs on the thread that opens the corpus, one call at a time.
 * @since 0.1.0
 */
typedef int (*calib_document_fn)(void *ctx, calib_put_fn put, void *put_ctx);

/**
 * Makes a document of a record: one line of JSONL, one element of a JSON array, or one row of an
 * Arrow column that is no string, as JSON.
 *
 * @param record  `len` bytes of valid JSON in UTF-8, not NUL-terminated
 * @return 0; anything else is a failure, as with calib_document_fn
 * @par Threads  Runs on the thread that opens the corpus, one call at a time; if stored tokens turn
 *   out to be damaged, and with CALIB_DOCUMENTS_LAZY, on the thread that samples it.
 * @since 0.1.0
 */
typedef int (*calib_render_fn)(void *ctx, const char *record, size_t len, calib_put_fn put,
                               void *put_ctx);

/** calib_documents.format. @since 0.1.0 */
enum {
    CALIB_DOCUMENTS_LINES = 1,     /**< each line is a document; an empty line is an empty one */
    CALIB_DOCUMENTS_BLANK = 2,     /**< separated by one or more blank lines */
    CALIB_DOCUMENTS_SEPARATOR = 3, /**< separated by lines that equal `separator` */
    CALIB_DOCUMENTS_JSONL = 4,     /**< each line that is not blank is a JSON value */
    CALIB_DOCUMENTS_JSON = 5,      /**< the elements of one JSON array */
    CALIB_DOCUMENTS_CALLBACK = 6,  /**< `next` gives them; `location` and `bytes` stay unset */
    CALIB_DOCUMENTS_ARROW = 7      /**< the rows of `arrow`; `location` and `bytes` stay unset */
};

/** calib_documents.strip: white space that is removed from each document's text. @since 0.1.0 */
enum {
    CALIB_STRIP_NONE = 0,
    CALIB_STRIP_PYTHON = 1, /**< at both ends, what Python's str.strip() removes */
    CALIB_STRIP_RIGHT = 2,  /**< at the end, what Python's str.rstrip() removes */
    CALIB_STRIP_NEWLINE = 3 /**< one LF at the end */
};

/** calib_documents.specials: special tokens that the tokenizer adds to each document.
 *  @since 0.1.0 */
enum {
    CALIB_SPECIALS_DEFAULT = 0, /**< as the tokenizer does */
    CALIB_SPECIALS_NONE = 1,    /**< none: CALIB_TEXT_NO_SPECIAL */
    CALIB_SPECIALS_ONCE = 2     /**< none, then BOS in front if the tokenizer puts one there and the
                                     first id is not it: never two, if a chat template wrote one */
};

/** calib_documents.renderer. @since 0.1.0 */
enum {
    CALIB_RENDERER_NONE = 0,
    /** `<|im_start|>ROLE\nCONTENT<|im_end|>\n` for each element of the record's array `messages`,
     *  and nothing after it. `role` and `content` must be strings; other members are ignored. */
    CALIB_RENDERER_CHATML = 1
};

/** calib_documents.flags. @since 0.1.0 */
enum {
    CALIB_DOCUMENTS_SKIP_MALFORMED = 1, /**< count malformed records instead of failing */
    CALIB_DOCUMENTS_APPEND = 2,         /**< append `append_id` to every document */
    CALIB_DOCUMENTS_APPEND_MISSING = 4, /**< append it only if the last id is another one */
    CALIB_DOCUMENTS_PLAIN = 8,  /**< CALIB_RENDERER_CHATML: read its marks as text (needed if the
                                      tokenizer refuses CALIB_TEXT_PARSE_SPECIAL) */
    CALIB_DOCUMENTS_PARTS = 16, /**< CALIB_RENDERER_CHATML: read only the marks as special tokens,
                                     roles and contents as CALIB_TEXT_PLAIN */
    /** Tokenize documents when they are sampled, not when the corpus is opened: for samplers that
     *  take a few of many documents. The rows are the same.
     *
     *  Opening reads and checks all of the source, and notes where its records stand. The bytes
     *  must stay as they are until the corpus is closed: a record that changed is E_CHANGED. What
     *  cannot be read again in place is copied to a temporary file: documents of compressed texts,
     *  of pipes, of plain texts with CR, of callbacks and of Arrow.
     *
     *  The tokenizer and `render` run on the thread that samples, one thread at a time, and their
     *  failures are reported there. With `min_chars` or `max_chars`, `render` also runs on the
     *  thread that opens the corpus. Stored tokens are neither used nor made.
     *
     *  The whole stream is tokenized once when it is needed first, by all threads: for
     *  calib_corpus_tokens(), also with n = 0; for samplers of the stream; for "documents",
     *  "documents-split" and "longest", which ask for the length of every document. Until then the
     *  numbers of tokens, the places in the stream and `n_doubled_bos` are UINT64_MAX.
     *
     *  E_ARGUMENT with `join`, `min_tokens` or `max_tokens`; E_UNSUPPORTED in slices. */
    CALIB_DOCUMENTS_LAZY = 32
};

struct ArrowArrayStream;

/**
 * How a source is divided into documents; zero is the default of every field but `format`.
 * @since 0.1.0
 */
struct calib_documents {
    size_t struct_size;
    /** JSONL, JSON, Arrow: where a record's text stands: a JSON pointer (RFC 6901) if it begins
     *  with '/', else a key of the record; for Arrow a column. NULL: "text"; a column if it is the
     *  only one. A record without it, or with null or no string there, is malformed. */
    const char *field;
    const char *separator; /**< CALIB_DOCUMENTS_SEPARATOR: the line, without its LF */
    /** Makes one text of all documents, with this between them; NULL: each is a text of its own. */
    const char *join;
    calib_document_fn next; /**< CALIB_DOCUMENTS_CALLBACK */
    void *next_ctx;
    calib_render_fn render; /**< makes documents of records; NULL: their text is in `field` */
    void *render_ctx;
    /** 32 bytes that identify what `render` does (a hash of the template and its options). Tokens
     *  are stored under it; NULL: they are not stored. */
    const uint8_t *render_sha256;
    /** Moved: its `release` is NULL after the corpus is opened, also after a failure. */
    struct ArrowArrayStream *arrow;
    /* Documents outside these bounds are dropped and counted; 0: no bound. Characters are code
     * points after stripping; tokens are counted with special tokens and `append_id`. */
    uint64_t min_chars;
    uint64_t max_chars;
    uint64_t min_tokens;
    uint64_t max_tokens;
    uint32_t format;   /**< CALIB_DOCUMENTS_*, required */
    uint32_t strip;    /**< CALIB_STRIP_* */
    uint32_t specials; /**< CALIB_SPECIALS_* */
    uint32_t renderer; /**< CALIB_RENDERER_*; `render` and `field` are then unset */
    int32_t append_id; /**< counts only with CALIB_DOCUMENTS_APPEND or _APPEND_MISSING */
    uint32_t flags;    /**< CALIB_DOCUMENTS_* flags */
};

/** A document that was kept. The library fills it up to the caller's `struct_size`.
 *  @since 0.1.0 */
typedef struct calib_document_info {
    size_t struct_size;
    uint64_t source;      /**< index of its source */
    uint64_t record;      /**< its number among all records of the source, kept or not, from 0 */
    uint64_t first_token; /**< its first token in the stream of calib_corpus_tokens() */
    uint64_t n_tokens;    /**< both are UINT64_MAX while unknown: CALIB_DOCUMENTS_LAZY */
} calib_document_info;

/**
 * Reads facts about document `i` of the corpus, counted over all sources.
 *
 * @return 0; E_ARGUMENT if there is no such document. For damaged stored tokens see
 *   calib_corpus_sample().
 * @par Threads  As calib_corpus_sample().
 * @since 0.1.0
 */
CALIB_API int calib_corpus_document(calib_corpus *corpus, uint64_t i, calib_document_info *out);

#ifdef __cplusplus
}
#endif
#endif
