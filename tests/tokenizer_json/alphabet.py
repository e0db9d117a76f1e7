# SPDX-License-Identifier: MIT
"""GPT-2's letter for each byte."""
_PRINTABLE = [*range(0x21, 0x7f), *range(0xa1, 0xad), *range(0xae, 0x100)]
_OTHERS = [byte for byte in range(256) if byte not in _PRINTABLE]

LETTERS = {byte: chr(byte) for byte in _PRINTABLE}
LETTERS.update({byte: chr(0x100 + i) for i, byte in enumerate(_OTHERS)})
BYTES = {letter: byte for byte, letter in LETTERS.items()}
