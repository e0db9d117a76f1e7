/* SPDX-License-Identifier: MIT */
#include "scripts.h"

#define NAME(name) #name,
const char *const cli_script_names[CLI_N_SCRIPTS] = {CLI_SCRIPTS(NAME)};

#define RANGE(first, script) {first, CLI_SCRIPT_##script},
static const struct {
    uint32_t first;
    uint8_t script;
} ranges[] = {CLI_SCRIPT_RANGES(RANGE)};

static size_t script_of(uint32_t code)
{
    size_t low = 0, high = sizeof ranges / sizeof ranges[0];
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (ranges[middle].first <= code)
            low = middle;
        else
            high = middle;
    }
    return ranges[low].script;
}

void cli_scripts_count(cli_script_reader *reader, const char *text, size_t len, uint64_t weight,
                       uint64_t counts[CLI_N_SCRIPTS])
{
    for (size_t i = 0; i < len; i++) {
        unsigned byte = (unsigned char)text[i];
        if (byte < 0x80 || byte >= 0xc0) {
            reader->left = byte < 0x80 ? 0 : byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
            reader->code = byte < 0x80 ? byte : byte & 0x3f >> reader->left;
        } else if (reader->left) {
            reader->code = reader->code << 6 | (byte & 0x3f);
            reader->left--;
        } else {
            continue; /* continues nothing */
        }
        if (!reader->left)
            counts[script_of(reader->code)] += weight;
    }
}
