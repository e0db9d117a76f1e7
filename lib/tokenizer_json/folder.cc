/* SPDX-License-Identifier: MIT */
#include "folder.h"

#include "adapter/error.h"
#include "adapter/kinds.h"

#include <filesystem>
#include <system_error>

namespace calib_tj
{

namespace
{

namespace fs = std::filesystem;

/* A folder with more entries than this is no model's. */
constexpr int MOST_ENTRIES = 10000;

/* What a folder has instead of a tokenizer.json, and what to do. */
struct Instead {
    const char *ending; /* of the name; all of it if it has a letter before the dot */
    const char *remedy;
};

/* In the order in which they are preferred. */
constexpr Instead INSTEAD[] = {
    {".model", "if it is a SentencePiece model, open it with calib-sentencepiece, or name it after "
               "--tokenizer"},
    {".tiktoken", remedies::RANKS},
    {"merges.txt", remedies::MERGES},
    {"vocab.json", remedies::MERGES},
    {"vocab.txt", remedies::WORDS},
    {".gguf", remedies::GGUF},
};
constexpr std::size_t N_INSTEAD = sizeof INSTEAD / sizeof *INSTEAD;

std::size_t place_of(const std::string &name)
{
    for (std::size_t i = 0; i < N_INSTEAD; i++) {
        std::string ending = INSTEAD[i].ending;
        bool ends = name.size() >= ending.size() &&
                    name.compare(name.size() - ending.size(), ending.size(), ending) == 0;
        if (ends && (ending[0] == '.' || name == ending))
            return i;
    }
    return N_INSTEAD;
}

int fail_missing(const fs::path &folder)
{
    std::size_t best = N_INSTEAD;
    std::string best_name;
    std::error_code error;
    fs::directory_iterator entries(folder, error), none;
    for (int n = 0; !error && entries != none && n < MOST_ENTRIES; n++) {
        std::string name = entries->path().filename().string();
        std::size_t place = place_of(name);
        if (place < best || (place == best && place < N_INSTEAD && name < best_name)) {
            best = place;
            best_name = name;
        }
        entries.increment(error);
    }
    std::string shown = folder.string();
    if (best == N_INSTEAD)
        return fail(CALIB_E_NOT_FOUND,
                    "no tokenizer.json in the folder %s: name a folder that has one, or the file",
                    shown.c_str());
    return fail(CALIB_E_NOT_FOUND, "no tokenizer.json in the folder %s, but %s: %s", shown.c_str(),
                best_name.c_str(), INSTEAD[best].remedy);
}

} // namespace

int find_files(const char *path, Files &files)
{
    fs::path json = path;
    std::error_code error; /* of a path that does not exist; reading it reports that */
    if (fs::is_directory(json, error)) {
        fs::path folder = json;
        json /= "tokenizer.json";
        if (!fs::exists(json, error) && !error)
            json.replace_filename("tekken.json");
        if (!fs::exists(json, error) && !error)
            return fail_missing(folder);
    }
    files.json = json.string();
    files.config = json.replace_filename("tokenizer_config.json").string();
    return CALIB_OK;
}

} // namespace calib_tj
