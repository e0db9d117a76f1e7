/* SPDX-License-Identifier: MIT */
#include "options.h"

#include "adapter/error.h"
#include "adapter/file.h"
#include "adapter/kinds.h"
#include "adapter/structs.h"
#include "folder.h"
#include "parse_tekken.h"

#include <cstddef>
#include <cstdint>

namespace calib_tj
{

namespace
{

constexpr std::size_t LARGEST_JSON = std::size_t{256} << 20;
constexpr std::size_t LARGEST_CONFIG = std::size_t{16} << 20;
constexpr std::uint32_t KNOWN_FLAGS = CALIB_TOKENIZER_JSON_NO_SPECIAL | CALIB_TOKENIZER_JSON_PLAIN;

/* The size in release 0.1, which brought the last required field. A field that is added later does
 * not change it. */
constexpr std::size_t LEAST_OPTIONS =
    CALIB_ADAPTER_SIZE_THROUGH(calib_tokenizer_json_options, cuts);

/* The last field of today. */
static_assert(sizeof(calib_tokenizer_json_options) ==
                  CALIB_ADAPTER_SIZE_THROUGH(calib_tokenizer_json_options, cuts),
              "calib_tokenizer_json_options has tail padding");

int check_bytes(const calib_tokenizer_json_options &options)
{
    if (!options.path && !options.json)
        return fail(CALIB_E_ARGUMENT, "neither path nor json is given: give one");
    if (options.path && options.json)
        return fail(CALIB_E_ARGUMENT, "both path and json are given: give one");
    if (!options.json && options.json_len)
        return fail(CALIB_E_ARGUMENT, "json_len is %zu, but json is NULL", options.json_len);
    if (!options.config && options.config_len)
        return fail(CALIB_E_ARGUMENT, "config_len is %zu, but config is NULL", options.config_len);
    if (options.path && options.config)
        return fail(CALIB_E_ARGUMENT, "both path and config are given: the config of a path is the "
                                      "tokenizer_config.json beside it");
    return CALIB_OK;
}

int check_size(std::size_t len, std::size_t largest, const char *name)
{
    return len > largest
               ? fail(CALIB_E_MODEL, "not a %s: it has more than %zu bytes", name, largest)
               : CALIB_OK;
}

/* The config that stands beside the file, if there is one. */
int read_config(const std::string &path, std::string &config)
{
    int status = read_file(path.c_str(), LARGEST_CONFIG, config);
    if (status == CALIB_E_NOT_FOUND) {
        clear_error();
        return CALIB_OK;
    }
    return status;
}

} // namespace

int read_options(const calib_tokenizer_json_options *from, calib_tokenizer_json_options &to)
{
    if (!from)
        return fail(CALIB_E_ARGUMENT, "options is NULL");
    int status = read_struct(&to, sizeof to, from, LEAST_OPTIONS, "calib_tokenizer_json_options");
    if (!status)
        status = check_bytes(to);
    if (status)
        return status;
    if (to.flags & ~KNOWN_FLAGS)
        return fail(CALIB_E_ARGUMENT, "flags has the unknown bits 0x%lx",
                    static_cast<unsigned long>(to.flags & ~KNOWN_FLAGS));
    if (to.cuts > CALIB_TOKENIZER_JSON_CUTS_NONE)
        return fail(CALIB_E_ARGUMENT, "cuts is %lu, but must be 0 or 1",
                    static_cast<unsigned long>(to.cuts));
    return CALIB_OK;
}

int read_bytes(const calib_tokenizer_json_options &options, Bytes &json, Bytes &config)
{
    int status = CALIB_OK;
    std::size_t json_len = options.json_len, config_len = options.config_len;
    if (options.path) {
        Files files;
        status = find_files(options.path, files);
        if (!status)
            status = read_file(files.json.c_str(), LARGEST_JSON, json.own);
        if (!status)
            status = read_config(files.config, config.own);
        json_len = json.own.size();
        config_len = config.own.size();
    }
    if (!status)
        status = check_size(json_len, LARGEST_JSON, "tokenizer.json");
    if (!status)
        status = check_size(config_len, LARGEST_CONFIG, "tokenizer_config.json");
    if (status)
        return status;
    auto view = [](const void *given, std::size_t len, const std::string &own) {
        return given ? std::string_view(static_cast<const char *>(given), len)
                     : std::string_view(own);
    };
    json.view = view(options.json, json_len, json.own);
    config.view = view(options.config, config_len, config.own);
    return is_tekken(json.view) ? CALIB_OK : refuse_other_kinds(json.view, Wanted::tokenizer_json);
}

} // namespace calib_tj
