/* SPDX-License-Identifier: MIT */
#include "infile.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int cli_infile_read(const char *path, const char *what, uint64_t max_bytes, cli_text *out)
{
    enum { BLOCK = 64 * 1024 };
    FILE *file = fopen(path, "rb");
    if (!file)
        return cli_fail("cannot read %s %s: %s", what, path, strerror(errno));
    char *block = malloc(BLOCK);
    out->failed = !block;
    errno = 0;
    for (size_t n = 1; n > 0 && !out->failed && out->len <= max_bytes;) {
        n = fread(block, 1, BLOCK, file);
        cli_text_add(out, block, n);
    }
    int error = ferror(file) ? (errno ? errno : EIO) : 0;
    free(block);
    fclose(file);
    if (error)
        return cli_fail("cannot read %s %s: %s", what, path, strerror(error));
    if (out->failed)
        return cli_fail("out of memory");
    if (out->len > max_bytes)
        return cli_fail("%s %s is larger than %llu bytes", what, path,
                        (unsigned long long)max_bytes);
    return CLI_DONE;
}

bool cli_infile_is_folder(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

size_t cli_infile_head(const char *path, char *out, size_t cap)
{
    struct stat info;
    FILE *file = stat(path, &info) == 0 && S_ISREG(info.st_mode) ? fopen(path, "rb") : NULL;
    if (!file)
        return 0;
    size_t n = fread(out, 1, cap, file);
    fclose(file);
    return n;
}

enum { TOKEN_CAP = 8192 };

/* The token becomes part of a header line, so it must be one word. No message shows it. */
static int take_token(const char *text, size_t len, const char *from, char **token)
{
    while (len > 0 && strchr(" \t\r\n", text[len - 1]) && text[len - 1])
        len--;
    if (len == 0)
        return cli_fail("the token of %s is empty", from);
    if (len >= TOKEN_CAP)
        return cli_fail("the token of %s is longer than %d bytes", from, TOKEN_CAP - 1);
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)text[i] <= 0x20 || (unsigned char)text[i] >= 0x7f)
            return cli_fail("the token of %s contains a space or another character that is not "
                            "allowed in a token",
                            from);
    *token = malloc(len + 1);
    if (!*token)
        return cli_fail("out of memory");
    memcpy(*token, text, len);
    (*token)[len] = '\0';
    return CLI_DONE;
}

int cli_token_read(const char *path, char **token)
{
    cli_text text = {0};
    int status = CLI_DONE;
    if (path)
        status = cli_infile_read(path, "the token file", 1 << 16, &text);
    else
        cli_text_add_string(&text, getenv("CALIB_TOKEN"));
    if (!status)
        status =
            take_token(text.data ? text.data : "", text.len, path ? path : "$CALIB_TOKEN", token);
    cli_text_free(&text);
    return status;
}
