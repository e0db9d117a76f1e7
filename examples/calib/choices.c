/* SPDX-License-Identifier: MIT */
#include "choices.h"

#include <calib_documents.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name, *word;
    uint32_t number;
} choices[] = {
    {"documents", "lines", CALIB_DOCUMENTS_LINES},
    {"documents", "blank", CALIB_DOCUMENTS_BLANK},
    {"documents", "jsonl", CALIB_DOCUMENTS_JSONL},
    {"documents", "json", CALIB_DOCUMENTS_JSON},
    {"documents", "separator=STR", CALIB_DOCUMENTS_SEPARATOR},
    {"strip", "none", CALIB_STRIP_NONE},
    {"strip", "python", CALIB_STRIP_PYTHON},
    {"strip", "right", CALIB_STRIP_RIGHT},
    {"strip", "newline", CALIB_STRIP_NEWLINE},
    {"specials", "default", CALIB_SPECIALS_DEFAULT},
    {"specials", "none", CALIB_SPECIALS_NONE},
    {"specials", "once", CALIB_SPECIALS_ONCE},
    {"chat", "chatml", CALIB_RENDERER_CHATML},
    {"row-bos", "as-tokenized", CALIB_BOS_AS_TOKENIZED},
    {"row-bos", "overwrite", CALIB_BOS_OVERWRITE},
    {"row-bos", "prepend", CALIB_BOS_PREPEND},
    {"reader", "auto", CALIB_READER_AUTO},
    {"reader", "plain", CALIB_READER_PLAIN},
    {"reader", "gzip", CALIB_READER_GZIP},
    {"reader", "zstd", CALIB_READER_ZSTD},
};

enum { N_CHOICES = sizeof choices / sizeof choices[0] };

bool cli_choice(const char *name, const char *word, uint32_t *number)
{
    for (size_t i = 0; i < N_CHOICES; i++) {
        if (strcmp(choices[i].name, name) != 0 || strcmp(choices[i].word, word) != 0)
            continue;
        *number = choices[i].number;
        return true;
    }
    return false;
}

const char *cli_choice_word(const char *name, uint32_t number)
{
    for (size_t i = 0; i < N_CHOICES; i++)
        if (strcmp(choices[i].name, name) == 0 && choices[i].number == number)
            return choices[i].word;
    return NULL;
}

void cli_choices_list(const char *name, char *out, size_t cap)
{
    size_t last = 0, used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < N_CHOICES; i++)
        if (strcmp(choices[i].name, name) == 0)
            last = i;
    for (size_t i = 0; i < N_CHOICES && used < cap; i++) {
        if (strcmp(choices[i].name, name) != 0)
            continue;
        const char *before = used == 0 ? "" : i == last ? " or " : ", ";
        int n = snprintf(out + used, cap - used, "%s%s", before, choices[i].word);
        used += n > 0 ? (size_t)n : 0;
    }
}
