/* SPDX-License-Identifier: MIT */
/* The SentencePiece library itself; nothing else includes its header. A model is loaded as it is,
 * and once more without normalization for parts of texts that are normalized already. */
#ifndef CALIB_SENTENCEPIECE_LIBRARY_H
#define CALIB_SENTENCEPIECE_LIBRARY_H

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace sentencepiece
{
class SentencePieceProcessor;
}

namespace calib_sp
{

struct Special {
    std::int32_t bos, eos, pad, unk; /* -1: none */
};

class Library
{
public:
    enum Processor { AS_MODEL = 0, PLAIN = 1 };

    Library();
    ~Library();

    /** Loads the model. 0, or E_MODEL. */
    int load(const std::string &bytes);

    /** Ids of a text, replacing what is in `ids`. 0, or E_ENCODE. Safe in threads. */
    int encode(Processor processor, const char *text, std::size_t len, std::vector<int> &ids) const;

    const Special &special() const
    {
        return special_;
    }
    std::size_t size() const
    {
        return size_;
    }
    /** A place in the library's code. */
    static const void *code();

    /** Bytes of a piece as they stand in a text: U+2581 is a space, a byte piece its byte. */
    std::string text_of(int id) const;

    /** Loads PLAIN. As load(). */
    int load_plain(const std::string &bytes);

private:
    std::unique_ptr<sentencepiece::SentencePieceProcessor> processors_[2];
    Special special_ = {-1, -1, -1, -1};
    std::size_t size_ = 0;
};

} // namespace calib_sp

#endif
