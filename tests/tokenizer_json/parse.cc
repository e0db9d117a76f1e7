/* SPDX-License-Identifier: MIT */
/* What is read from small tokenizer.json and tokenizer_config.json files, and what is refused with
 * which words. parse_live.py compares the reader with the reference. */
#include "tokenizer_json/parse.h"

#include "adapter/error.h"
#include "tokenizer_json/config.h"
#include "tokenizer_json/options.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

namespace
{

using namespace calib_tj;

int n_tests = 0, n_failed = 0;

void check(const std::string &what, bool good)
{
    n_failed += !good;
    std::printf("%sok %d - %s\n", good ? "" : "not ", ++n_tests, what.c_str());
}

/* A file whose parts are given; `more` begins with a comma. */
std::string file(const std::string &model, const std::string &more = "")
{
    return "{\"version\":\"1.0\",\"model\":{\"type\":\"BPE\"," + model + "}" + more + "}";
}

const std::string AB = R"("vocab":{"a":0,"b":1,"ab":2},"merges":["a b"])";

std::string added(const std::string &content, const std::string &flags = "")
{
    std::string token = R"({"id":7,"content":")" + content + '"';
    for (const char *name : {"single_word", "lstrip", "rstrip", "normalized", "special"})
        token += std::string(",\"") + name +
                 "\":" + (flags.find(std::string("+") + name) != flags.npos ? "true" : "false");
    return token + "}";
}

using Strings = std::vector<std::string>;

Strings list(const Texts &texts)
{
    Strings strings;
    for (std::size_t i = 0; i < texts.size(); i++)
        strings.emplace_back(texts[i]);
    return strings;
}

Spec read(const std::string &bytes)
{
    Spec spec;
    if (parse(bytes, spec))
        std::printf("# %s\n", last_error().message);
    return spec;
}

void refuse(const std::string &bytes, int status, const std::string &words)
{
    Spec spec;
    int is = parse(bytes, spec);
    std::string message = last_error().message;
    bool good = is == status && message.find(words) != message.npos;
    if (!good)
        std::printf("# %d %s\n", is, message.c_str());
    check("refused: " + words, good);
}

void test_model()
{
    std::string bytes = file(R"("unk_token":"a","fuse_unk":true,"byte_fallback":true,)"
                             R"("ignore_merges":true,"end_of_word_suffix":"</w>",)" +
                             AB);
    Spec spec = read(bytes);
    const ModelSpec &model = spec.model;
    check("flags", model.fuse_unk && model.byte_fallback && model.ignore_merges &&
                       model.has_unknown && model.unknown == "a" && model.suffix == "</w>" &&
                       model.prefix.empty());
    check("the vocabulary", list(model.entries) == Strings({"a", "b", "ab"}) &&
                                model.ids == std::vector<std::int32_t>({0, 1, 2}) &&
                                spec.largest_id == 2);
    check("the merges", list(model.merges) == Strings({"a", "b"}) && !model.is_ranked);
    spec = read(file(R"("vocab":{"a":5,"b":2147483647},"merges":[["a","b"],["b","a"]])"));
    check("pairs and the largest id", list(spec.model.merges) == Strings({"a", "b", "b", "a"}) &&
                                          spec.largest_id == 2147483647);
    spec = read(file(R"("vocab":{"a":2,"b":0},"merges":["#version: 0.2 of x","\u0061\u0020b"])"));
    check("a version among merges, and escapes", list(spec.model.merges) == Strings({"a", "b"}));
    spec = read(R"({"model":{"vocab":{},"merges":[]}})");
    check("nothing but a model without type", spec.model.ids.empty() && spec.largest_id == -1);
}

void test_added_tokens()
{
    std::string tokens = ",\"added_tokens\":[" + added("X", "+special") + "," + added("ab") + "," +
                         added("") + "," + added("X", "+lstrip+rstrip") + "," +
                         added("Y\\n", "+normalized+single_word") + "]";
    std::string holes = R"("vocab":{"a":0,"b":1,"ab":9},"merges":["a b"])";
    for (bool first : {false, true}) {
        std::string bytes = file(holes, tokens);
        if (first)
            bytes = "{" + tokens.substr(1) + "," + file(holes).substr(1);
        Spec spec = read(bytes);
        const std::vector<AddedToken> &is = spec.added_tokens;
        check(first ? "added tokens before the model" : "added tokens behind the model",
              is.size() == 3 && is[0].content == "ab" && is[0].id == 9 && is[1].content == "X" &&
                  is[1].id == 3 && is[1].special && is[1].lstrip && is[1].rstrip &&
                  is[2].content == "Y\n" && is[2].id == 4 && is[2].normalized &&
                  is[2].single_word && !is[2].special);
    }
    Spec spec = read(file(R"("vocab":{"a":0,"b":1,"ab":3},"merges":["a b"])",
                          ",\"added_tokens\":[" + added("X") + "," + added("ab") + "]"));
    check("an id that the vocabulary has as well: the later token stays",
          spec.added_tokens.size() == 1 && spec.added_tokens[0].content == "ab");
}

void test_steps()
{
    Spec spec = read(file(
        AB,
        R"(,"normalizer":{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"_"},)"
        R"({"pattern":{"Regex":"x"},"content":"y","type":"Replace"},)"
        R"({"type":"Strip","strip_left":false,"strip_right":true},{"type":"NFKC"}]},)"
        R"("pre_tokenizer":{"type":"Sequence","pretokenizers":[)"
        R"({"type":"Sequence","pretokenizers":[{"type":"Digits","individual_digits":true}]},)"
        R"({"type":"Split","pattern":{"String":" "},"behavior":"MergedWithNext","invert":true},)"
        R"({"type":"Metaspace","replacement":"▁","prepend_scheme":"first","split":false},)"
        R"({"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":false}]})"));
    using N = NormalizerStep::Kind;
    const std::vector<NormalizerStep> &n = spec.normalizer;
    check("normalizers", n.size() == 4 && n[0].kind == N::prepend && n[0].content == "_" &&
                             n[1].kind == N::replace_regex && n[1].pattern == "x" &&
                             n[1].content == "y" && n[2].kind == N::strip && !n[2].left &&
                             n[2].right && n[3].kind == N::nfkc);
    using P = PreTokenizerStep::Kind;
    const std::vector<PreTokenizerStep> &p = spec.pre_tokenizer;
    check("pre-tokenizers",
          p.size() == 4 && p[0].kind == P::digits && p[0].individual_digits &&
              p[1].kind == P::split_string && p[1].behavior == Behavior::merged_with_next &&
              p[1].invert && p[2].kind == P::metaspace && !p[2].split &&
              p[2].prepend == PreTokenizerStep::Prepend::first && p[2].replacement == "▁" &&
              p[3].kind == P::byte_level && p[3].add_prefix_space && !p[3].use_regex);
}

void test_ends()
{
    Spec spec = read(file(
        AB, R"(,"post_processor":{"type":"TemplateProcessing","single":[)"
            R"({"SpecialToken":{"id":"s","type_id":0}},{"Sequence":{"id":"A","type_id":0}},)"
            R"({"SpecialToken":{"id":"e","type_id":0}},{"SpecialToken":{"id":"s","type_id":0}}],)"
            R"("pair":[],"special_tokens":{"s":{"id":"s","ids":[30,31],"tokens":["x","y"]},)"
            R"("e":{"id":"e","ids":[4],"tokens":["z"]}}},"truncation":{"a":[]},"padding":null)"));
    check("a template", spec.before == std::vector<std::int32_t>{30, 31} &&
                            spec.behind == std::vector<std::int32_t>{4, 30, 31} &&
                            spec.largest_id == 31);
    check("truncation and padding",
          spec.ignored.size() == 1 && spec.ignored[0] == std::string("truncation"));
}

void test_messages()
{
    refuse(file(AB, R"(,"pre_tokenizer":{"type":"Sequence","pretokenizers":[)"
                    R"({"type":"Whitespace"},{"type":"UnicodeScripts"}]})"),
           CALIB_E_UNSUPPORTED,
           "pre_tokenizer.pretokenizers[1].type is \"UnicodeScripts\", which this version does not "
           "know");
    refuse(file(AB, R"(,"decoder":{"type":"Rot13"})"), CALIB_E_UNSUPPORTED,
           "decoder.type is \"Rot13\"");
    refuse(
        R"({"model":{"vocab":[["a",0]],"type":"Unigram"}})", CALIB_E_UNSUPPORTED,
        "model.type is \"Unigram\", which this version does not open; calib-sentencepiece opens");
    refuse(R"({"model":{"type":"WordLevel","vocab":{"a":0},"unk_token":"a"}})", CALIB_E_UNSUPPORTED,
           "model.type is \"WordLevel\"");
    refuse(file(AB + R"(,"dropout":0.1)"), CALIB_E_UNSUPPORTED, "model.dropout is not 0");
    refuse(file(AB + R"(,"\u0064ropout":0.1)"), CALIB_E_UNSUPPORTED, "is a field");
    refuse(file(R"("vocab":{"a":1,"b":1},"merges":[])"), CALIB_E_UNSUPPORTED,
           "model.vocab gives two entries the same id");
    refuse(file(R"("vocab":{"a":3,"b":1,"c":3},"merges":[])"), CALIB_E_UNSUPPORTED,
           "model.vocab gives two entries the same id");
    refuse(file(R"("vocab":{"a":2147483648},"merges":[])"), CALIB_E_UNSUPPORTED,
           "model.vocab.a is an id beyond 2147483647");
    refuse(file(R"("vocab":{"a":1.5},"merges":[])"), CALIB_E_MODEL,
           "model.vocab.a is no integer from 0 to 4294967295 (byte 52 of tokenizer.json)");
    refuse(file(R"("vocab":{},"merges":["a b c"])"), CALIB_E_MODEL,
           "model.merges[0] is not two parts");
    refuse(file(AB, R"(,"normalizer":null,"normalizer":null)"), CALIB_E_MODEL,
           "normalizer is given twice");
    refuse("{} x", CALIB_E_MODEL, "tokenizer.json has no model");
    refuse(file(AB) + "x", CALIB_E_MODEL, "tokenizer.json is not JSON: something stands behind");
    refuse("[]", CALIB_E_UNSUPPORTED, "tokenizer.json is an array instead of an object");
    refuse(file(AB, R"(,"normalizer":{"type":"Prepend"})"), CALIB_E_MODEL,
           "normalizer has no prepend");
}

std::string repeated(const std::string &text, std::size_t n)
{
    std::string all;
    for (std::size_t i = 0; i < n; i++)
        all += text;
    return all;
}

/* Each would take long, or much memory, if something were not bounded. */
void test_hostile()
{
    std::string nested = repeated(R"({"type":"Sequence","normalizers":[)", 300);
    refuse(file(AB, ",\"normalizer\":" + nested), CALIB_E_UNSUPPORTED, "is a sequence in too many");
    std::string late =
        repeated(R"({"normalizers":[)", 300) + "null" + repeated(R"(],"type":"Sequence"})", 300);
    refuse(file(AB, ",\"normalizer\":" + late), CALIB_E_MODEL, "nested too deep");
    refuse(repeated("[", 1 << 20), CALIB_E_UNSUPPORTED, "is an array");
    refuse(file(AB, ",\"padding\":{\"a\":" + repeated("[", 1 << 20)), CALIB_E_MODEL,
           "nested too deep");
    refuse(file(AB, ",\"" + std::string(1 << 20, 'k') + "\":0"), CALIB_E_UNSUPPORTED,
           "kkk... is a field");
    std::string tokens, vocab;
    for (int i = 0; i < 100000; i++) {
        tokens += "," + added("<" + std::to_string(i % 60000) + ">");
        vocab += ",\"<" + std::to_string(3 * i) + ">\":" + std::to_string(2147483647 - 7 * i);
    }
    Spec spec = read(file("\"vocab\":{" + vocab.substr(1) + "},\"merges\":[]",
                          ",\"added_tokens\":[" + tokens.substr(1) + "]"));
    check("many added tokens and a wide vocabulary", spec.added_tokens.size() == 60000 &&
                                                         spec.added_tokens[3].id == 2147483640 &&
                                                         spec.added_tokens[1].id == 100000);
}

void test_config()
{
    std::string json = file(AB + R"(,"unk_token":"a")", ",\"added_tokens\":[" + added("<e>") + "]");
    Spec spec = read(json);
    Config config;
    std::string bytes =
        R"({"more":{"eos_token":1},"eos_token":{"x":[],"content":"<e>"},"pad_token":"b",)"
        R"("unk_token":null,"added_tokens_decoder":{"3":{"content":"<e>"},"9":{"content":"<new>"},)"
        R"("2":{"content":"ab"}}})";
    int status = parse_config(bytes, spec, config);
    check("a config", status == 0 && config.eos == 3 && config.pad == 1 && config.unk == 0 &&
                          config.ignored_tokens == std::vector<std::string>{"<new>"});
    status = parse_config("", spec, config);
    check("no config", status == 0 && config.eos == -1 && config.pad == -1 && config.unk == 0 &&
                           config.ignored_tokens.empty());
    status = parse_config("{\"eos_token\":}", spec, config);
    check("a damaged config",
          status == CALIB_E_MODEL &&
              std::string(last_error().message).find("tokenizer_config.json is not JSON") == 0);
    status =
        parse_config(R"({"eos_token":false,"pad_token":[1],"unk_token":"none"})", spec, config);
    check("a config that names no token",
          status == 0 && config.eos == -1 && config.pad == -1 && config.unk == -1);
}

/* Opens a path, and returns the status, with the message or what was read. */
int open(const std::string &path, std::string &message, std::string &config_bytes)
{
    calib_tokenizer_json_options from = {}, options = {};
    from.struct_size = sizeof from;
    from.path = path.c_str();
    Bytes json, config;
    int status = read_options(&from, options);
    if (!status)
        status = read_bytes(options, json, config);
    message = status ? last_error().message : json.own;
    config_bytes = config.own;
    return status;
}

void write(const std::filesystem::path &path, const std::string &bytes)
{
    std::ofstream(path, std::ios::binary) << bytes;
}

void test_paths()
{
    namespace fs = std::filesystem;
    fs::path folder = fs::temp_directory_path() / ("calib-parse-" + std::to_string(std::rand()));
    fs::remove_all(folder);
    fs::create_directories(folder / "sub");
    std::string message, config, at = folder.string();
    auto says = [&](const std::string &path, int status, const std::string &words) {
        int is = open(path, message, config);
        bool good = is == status && message.find(words) != message.npos;
        if (!good)
            std::printf("# %d %s\n", is, message.c_str());
        check("a path: " + words, good);
    };
    says(at, CALIB_E_NOT_FOUND, "no tokenizer.json in the folder");
    write(folder / "merges.txt", "#version: 0.2\n");
    says(at, CALIB_E_NOT_FOUND, "but merges.txt: make a tokenizer.json of");
    write(folder / "z.model", "\n\x0e\n\x05<unk>\x15");
    write(folder / "spiece.model", "");
    says(at, CALIB_E_NOT_FOUND, "but spiece.model: if it is a SentencePiece model");
    says(at + "/z.model", CALIB_E_MODEL, "but a SentencePiece model: open it with");
    says(at + "/merges.txt", CALIB_E_MODEL,
         "but merges.txt, a part of a Hugging Face tokenizer: make a tokenizer.json");
    says(at + "/none.json", CALIB_E_NOT_FOUND, "none.json");
    write(folder / "tokenizer.json", file(AB));
    says(at, CALIB_OK, file(AB));
    check("no config beside it", config.empty());
    write(folder / "tokenizer_config.json", R"({"tokenizer_class":"x"})");
    says(at, CALIB_OK, file(AB));
    check("the config beside it", config == R"({"tokenizer_class":"x"})");
    says(at + "/tokenizer_config.json", CALIB_E_MODEL, "but a tokenizer_config.json: name the");
    fs::remove_all(folder);
}

/* Files of other kinds, as their programs write them. */
void test_kinds()
{
    auto says = [](const std::string &bytes, const std::string &words) {
        calib_tokenizer_json_options options = {};
        Bytes json, config;
        options.json = bytes.data();
        options.json_len = bytes.size();
        bool good = read_bytes(options, json, config) == CALIB_E_MODEL &&
                    std::string(last_error().message).find(words) != std::string::npos;
        if (!good)
            std::printf("# %s\n", last_error().message);
        check("named: " + words, good);
    };
    says("IQ== 0\nIg== 1\nIw== 2\n", "a tiktoken file of ranks, without the pattern");
    says(std::string("GGUF\3\0\0\0\x23\1", 10), "but a GGUF model: take the tokenizer.json of");
    says("[PAD]\n[UNK]\n[CLS]\n", "but vocab.txt, a part of a BERT tokenizer: make");
    says("[PAD]\r\n[UNK]\r\n",
         "tokenizers.BertWordPieceTokenizer(vocab).save(path), with lowercase=False");
    says("#version: 0.2\nh e\n", "tokenizers.ByteLevelBPETokenizer(vocab, merges).save(path)");
    for (const char *json :
         {R"({"!":0,"\"":1,"#":2})", "{ \"\\\\\" :\n0 , \"a\": 12}", R"({"config":0})"})
        says(json, "but vocab.json, a part of a Hugging Face tokenizer: make a tokenizer.json of");
    for (const char *json : {"{}", R"({"a":0,"b":"x"})", R"({"a":0.5})", R"({"a":)", R"({"a":0,})",
                             R"({"a\)", R"({"eos_token_id":2,"eos_token":"</s>"})", R"({"a":[1]})"})
        says(json, "but other JSON: name the tokenizer.json");
    says(R"({"tokenizer_class":"x","model_max_length":1})", "a tokenizer_config.json: name the");
}

void test_options()
{
    calib_tokenizer_json_options from = {}, to = {};
    auto says = [&](const char *what, int status) {
        check(what, read_options(&from, to) == status && (!status || *last_error().message));
    };
    says("no size", CALIB_E_ARGUMENT);
    from.struct_size = sizeof from;
    says("neither path nor bytes", CALIB_E_ARGUMENT);
    from.path = "x";
    says("a path", CALIB_OK);
    from.config = "{}";
    says("a path and a config", CALIB_E_ARGUMENT);
    from.config = nullptr;
    from.json = "{}";
    says("a path and bytes", CALIB_E_ARGUMENT);
    from.path = nullptr;
    says("bytes", CALIB_OK);
    from.flags = 4;
    says("unknown flags", CALIB_E_ARGUMENT);
    from.flags = 3;
    from.cuts = 2;
    says("unknown cuts", CALIB_E_ARGUMENT);
    from.cuts = 1;
    says("known flags and cuts", CALIB_OK);
    check("NULL", read_options(nullptr, to) == CALIB_E_ARGUMENT);
    Bytes json, config;
    to.json_len = (std::size_t{256} << 20) + 1;
    check("too many bytes", read_bytes(to, json, config) == CALIB_E_MODEL);
    to.json_len = 2;
    check("other JSON", read_bytes(to, json, config) == CALIB_E_MODEL);
}

} // namespace

int main()
{
    test_model();
    test_added_tokens();
    test_steps();
    test_ends();
    test_messages();
    test_hostile();
    test_config();
    test_paths();
    test_kinds();
    test_options();
    std::printf("1..%d\n", n_tests);
    return n_failed > 0;
}
