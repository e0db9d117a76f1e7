/* SPDX-License-Identifier: MIT */
/* calib_sentencepiece.hpp: a model is a tokenizer as long as anything uses it, and failures throw.
 */
#include <calib_sentencepiece.hpp>

#include "tell.h"

#include <cstdlib>
#include <optional>

namespace
{

int status_of_opening(const char *path, std::uint32_t flags)
{
    try {
        calib::sentencepiece opened(path, flags);
    } catch (const calib::error &failed) {
        return *failed.what() ? failed.status() : 0;
    }
    return 0;
}

} // namespace

int main()
{
    const char *bpe = std::getenv("BPE"), *unigram = std::getenv("UNIGRAM");
    std::optional<calib::sentencepiece> model(std::in_place, bpe, CALIB_SENTENCEPIECE_BOS);
    tell(model->get() && !model->why_whole(), "a model that is cut");
    calib::corpus corpus(*model, "builtin");
    calib::sentencepiece_options whole;
    whole.path = bpe;
    whole.flags = CALIB_SENTENCEPIECE_BOS;
    whole.cuts = CALIB_SENTENCEPIECE_CUTS_NONE;
    const calib::corpus same(calib::sentencepiece(whole), "builtin");
    model.reset();
    tell(corpus.info().n_tokens == same.info().n_tokens &&
             corpus.tokens(0, 1000) == same.tokens(0, 1000),
         "a corpus keeps it open");
    tell(calib::sentencepiece(unigram).why_whole() != nullptr, "a model that is not cut");
    tell(status_of_opening("/no/such/file", 0) == CALIB_E_NOT_FOUND, "no such file");
    tell(status_of_opening(unigram, CALIB_SENTENCEPIECE_BOS) == CALIB_E_ARGUMENT, "a BOS it lacks");
    return told_all();
}
