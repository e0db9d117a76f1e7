/* SPDX-License-Identifier: MIT */
/* Code in a shared library whose build-id the test looks for. */
int NAME(void);

int NAME(void)
{
    return 1;
}
