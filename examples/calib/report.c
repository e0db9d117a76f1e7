/* SPDX-License-Identifier: MIT */
#include "report.h"

#include "bar.h"
#include "system.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A message may quote the user. A control character must neither break its line nor reach the
 * terminal: one of ASCII, or of U+0080 to U+009F, among which are short forms of escape sequences.
 * Returns how many bytes it has, or 0 if the character is none. */
static size_t control_at(const char *c)
{
    unsigned char first = (unsigned char)c[0], second = first ? (unsigned char)c[1] : 0;
    if (first < 0x20 || first == 0x7f)
        return 1;
    return first == 0xc2 && second >= 0x80 && second < 0xa0 ? 2 : 0;
}

void cli_print_name(const char *name)
{
    for (size_t n; *name; name += n ? n : 1) {
        n = control_at(name);
        putchar(n ? '?' : *name);
    }
}

static void replace_controls(char *message)
{
    char *out = message;
    for (size_t n; *message; message += n ? n : 1) {
        n = control_at(message);
        *out++ = n ? '?' : *message;
    }
    *out = '\0';
}

CLI_PRINTF(2, 0)
static void say(const char *kind, const char *format, va_list arguments)
{
    char small[1024], *message = small;
    va_list again;
    va_copy(again, arguments);
    int n = vsnprintf(small, sizeof small, format, arguments);
    if (n < 0)
        small[0] = '\0';
    /* A long path must not cut off what comes after it. */
    if (n >= (int)sizeof small && (message = malloc((size_t)n + 1)) != NULL)
        vsnprintf(message, (size_t)n + 1, format, again);
    va_end(again);
    if (!message)
        message = small;
    replace_controls(message);
    cli_bar_clear();
    fprintf(stderr, "calib: %s: %s\n", kind, message);
    if (message != small)
        free(message);
}

int cli_fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say("error", format, arguments);
    va_end(arguments);
    return CLI_FAILED;
}

int cli_usage(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say("error", format, arguments);
    va_end(arguments);
    return CLI_USAGE;
}

void cli_warn(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say("warning", format, arguments);
    va_end(arguments);
}

/* The library's messages name its own flags and functions. This table has the options and commands
 * to use in their place, and what to use with a recipe if the options are refused there. The first
 * line that fits applies. */
static const struct {
    int status;
    const char *name; /* the message contains it; NULL: any message */
    const char *hint;
    const char *in_recipe; /* NULL: the same hint */
} hints[] = {
    {CALIB_E_ARGUMENT, "CALIB_ALLOW_HTTP", "--allow-http", NULL},
    {CALIB_E_ARGUMENT, "cache_dir", "--cache-dir DIR", NULL},
    {CALIB_E_ARGUMENT, "CALIB_DOCUMENTS_LAZY", "leave out --lazy", NULL},
    {CALIB_E_ARGUMENT, "short_rows", "--pad ID", "\"pad\": ID"},
    {CALIB_E_ARGUMENT, "pad_id", "--pad ID", "\"pad\": ID"},
    {CALIB_E_ARGUMENT, "first_row", "--first-row K", "\"first_row\": K"},
    {CALIB_E_ARGUMENT, "numbers", "--numbers LIST", "\"numbers\": LIST"},
    {CALIB_E_ARGUMENT, "n_samples", "--samples N", "\"samples\": N"},
    {CALIB_E_ARGUMENT, "bos is", "--row-bos POLICY", "\"row_bos\": POLICY"},
    {CALIB_E_UNSUPPORTED, "calib_cache_add",
     "--source builtin, --source PATH, or calib cache add URL FILE", "calib cache add URL FILE"},
    {CALIB_E_OFFLINE, NULL, "--source builtin, --source PATH, or calib cache add URL FILE",
     "calib cache add URL FILE"},
    {CALIB_E_NETWORK, NULL, "--mirror URL, --source builtin, or --source PATH",
     "calib cache add URL FILE"},
    {CALIB_E_TLS, "ca_file", "--ca-file FILE", NULL},
    {CALIB_E_TIMEOUT, NULL, "--mirror URL, --source builtin, or --source PATH",
     "calib cache add URL FILE"},
    {CALIB_E_SIZE, "CALIB_ACCEPT_CHANGE", "--accept-change", "calib fetch --accept-change URL"},
    {CALIB_E_SIZE, "max_download_bytes", "--max-download BYTES", NULL},
    {CALIB_E_SIZE, "max_text_bytes", "--max-text-bytes BYTES", NULL},
    {CALIB_E_COMPRESSED, "as its reader says", "--reader auto", "\"reader\": \"auto\""},
    {CALIB_E_CHANGED, "CALIB_ACCEPT_CHANGE", "--accept-change", "calib fetch --accept-change URL"},
    {CALIB_E_CORRUPT, "CALIB_ACCEPT_CHANGE", "--accept-change", "calib fetch --accept-change URL"},
    {CALIB_E_CORRUPT, "calib_cache_add", "calib cache add URL FILE", NULL},
    {CALIB_E_UTF8, "CALIB_RAW_BYTES", "--raw", "\"raw\": true"},
    {CALIB_E_RECORD, "CALIB_RENDERER_CHATML", "--chat chatml", "\"chat\": \"chatml\""},
    {CALIB_E_RECORD, "the record is malformed", "--skip-malformed", "\"skip_malformed\": true"},
    {CALIB_E_LOCK, "calib_recipe_lock", "calib lock", NULL},
    {CALIB_E_WHOLE_LIMIT, NULL, "--max-whole-bytes BYTES", NULL},
};

static int fail_library(bool in_recipe)
{
    calib_error error = {.struct_size = sizeof error};
    calib_last_error(&error);
    if (error.status == CALIB_E_CANCELLED && cli_signal_seen())
        return cli_fail("cancelled by %s", cli_signal_name());
    for (size_t i = 0; i < sizeof hints / sizeof hints[0]; i++) {
        bool has_key = in_recipe && hints[i].in_recipe;
        if (error.status == hints[i].status &&
            (!hints[i].name || strstr(error.message, hints[i].name)))
            return cli_fail("%s (%s)", error.message, has_key ? hints[i].in_recipe : hints[i].hint);
    }
    return cli_fail("%s", error.message);
}

int cli_fail_library(void)
{
    return fail_library(false);
}

int cli_fail_recipe(void)
{
    return fail_library(true);
}

int cli_flush_results(void)
{
    /* A printf() that failed has set errno, and may have left nothing to flush. */
    int error = errno;
    if (fflush(stdout) != 0)
        error = errno;
    else if (!ferror(stdout))
        return CLI_DONE;
    return cli_fail("cannot write standard output: %s", strerror(error ? error : EIO));
}
