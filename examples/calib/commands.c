/* SPDX-License-Identifier: MIT */
#include "commands.h"

const char cli_program_help[] =
    "Usage: calib COMMAND [OPTION]...\n"
    "\n"
    "Calibration data for weight quantizers: a corpus is tokenized, the tokens are\n"
    "cut into rows, and rows are picked by a seed, the same on every machine. The\n"
    "rows are those of mlx-lm's load_data.\n"
    "\n"
    "Commands:\n"
    "  sample    pick rows and write them to a file\n"
    "  fetch     download a text into the cache and print where it is\n"
    "  info      show what is known of a corpus and its tokens\n"
    "  cache     look at the cache, check it, fill it by hand, clear it\n"
    "\n"
    "calib COMMAND --help tells the options of each; calib --version the version.\n"
    "\n"
    "Examples:\n"
    "  calib sample --source builtin -o rows.npy\n"
    "  calib info --source corpus.txt --tokenizer tokenizer.model\n"
    "\n"
    "Exit status: 0, 1 for a failure, 2 for a wrong command line.\n";

const char cli_cache_help[] =
    "Usage: calib cache COMMAND [OPTION]...\n"
    "\n"
    "Commands:\n"
    "  list            show what is in the cache\n"
    "  verify          the same, with all texts and tokens read and checked\n"
    "  add URL FILE    put a file there as the text of a URL\n"
    "  remove URL      forget a URL and its text\n"
    "  prune           remove what is of no use, and on demand what is old\n"
    "\n"
    "calib cache COMMAND --help tells the options of each. None uses the network.\n"
    "\n"
    "Examples:\n"
    "  calib cache list\n"
    "  calib cache add https://example.org/corpus.txt corpus.txt\n";

const cli_command cli_commands[] = {
    {CLI_SAMPLE, "sample", cli_sample, 0, "",
     "Usage: calib sample [OPTION]... -o OUT.npy|OUT.safetensors|OUT.bin|-\n"
     "\n"
     "Tokenizes a corpus, cuts the tokens into rows, picks rows by the seed and\n"
     "writes them as little-endian int32. Rows, length and seed default to those of\n"
     "mlx-lm's awq.\n",
     "Examples:\n"
     "  calib sample --source builtin -o rows.npy\n"
     "  calib sample --source corpus.txt --tokenizer tokenizer.model --bos \\\n"
     "      --samples 256 --seq-len 2048 -o rows.safetensors\n"
     "  zcat corpus.gz | calib sample --source - --format bin -o - | quantizer\n"},
    {CLI_FETCH, "fetch", cli_fetch, 1, "a URL",
     "Usage: calib fetch [OPTION]... URL\n"
     "\n"
     "Makes sure that the text of a URL is in the cache, verified, and prints the\n"
     "path of the file. Without --sha256 the first text seen at a URL is trusted,\n"
     "and a change is refused from then on.\n",
     "Examples:\n"
     "  calib fetch https://example.org/corpus.txt\n"
     "  calib fetch --offline https://example.org/corpus.txt\n"},
    {CLI_INFO, "info", cli_info, 0, "",
     "Usage: calib info [OPTION]...\n"
     "\n"
     "Shows size and hash of a corpus, how many tokens and rows it gives with a\n"
     "tokenizer, and whether text and tokens came from the cache.\n",
     "Examples:\n"
     "  calib info --source builtin --preview 3\n"
     "  calib info --source corpus.txt --tokenizer tokenizer.model --json\n"},
    {CLI_CACHE_LIST, "cache list", cli_cache_list, 0, "",
     "Usage: calib cache list [OPTION]...\n"
     "\n"
     "Shows what is in the cache: SHA-256, size, age, whether its hash was pinned or\n"
     "is the one of the first use, state, kind (text, tokens or leftover), and the\n"
     "URL or the file's name.\n",
     "Examples:\n"
     "  calib cache list\n"
     "  calib cache list --json\n"},
    {CLI_CACHE_VERIFY, "cache verify", cli_cache_verify, 0, "",
     "Usage: calib cache verify [OPTION]...\n"
     "\n"
     "Reads all texts and tokens in the cache and checks their hashes. Nothing is\n"
     "changed; damage is an error, and what is damaged is fetched or made again\n"
     "when it is next asked for.\n",
     "Examples:\n"
     "  calib cache verify\n"},
    {CLI_CACHE_ADD, "cache add", cli_cache_add, 2, "a URL and a file",
     "Usage: calib cache add [OPTION]... URL FILE\n"
     "\n"
     "Copies a file into the cache as the text of a URL, as if it had been\n"
     "downloaded, and prints the path there: for machines without network.\n",
     "Examples:\n"
     "  calib cache add https://example.org/corpus.txt corpus.txt\n"},
    {CLI_CACHE_REMOVE, "cache remove", cli_cache_remove, 1, "a URL",
     "Usage: calib cache remove [OPTION]... URL\n"
     "\n"
     "Forgets a URL, and removes its text unless another URL has the same one.\n",
     "Examples:\n"
     "  calib cache remove https://example.org/corpus.txt\n"},
    {CLI_CACHE_PRUNE, "cache prune", cli_cache_prune, 0, "",
     "Usage: calib cache prune [OPTION]...\n"
     "\n"
     "Removes what broken downloads and broken tokenizing left more than a day ago\n"
     "and texts that belong to no URL, and shows what was removed.\n",
     "Examples:\n"
     "  calib cache prune\n"
     "  calib cache prune --older-than 90\n"},
};

const size_t cli_n_commands = sizeof cli_commands / sizeof cli_commands[0];
