/* SPDX-License-Identifier: MIT */
/* The table of options, in the order of the help text. */
#include "arguments.h"

#define AT(field) offsetof(cli_arguments, field)
#define OF(field) offsetof(cli_arguments, each.field)

enum {
    WRITING = CLI_SAMPLE | CLI_TOKENIZE,
    READING = WRITING | CLI_INFO,
    ROWS_OF = CLI_SAMPLE | CLI_INFO,
    NETWORK = READING | CLI_FETCH,
    PINNING = NETWORK | CLI_CACHE_ADD,
    REPORTING = READING | CLI_CACHE_LIST | CLI_CACHE_VERIFY | CLI_CACHE_PRUNE,
    ALL = PINNING | REPORTING | CLI_CACHE_REMOVE | CLI_LOCK
};

#define RECIPE "Recipe"
#define CORPUS "Corpus"
#define DOCUMENTS "Documents"
#define TOKENIZER "Tokenizer"
#define ROWS "Rows"
#define OUTPUT "Output"
#define CACHE "Cache"
#define DOWNLOAD "Download"
#define LIMITS "Limits"
#define OTHER "Other"

const cli_option cli_options[] = {
    {"recipe", "FILE", CLI_TEXT, 0, CLI_SAMPLE, AT(recipe), 0, 0, RECIPE,
     "take sources and rows from a recipe or a lock, in place of the options of the groups Corpus, "
     "Documents and Rows, of --accept-change and of --token-file; a lock refuses other bytes, "
     "another tokenizer and other rows"},

    {"source", "SOURCE", CLI_SOURCE, 0, READING, 0, 0, 0, CORPUS,
     "builtin, the path of a file, a URL, or - for standard input; may be repeated. The options of "
     "this group and of Documents bind to the source before them; before the first, to all "
     "(default: the corpus that mlx-lm pins, downloaded)"},
    {"mirror", "URL", CLI_MIRROR, 0, NETWORK, 0, 0, 0, CORPUS,
     "try another URL of the same text if the first one fails; may be repeated"},
    {"sha256", "HEX", CLI_SHA256, 0, PINNING, OF(source.sha256), 0, 0, CORPUS,
     "refuse a text that does not have this SHA-256"},
    {"size", "BYTES", CLI_SIZE, 0, PINNING, OF(source.size_bytes), 1, UINT64_MAX, CORPUS,
     "refuse a text that does not have this size"},
    {"raw", NULL, CLI_SWITCH, 0, READING, OF(source.flags), CALIB_RAW_BYTES, 0, CORPUS,
     "use the bytes as they are: no UTF-8 check, newlines untouched"},
    {"reader", "READER", CLI_CHOICE, 0, READING, OF(source.reader), 0, 0, CORPUS,
     "auto decompresses what begins like gzip or zstd; plain, gzip, zstd (default: auto)"},
    {"compare", "SOURCE", CLI_SOURCE, 0, CLI_INFO, 0, 1, 0, CORPUS,
     "also compare with this corpus, which is named and read like a --source; may be repeated. "
     "Options behind it bind to it"},
    {"weight", "W", CLI_U64, 0, READING, OF(source.weight), 1, UINT64_MAX, CORPUS,
     "share of the rows, relative to the weights of the other sources, which then all need one"},

    {"documents", "KIND", CLI_DOCUMENTS, 0, READING, 0, 0, 0, DOCUMENTS,
     "the source holds documents, each a text of its own: lines, blank (blank lines between them), "
     "separator=STR (lines that equal STR), jsonl, or json (an array)"},
    {"field", "FIELD", CLI_TEXT, 0, READING, OF(documents.field), 0, 0, DOCUMENTS,
     "key of a record's text, or a JSON pointer such as /data/0/text (default: text)"},
    {"chat", "STYLE", CLI_CHOICE, 0, READING, OF(documents.renderer), 0, 0, DOCUMENTS,
     "render the messages of each record: chatml"},
    {"strip", "WHAT", CLI_CHOICE, 0, READING, OF(documents.strip), 0, 0, DOCUMENTS,
     "white space to remove from documents: none, python (both ends), right, newline (one LF at "
     "the end) (default: none)"},
    {"specials", "WHICH", CLI_CHOICE, 0, READING, OF(documents.specials), 0, 0, DOCUMENTS,
     "special tokens that the tokenizer adds to each document or text: default, none, or once "
     "(none, but BOS unless the document begins with it) (default: default)"},
    {"join", "STR", CLI_TEXT_OR_EMPTY, 0, READING, OF(documents.join), 0, 0, DOCUMENTS,
     "make one text of all documents, with STR between them"},
    {"append-id", "ID", CLI_U64, 0, READING, OF(append_id), 0, INT32_MAX, DOCUMENTS,
     "append this id to every document"},
    {"min-chars", "N", CLI_U64, 0, READING, OF(documents.min_chars), 1, UINT64_MAX, DOCUMENTS,
     "drop documents with fewer characters"},
    {"max-chars", "N", CLI_U64, 0, READING, OF(documents.max_chars), 1, UINT64_MAX, DOCUMENTS,
     "drop documents with more characters"},
    {"min-tokens", "N", CLI_U64, 0, READING, OF(documents.min_tokens), 1, UINT64_MAX, DOCUMENTS,
     "drop documents with fewer tokens"},
    {"max-tokens", "N", CLI_U64, 0, READING, OF(documents.max_tokens), 1, UINT64_MAX, DOCUMENTS,
     "drop documents with more tokens"},
    {"skip-malformed", NULL, CLI_SWITCH, 0, READING, OF(documents.flags),
     CALIB_DOCUMENTS_SKIP_MALFORMED, 0, DOCUMENTS, "count malformed records instead of failing"},
    {"lazy", NULL, CLI_SWITCH, 0, CLI_SAMPLE, OF(documents.flags), CALIB_DOCUMENTS_LAZY, 0,
     DOCUMENTS, "tokenize documents when they are sampled, for samplers that take a few of many"},
    {"plain", NULL, CLI_SWITCH, 0, READING, OF(documents.flags), CALIB_DOCUMENTS_PLAIN, 0,
     DOCUMENTS, "read the marks of --chat as text, for tokenizers that have no such tokens"},

    {"tokenizer", "MODEL", CLI_TEXT, 0, READING | CLI_LOCK, AT(tokenizer), 0, 0, TOKENIZER,
     "bytes, or the path of a tokenizer.json or tekken.json, of a folder that holds one, or of a "
     "SentencePiece model (default: bytes)"},
    {"bos", NULL, CLI_SWITCH, 0, READING | CLI_LOCK, AT(special), CLI_BOS, 0, TOKENIZER,
     "put a SentencePiece model's BOS in front of the text, as Hugging Face's Llama "
     "and Mistral tokenizers do"},
    {"eos", NULL, CLI_SWITCH, 0, READING | CLI_LOCK, AT(special), CLI_EOS, 0, TOKENIZER,
     "put a SentencePiece model's EOS at the end of the text"},

    {"samples", "N", CLI_ROWS, 0, CLI_SAMPLE, AT(n_samples), 0, 0, ROWS,
     "number of rows, or of documents if the sampler counts these; all, or 0 or less, takes "
     "every one (default: 128)"},
    {"seq-len", "L", CLI_U64, 0, ROWS_OF, AT(seq_len), 1, SIZE_MAX, ROWS,
     "tokens per row (default: 512)"},
    {"seed", "S", CLI_U64, 0, CLI_SAMPLE, AT(seed), 0, UINT64_MAX, ROWS,
     "seed of the sampler, 0 to 2^64 - 1 (default: 123)"},
    {"sampler", "NAME", CLI_TEXT, 0, CLI_SAMPLE, AT(sampling.sampler), 0, 0, ROWS,
     "how rows are picked: mlx, the rows of mlx-lm's load_data, or another one that calib(1) lists "
     "(default: mlx)"},
    {"numbers", "LIST", CLI_NUMBERS, 0, CLI_SAMPLE, AT(numbers), 0, 0, ROWS,
     "A,B,...: rows of the sampler rows, documents of the sampler documents-list, from 0"},
    {"first-row", "K", CLI_U64, 0, CLI_SAMPLE, AT(sampling.first_row), 0, UINT64_MAX, ROWS,
     "leave out rows at the beginning, with the samplers sequential and imatrix (default: 0)"},
    {"skip", "K", CLI_U64, 0, CLI_SAMPLE, AT(sampling.skip), 0, UINT32_MAX, ROWS,
     "what the generator has already given: keys of the sampler mlx, since mlx-lm's awq and gptq "
     "use some before they pick rows, or passes of torch-random (default: 0)"},
    {"rank", "R", CLI_U32, 0, CLI_SAMPLE, AT(sampling.rank), 0, UINT32_MAX, ROWS,
     "take this share of the rows, counted from 0 (default: 0)"},
    {"world", "W", CLI_U32, 0, CLI_SAMPLE, AT(sampling.world), 1, UINT32_MAX, ROWS,
     "number of shares (default: 1)"},
    {"row-bos", "POLICY", CLI_CHOICE, 0, CLI_SAMPLE, AT(sampling.bos), 0, 0, ROWS,
     "BOS of each row: as-tokenized; overwrite puts it over the first token, prepend in front of "
     "seq-len - 1 tokens (default: as-tokenized)"},
    {"pad", "ID", CLI_U64, 0, CLI_SAMPLE, AT(pad), 0, INT32_MAX, ROWS,
     "fill short rows up with this id"},
    {"strict", NULL, CLI_SWITCH, 0, CLI_SAMPLE, AT(sampling.flags), CALIB_SAMPLING_STRICT, 0, ROWS,
     "fail, and do not only warn, if the corpus has fewer than asked for"},

    {"output", "OUT", CLI_TEXT, 'o', WRITING | CLI_LOCK, AT(output), 0, 0, OUTPUT,
     "file for the result; - is standard output, but not a terminal. A regular file "
     "appears whole or not at all, unless it can only be written in place"},
    {"bounds", "FILE", CLI_TEXT, 0, CLI_TOKENIZE, AT(bounds), 0, 0, OUTPUT,
     "also write where each document begins and the last one ends, to a .npy file of int64"},
    {"format", "FORMAT", CLI_TEXT, 0, WRITING, AT(format), 0, 0, OUTPUT,
     "npy, bin, or for rows safetensors (default: the extension of OUT)"},
    {"json", NULL, CLI_SWITCH, 0, REPORTING | CLI_VERIFY, AT(json), 1, 0, OUTPUT,
     "print one JSON object in place of text"},
    {"html", "OUT", CLI_TEXT, 0, CLI_INFO, AT(html), 0, 0, OUTPUT,
     "also write a page with the same figures and plots, which needs no other file"},
    {"rows", NULL, CLI_SWITCH, 0, CLI_INFO, AT(by_row), 1, 0, OUTPUT,
     "also tell where every row of a file comes from"},
    {"preview", "N", CLI_U64, 0, ROWS_OF, AT(preview), 1, UINT32_MAX, OUTPUT,
     "also print the text of the first N rows, one line each"},

    {"cache-dir", "DIR", CLI_TEXT, 0, ALL, AT(options.cache_dir), 0, 0, CACHE,
     "directory of texts and tokens (default: $CALIB_CACHE_DIR, else "
     "$XDG_CACHE_HOME/calib, else ~/.cache/calib)"},
    {"no-token-cache", NULL, CLI_SWITCH, 0, READING | CLI_LOCK, AT(options.flags),
     CALIB_NO_TOKEN_STORE, 0, CACHE, "neither read nor write stored tokens"},
    {"cache-stdin", NULL, CLI_SWITCH, 0, READING, AT(options.flags), CALIB_STORE_STDIN, 0, CACHE,
     "also look up and store the tokens of standard input and pipes"},
    {"max-cache", "BYTES", CLI_SIZE, 0, PINNING | CLI_LOCK, AT(options.max_cache_bytes), 1,
     UINT64_MAX, CACHE,
     "after something was stored, remove what was not used for longest until the cache is no "
     "larger (default: $CALIB_CACHE_MAX_BYTES, else 20G)"},
    {"max-bytes", "BYTES", CLI_SIZE, 0, CLI_CACHE_PRUNE, AT(options.max_cache_bytes), 1, UINT64_MAX,
     CACHE,
     "also remove what was not used for longest until the cache is no larger "
     "(default: $CALIB_CACHE_MAX_BYTES, else 20G)"},
    {"offline", NULL, CLI_SWITCH, 0, NETWORK | CLI_LOCK, AT(options.offline), CALIB_OFFLINE_ON, 0,
     CACHE, "do not use the network (default: the value of $CALIB_OFFLINE)"},
    {"accept-change", NULL, CLI_SWITCH, 0, PINNING, OF(source.flags), CALIB_ACCEPT_CHANGE, 0, CACHE,
     "accept the changed text of a URL that is not pinned, and trust it from now on"},
    {"older-than", "DAYS", CLI_U64, 0, CLI_CACHE_PRUNE, AT(older_than), 1, 36500, CACHE,
     "also remove everything that was fetched or stored more than this many days ago"},

    {"token-file", "FILE", CLI_TEXT, 0, NETWORK, OF(token_file), 0, 0, DOWNLOAD,
     "file with the bearer token for the server (default: $CALIB_TOKEN)"},
    {"proxy", "URL", CLI_TEXT_OR_EMPTY, 0, NETWORK | CLI_LOCK, AT(options.proxy), 0, 0, DOWNLOAD,
     "URL of the proxy; empty for none (default: the environment's)"},
    {"ca-file", "FILE", CLI_TEXT, 0, NETWORK | CLI_LOCK, AT(options.ca_file), 0, 0, DOWNLOAD,
     "PEM file of trusted authorities (default: $SSL_CERT_FILE and $SSL_CERT_DIR, "
     "else the system's)"},
    {"allow-http", NULL, CLI_SWITCH, 0, NETWORK, AT(options.flags), CALIB_ALLOW_HTTP, 0, DOWNLOAD,
     "allow http:// to other machines"},
    {"connect-timeout", "SECONDS", CLI_SECONDS, 0, NETWORK | CLI_LOCK,
     AT(options.connect_timeout_ms), 1, 0, DOWNLOAD,
     "give up if no connection is made in this time (default: 15)"},
    {"stall-timeout", "SECONDS", CLI_SECONDS, 0, NETWORK | CLI_LOCK, AT(options.stall_timeout_ms),
     1, 0, DOWNLOAD, "give up if next to nothing is received in this time (default: 30)"},
    {"deadline", "SECONDS", CLI_SECONDS, 0, NETWORK | CLI_LOCK, AT(options.deadline_ms), 1, 0,
     DOWNLOAD, "limit of the whole download with its retries (default: none)"},
    {"tries", "N", CLI_U32, 0, NETWORK | CLI_LOCK, AT(options.max_tries), 1, UINT32_MAX, DOWNLOAD,
     "attempts per URL (default: 4)"},

    {"threads", "T", CLI_U32, 0, READING | CLI_LOCK, AT(options.threads), 0, 256, LIMITS,
     "threads that tokenize; 0 means one per processor (default: 0)"},
    {"max-download", "BYTES", CLI_SIZE, 0, PINNING | CLI_LOCK, AT(options.max_download_bytes), 1,
     UINT64_MAX, LIMITS, "refuse a larger text (default: 1G)"},
    {"max-whole-bytes", "BYTES", CLI_SIZE, 0, READING | CLI_LOCK, AT(options.max_whole_bytes), 1,
     UINT64_MAX, LIMITS, "refuse a larger text if it must be tokenized in one call (default: 8M)"},
    {"max-text-bytes", "BYTES", CLI_SIZE, 0, READING | CLI_LOCK, AT(options.max_text_bytes), 1,
     UINT64_MAX, LIMITS,
     "refuse a source whose text is larger (default: 1G for a URL, else no limit)"},

    {"help", NULL, CLI_SWITCH, 'h', ALL | CLI_VERIFY, AT(help), 1, 0, OTHER, "show this text"},
};

_Static_assert(sizeof cli_options / sizeof cli_options[0] <= CLI_OPTIONS_MAX, "CLI_OPTIONS_MAX");
const size_t cli_n_options = sizeof cli_options / sizeof cli_options[0];
