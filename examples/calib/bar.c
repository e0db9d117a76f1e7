/* SPDX-License-Identifier: MIT */
#include "bar.h"

#include "system.h"

#include <calib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const uint64_t INTERVAL_NS = 100 * 1000 * 1000;
enum { MAX_COLUMNS = 100, BAR = 24 };

/* Global, because there is one standard error and so one bar. */
static uint64_t drawn_ns;
static size_t drawn_columns;

static const char *stage_name(uint32_t stage)
{
    switch (stage) {
    case CALIB_STAGE_WAIT: return "wait";
    case CALIB_STAGE_DOWNLOAD: return "download";
    case CALIB_STAGE_READ: return "read";
    case CALIB_STAGE_TOKENIZE: return "tokenize";
    case CALIB_STAGE_SAMPLE: return "sample";
    case CLI_STAGE_COUNT: return "count";
    default: return "work";
    }
}

static void format_amount(uint32_t stage, uint64_t n, char *out, size_t cap)
{
    if (stage == CALIB_STAGE_WAIT)
        snprintf(out, cap, "%.1f s", (double)n / 1000);
    else if (stage == CALIB_STAGE_SAMPLE)
        snprintf(out, cap, "%llu rows", (unsigned long long)n);
    else if (stage == CLI_STAGE_COUNT)
        snprintf(out, cap, "%llu tokens", (unsigned long long)n);
    else if (n < 1024 * 1024)
        snprintf(out, cap, "%.1f KiB", (double)n / 1024);
    else
        snprintf(out, cap, "%.1f MiB", (double)n / 1048576);
}

static void format_line(uint32_t stage, uint64_t done, uint64_t total, char *out, size_t cap)
{
    char amount[32], whole[32], bar[BAR + 1];
    format_amount(stage, done, amount, sizeof amount);
    if (total == 0) {
        snprintf(out, cap, "%-8s  %s", stage_name(stage), amount);
        return;
    }
    double part = done < total ? (double)done / (double)total : 1;
    size_t full = (size_t)(part * BAR);
    memset(bar, '.', BAR);
    memset(bar, '#', full);
    bar[BAR] = '\0';
    format_amount(stage, total, whole, sizeof whole);
    snprintf(out, cap, "%-8s [%s] %3d %%  %s of %s", stage_name(stage), bar, (int)(part * 100),
             amount, whole);
}

/* Draws with one write, so that lines of other programs do not fall into it. Uses no escape
 * sequences: spaces overwrite the rest of a longer line on the screen. */
static void draw(const char *line)
{
    char out[2 * MAX_COLUMNS + 8];
    size_t room = cli_columns(STDERR_FILENO) - 1;
    if (room > MAX_COLUMNS)
        room = MAX_COLUMNS;
    size_t columns = strlen(line);
    if (columns > room)
        columns = room;
    size_t width = columns > drawn_columns ? columns : drawn_columns;
    int n = snprintf(out, sizeof out, "\r%-*.*s\r", (int)width, (int)columns, line);
    if (n > 0)
        (void)!write(STDERR_FILENO, out, (size_t)n);
    drawn_columns = columns;
}

int cli_bar_progress(void *ctx, uint32_t stage, uint64_t done, uint64_t total)
{
    (void)ctx;
    int signal_number = cli_signal_seen();
    if (signal_number)
        return signal_number;
    uint64_t now = cli_now_ns();
    if (!cli_is_terminal(STDERR_FILENO) || (drawn_ns && now - drawn_ns < INTERVAL_NS))
        return 0;
    char line[2 * MAX_COLUMNS];
    format_line(stage, done, total, line, sizeof line);
    draw(line);
    drawn_ns = now;
    return 0;
}

void cli_bar_clear(void)
{
    if (drawn_columns)
        draw("");
}
