/* SPDX-License-Identifier: MIT */
#include "json.h"

#include "bar.h"

#include <stdio.h>
#include <string.h>

static void begin_value(cli_json *json, const char *key)
{
    if (json->comma)
        cli_text_add(json->text, ",", 1);
    if (key)
        cli_text_format(json->text, "\"%s\":", key);
    json->comma = true;
}

void cli_json_open(cli_json *json, const char *key, char bracket)
{
    begin_value(json, key);
    cli_text_add(json->text, &bracket, 1);
    json->comma = false;
}

void cli_json_close(cli_json *json, char bracket)
{
    cli_text_add(json->text, &bracket, 1);
    json->comma = true;
}

void cli_json_bytes(cli_json *json, const char *key, const char *bytes, size_t len)
{
    cli_text *text = json->text;
    begin_value(json, key);
    cli_text_add(text, "\"", 1);
    for (size_t at = 0, n; at < len; at += n) {
        uint32_t code;
        n = cli_character(bytes + at, len - at, &code);
        if (code == '"' || code == '\\')
            cli_text_format(text, "\\%c", (int)code);
        else if (code == '\n')
            cli_text_add(text, "\\n", 2);
        else if (code < 0x20 || code == 0x7f)
            cli_text_format(text, "\\u%04x", (unsigned)code);
        else if (code == 0xfffd)
            cli_text_add(text, "\xef\xbf\xbd", 3);
        else
            cli_text_add(text, bytes + at, n);
    }
    cli_text_add(text, "\"", 1);
}

void cli_json_string(cli_json *json, const char *key, const char *string)
{
    cli_json_bytes(json, key, string, strlen(string));
}

void cli_json_unsigned(cli_json *json, const char *key, uint64_t number)
{
    begin_value(json, key);
    cli_text_format(json->text, "%llu", (unsigned long long)number);
}

void cli_json_share(cli_json *json, const char *key, double share)
{
    uint64_t parts = (uint64_t)(share * 1e9 + 0.5);
    begin_value(json, key);
    cli_text_format(json->text, "%llu.%09llu", (unsigned long long)(parts / 1000000000u),
                    (unsigned long long)(parts % 1000000000u));
}

void cli_json_signed(cli_json *json, const char *key, int64_t number)
{
    begin_value(json, key);
    cli_text_format(json->text, "%lld", (long long)number);
}

void cli_json_seconds(cli_json *json, const char *key, uint64_t ns)
{
    begin_value(json, key);
    cli_text_format(json->text, "%llu.%06llu", (unsigned long long)(ns / 1000000000u),
                    (unsigned long long)(ns % 1000000000u / 1000u));
}

void cli_json_boolean(cli_json *json, const char *key, bool value)
{
    begin_value(json, key);
    cli_text_add_string(json->text, value ? "true" : "false");
}

void cli_json_null(cli_json *json, const char *key)
{
    begin_value(json, key);
    cli_text_add(json->text, "null", 4);
}

int cli_json_print(cli_text *text)
{
    cli_text_add(text, "\n", 1);
    if (text->failed)
        return cli_fail("out of memory");
    cli_bar_clear();
    fwrite(text->data, 1, text->len, stdout);
    return cli_flush_results();
}
