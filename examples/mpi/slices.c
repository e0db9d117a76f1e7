/* SPDX-License-Identifier: MIT */
/* Ranks that share the work: each tokenizes its slice of the corpus, all exchange their numbers of
 * tokens, calib_sampler_rows() tells which rows are wanted, and each rank contributes the tokens of
 * those rows that its slice holds. In the end every rank has the rows that calib_load() would have
 * given it, but none has tokenized the whole text.
 *
 *   mpirun -n 4 ./example-mpi SOURCE OUT [ROWS [SEQ_LEN [SEED]]]
 *
 * OUT gets the rows of all ranks as 32-bit integers, like the output of
 * `calib sample --format bin`. */
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

/* Ends all ranks. */
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

typedef struct choice {
    uint64_t *numbers; /* of this rank's rows, in order */
    size_t n;
} choice;

static choice choose(const job *j, uint64_t n_rows)
{
    calib_sampling how = {
        .struct_size = sizeof how, .rank = (uint32_t)j->rank, .world = (uint32_t)j->world};
    /* The first rank's share is the largest: n_picked / world, rounded up. */
    uint64_t n_asked = (uint64_t)j->n_samples;
    uint64_t n_picked = j->n_samples <= 0 || n_asked > n_rows ? n_rows : n_asked;
    size_t most = (size_t)(n_picked / how.world + 1);
    choice chosen = {.numbers = allocate(most, sizeof *chosen.numbers)};
    check(calib_sampler_rows(&how, n_rows, j->n_samples, j->seed, chosen.numbers, most, &chosen.n));
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

/* Copies the tokens of a row that this rank's slice holds. The rest of the row stays zero. */
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

/* Gives every rank the row numbers of all ranks. */
static uint64_t *gather_numbers(const job *j, const choice *chosen, int *counts, int *n)
{
    int *starts = allocate((size_t)j->world, sizeof *starts);
    int count = (int)chosen->n;
    MPI_Allgather(&count, 1, MPI_INT, counts, 1, MPI_INT, MPI_COMM_WORLD);
    *n = 0;
    for (int i = 0; i < j->world; i++) {
        starts[i] = *n;
        *n += counts[i];
    }
    uint64_t *numbers = allocate((size_t)*n, sizeof *numbers);
    MPI_Allgatherv(chosen->numbers, count, MPI_UINT64_T, numbers, counts, starts, MPI_UINT64_T,
                   MPI_COMM_WORLD);
    free(starts);
    return numbers;
}

/* Each token is in one slice, so a row is the sum of the parts of all ranks. */
static int32_t *exchange_rows(const job *j, calib_corpus *slice, const share *mine,
                              const choice *chosen)
{
    int n, *counts = allocate((size_t)j->world, sizeof *counts);
    uint64_t *numbers = gather_numbers(j, chosen, counts, &n);
    if (j->seq_len > (size_t)INT_MAX / (size_t)(n ? n : 1))
        stop("too many tokens for one exchange");
    int32_t *parts = allocate((size_t)n * j->seq_len, sizeof *parts);
    int32_t *rows = allocate(chosen->n * j->seq_len, sizeof *rows);
    for (int i = 0; i < n; i++)
        put_part(slice, mine, numbers[i] * j->seq_len, j->seq_len, parts + (size_t)i * j->seq_len);
    for (int i = 0; i < j->world; i++)
        counts[i] *= (int)j->seq_len;
    MPI_Reduce_scatter(parts, rows, counts, MPI_INT32_T, MPI_SUM, MPI_COMM_WORLD);
    free(parts);
    free(numbers);
    free(counts);
    return rows;
}

/* Writes the ranks' blocks one after another. */
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
    choice chosen = choose(j, mine.n_all / j->seq_len);
    int32_t *rows = exchange_rows(j, slice, &mine, &chosen);
    write_rows(j, rows, (int)(chosen.n * j->seq_len));
    printf("rank %d of %d: tokens %" PRIu64 " to %" PRIu64 " of %" PRIu64 ", %zu rows\n", j->rank,
           j->world, mine.first, mine.first + mine.n, mine.n_all, chosen.n);
    free(rows);
    free(chosen.numbers);
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
