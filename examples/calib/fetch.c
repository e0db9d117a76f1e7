/* SPDX-License-Identifier: MIT */
/* calib fetch: downloads the text of a URL into the cache and prints its path. */
#include "bar.h"
#include "commands.h"
#include "report.h"
#include "sources.h"

#include <calib_cache.h>
#include <stdio.h>

int cli_fetch_and_print(const calib_source *source, const calib_options *options)
{
    enum { PATH = 8192 };
    char path[PATH];
    if (calib_fetch(source, options, path, sizeof path))
        return cli_fail_library();
    cli_bar_clear();
    puts(path);
    return cli_flush_results();
}

int cli_fetch(cli_arguments *arguments)
{
    calib_source *source = &arguments->sources[0].source;
    source->location = arguments->positional[0];
    int status = cli_sources_tokens(arguments);
    return status ? status : cli_fetch_and_print(source, &arguments->options);
}
