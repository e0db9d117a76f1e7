/* SPDX-License-Identifier: MIT */
/* The public functions. */
#include "adapter/error.h"
#include "adapter/kinds.h"
#include "handle.h"
#include "options.h"

#include <memory>

namespace calib_sp
{

namespace
{

int open_model(const calib_sentencepiece_options &options, calib_sentencepiece **out)
{
    auto handle = std::make_unique<calib_sentencepiece>();
    handle->flags = options.flags;
    int status = read_bytes(options, handle->bytes);
    if (!status)
        status = refuse_other_kinds(handle->bytes, Wanted::sentencepiece_model);
    if (!status)
        status = read_model(handle->bytes, handle->model);
    if (!status)
        status = handle->library.load(handle->bytes);
    if (status)
        return status;
    const Special &special = handle->library.special();
    if ((options.flags & CALIB_SENTENCEPIECE_BOS) && special.bos < 0)
        return fail(CALIB_E_ARGUMENT,
                    "flags has CALIB_SENTENCEPIECE_BOS, but the model has no BOS token");
    if ((options.flags & CALIB_SENTENCEPIECE_EOS) && special.eos < 0)
        return fail(CALIB_E_ARGUMENT,
                    "flags has CALIB_SENTENCEPIECE_EOS, but the model has no EOS token");
    handle->why_whole = options.cuts == CALIB_SENTENCEPIECE_CUTS_NONE
                            ? "the model was opened with CALIB_SENTENCEPIECE_CUTS_NONE"
                            : why_whole(handle->model);
    make_vtable(*handle);
    *out = handle.release();
    return CALIB_OK;
}

} // namespace

} // namespace calib_sp

extern "C" int calib_sentencepiece_open(const calib_sentencepiece_options *options,
                                        calib_sentencepiece **out)
{
    calib_sp::clear_error();
    if (!out)
        return calib_sp::fail(CALIB_E_ARGUMENT, "out is NULL");
    *out = nullptr;
    calib_sentencepiece_options read = {};
    int status = calib_sp::read_options(options, read);
    if (status)
        return status;
    return calib_sp::guarded(CALIB_E_MODEL, [&] { return calib_sp::open_model(read, out); });
}

extern "C" void calib_sentencepiece_close(calib_sentencepiece *model)
{
    delete model;
}

extern "C" const calib_tokenizer_vtable *calib_sentencepiece_vtable(
    const calib_sentencepiece *model)
{
    return model ? &model->vtable : nullptr;
}

/* The handle is const to its user, but the tables are built when they are first needed. */
extern "C" const char *calib_sentencepiece_why_whole(const calib_sentencepiece *model)
{
    if (!model || model->why_whole)
        return model ? model->why_whole : nullptr;
    auto &handle = *static_cast<calib_sentencepiece *>(model->vtable.ctx);
    int status = calib_sp::guarded(CALIB_E_MODEL, [&] { return calib_sp::build_segments(handle); });
    return status ? "the tables of the model could not be built" : handle.segments.why_whole();
}

extern "C" int calib_sentencepiece_last_error(calib_error *out)
{
    return calib_sp::copy_last_error(out);
}
