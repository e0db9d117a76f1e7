/* SPDX-License-Identifier: MIT */
/* The public functions. */
#include "error.h"
#include "handle.h"
#include "options.h"

#include <memory>

namespace calib_sp
{

namespace
{

int check_special(const calib_sentencepiece &handle)
{
    const Special &special = handle.library.special();
    if ((handle.flags & CALIB_SENTENCEPIECE_BOS) && special.bos < 0)
        return fail(CALIB_E_ARGUMENT, "the model has no BOS token: open it without BOS");
    if ((handle.flags & CALIB_SENTENCEPIECE_EOS) && special.eos < 0)
        return fail(CALIB_E_ARGUMENT, "the model has no EOS token: open it without EOS");
    return CALIB_OK;
}

const char *first_reason(const calib_sentencepiece_options &options, const Model &model)
{
    if (options.cuts == CALIB_SENTENCEPIECE_CUTS_NONE)
        return "the model was opened so (CALIB_SENTENCEPIECE_CUTS_NONE)";
    return why_whole(model);
}

int open_model(const calib_sentencepiece_options &options, calib_sentencepiece **out)
{
    auto handle = std::make_unique<calib_sentencepiece>();
    handle->flags = options.flags;
    int status = read_bytes(options, handle->bytes);
    if (!status)
        status = read_model(handle->bytes, handle->model);
    if (!status)
        status = handle->library.load(handle->bytes);
    if (!status)
        status = check_special(*handle);
    if (status)
        return status;
    handle->why_whole = first_reason(options, handle->model);
    make_vtable(*handle);
    *out = handle.release();
    return CALIB_OK;
}

/* The handle is const to its user, but the tables come when they are first needed. */
const char *find_reason(calib_sentencepiece &handle)
{
    if (handle.why_whole)
        return handle.why_whole;
    const char *reason = "its tables could not be built";
    border(CALIB_E_MODEL, [&] {
        build_segments(handle);
        reason = handle.segments.why_whole();
        return CALIB_OK;
    });
    return reason;
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
    return calib_sp::border(CALIB_E_MODEL, [&] { return calib_sp::open_model(read, out); });
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

extern "C" const char *calib_sentencepiece_why_whole(const calib_sentencepiece *model)
{
    return model ? calib_sp::find_reason(*static_cast<calib_sentencepiece *>(model->vtable.ctx))
                 : nullptr;
}
