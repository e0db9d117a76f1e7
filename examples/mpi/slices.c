/* SPDX-License-Identifier: MIT */
/* Ranks that share the work: each tokenizes its slice of the corpus, they tell each other how many
 * tokens they have, all work out which rows are wanted, and each puts what it holds of them
 * together. Afterwards every rank has the rows that calib_load() would have given it, though none
 * has tokenized the whole text.
 *
 *   mpirun -n 4 ./example-mpi SOURCE OUT [ROWS [SEQ_LEN [SEED]]]
 *
 * OUT gets the rows of all ranks as 32-bit integers, as `calib sample --format bin` writes them. */
#include <calib.h>
#include <inttypes.h>
#include <limits.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct job {
    const char *source;
    const char *out;
    int64_t n_samples;
    size_t seq_len;
    uint64_t seed;
    int rank, world;
} job;

/* MPI ends all ranks when one cannot go on. */
static void stop(const char *what)
{
    fprintf(stderr, "%s\n", what);
    MPI_Abort(MPI_COMM_WORLD, 1);
    abort();
}

static void check(int status)
{
    calib_error error = {.struct_size = sizeof error};
    if (status == CALIB_OK)
        return;
    calib_last_error(&error);
    stop(error.message);
}

static void *allocate(size_t n, size_t size)
{
    void *block = calloc(n ? n : 1, size);
    if (!block)
        stop("out of memory");
    return block;
}

/* ---- which rows ---- */

/* The sampler picks rows by number, so the numbers themselves can be the corpus: row i of a stream
 * 0, 1, 2, ... cut into rows of one token is i. */
static int emit_numbers(void *ctx, const char *text, size_t len, uint32_t flags, calib_emit_fn emit,
                        void *emit_ctx)
{
    const int64_t *n_rows = ctx;
    (void)text, (void)len, (void)flags;
    for (int64_t i = 0; i < *n_rows; i++) {
        int32_t number = (int32_t)i;
        int stopped = emit(emit_ctx, &number, 1);
        if (stopped)
            return stopped;
    }
    return 0;
}

/* The numbers of this rank's rows, in order. */
static calib_samples *choose(const job *j, int64_t n_rows)
{
    if (n_rows < 1 || n_rows > INT32_MAX)
        stop("the corpus has no row, or more than 2^31 - 1");
    const calib_tokenizer_vtable numbers = {
        .struct_size = sizeof numbers, .ctx = &n_rows, .encode = emit_numbers};
    calib_source source = {.struct_size = sizeof source, .bytes = "x", .n_bytes = 1};
    calib_sampling how = {
        .struct_size = sizeof how, .rank = (uint32_t)j->rank, .world = (uint32_t)j->world};
    calib_samples *chosen;
    check(calib_load_from(&numbers, j->n_samples, 1, j->seed, &source, NULL, &how, &chosen));
    return chosen;
}

/* ---- who has what ---- */

typedef struct share {
    uint64_t first; /* of this rank's tokens in the whole stream */
    uint64_t n;     /* of them */
    uint64_t n_all; /* of all ranks */
} share;

static share exchange_counts(const job *j, calib_corpus *slice)
{
    calib_info info = {.struct_size = sizeof info};
    share mine = {0};
    check(calib_corpus_info(slice, &info));
    uint64_t *counts = allocate((size_t)j->world, sizeof *counts);
    mine.n = info.n_tokens;
    MPI_Allgather(&mine.n, 1, MPI_UINT64_T, counts, 1, MPI_UINT64_T, MPI_COMM_WORLD);
    for (int i = 0; i < j->world; i++) {
        mine.first += i < j->rank ? counts[i] : 0;
        mine.n_all += counts[i];
    }
    free(counts);
    return mine;
}

/* What this rank's slice holds of a row; the rest of it stays zero. */
static void put_part(calib_corpus *slice, const share *mine, uint64_t row_first, size_t seq_len,
                     int32_t *row)
{
    uint64_t begin = row_first > mine->first ? row_first : mine->first;
    uint64_t row_end = row_first + seq_len, end = mine->first + mine->n;
    if (row_end < end)
        end = row_end;
    if (begin < end)
        check(calib_corpus_tokens(slice, begin - mine->first, (size_t)(end - begin),
                                  row + (begin - row_first)));
}

/* ---- the rows ---- */

/* Every rank's row numbers, for every rank. */
static int32_t *gather_numbers(const job *j, const calib_samples *chosen, int *counts, int *n)
{
    int *starts = allocate((size_t)j->world, sizeof *starts);
    int count = (int)chosen->n_rows;
    MPI_Allgather(&count, 1, MPI_INT, counts, 1, MPI_INT, MPI_COMM_WORLD);
    *n = 0;
    for (int i = 0; i < j->world; i++) {
        starts[i] = *n;
        *n += counts[i];
    }
    int32_t *numbers = allocate((size_t)*n, sizeof *numbers);
    MPI_Allgatherv(chosen->tokens, count, MPI_INT32_T, numbers, counts, starts, MPI_INT32_T,
                   MPI_COMM_WORLD);
    free(starts);
    return numbers;
}

/* Each token is in one slice, so the sum over the ranks of what they hold, and zero, is the row. */
static int32_t *exchange_rows(const job *j, calib_corpus *slice, const share *mine,
                              const calib_samples *chosen)
{
    int n, *counts = allocate((size_t)j->world, sizeof *counts);
    int32_t *numbers = gather_numbers(j, chosen, counts, &n);
    if (j->seq_len > (size_t)INT_MAX / (size_t)(n ? n : 1))
        stop("too many tokens for one exchange");
    int32_t *parts = allocate((size_t)n * j->seq_len, sizeof *parts);
    int32_t *rows = allocate(chosen->n_rows * j->seq_len, sizeof *rows);
    for (int i = 0; i < n; i++)
        put_part(slice, mine, (uint64_t)numbers[i] * j->seq_len, j->seq_len,
                 parts + (size_t)i * j->seq_len);
    for (int i = 0; i < j->world; i++)
        counts[i] *= (int)j->seq_len;
    MPI_Reduce_scatter(parts, rows, counts, MPI_INT32_T, MPI_SUM, MPI_COMM_WORLD);
    free(parts);
    free(numbers);
    free(counts);
    return rows;
}

/* The ranks' blocks one behind the other. */
static void write_rows(const job *j, const int32_t *rows, int n_tokens)
{
    MPI_File file;
    long long n = n_tokens, first = 0;
    MPI_Exscan(&n, &first, 1, MPI_LONG_LONG, MPI_SUM, MPI_COMM_WORLD);
    if (j->rank == 0)
        first = 0;
    if (MPI_File_open(MPI_COMM_WORLD, j->out, MPI_MODE_CREATE | MPI_MODE_WRONLY, MPI_INFO_NULL,
                      &file) != MPI_SUCCESS)
        stop("the output cannot be written");
    MPI_File_set_size(file, 0);
    MPI_File_write_at_all(file, first * (long long)sizeof *rows, rows, n_tokens, MPI_INT32_T,
                          MPI_STATUS_IGNORE);
    MPI_File_close(&file);
}

static void run(const job *j)
{
    calib_source source = {.struct_size = sizeof source, .location = j->source};
    calib_options options = {.struct_size = sizeof options};
    options.slice = (uint32_t)j->rank;
    options.n_slices = (uint32_t)j->world;
    options.threads = 1;
    calib_corpus *slice;
    check(calib_corpus_open(calib_bytes_tokenizer(), &source, 1, &options, &slice));
    share mine = exchange_counts(j, slice);
    calib_samples *chosen = choose(j, (int64_t)(mine.n_all / j->seq_len));
    int32_t *rows = exchange_rows(j, slice, &mine, chosen);
    write_rows(j, rows, (int)(chosen->n_rows * j->seq_len));
    printf("rank %d of %d: tokens %" PRIu64 " to %" PRIu64 " of %" PRIu64 ", %zu rows\n", j->rank,
           j->world, mine.first, mine.first + mine.n, mine.n_all, chosen->n_rows);
    free(rows);
    calib_samples_free(chosen);
    calib_corpus_close(slice);
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    if (argc < 3)
        stop("usage: example-mpi SOURCE OUT [ROWS [SEQ_LEN [SEED]]]");
    job j = {.source = argv[1], .out = argv[2], .n_samples = 128, .seq_len = 512, .seed = 123};
    if (argc > 3)
        j.n_samples = strtoll(argv[3], NULL, 10);
    if (argc > 4)
        j.seq_len = (size_t)strtoull(argv[4], NULL, 10);
    if (argc > 5)
        j.seed = strtoull(argv[5], NULL, 10);
    if (j.seq_len == 0)
        stop("a row has at least one token");
    MPI_Comm_rank(MPI_COMM_WORLD, &j.rank);
    MPI_Comm_size(MPI_COMM_WORLD, &j.world);
    run(&j);
    MPI_Finalize();
    return 0;
}
