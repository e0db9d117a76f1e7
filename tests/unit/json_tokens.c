/* SPDX-License-Identifier: MIT */
/* Reads documents from standard input, each as a line with its length and then its bytes, and
 * writes a line of tokens for each: strings in hexadecimal, numbers as they stand, "!" for an
 * error. json_python.py and json_suite.py compare them. */
#include "json/json.h"

#include <stdio.h>
#include <stdlib.h>

static void write_string(const calib_json_token *token, char letter)
{
    char *out = malloc(token->len + 1);
    if (!out)
        abort();
    size_t n = calib_json_unescape(token, out);
    putchar(letter);
    for (size_t i = 0; i < n; i++)
        printf("%02x", (unsigned)(unsigned char)out[i]);
    putchar(' ');
    free(out);
}

static void write_tokens(const char *text, size_t len)
{
    static const char letters[] = "!.{}[]..#tfn";
    calib_json json;
    calib_json_token token;
    calib_json_begin(&json, text, len);
    while (calib_json_next(&json, &token) > CALIB_JSON_END) {
        if (token.kind == CALIB_JSON_KEY || token.kind == CALIB_JSON_STRING)
            write_string(&token, token.kind == CALIB_JSON_KEY ? 'k' : 's');
        else
            printf("%c%.*s ", letters[token.kind], (int)token.len, token.text ? token.text : "");
    }
    if (token.kind == CALIB_JSON_END)
        putchar('.');
    else
        printf("!%zu %s", json.at, json.why);
    putchar('\n');
}

int main(void)
{
    size_t len;
    while (scanf("%zu", &len) == 1 && getchar() == '\n') {
        /* No byte more than the document has, so that a sanitizer sees what is read behind it. */
        char *text = malloc(len ? len : 1);
        if (!text || fread(text, 1, len, stdin) != len)
            abort();
        write_tokens(text, len);
        free(text);
    }
    return 0;
}
