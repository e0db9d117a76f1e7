/* SPDX-License-Identifier: MIT */
#include "cachedir/trim.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

enum { GRACE_S = 10 * 60, N_FOLDERS = 3 };

static const char *const folder_names[N_FOLDERS] = {"corpora", "tokens", "urls"};

typedef struct found_file {
    size_t folder;
    calib_file_info info;
    char name[CALIB_CACHE_NAME];
} found_file;

typedef struct trimming {
    calib_directory *folders[N_FOLDERS]; /* NULL: it does not exist */
    size_t folder;                       /* that is being listed */
    uint64_t total;
    calib_buffer found; /* found_file, those that may be removed */
} trimming;

static bool may_go(size_t folder, const char *name)
{
    if (folder == 0)
        return calib_cachedir_name_is(name, "") || calib_cachedir_name_is(name, ".corrupt") ||
               calib_cachedir_name_is(name, ".part");
    return folder == 1 && calib_cachedir_name_is(name, ".ctk");
}

static int add_file(void *ctx, const char *name)
{
    trimming *t = ctx;
    found_file file = {.folder = t->folder};
    if (calib_file_info_at(t->folders[t->folder], name, &file.info) != 0)
        return 0;
    t->total += file.info.size;
    if (!may_go(t->folder, name))
        return 0;
    memcpy(file.name, name, strlen(name));
    return calib_buffer_append(&t->found, &file, sizeof file);
}

static int compare_use(const void *a, const void *b)
{
    const found_file *x = a, *y = b;
    if (x->info.used != y->info.used)
        return x->info.used < y->info.used ? -1 : 1;
    return strcmp(x->name, y->name);
}

static int remove_oldest(trimming *t, const calib_trim *trim)
{
    const found_file *files = t->found.data;
    size_t n = t->found.len / sizeof *files;
    int64_t recent = calib_unix_time() - GRACE_S;
    int status = 0;
    if (n > 1)
        qsort(t->found.data, n, sizeof *files, compare_use);
    for (size_t i = 0; i < n && !status && t->total > trim->max_bytes; i++) {
        const found_file *file = &files[i];
        const calib_directory *folder = t->folders[file->folder];
        if (trim->keep && strcmp(file->name, trim->keep) == 0)
            continue;
        if (!calib_locks_work(folder) && file->info.used > recent)
            continue;
        if (calib_file_remove_idle_at(folder, file->name) != 0)
            continue;
        t->total -= file->info.size;
        if (trim->removed)
            status = trim->removed(trim->ctx, folder_names[file->folder], file->name, &file->info);
    }
    return status;
}

int calib_cachedir_trim(const calib_directory *root, const calib_trim *trim)
{
    trimming t = {.total = 0};
    int status = 0;
    if (trim->max_bytes == 0 || trim->max_bytes == UINT64_MAX)
        return 0;
    for (t.folder = 0; t.folder < N_FOLDERS && !status; t.folder++)
        if (calib_directory_open_at(root, folder_names[t.folder], &t.folders[t.folder]) == 0)
            calib_directory_list(t.folders[t.folder], add_file, &t, &status);
    if (!status)
        status = remove_oldest(&t, trim);
    for (size_t i = 0; i < N_FOLDERS; i++)
        calib_directory_close(t.folders[i]);
    calib_buffer_free(&t.found);
    return status;
}
