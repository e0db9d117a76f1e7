/* SPDX-License-Identifier: MIT */
#include "commands.h"

const char cli_program_help[] =
    "Usage: calib COMMAND [OPTION]...\n"
    "\n"
    "Provides calibration data for weight quantizers: tokenizes a corpus, cuts the\n"
    "tokens into rows, and picks rows by a seed, the same on every machine. The rows\n"
    "are those of mlx-lm's load_data.\n"
    "\n"
    "Commands:\n"
    "  sample    pick rows and write them to a file\n"
    "  tokenize  write all tokens to a file\n"
    "  fetch     download a text into the cache and print its path\n"
    "  info      show facts about a corpus and its tokens, or where rows came from\n"
    "  lock      write the lock of a recipe\n"
    "  verify    compare rows with a lock\n"
    "  cache     list, verify, fill and prune the cache\n"
    "\n"
    "calib COMMAND --help lists the options of a command; calib --version prints the\n"
    "version.\n"
    "\n"
    "Examples:\n"
    "  calib sample --source builtin -o rows.npy\n"
    "  calib tokenize --source corpus.txt --tokenizer tokenizer.json -o tokens.npy\n"
    "  calib info --source corpus.txt --tokenizer tokenizer.model\n"
    "\n"
    "Exit status: 0 for success, 1 for a failure, 2 for a wrong command line.\n";

const char cli_cache_help[] =
    "Usage: calib cache COMMAND [OPTION]...\n"
    "\n"
    "Commands:\n"
    "  list            list the texts and tokens in the cache\n"
    "  verify          list the same after reading and checking all of them\n"
    "  add URL FILE    copy a file into the cache as the text of a URL\n"
    "  remove URL      forget a URL and its text\n"
    "  prune           remove leftovers, and old entries on request\n"
    "\n"
    "calib cache COMMAND --help lists the options of a command. No command of calib\n"
    "cache uses the network.\n"
    "\n"
    "Examples:\n"
    "  calib cache list\n"
    "  calib cache add https://example.org/corpus.txt corpus.txt\n";

const cli_command cli_commands[] = {
    {CLI_SAMPLE, "sample", cli_sample, 0, "",
     "Usage: calib sample [OPTION]... -o OUT.npy|OUT.safetensors|OUT.bin|-\n"
     "\n"
     "Tokenizes a corpus, cuts the tokens into rows, picks rows by the seed, and\n"
     "writes them as little-endian int32. The defaults of number, length and seed are\n"
     "those of mlx-lm's awq.\n",
     "Examples:\n"
     "  calib sample --source builtin -o rows.npy\n"
     "  calib sample --source corpus.txt --tokenizer tokenizer.json --samples 256 \\\n"
     "      --seq-len 2048 -o rows.safetensors\n"
     "  calib sample --source corpus.txt --tokenizer tokenizer.model --bos -o r.npy\n"
     "  zcat corpus.gz | calib sample --source - --format bin -o - | quantizer\n"},
    {CLI_TOKENIZE, "tokenize", cli_tokenize, 0, "",
     "Usage: calib tokenize [OPTION]... -o OUT.npy|OUT.bin|-\n"
     "\n"
     "Tokenizes a corpus and writes all of its tokens, in order, as little-endian\n"
     "int32. Memory does not grow with their number.\n",
     "Examples:\n"
     "  calib tokenize --source corpus.txt --tokenizer tokenizer.json -o tokens.npy\n"
     "  calib tokenize --source builtin --tokenizer model/ --specials none -o t.bin\n"},
    {CLI_FETCH, "fetch", cli_fetch, 1, "a URL",
     "Usage: calib fetch [OPTION]... URL\n"
     "\n"
     "Downloads the text of a URL into the cache unless it is there, verifies it, and\n"
     "prints the path of the file. Without --sha256 the first text seen at a URL is\n"
     "trusted, and a change is refused from then on.\n",
     "Examples:\n"
     "  calib fetch https://example.org/corpus.txt\n"
     "  calib fetch --offline https://example.org/corpus.txt\n"},
    {CLI_INFO, "info", cli_info, 1, "one file of rows at most",
     "Usage: calib info [OPTION]...\n"
     "   or: calib info [--json] [--rows] ROWS.safetensors\n"
     "\n"
     "Shows the size and hash of a corpus, the numbers of its tokens and rows, how\n"
     "texts are cut, and if text and tokens came from the cache; then its defects,\n"
     "each with a remedy; then what of the tokenizer it covers, and how it differs\n"
     "from another corpus. Of a file of rows shows where they came from.\n",
     "Examples:\n"
     "  calib info --source builtin --preview 3\n"
     "  calib info --source corpus.txt --tokenizer tokenizer.json --html corpus.html\n"
     "  calib info --source a.jsonl --documents jsonl --compare builtin\n"
     "  calib info --rows rows.safetensors\n"},
    {CLI_LOCK, "lock", cli_lock, 1, "a recipe",
     "Usage: calib lock [OPTION]... -o LOCK.json RECIPE.json\n"
     "\n"
     "Runs a recipe and writes its lock: the recipe, with the hashes of its sources,\n"
     "its tokenizer and its rows. Prints the id of the lock. Paths in it begin in its\n"
     "own folder, so it belongs beside the recipe.\n",
     "Examples:\n"
     "  calib lock --tokenizer tokenizer.json -o lock.json recipe.json\n"
     "  calib sample --tokenizer tokenizer.json --recipe lock.json -o r.safetensors\n"},
    {CLI_VERIFY, "verify", cli_verify, 2, "a lock and a file of rows",
     "Usage: calib verify [OPTION]... LOCK.json ROWS.safetensors\n"
     "\n"
     "Compares the rows of a file with a lock. Needs neither corpus nor tokenizer.\n",
     "Examples:\n"
     "  calib verify lock.json rows.safetensors\n"},
    {CLI_CACHE_LIST, "cache list", cli_cache_list, 0, "",
     "Usage: calib cache list [OPTION]...\n"
     "\n"
     "Lists the cache: SHA-256, size, age, trust (pinned, or first use), state, kind\n"
     "(text, tokens or leftover), and the URL or the name of the file.\n",
     "Examples:\n"
     "  calib cache list\n"
     "  calib cache list --json\n"},
    {CLI_CACHE_VERIFY, "cache verify", cli_cache_verify, 0, "",
     "Usage: calib cache verify [OPTION]...\n"
     "\n"
     "Reads all texts and tokens in the cache and checks their hashes. Changes\n"
     "nothing. Damage is an error; damaged files are fetched or made again when they\n"
     "are next needed.\n",
     "Examples:\n"
     "  calib cache verify\n"},
    {CLI_CACHE_ADD, "cache add", cli_cache_add, 2, "a URL and a file",
     "Usage: calib cache add [OPTION]... URL FILE\n"
     "\n"
     "Copies a file into the cache as the text of a URL, as if it had been\n"
     "downloaded, and prints its path there. Serves machines without network access.\n",
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
     "Removes leftovers of broken downloads and broken tokenizing that are older than\n"
     "a day, and texts that belong to no URL. Lists the removed files.\n",
     "Examples:\n"
     "  calib cache prune\n"
     "  calib cache prune --older-than 90\n"},
};

const size_t cli_n_commands = sizeof cli_commands / sizeof cli_commands[0];
