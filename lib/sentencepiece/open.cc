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
        return fail(CALIB_E_NO_SPECIAL, "the model has no BOS token: open it without BOS");
    if ((handle.flags & CALIB_SENTENCEPIECE_EOS) && special.eos < 0)
        return fail(CALIB_E_NO_SPECIAL, "the model has no EOS token: open it without EOS");
    return CALIB_OK;
}

int open_model(const calib_sentencepiece_options &options, calib_sentencepiece **out)
{
    auto handle = std::make_unique<calib_sentencepiece>();
    handle->flags = options.flags;
    int status = read_model(options, handle->bytes);
    if (!status)
        status = handle->library.load(handle->bytes);
    if (!status)
        status = check_special(*handle);
    if (status)
        return status;
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
        return calib_sp::fail(CALIB_E_NULL, "out is NULL");
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

extern "C" const calib_tokenizer_vtable *
calib_sentencepiece_vtable(const calib_sentencepiece *model)
{
    return model ? &model->vtable : nullptr;
}

extern "C" const char *calib_sentencepiece_why_whole(const calib_sentencepiece *model)
{
    return model && !model->why_whole.empty() ? model->why_whole.c_str() : nullptr;
}
