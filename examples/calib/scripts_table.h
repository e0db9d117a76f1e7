/* SPDX-License-Identifier: MIT */
/* Made by scripts.py of Scripts.txt of Unicode 15.0.0: do not edit. */
#ifndef CALIB_PROGRAM_SCRIPTS_TABLE_H
#define CALIB_PROGRAM_SCRIPTS_TABLE_H

/* clang-format off */
#define CLI_SCRIPTS(X) \
    X(Common) X(Latin) X(Greek) X(Cyrillic) X(Armenian) X(Georgian) X(Hebrew) \
    X(Arabic) X(Ethiopic) X(Devanagari) X(Bengali) X(Gurmukhi) X(Gujarati) X(Tamil) \
    X(Telugu) X(Kannada) X(Malayalam) X(Sinhala) X(Thai) X(Lao) X(Tibetan) \
    X(Myanmar) X(Khmer) X(Hangul) X(Hiragana) X(Katakana) X(Han) X(Other)

/* R(first, script): up to the next range. */
#define CLI_SCRIPT_RANGES(R) \
    R(0x0, Common) R(0x41, Latin) R(0x5b, Common) R(0x61, Latin) \
    R(0x7b, Common) R(0xaa, Latin) R(0xab, Common) R(0xba, Latin) \
    R(0xbb, Common) R(0xc0, Latin) R(0xd7, Common) R(0xd8, Latin) \
    R(0xf7, Common) R(0xf8, Latin) R(0x2b9, Common) R(0x2e0, Latin) \
    R(0x2e5, Common) R(0x2ea, Other) R(0x2ec, Common) R(0x370, Greek) \
    R(0x374, Common) R(0x375, Greek) R(0x37e, Common) R(0x37f, Greek) \
    R(0x385, Common) R(0x386, Greek) R(0x387, Common) R(0x388, Greek) \
    R(0x3e2, Other) R(0x3f0, Greek) R(0x400, Cyrillic) R(0x485, Common) \
    R(0x487, Cyrillic) R(0x531, Armenian) R(0x591, Hebrew) R(0x600, Arabic) \
    R(0x605, Common) R(0x606, Arabic) R(0x60c, Common) R(0x60d, Arabic) \
    R(0x61b, Common) R(0x61c, Arabic) R(0x61f, Common) R(0x620, Arabic) \
    R(0x640, Common) R(0x641, Arabic) R(0x64b, Common) R(0x656, Arabic) \
    R(0x670, Common) R(0x671, Arabic) R(0x6dd, Common) R(0x6de, Arabic) \
    R(0x700, Other) R(0x750, Arabic) R(0x780, Other) R(0x870, Arabic) \
    R(0x8e2, Common) R(0x8e3, Arabic) R(0x900, Devanagari) R(0x951, Common) \
    R(0x955, Devanagari) R(0x964, Common) R(0x966, Devanagari) R(0x980, Bengali) \
    R(0xa01, Gurmukhi) R(0xa81, Gujarati) R(0xb01, Other) R(0xb82, Tamil) \
    R(0xc00, Telugu) R(0xc80, Kannada) R(0xd00, Malayalam) R(0xd81, Sinhala) \
    R(0xe01, Thai) R(0xe3f, Common) R(0xe40, Thai) R(0xe81, Lao) \
    R(0xf00, Tibetan) R(0xfd5, Common) R(0xfd9, Tibetan) R(0x1000, Myanmar) \
    R(0x10a0, Georgian) R(0x10fb, Common) R(0x10fc, Georgian) R(0x1100, Hangul) \
    R(0x1200, Ethiopic) R(0x13a0, Other) R(0x16eb, Common) R(0x16ee, Other) \
    R(0x1735, Common) R(0x1740, Other) R(0x1780, Khmer) R(0x1800, Other) \
    R(0x1802, Common) R(0x1804, Other) R(0x1805, Common) R(0x1806, Other) \
    R(0x19e0, Khmer) R(0x1a00, Other) R(0x1ab0, Common) R(0x1b00, Other) \
    R(0x1c80, Cyrillic) R(0x1c90, Georgian) R(0x1cc0, Other) R(0x1cd0, Common) \
    R(0x1d00, Latin) R(0x1d26, Greek) R(0x1d2b, Cyrillic) R(0x1d2c, Latin) \
    R(0x1d5d, Greek) R(0x1d62, Latin) R(0x1d66, Greek) R(0x1d6b, Latin) \
    R(0x1d78, Cyrillic) R(0x1d79, Latin) R(0x1dbf, Greek) R(0x1dc0, Common) \
    R(0x1e00, Latin) R(0x1f00, Greek) R(0x2000, Common) R(0x2071, Latin) \
    R(0x2074, Common) R(0x207f, Latin) R(0x2080, Common) R(0x2090, Latin) \
    R(0x20a0, Common) R(0x2126, Greek) R(0x2127, Common) R(0x212a, Latin) \
    R(0x212c, Common) R(0x2132, Latin) R(0x2133, Common) R(0x214e, Latin) \
    R(0x214f, Common) R(0x2160, Latin) R(0x2189, Common) R(0x2800, Other) \
    R(0x2900, Common) R(0x2c00, Other) R(0x2c60, Latin) R(0x2c80, Other) \
    R(0x2d00, Georgian) R(0x2d30, Other) R(0x2d80, Ethiopic) R(0x2de0, Cyrillic) \
    R(0x2e00, Common) R(0x2e80, Han) R(0x2ff0, Common) R(0x3005, Han) \
    R(0x3006, Common) R(0x3007, Han) R(0x3008, Common) R(0x3021, Han) \
    R(0x302a, Common) R(0x302e, Hangul) R(0x3030, Common) R(0x3038, Han) \
    R(0x303c, Common) R(0x3041, Hiragana) R(0x3099, Common) R(0x309d, Hiragana) \
    R(0x30a0, Common) R(0x30a1, Katakana) R(0x30fb, Common) R(0x30fd, Katakana) \
    R(0x3105, Other) R(0x3131, Hangul) R(0x3190, Common) R(0x31a0, Other) \
    R(0x31c0, Common) R(0x31f0, Katakana) R(0x3200, Hangul) R(0x3220, Common) \
    R(0x3260, Hangul) R(0x327f, Common) R(0x32d0, Katakana) R(0x32ff, Common) \
    R(0x3300, Katakana) R(0x3358, Common) R(0x3400, Han) R(0x4dc0, Common) \
    R(0x4e00, Han) R(0xa000, Other) R(0xa640, Cyrillic) R(0xa6a0, Other) \
    R(0xa700, Common) R(0xa722, Latin) R(0xa788, Common) R(0xa78b, Latin) \
    R(0xa800, Other) R(0xa830, Common) R(0xa840, Other) R(0xa8e0, Devanagari) \
    R(0xa900, Other) R(0xa92e, Common) R(0xa92f, Other) R(0xa960, Hangul) \
    R(0xa980, Other) R(0xa9cf, Common) R(0xa9d0, Other) R(0xa9e0, Myanmar) \
    R(0xaa00, Other) R(0xaa60, Myanmar) R(0xaa80, Other) R(0xab01, Ethiopic) \
    R(0xab30, Latin) R(0xab5b, Common) R(0xab5c, Latin) R(0xab65, Greek) \
    R(0xab66, Latin) R(0xab6a, Common) R(0xab70, Other) R(0xac00, Hangul) \
    R(0xf900, Han) R(0xfb00, Latin) R(0xfb13, Armenian) R(0xfb1d, Hebrew) \
    R(0xfb50, Arabic) R(0xfd3e, Common) R(0xfd40, Arabic) R(0xfe00, Common) \
    R(0xfe2e, Cyrillic) R(0xfe30, Common) R(0xfe70, Arabic) R(0xfeff, Common) \
    R(0xff21, Latin) R(0xff3b, Common) R(0xff41, Latin) R(0xff5b, Common) \
    R(0xff66, Katakana) R(0xff70, Common) R(0xff71, Katakana) R(0xff9e, Common) \
    R(0xffa0, Hangul) R(0xffe0, Common) R(0x10000, Other) R(0x10100, Common) \
    R(0x10140, Greek) R(0x10190, Common) R(0x101a0, Greek) R(0x101d0, Common) \
    R(0x10280, Other) R(0x102e0, Common) R(0x10300, Other) R(0x10780, Latin) \
    R(0x10800, Other) R(0x10e60, Arabic) R(0x10e80, Other) R(0x10efd, Arabic) \
    R(0x10f00, Other) R(0x111e1, Sinhala) R(0x11200, Other) R(0x1133b, Common) \
    R(0x1133c, Other) R(0x11b00, Devanagari) R(0x11c00, Other) R(0x11fc0, Tamil) \
    R(0x12000, Other) R(0x16fe2, Han) R(0x16fe4, Other) R(0x16ff0, Han) \
    R(0x17000, Other) R(0x1aff0, Katakana) R(0x1b001, Hiragana) R(0x1b120, Katakana) \
    R(0x1b132, Hiragana) R(0x1b155, Katakana) R(0x1b170, Other) R(0x1bca0, Common) \
    R(0x1d200, Greek) R(0x1d2c0, Common) R(0x1d800, Other) R(0x1df00, Latin) \
    R(0x1e000, Other) R(0x1e030, Cyrillic) R(0x1e100, Other) R(0x1e7e0, Ethiopic) \
    R(0x1e800, Other) R(0x1ec71, Common) R(0x1ee00, Arabic) R(0x1f000, Common) \
    R(0x1f200, Hiragana) R(0x1f201, Common) R(0x20000, Han) R(0xe0001, Common)
/* clang-format on */

#endif
