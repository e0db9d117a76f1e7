/* SPDX-License-Identifier: MIT */
/* The SentencePiece library; no other file includes its header. A model is loaded as it is, and
 * once more without normalization for segments that are already normalized. */
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

    /** Loads AS_MODEL. 0, E_MODEL. */
    int load(const std::string &bytes);

    /** Loads PLAIN, the model without normalization. 0, E_MODEL. */
    int load_plain(const std::string &bytes);

    /** Replaces the contents of `ids` with the ids of a text. 0, E_ENCODE. Thread-safe. */
    int encode(Processor processor, const char *text, std::size_t len, std::vector<int> &ids) const;

    const Special &special() const
    {
        return special_;
    }

    /** Returns the number of pieces. */
    std::size_t size() const
    {
        return size_;
    }

    /** Returns true if this version of the library takes a character whose piece is UNUSED for
     *  unknown; older ones give it the id of the piece. */
    static bool drops_unused();

    /** Returns an address inside the library's code. */
    static const void *code();

    /** Returns the text of a piece: a space for U+2581, the byte for a byte piece. */
    std::string text_of(int id) const;

private:
    std::unique_ptr<sentencepiece::SentencePieceProcessor> processors_[2];
    Special special_ = {-1, -1, -1, -1};
    std::size_t size_ = 0;
};

} // namespace calib_sp

#endif
