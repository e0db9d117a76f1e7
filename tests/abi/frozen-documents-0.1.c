/* SPDX-License-Identifier: MIT */
/* The ABI of calib_documents.h in release 0.1, frozen: see frozen-0.1.c. */
#include "frozen.h"

#include <calib_documents.h>

STRUCT(calib_documents, 136, 96, 96);
FIELD(calib_documents, struct_size, 0, 0, 0, 8, 4);
FIELD(calib_documents, field, 8, 4, 4, 8, 4);
FIELD(calib_documents, separator, 16, 8, 8, 8, 4);
FIELD(calib_documents, join, 24, 12, 12, 8, 4);
FIELD(calib_documents, next, 32, 16, 16, 8, 4);
FIELD(calib_documents, next_ctx, 40, 20, 20, 8, 4);
FIELD(calib_documents, render, 48, 24, 24, 8, 4);
FIELD(calib_documents, render_ctx, 56, 28, 28, 8, 4);
FIELD(calib_documents, render_sha256, 64, 32, 32, 8, 4);
FIELD(calib_documents, arrow, 72, 36, 36, 8, 4);
FIELD(calib_documents, min_chars, 80, 40, 40, 8, 8);
FIELD(calib_documents, max_chars, 88, 48, 48, 8, 8);
FIELD(calib_documents, min_tokens, 96, 56, 56, 8, 8);
FIELD(calib_documents, max_tokens, 104, 64, 64, 8, 8);
FIELD(calib_documents, format, 112, 72, 72, 4, 4);
FIELD(calib_documents, strip, 116, 76, 76, 4, 4);
FIELD(calib_documents, specials, 120, 80, 80, 4, 4);
FIELD(calib_documents, renderer, 124, 84, 84, 4, 4);
FIELD(calib_documents, append_id, 128, 88, 88, 4, 4);
FIELD(calib_documents, flags, 132, 92, 92, 4, 4);

STRUCT(calib_document_info, 40, 36, 40);
FIELD(calib_document_info, struct_size, 0, 0, 0, 8, 4);
FIELD(calib_document_info, source, 8, 4, 8, 8, 8);
FIELD(calib_document_info, record, 16, 12, 16, 8, 8);
FIELD(calib_document_info, first_token, 24, 20, 24, 8, 8);
FIELD(calib_document_info, n_tokens, 32, 28, 32, 8, 8);

VALUE(DOCUMENTS_LINES, 1);
VALUE(DOCUMENTS_BLANK, 2);
VALUE(DOCUMENTS_SEPARATOR, 3);
VALUE(DOCUMENTS_JSONL, 4);
VALUE(DOCUMENTS_JSON, 5);
VALUE(DOCUMENTS_CALLBACK, 6);
VALUE(DOCUMENTS_ARROW, 7);
VALUE(STRIP_NONE, 0);
VALUE(STRIP_PYTHON, 1);
VALUE(STRIP_RIGHT, 2);
VALUE(STRIP_NEWLINE, 3);
VALUE(SPECIALS_DEFAULT, 0);
VALUE(SPECIALS_NONE, 1);
VALUE(SPECIALS_ONCE, 2);
VALUE(RENDERER_NONE, 0);
VALUE(RENDERER_CHATML, 1);
VALUE(DOCUMENTS_SKIP_MALFORMED, 1);
VALUE(DOCUMENTS_APPEND, 2);
VALUE(DOCUMENTS_APPEND_MISSING, 4);
VALUE(DOCUMENTS_PLAIN, 8);
VALUE(DOCUMENTS_PARTS, 16);
VALUE(DOCUMENTS_LAZY, 32);

typedef int (*calib_put_fn)(void *put_ctx, const char *text, size_t len, uint32_t text_flags);
typedef int (*calib_document_fn)(void *ctx, calib_put_fn put, void *put_ctx);
typedef int (*calib_render_fn)(void *ctx, const char *record, size_t len, calib_put_fn put,
                               void *put_ctx);
int calib_corpus_document(calib_corpus *corpus, uint64_t i, calib_document_info *out);
