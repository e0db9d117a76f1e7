/* SPDX-License-Identifier: MIT */
#include "report.h"

#include "bar.h"
#include "system.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* What quotes the user: a control character must neither break the line nor reach the terminal. */
static char shown(char c)
{
    return (unsigned char)c < 0x20 || c == 0x7f ? '?' : c;
}

static void one_line(char *message)
{
    for (char *c = message; *c; c++)
        *c = shown(*c);
}

void cli_print_name(const char *name)
{
    for (; *name; name++)
        putchar(shown(*name));
}

CLI_PRINTF(2, 0)
static void say(const char *kind, const char *format, va_list arguments)
{
    char message[2048];
    if (vsnprintf(message, sizeof message, format, arguments) < 0)
        message[0] = '\0';
    one_line(message);
    cli_bar_clear();
    fprintf(stderr, "calib: %s: %s\n", kind, message);
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

/* The library's messages name its own flags and functions; this adds the option to use instead. */
static const char *hint_of(int status)
{
    switch (status) {
    case CALIB_E_CHANGED: return " (--accept-change)";
    case CALIB_E_UTF8: return " (--raw)";
    case CALIB_E_WHOLE_LIMIT: return " (--max-whole-bytes)";
    case CALIB_E_OFFLINE:
    case CALIB_E_NETWORK:
    case CALIB_E_TIMEOUT: return " (--mirror URL, --source builtin, or --source PATH)";
    default: return "";
    }
}

int cli_fail_library(void)
{
    calib_error error = {.struct_size = sizeof error};
    calib_last_error(&error);
    if (error.status == CALIB_E_CANCELLED && cli_signal_seen())
        return cli_fail("cancelled by %s", cli_signal_name());
    return cli_fail("%s%s", error.message, hint_of(error.status));
}

int cli_flush_results(void)
{
    int error =
        errno; /* of the printf() that failed, if one did: it may have left nothing to flush */
    if (fflush(stdout) != 0)
        error = errno;
    else if (!ferror(stdout))
        return CLI_DONE;
    return cli_fail("cannot write standard output: %s", strerror(error ? error : EIO));
}
