/* SPDX-License-Identifier: MIT */
/* Splits the texts of standard input, each a line with its length and then its bytes, into
 * documents, and writes a line for each text: the documents in hexadecimal with ':' in front, then
 * the number of malformed records, or "!" if the text is refused. documents_python.py compares.
 *
 *     documents-split FORMAT STRIP FLAGS BLOCK FIELD_OR_SEPARATOR */
#include "documents/splitting.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int write_document(void *unused, const calib_document *document)
{
    static const char digits[] = "0123456789abcdef";
    (void)unused;
    putchar(':');
    for (size_t i = 0; i < document->n_parts; i++)
        for (size_t at = 0; at < document->parts[i].len; at++) {
            unsigned char c = (unsigned char)document->parts[i].text[at];
            putchar(digits[c >> 4]);
            putchar(digits[c & 15]);
        }
    putchar(' ');
    return CALIB_OK;
}

static void split(const calib_documents_settings *settings, const char *text, size_t len,
                  size_t block)
{
    calib_splitting *run;
    int status =
        calib_splitting_begin(settings, "text", (calib_document_sink){write_document, NULL}, &run);
    for (size_t at = 0; at < len && !status; at += block)
        status = calib_splitting_feed(run, text + at, len - at < block ? len - at : block);
    if (!status)
        status = calib_splitting_end(run);
    if (status && status != CALIB_E_RECORD)
        abort();
    if (status)
        puts("!");
    else
        printf("%d\n", (int)calib_splitting_counts(run).malformed);
    calib_splitting_free(run);
}

int main(int argc, char **argv)
{
    if (argc != 6)
        return 2;
    struct calib_documents documents = {.struct_size = sizeof documents,
                                        .format = (uint32_t)strtoul(argv[1], NULL, 10),
                                        .strip = (uint32_t)strtoul(argv[2], NULL, 10),
                                        .flags = (uint32_t)strtoul(argv[3], NULL, 10)};
    calib_documents_settings settings;
    size_t len, block = (size_t)strtoul(argv[4], NULL, 10);
    if (documents.format == CALIB_DOCUMENTS_SEPARATOR)
        documents.separator = argv[5];
    else if (*argv[5])
        documents.field = argv[5];
    if (calib_documents_settings_read(&documents, &settings))
        return 1;
    while (scanf("%zu", &len) == 1 && getchar() == '\n') {
        char *text = malloc(len ? len : 1);
        if (!text || fread(text, 1, len, stdin) != len)
            abort();
        split(&settings, text, len, block);
        free(text);
    }
    calib_documents_settings_free(&settings);
    return 0;
}
