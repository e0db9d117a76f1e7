/* SPDX-License-Identifier: MIT */
/* Tells the result of a test in TAP. */
#ifndef CALIB_TESTS_TELL_H
#define CALIB_TESTS_TELL_H

#include <cstdio>

inline int n_told = 0;
inline bool all_good = true;

/** Prints the plan at the end, and returns what main() returns. */
inline int told_all()
{
    std::printf("1..%d\n", n_told);
    return all_good ? 0 : 1;
}

inline void tell(bool good, const char *what)
{
    all_good = all_good && good;
    std::printf("%sok %d - %s\n", good ? "" : "not ", ++n_told, what);
}

#endif
