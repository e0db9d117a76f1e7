/* SPDX-License-Identifier: MIT */
/* The files, the cache and the server that all scenarios use. */
#include "scenario.h"

#include "server.h"

#include <dirent.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

scenario_world world;

long scenario_level(void)
{
    const char *value = getenv("CALIB_TEST_LONG");
    return value ? strtol(value, NULL, 10) : 0;
}

/* ---- files ---- */

void scenario_hex(const void *data, size_t len, char hex[CALIB_SHA256_HEX])
{
    uint8_t hash[CALIB_SHA256_SIZE];
    if (calib_sha256_of(data, len, hash))
        abort();
    calib_sha256_to_hex(hash, hex);
}

void scenario_write(const char *path, const char *data, size_t len)
{
    unlink(path);
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(data, 1, len, file) != len || fclose(file))
        abort();
}

size_t scenario_read(const char *path, char *data, size_t cap)
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
        char name[PATH_CAP];
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

/* ---- caches ---- */

void scenario_cache_path(char out[PATH_CAP], const char *name)
{
    if (snprintf(out, PATH_CAP, "%s/%s", world.cache, name) >= PATH_CAP)
        abort();
}

void scenario_make_folders(void)
{
    char path[PATH_CAP];
    mkdir(world.cache, 0700);
    scenario_cache_path(path, "corpora");
    mkdir(path, 0700);
    scenario_cache_path(path, "urls");
    mkdir(path, 0700);
}

void scenario_put_record(const char *hash)
{
    char key[CALIB_SHA256_HEX], check[CALIB_SHA256_HEX], record[1024];
    char name[PATH_CAP], path[PATH_CAP];
    scenario_make_folders();
    scenario_hex(world.url, strlen(world.url), key);
    int n = snprintf(record, sizeof record,
                     "calib url 1\nurl %s\nsha256 %s\nsize %d\n"
                     "fetched 1700000000\ntrust first-use\n",
                     world.url, hash, TEXT_LEN);
    scenario_hex(record, (size_t)n, check);
    snprintf(record + n, sizeof record - (size_t)n, "check %s\n", check);
    snprintf(name, sizeof name, "urls/%.64s", key);
    scenario_cache_path(path, name);
    scenario_write(path, record, strlen(record));
}

void scenario_put_text(const char *data)
{
    char name[PATH_CAP], path[PATH_CAP];
    scenario_make_folders();
    snprintf(name, sizeof name, "corpora/%.64s", world.text_hash);
    scenario_cache_path(path, name);
    scenario_write(path, data, TEXT_LEN);
}

void scenario_damage_store(void)
{
    enum { AN_ID = 5000 };
    char pattern[PATH_CAP];
    glob_t found = {0};
    scenario_cache_path(pattern, "tokens/*.ctk");
    if (glob(pattern, 0, NULL, &found) == 0) {
        chmod(found.gl_pathv[0], 0644);
        FILE *file = fopen(found.gl_pathv[0], "r+b");
        if (!file || fseek(file, AN_ID, SEEK_SET))
            abort();
        int byte = fgetc(file);
        if (fseek(file, AN_ID, SEEK_SET) || fputc(byte ^ 1, file) == EOF || fclose(file))
            abort();
    }
    globfree(&found);
}

/* ---- the world ---- */

void scenario_start(void)
{
    for (size_t i = 0; i < TEXT_LEN; i++) {
        world.text[i] = i % 40 == 39 ? '\n' : (char)('a' + (i * i / 7 + i) % 26);
        world.other[i] = world.text[i] == 'a' ? 'b' : world.text[i];
    }
    scenario_hex(world.text, TEXT_LEN, world.text_hash);
    const char *temp = getenv("TMPDIR");
    snprintf(world.folder, sizeof world.folder, "%.40s/calib-fault-XXXXXX", temp ? temp : "/tmp");
    if (!mkdtemp(world.folder))
        abort();
    snprintf(world.temp, sizeof world.temp, "%s/temp", world.folder);
    setenv("TMPDIR", world.temp, 1);
    snprintf(world.cache, sizeof world.cache, "%s/cache", world.folder);
    snprintf(world.file, sizeof world.file, "%s/file", world.folder);
    scenario_write(world.file, world.text, TEXT_LEN);
    snprintf(world.lines, sizeof world.lines, "%s/lines", world.folder);
    world.lines_len = scenario_level() > 0 ? TEXT_LEN : SHORT_LEN;
    scenario_write(world.lines, world.text, world.lines_len);
    snprintf(world.pipe, sizeof world.pipe, "%s/pipe", world.folder);
    snprintf(world.ca_file, sizeof world.ca_file, "%s/ca.pem", world.folder);
    world.port = server_start(world.text, TEXT_LEN, NULL);
    world.tls_port = server_start(world.text, TEXT_LEN, world.ca_file);
}

/* An act may have read it to its end, and libcurl may have closed it: then the lowest free
 * descriptor is 0. */
static void give_standard_input(void)
{
    int fd = open("/dev/null", O_RDONLY);
    if (fd < 0 || (fd != STDIN_FILENO && (dup2(fd, STDIN_FILENO) < 0 || close(fd))))
        abort();
}

void scenario_prepare(const scenario *s)
{
    give_standard_input();
    remove_all(world.cache);
    remove_all(world.temp);
    if (mkdir(world.temp, 0700))
        abort();
    snprintf(world.url, sizeof world.url, "http://127.0.0.1:%d%s", world.port,
             s->path ? s->path : "/good");
    if (s->prepare)
        s->prepare(s);
}

void scenario_supply(const scenario *s)
{
    if (s->supply)
        s->supply();
}

void scenario_clean(void)
{
    remove_all(world.folder);
}
