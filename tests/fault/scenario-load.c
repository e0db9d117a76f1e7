/* SPDX-License-Identifier: MIT */
/* Scenarios that load from sources other than URLs. */
#include "scenario.h"

#include "corpus/corpus.h"
#include "input/reader.h"
#include "packed.h"

#include <calib_documents.h>

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- sources ---- */

static void name_pipe(test_setup *setup)
{
    setup->source.location = world.pipe;
}

static void store_pipe(test_setup *setup)
{
    name_pipe(setup);
    setup->options.flags |= CALIB_STORE_STDIN;
}

static void name_standard_input(test_setup *setup)
{
    setup->source.location = "-";
    setup->options.flags |= CALIB_STORE_STDIN;
}

/* A text that nobody uses, and a cache that is too small for it. */
static void have_other_text(const scenario *s)
{
    (void)s;
    scenario_put_text(world.text);
}

static void bound_cache(test_setup *setup)
{
    scenario_from_file(setup);
    setup->options.max_cache_bytes = 1;
}

/* ---- compressed ---- */

static struct {
    char data[2 * TEXT_LEN];
    size_t len;
} compressed;

static void keep_compressed(packed bytes)
{
    packed_must(bytes.len <= sizeof compressed.data, "the room for a compressed text");
    memcpy(compressed.data, bytes.data, bytes.len);
    compressed.len = bytes.len;
    free(bytes.data);
}

static void have_gzip(const scenario *s)
{
    (void)s;
    keep_compressed(pack_gzip(world.text, TEXT_LEN, 6));
}

static void have_zstd(const scenario *s)
{
    (void)s;
    keep_compressed(pack_zstd(world.text, TEXT_LEN, 3, 0));
}

static void have_zstd_lines(const scenario *s)
{
    (void)s;
    keep_compressed(pack_zstd(world.text, world.lines_len, 3, 0));
}

static void choose_compressed(test_setup *setup)
{
    setup->source.location = NULL;
    setup->source.bytes = compressed.data;
    setup->source.n_bytes = compressed.len;
}

static void write_text(int fd)
{
    if (fd < 0 || write(fd, world.text, TEXT_LEN) != TEXT_LEN || close(fd))
        abort();
}

/* Makes a new pipe for each act, and a process that waits for its reader: bytes of an earlier act,
 * which may have ended anywhere, must not be left in it. */
static void fill_pipe(void)
{
    static pid_t writer;
    if (writer) {
        kill(writer, SIGKILL);
        waitpid(writer, NULL, 0);
    }
    unlink(world.pipe);
    if (mkfifo(world.pipe, 0600))
        abort();
    writer = fork();
    if (writer < 0)
        abort();
    if (writer)
        return;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGPIPE, SIG_DFL);
    write_text(open(world.pipe, O_WRONLY));
    _exit(0);
}

/* The whole text fits into the buffer of a pipe. */
static void fill_standard_input(void)
{
    int ends[2];
    if (pipe(ends) || dup2(ends[0], STDIN_FILENO) < 0 || close(ends[0]))
        abort();
    write_text(ends[1]);
}

/* ---- acts ---- */

static int act_threads(const scenario *s)
{
    test_setup setup = scenario_setup(s);
    return scenario_load(&scenario_with_cuts, &setup);
}

/* The hash is needed before the tokens are looked up, so a pipe is kept for a second reading. */
static int act_stored(const scenario *s)
{
    test_setup setup = scenario_setup(s);
    return scenario_load(&scenario_with_fingerprint, &setup);
}

static int act_open(const scenario *s)
{
    test_setup setup = scenario_setup(s);
    calib_corpus *corpus = NULL;
    scenario_no_complaint();
    int status = test_open(calib_bytes_tokenizer(), &setup, &corpus);
    if (status)
        return corpus ? scenario_complain("a handle was given though it failed") : status;
    int32_t last = -1;
    status = calib_corpus_tokens(corpus, TEXT_LEN - 1, 1, &last);
    if (!status && last != (unsigned char)world.text[TEXT_LEN - 1])
        scenario_complain("the tokens are wrong");
    calib_corpus_close(corpus);
    return status;
}

static int read_all(calib_reader *reader, bool *same)
{
    const char *block = "";
    size_t len = 1, at = 0;
    int status = CALIB_OK;
    *same = true;
    while (!status && len > 0) {
        status = calib_reader_next(reader, &block, &len);
        *same = *same && !status && at + len <= TEXT_LEN && !memcmp(block, world.text + at, len);
        at += status ? 0 : len;
    }
    *same = *same && at == TEXT_LEN;
    return status;
}

/* A pipe too long for memory is kept in a file, or in memory if no file takes it. */
static int act_keep(const scenario *s)
{
    calib_reader reader;
    bool first = true, second = true;
    (void)s;
    scenario_no_complaint();
    int status = calib_reader_open_standard_input(&reader, "standard input");
    reader.kept.limit = 1000;
    calib_reader_keep(&reader);
    if (!status)
        status = read_all(&reader, &first);
    if (!status)
        status = calib_reader_rewind(&reader);
    if (!status)
        status = read_all(&reader, &second);
    calib_reader_close(&reader);
    return status || (first && second) ? status : scenario_complain("a byte is wrong");
}

/* A text of several blocks, whose hash takes a thread if there is one. */
static int act_hash_aside(const scenario *s)
{
    static char text[600000];
    calib_reader reader;
    const char *block;
    uint8_t sha256[CALIB_SHA256_SIZE];
    size_t len = 1;
    (void)s;
    scenario_no_complaint();
    int status = calib_reader_open_memory(&reader, text, sizeof text, "a text");
    if (!status)
        status = calib_reader_hash_aside(&reader);
    while (!status && len > 0)
        status = calib_reader_next(&reader, &block, &len);
    if (!status)
        status = calib_sha256_of(text, sizeof text, sha256);
    bool same = !status && !memcmp(sha256, reader.sha256, sizeof sha256);
    calib_reader_close(&reader);
    return status || same ? status : scenario_complain("the hash is wrong");
}

/* ---- slices ---- */

static void ask_for_slice(test_setup *setup)
{
    scenario_from_memory(setup);
    setup->options.slice = 1;
    setup->options.n_slices = 3;
}

static void ask_for_slice_of_pipe(test_setup *setup)
{
    ask_for_slice(setup);
    setup->source.bytes = NULL;
    setup->source.n_bytes = 0;
    name_pipe(setup);
}

/* Slices end at line ends, and the three have about the same length. */
static bool is_slice(const int32_t *ids, uint64_t n)
{
    static char slice[TEXT_LEN];
    for (uint64_t i = 0; i < n; i++)
        slice[i] = (char)ids[i];
    return n > TEXT_LEN / 3 - 100 && n < TEXT_LEN / 3 + 100 && slice[n - 1] == '\n' &&
           memmem(world.text, TEXT_LEN, slice, (size_t)n);
}

static int read_slice(calib_corpus *corpus)
{
    static int32_t ids[TEXT_LEN];
    calib_info info = {.struct_size = sizeof info};
    int status = calib_corpus_info(corpus, &info);
    if (status)
        return status;
    if (info.n_tokens == 0 || info.n_tokens > TEXT_LEN)
        return scenario_complain("a slice has none of the text, or more than all");
    status = calib_corpus_tokens(corpus, 0, (size_t)info.n_tokens, ids);
    return status || is_slice(ids, info.n_tokens) ? status
                                                  : scenario_complain("the slice is wrong");
}

static int act_slice(const scenario *s)
{
    test_setup setup = scenario_setup(s);
    calib_corpus *corpus = NULL;
    scenario_no_complaint();
    int status = test_open(&scenario_with_both, &setup, &corpus);
    if (status)
        return corpus ? scenario_complain("a handle was given though it failed") : status;
    status = read_slice(corpus);
    calib_corpus_close(corpus);
    return status;
}

/* ---- lazy documents ---- */

static calib_documents lazy_lines = {.struct_size = sizeof lazy_lines,
                                     .format = CALIB_DOCUMENTS_LINES,
                                     .flags = CALIB_DOCUMENTS_LAZY};

static void ask_for_lazy(test_setup *setup)
{
    setup->source.location = world.lines;
    setup->source.documents = &lazy_lines;
}

static void ask_for_lazy_zstd(test_setup *setup)
{
    choose_compressed(setup);
    setup->source.documents = &lazy_lines;
}

/* The first line by itself, then the rest of the stream. */
static int read_lines(calib_corpus *corpus)
{
    static int32_t ids[TEXT_LEN];
    size_t line = (size_t)((char *)memchr(world.text, '\n', TEXT_LEN) - world.text), at = 0;
    calib_view *view;
    calib_views views;
    uint64_t n;
    int status = calib_views_open(&views, corpus, true);
    if (status)
        return status;
    view = &views.views[0];
    status = view->length(view->ctx, 0, &n);
    if (!status)
        status = view->tokens(view->ctx, 0, 0, line, ids);
    if (!status && (n != line || ids[0] != (unsigned char)world.text[0]))
        scenario_complain("the first line is wrong");
    calib_views_close(&views);
    if (!status)
        status = calib_corpus_tokens(corpus, 0, 0, NULL);
    calib_info info = {.struct_size = sizeof info};
    if (!status)
        status = calib_corpus_info(corpus, &info);
    if (!status)
        status = calib_corpus_tokens(corpus, 0, (size_t)info.n_tokens, ids);
    for (size_t i = 0; !status && i < world.lines_len; i++)
        if (world.text[i] != '\n' && ids[at++] != (unsigned char)world.text[i])
            return scenario_complain("the tokens are wrong");
    return status;
}

static int act_lazy(const scenario *s)
{
    test_setup setup = scenario_setup(s);
    calib_corpus *corpus = NULL;
    scenario_no_complaint();
    int status = test_open(&scenario_with_cuts, &setup, &corpus);
    if (status)
        return corpus ? scenario_complain("a handle was given though it failed") : status;
    status = read_lines(corpus);
    calib_corpus_close(corpus);
    return status;
}

static const scenario scenarios[] = {
    {.name = "loading by threads", .choose = scenario_from_memory, .act = act_threads},
    {.name = "loading a file", .choose = scenario_from_file, .act = act_open},
    {.name = "storing the tokens of a file", .choose = scenario_from_file, .act = act_stored},
    {.name = "storing the tokens in a cache that is too large",
     .prepare = have_other_text,
     .choose = bound_cache,
     .act = act_stored},
    {.name = "a gzip text", .prepare = have_gzip, .choose = choose_compressed, .act = act_open},
    {.name = "storing the tokens of a zstd text",
     .prepare = have_zstd,
     .choose = choose_compressed,
     .act = act_stored},
    {.name = "a named pipe", .choose = name_pipe, .supply = fill_pipe, .act = act_open},
    {.name = "storing the tokens of a pipe",
     .choose = store_pipe,
     .supply = fill_pipe,
     .act = act_stored},
    {.name = "standard input",
     .choose = name_standard_input,
     .supply = fill_standard_input,
     .act = act_open},
    {.name = "a pipe kept on disk", .supply = fill_standard_input, .act = act_keep},
    {.name = "a hash made aside", .act = act_hash_aside},
    {.name = "lazy documents", .choose = ask_for_lazy, .act = act_lazy},
    {.name = "lazy documents of a zstd text",
     .prepare = have_zstd_lines,
     .choose = ask_for_lazy_zstd,
     .act = act_lazy},
    {.name = "a slice", .choose = ask_for_slice, .act = act_slice},
    {.name = "a slice of a pipe",
     .choose = ask_for_slice_of_pipe,
     .supply = fill_pipe,
     .act = act_slice},
};
const scenario_group load_group = {"load", scenarios, sizeof scenarios / sizeof *scenarios};
