/* SPDX-License-Identifier: MIT */
#include "numbers.h"

#include <string.h>

bool cli_read_next_u64(const char **text, uint64_t *out)
{
    const char *c = *text;
    uint64_t value = 0;
    for (; *c >= '0' && *c <= '9'; c++) {
        uint64_t digit = (uint64_t)(*c - '0');
        if (value > (UINT64_MAX - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    bool any = c != *text;
    *text = c;
    *out = value;
    return any;
}

bool cli_read_u64(const char *text, uint64_t *out)
{
    return cli_read_next_u64(&text, out) && *text == '\0';
}

bool cli_read_i64(const char *text, int64_t *out)
{
    bool negative = *text == '-';
    uint64_t value;
    if (!cli_read_u64(text + negative, &value))
        return false;
    if (value > (uint64_t)INT64_MAX + negative)
        return false;
    if (value > (uint64_t)INT64_MAX)
        *out = INT64_MIN;
    else
        *out = negative ? -(int64_t)value : (int64_t)value;
    return true;
}

bool cli_read_size(const char *text, uint64_t *out)
{
    static const char units[] = "KMG";
    uint64_t value;
    if (!cli_read_next_u64(&text, &value))
        return false;
    const char *unit = *text ? strchr(units, *text) : NULL;
    unsigned shift = unit ? 10 * (unsigned)(unit - units + 1) : 0;
    if (text[unit ? 1 : 0] != '\0' || value > UINT64_MAX >> shift)
        return false;
    *out = value << shift;
    return true;
}

bool cli_read_ms(const char *text, uint32_t *out)
{
    uint64_t seconds, part = 0;
    if (!cli_read_next_u64(&text, &seconds) || seconds > UINT32_MAX / 1000)
        return false;
    if (*text == '.') {
        const char *first = ++text;
        if (!cli_read_next_u64(&text, &part) || text - first > 3)
            return false;
        for (long n = text - first; n < 3; n++)
            part *= 10;
    }
    uint64_t ms = seconds * 1000 + part;
    *out = (uint32_t)ms;
    return *text == '\0' && ms <= UINT32_MAX;
}
