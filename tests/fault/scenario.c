/* SPDX-License-Identifier: MIT */
#include "scenario.h"

#include "base/sha256.h"
#include "inject.h"
#include "server.h"
#include "store/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LEN = 40000, PATH = 512 };

static char text[LEN], other[LEN];
static char text_hash[CALIB_SHA256_HEX];
static char folder[64], cache[80], local_file[96];
static char url[128];
static int port;
static char complaint[256];

/* ---- helpers: they are never armed ---- */

static void hex_of(const void *data, size_t len, char hex[CALIB_SHA256_HEX])
{
    uint8_t hash[CALIB_SHA256_SIZE];
    if (calib_sha256_of(data, len, hash))
        abort();
    calib_sha256_to_hex(hash, hex);
}

static void write_file(const char *path, const char *data, size_t len)
{
    unlink(path);
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(data, 1, len, file) != len || fclose(file))
        abort();
}

static size_t read_file(const char *path, char *data, size_t cap)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return 0;
    size_t n = fread(data, 1, cap, file);
    fclose(file);
    return n;
}

static void remove_all(const char *path)
{
    DIR *list = opendir(path);
    const struct dirent *entry;
    while (list && (entry = readdir(list))) {
        char name[PATH];
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
        if (unlink(name))
            remove_all(name);
    }
    if (list)
        closedir(list);
    rmdir(path);
}

static calib_options options_of(const scenario *s)
{
    return (calib_options){
        .struct_size = sizeof(calib_options),
        .source = url,
        .cache_dir = cache,
        .flags = s->flags,
        .offline = s->offline ? s->offline : CALIB_OFFLINE_OFF,
        .max_tries = 2,
        .stall_timeout_ms = 300,
        .connect_timeout_ms = 1000,
        .lock_timeout_ms = 100,
    };
}

static int complain(const char *what)
{
    snprintf(complaint, sizeof complaint, "%s", what);
    return CALIB_OK;
}

const char *scenario_complaint(void)
{
    return complaint[0] ? complaint : NULL;
}

/* ---- acts ---- */

static int act_fetch(const scenario *s)
{
    static char got[2 * LEN];
    calib_options options = options_of(s);
    char path[PATH] = "";
    complaint[0] = '\0';
    int status = calib_fetch(&options, path, sizeof path);
    if (status)
        return path[0] ? complain("a path was given though it failed") : status;
    if (read_file(path, got, sizeof got) != LEN || memcmp(got, text, LEN) != 0)
        return complain("the text is wrong");
    return CALIB_OK;
}

static int act_load(const scenario *s)
{
    calib_options options = options_of(s);
    calib_samples *samples = NULL;
    complaint[0] = '\0';
    int status = calib_load_ex(calib_bytes_tokenizer(), 4, 100, 1, &options, NULL, &samples);
    if (status)
        return samples ? complain("samples were given though it failed") : status;
    if (samples->n_rows != 4 || samples->n_tokens != LEN)
        complain("the samples are wrong");
    for (size_t i = 0; i < 4 && i < samples->n_rows; i++)
        if (samples->tokens[i * 100] != (unsigned char)text[samples->offsets[i]])
            complain("a sample is wrong");
    calib_samples_free(samples);
    return CALIB_OK;
}

static int encode(void *ctx, const char *at, size_t len, uint32_t flags, calib_emit_fn emit,
                  void *emit_ctx)
{
    (void)ctx, (void)flags;
    int result = 0;
    int32_t ids[1000];
    for (size_t i = 0; i < len && !result;) {
        size_t n = 0;
        while (n < 1000 && i < len)
            ids[n++] = (unsigned char)at[i++];
        result = emit(emit_ctx, ids, n);
    }
    return result;
}

static int cut_lines(void *ctx, const char *at, size_t len, uint32_t flags, size_t *offsets,
                     size_t cap, size_t *n)
{
    (void)ctx, (void)flags;
    *n = 0;
    for (size_t i = 1; i < len && *n < cap; i++)
        if (at[i - 1] == '\n')
            offsets[(*n)++] = i;
    return 0;
}

static int fingerprint(void *ctx, uint8_t out[32])
{
    (void)ctx;
    memset(out, 7, 32);
    return 0;
}

static int load_lines(const calib_tokenizer_vtable *tok, calib_options *options)
{
    options->source = NULL;
    options->text = text;
    options->text_len = LEN;
    options->threads = 3;
    calib_samples *samples = NULL;
    complaint[0] = '\0';
    int status = calib_load_ex(tok, 0, 1000, 7, options, NULL, &samples);
    if (status)
        return samples ? complain("samples were given though it failed") : status;
    for (size_t i = 0; i < samples->n_rows; i++)
        if (samples->tokens[i * 1000 + 9] != (unsigned char)text[samples->offsets[i] + 9])
            complain("a sample is wrong");
    calib_samples_free(samples);
    return CALIB_OK;
}

static int act_threads(const scenario *s)
{
    const calib_tokenizer_vtable tok = {
        .struct_size = sizeof tok,
        .encode = encode,
        .cuts = cut_lines,
        .capabilities = CALIB_TOKENIZER_THREADS,
    };
    calib_options options = options_of(s);
    return load_lines(&tok, &options);
}

/* What a load may fail of whose store is on a bad disk: not of the disk. */
static bool about_memory(const char *name)
{
    return strstr(name, "alloc") || strncmp(name, "EVP_", 4) == 0 ||
           strncmp(name, "pthread_", 8) == 0;
}

static int act_store(const scenario *s)
{
    const calib_tokenizer_vtable tok = {
        .struct_size = sizeof tok,
        .encode = encode,
        .fingerprint = fingerprint,
    };
    calib_options options = options_of(s);
    int status = load_lines(&tok, &options);
    if (!status || status == CALIB_E_NOMEM || about_memory(inject_where()))
        return status;
    return complain("a store that cannot be read or written made the load fail");
}

/* Ids that are many go to a file, and back to memory when no file takes them. */
static int act_spill(const scenario *s)
{
    enum { N = 4000 };
    int32_t id, got[N];
    calib_ids ids;
    (void)s;
    complaint[0] = '\0';
    calib_ids_begin(&ids, 0, false, (calib_spill_place){NULL, NULL});
    ids.bytes.limit = 1000;
    int status = CALIB_OK;
    for (id = 0; id < N && !status; id++) {
        int32_t value = id == N / 2 ? 70000 : id;
        status = calib_ids_push(&ids, &value, 1);
    }
    if (!status)
        status = calib_ids_end(&ids);
    if (!status)
        status = calib_ids_read(&ids, 0, N, got);
    for (id = 0; id < N && !status; id++)
        if (got[id] != (id == N / 2 ? 70000 : id))
            complain("an id is wrong");
    calib_ids_free(&ids);
    return status;
}

static int act_path(const scenario *s)
{
    calib_options options = options_of(s);
    options.source = local_file;
    calib_corpus *corpus = NULL;
    complaint[0] = '\0';
    int status = calib_open(calib_bytes_tokenizer(), &options, &corpus);
    if (status)
        return corpus ? complain("a handle was given though it failed") : status;
    int32_t last = -1;
    status = calib_tokens(corpus, LEN - 1, 1, &last);
    if (!status && last != (unsigned char)text[LEN - 1])
        complain("the tokens are wrong");
    calib_close(corpus);
    return status;
}

static int act_add(const scenario *s)
{
    calib_options options = options_of(s);
    complaint[0] = '\0';
    return calib_cache_add(&options, local_file);
}

static int count_entry(void *ctx, const calib_cache_entry *entry)
{
    unsigned *n = ctx;
    *n += entry->kind == CALIB_ENTRY_TEXT && entry->state != CALIB_STATE_MISSING;
    return 0;
}

static int act_verify(const scenario *s)
{
    calib_options options = options_of(s);
    unsigned n = 0;
    complaint[0] = '\0';
    int status = calib_cache_verify(&options, count_entry, &n);
    return status || n == 1 ? status : complain("not one text was found");
}

static int act_prune(const scenario *s)
{
    calib_options options = options_of(s);
    complaint[0] = '\0';
    return calib_cache_prune(&options, 1, NULL, NULL);
}

static int act_remove(const scenario *s)
{
    calib_options options = options_of(s);
    complaint[0] = '\0';
    int status = calib_cache_remove(&options);
    /* A first try that broke may have removed all there was to remove. */
    return status == CALIB_E_NOT_FOUND ? CALIB_OK : status;
}

/* ---- caches ---- */

static void cache_path(char out[PATH], const char *name)
{
    if (snprintf(out, PATH, "%s/%s", cache, name) >= PATH)
        abort();
}

static void make_folders(void)
{
    char path[PATH];
    mkdir(cache, 0700);
    cache_path(path, "corpora");
    mkdir(path, 0700);
    cache_path(path, "urls");
    mkdir(path, 0700);
}

static void put_record(const char *hash)
{
    char key[CALIB_SHA256_HEX], check[CALIB_SHA256_HEX], record[1024], name[PATH], path[PATH];
    hex_of(url, strlen(url), key);
    int n = snprintf(record, sizeof record,
                     "calib url 1\nurl %s\nsha256 %s\nsize %d\n"
                     "fetched 1700000000\ntrust first-use\n",
                     url, hash, LEN);
    hex_of(record, (size_t)n, check);
    snprintf(record + n, sizeof record - (size_t)n, "check %s\n", check);
    snprintf(name, sizeof name, "urls/%.64s", key);
    cache_path(path, name);
    write_file(path, record, strlen(record));
}

static void put_text(const char *data)
{
    char name[PATH], path[PATH];
    snprintf(name, sizeof name, "corpora/%.64s", text_hash);
    cache_path(path, name);
    write_file(path, data, LEN);
}

static void have_text(const scenario *s)
{
    (void)s;
    make_folders();
    put_record(text_hash);
    put_text(text);
}

static void have_damaged_text(const scenario *s)
{
    (void)s;
    make_folders();
    put_record(text_hash);
    put_text(other);
}

static void have_another_record(const scenario *s)
{
    (void)s;
    char hash[CALIB_SHA256_HEX];
    make_folders();
    hex_of(other, LEN, hash);
    put_record(hash);
}

static void have_part(const scenario *s)
{
    (void)s;
    static char part[LEN + 1024];
    char key[CALIB_SHA256_HEX], hash[CALIB_SHA256_HEX], name[PATH], path[PATH];
    make_folders();
    hex_of(url, strlen(url), key);
    hex_of(text, LEN / 2, hash);
    memcpy(part, text, LEN / 2);
    int n = snprintf(part + LEN / 2, 1024,
                     "\ncalib part 1\nurl %s\netag \"v1\"\nsize %d\ntotal %d\n"
                     "sha256 %s\n",
                     key, LEN / 2, LEN, hash);
    memset(part + LEN / 2 + n, '\n', (size_t)(1024 - n));
    snprintf(name, sizeof name, "corpora/%.64s.part", key);
    cache_path(path, name);
    write_file(path, part, LEN / 2 + 1024);
}

static void have_tokens(const scenario *s)
{
    if (s->act(s))
        abort();
}

const scenario scenarios[] = {
    {.name = "cold", .path = "/good", .act = act_fetch},
    {.name = "hit", .path = "/good", .prepare = have_text, .act = act_fetch},
    {.name = "offline hit",
     .path = "/good",
     .prepare = have_text,
     .act = act_fetch,
     .offline = CALIB_OFFLINE_ON},
    {.name = "healing",
     .path = "/good",
     .prepare = have_damaged_text,
     .act = act_fetch,
     .damaged = true},
    {.name = "resuming a part", .path = "/good", .prepare = have_part, .act = act_fetch},
    {.name = "a broken connection, then its rest", .path = "/cut", .act = act_fetch},
    {.name = "a change refused",
     .path = "/good",
     .prepare = have_another_record,
     .act = act_fetch,
     .expected = CALIB_E_CHANGED},
    {.name = "a change accepted",
     .path = "/good",
     .prepare = have_another_record,
     .act = act_fetch,
     .flags = CALIB_ACCEPT_CHANGE},
    {.name = "loading from a URL", .path = "/good", .act = act_load},
    {.name = "loading by threads", .path = "/good", .act = act_threads},
    {.name = "storing tokens", .path = "/good", .act = act_store},
    {.name = "stored tokens", .path = "/good", .prepare = have_tokens, .act = act_store},
    {.name = "ids that spill", .path = "/good", .act = act_spill},
    {.name = "loading a file", .path = "/good", .act = act_path},
    {.name = "adding a file", .path = "/good", .act = act_add},
    {.name = "verifying", .path = "/good", .prepare = have_text, .act = act_verify},
    {.name = "pruning", .path = "/good", .prepare = have_text, .act = act_prune},
    {.name = "removing", .path = "/good", .prepare = have_text, .act = act_remove},
};
const unsigned n_scenarios = sizeof scenarios / sizeof *scenarios;

/* ---- the world ---- */

void scenario_start(void)
{
    for (size_t i = 0; i < LEN; i++) {
        text[i] = i % 40 == 39 ? '\n' : (char)('a' + (i * i / 7 + i) % 26);
        other[i] = text[i] == 'a' ? 'b' : text[i];
    }
    hex_of(text, LEN, text_hash);
    port = server_start(text, LEN);
    const char *temp = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%.40s/calib-fault-XXXXXX", temp ? temp : "/tmp");
    if (!mkdtemp(folder))
        abort();
    /* What a killed process leaves of its temporary files is removed with the rest. */
    setenv("TMPDIR", folder, 1);
    snprintf(cache, sizeof cache, "%s/cache", folder);
    snprintf(local_file, sizeof local_file, "%s/file", folder);
    write_file(local_file, text, LEN);
}

void scenario_prepare(const scenario *s)
{
    remove_all(cache);
    snprintf(url, sizeof url, "http://127.0.0.1:%d%s", port, s->path);
    if (s->prepare)
        s->prepare(s);
}

void scenario_clean(void)
{
    remove_all(folder);
}

/* ---- what must hold ---- */

static bool has_ending(const char *name, const char *ending)
{
    size_t n = strlen(name), m = strlen(ending);
    return n > m && strcmp(name + n - m, ending) == 0;
}

static const char *check_text(const scenario *s, const char *path, const char *name)
{
    static char data[2 * LEN];
    char hash[CALIB_SHA256_HEX];
    size_t n = read_file(path, data, sizeof data);
    hex_of(data, n, hash);
    bool as_before = s->damaged && n == LEN && memcmp(data, other, LEN) == 0;
    return strcmp(hash, name) == 0 || as_before ? NULL
                                                : "a published text is not what it is called";
}

static const char *check_lock(const char *path)
{
    int fd = open(path, O_RDWR | O_CLOEXEC);
    bool is_free = fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0;
    if (fd >= 0)
        close(fd);
    return is_free ? NULL : "a lock is still held";
}

static const char *check_store(const char *directory, const char *name)
{
    bool good = false;
    int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int status = fd < 0 ? CALIB_E_SYSTEM : calib_store_check(fd, name, &good);
    if (fd >= 0)
        close(fd);
    return !status && good ? NULL : "a published store is not whole";
}

static const char *check_name(const scenario *s, const char *directory, const char *name,
                              bool temps)
{
    char path[PATH];
    if (snprintf(path, sizeof path, "%s/%s", directory, name) >= PATH)
        return "a name too long";
    if (has_ending(name, ".tmp"))
        return temps ? NULL : "a temporary file is left";
    if (has_ending(name, ".lock"))
        return check_lock(path);
    if (has_ending(name, ".ctk"))
        return check_store(directory, name);
    if (has_ending(directory, "corpora") && strlen(name) == CALIB_SHA256_HEX - 1)
        return check_text(s, path, name);
    return NULL;
}

static const char *check_folder(const scenario *s, const char *name, bool temps)
{
    char path[PATH];
    cache_path(path, name);
    DIR *list = opendir(path);
    const char *wrong = NULL;
    const struct dirent *entry;
    while (list && !wrong && (entry = readdir(list)))
        wrong = check_name(s, path, entry->d_name, temps);
    if (list)
        closedir(list);
    return wrong;
}

const char *scenario_fsck(const scenario *s, bool temps)
{
    const char *wrong = check_folder(s, "corpora", temps);
    if (!wrong)
        wrong = check_folder(s, "urls", temps);
    return wrong ? wrong : check_folder(s, "tokens", temps);
}
