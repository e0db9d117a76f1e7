/* SPDX-License-Identifier: MIT */
#include "report.h"

#include "bar.h"
#include "system.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A message may quote the user. A control character must neither break its line nor reach the
 * terminal. */
static char shown(char c)
{
    return (unsigned char)c < 0x20 || c == 0x7f ? '?' : c;
}

void cli_print_name(const char *name)
{
    for (; *name; name++)
        putchar(shown(*name));
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
    for (char *c = message; *c; c++)
        *c = shown(*c);
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
 * to use in their place. The first line that fits applies. */
static const struct {
    int status;
    const char *name; /* the message contains it; NULL: any message */
    const char *hint;
} hints[] = {
    {CALIB_E_ARGUMENT, "CALIB_ALLOW_HTTP", "--allow-http"},
    {CALIB_E_ARGUMENT, "cache_dir", "--cache-dir DIR"},
    {CALIB_E_ARGUMENT, "CALIB_DOCUMENTS_LAZY", "leave out --lazy"},
    {CALIB_E_ARGUMENT, "short_rows", "--pad ID"},
    {CALIB_E_ARGUMENT, "pad_id", "--pad ID"},
    {CALIB_E_UNSUPPORTED, "calib_cache_add",
     "--source builtin, --source PATH, or calib cache add URL FILE"},
    {CALIB_E_OFFLINE, NULL, "--source builtin, --source PATH, or calib cache add URL FILE"},
    {CALIB_E_NETWORK, NULL, "--mirror URL, --source builtin, or --source PATH"},
    {CALIB_E_TLS, "ca_file", "--ca-file FILE"},
    {CALIB_E_TIMEOUT, NULL, "--mirror URL, --source builtin, or --source PATH"},
    {CALIB_E_SIZE, "CALIB_ACCEPT_CHANGE", "--accept-change"},
    {CALIB_E_SIZE, "max_download_bytes", "--max-download BYTES"},
    {CALIB_E_SIZE, "max_text_bytes", "--max-text-bytes BYTES"},
    {CALIB_E_COMPRESSED, "as its reader says", "--reader auto"},
    {CALIB_E_CHANGED, "CALIB_ACCEPT_CHANGE", "--accept-change"},
    {CALIB_E_CORRUPT, "CALIB_ACCEPT_CHANGE", "--accept-change"},
    {CALIB_E_CORRUPT, "calib_cache_add", "calib cache add URL FILE"},
    {CALIB_E_UTF8, "CALIB_RAW_BYTES", "--raw"},
    {CALIB_E_RECORD, "CALIB_RENDERER_CHATML", "--chat chatml"},
    {CALIB_E_RECORD, "the record is malformed", "--skip-malformed"},
    {CALIB_E_LOCK, "calib_recipe_lock", "calib lock"},
    {CALIB_E_WHOLE_LIMIT, NULL, "--max-whole-bytes BYTES"},
};

int cli_fail_library(void)
{
    calib_error error = {.struct_size = sizeof error};
    calib_last_error(&error);
    if (error.status == CALIB_E_CANCELLED && cli_signal_seen())
        return cli_fail("cancelled by %s", cli_signal_name());
    for (size_t i = 0; i < sizeof hints / sizeof hints[0]; i++)
        if (error.status == hints[i].status &&
            (!hints[i].name || strstr(error.message, hints[i].name)))
            return cli_fail("%s (%s)", error.message, hints[i].hint);
    return cli_fail("%s", error.message);
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
