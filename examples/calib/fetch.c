/* SPDX-License-Identifier: MIT */
/* calib fetch: a URL's text into the cache; prints where it is. */
#include "bar.h"
#include "commands.h"
#include "infile.h"

#include <stdio.h>

int cli_fetch(cli_arguments *arguments)
{
    enum { PATH = 8192 };
    char token[CLI_TOKEN_CAP], path[PATH];
    if (!arguments->positional)
        return cli_usage("calib fetch needs a URL; that of the default corpus is %s",
                         CALIB_DEFAULT_URL);
    if (!*arguments->positional)
        return cli_usage("the URL is empty");
    arguments->options.source = arguments->positional;
    int status = cli_token_read(arguments, token);
    if (status)
        return status;
    if (calib_fetch(&arguments->options, path, sizeof path))
        return cli_fail_library();
    cli_bar_clear();
    puts(path);
    return cli_flush_results();
}
