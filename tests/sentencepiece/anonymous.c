/* SPDX-License-Identifier: MIT */
/* Code in a shared library, of which the test asks for the build-id. */
int NAME(void);

int NAME(void)
{
    return 1;
}
