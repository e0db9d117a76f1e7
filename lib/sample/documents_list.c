/* SPDX-License-Identifier: MIT */
/* The sampler "documents-list": exactly the documents that are listed, each cut to one row. */
#include "base/error.h"
#include "sample/picks.h"

static int pick(const calib_sampler_input *input, calib_picks *picks)
{
    int status = CALIB_OK;
    for (size_t i = 0; !status && i < input->n_numbers; i++) {
        calib_span document = {.document = input->numbers[i]};
        if (document.document >= input->view->n_documents)
            return calib_fail(CALIB_E_ARGUMENT, "document %llu is not there, only %llu are",
                              (unsigned long long)document.document,
                              (unsigned long long)input->view->n_documents);
        status = calib_pick_length(input, &document);
        if (!status && document.n == 0)
            return calib_fail(CALIB_E_ARGUMENT, "document %llu has no tokens, so it gives no row",
                              (unsigned long long)document.document);
        if (!status)
            status = calib_picks_add(picks, &document);
    }
    return status;
}

static int plan(const calib_sampler_input *input, const calib_row_sink *sink)
{
    calib_picks picks = {0};
    int status = pick(input, &picks);
    if (!status)
        status = calib_plan_cut(input, sink, &picks, input->n_numbers);
    calib_picks_free(&picks);
    return status;
}

const calib_sampler *calib_sampler_documents_listed(void)
{
    static const calib_sampler listed = {
        .name = "documents-list",
        .line = "exactly the documents that numbers lists, each cut to seq_len",
        .counts = CALIB_COUNTS_DOCUMENTS,
        .sees_documents = true,
        .takes_all = true,
        .reads = CALIB_READS_NUMBERS | CALIB_READS_SHORT,
        .plan = plan,
    };
    return &listed;
}
