/* SPDX-License-Identifier: MIT */
/* Writes the canonical form of each line of standard input, a JSON object, on a line of its own. */
#include "recipe/canonical.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void)
{
    static const char *const none[] = {NULL};
    static char line[1 << 16];
    while (fgets(line, sizeof line, stdin)) {
        calib_values values;
        calib_buffer out = {0};
        if (calib_values_read("line", line, strcspn(line, "\n"), &values) ||
            calib_canonical_write(&values, none, &out))
            return 1;
        fwrite(out.data, 1, out.len, stdout);
        putchar('\n');
        calib_buffer_free(&out);
        calib_values_free(&values);
    }
    return 0;
}
