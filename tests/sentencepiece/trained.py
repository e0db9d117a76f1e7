# SPDX-License-Identifier: MIT
"""Models trained over all options that change cutting."""
import os
import subprocess

NAMES = "<sep>,<mask>,<c>"
SYMBOLS = "new york,a b, b,e\u0301t,x\u0304 y,\u30ab\u3099,[ x ],the,\u00e9,<s2>,--,\u2581of,a\u030a"
# Custom rules, as code points: three letters to one, "..." to an ellipsis, a dash to a space and a
# hyphen, a tilde to nothing, several characters with a space among them, four and more of which the
# inner ones are in no other rule, a letter and the last ASCII character.
RULES = "{rules}"
RULE_LINES = ["74 68 65\t78", "2E 2E 2E\t2026", "2014\t20 2D", "7E\t", "61 20 62\t61 62",
              "28 54 4D 29\t2122", "23 57 58 59 5A 23\t", "71 7F\t51"]
BPE = {
    "default": "",
    "small": "--vocab_size=1500",
    "large": "--vocab_size=6000",
    "bytes": "--byte_fallback=true",
    "no-dummy": "--add_dummy_prefix=false",
    "no-trim": "--remove_extra_whitespaces=false",
    "no-dummy-no-trim": "--add_dummy_prefix=false --remove_extra_whitespaces=false",
    "no-dummy-bytes": "--add_dummy_prefix=false --byte_fallback=true",
    "identity": "--normalization_rule_name=identity",
    "identity-no-trim": "--normalization_rule_name=identity --remove_extra_whitespaces=false",
    "llama": "--normalization_rule_name=identity --remove_extra_whitespaces=false --byte_fallback=true"
             " --split_digits=true --allow_whitespace_only_pieces=true",
    "nfkc": "--normalization_rule_name=nfkc",
    "nfkc-cf": "--normalization_rule_name=nfkc_cf",
    "nmt-nfkc-cf": "--normalization_rule_name=nmt_nfkc_cf --byte_fallback=true",
    "nfkc-no-trim": "--normalization_rule_name=nfkc --remove_extra_whitespaces=false",
    "over-spaces": "--split_by_whitespace=false",
    "over-spaces-no-trim": "--split_by_whitespace=false --remove_extra_whitespaces=false",
    "suffix": "--treat_whitespace_as_suffix=true",
    "suffix-no-trim": "--treat_whitespace_as_suffix=true --remove_extra_whitespaces=false",
    "suffix-no-dummy": "--treat_whitespace_as_suffix=true --add_dummy_prefix=false",
    "suffix-bytes": "--treat_whitespace_as_suffix=true --byte_fallback=true"
                    " --normalization_rule_name=identity",
    "suffix-over-spaces": "--treat_whitespace_as_suffix=true --split_by_whitespace=false",
    "digits": "--split_digits=true",
    "spaces": "--allow_whitespace_only_pieces=true",
    "spaces-no-trim": "--allow_whitespace_only_pieces=true --remove_extra_whitespaces=false",
    "spaces-suffix": "--allow_whitespace_only_pieces=true --remove_extra_whitespaces=false"
                     " --treat_whitespace_as_suffix=true",
    "few-characters": "--character_coverage=0.98",
    "few-characters-bytes": "--character_coverage=0.98 --byte_fallback=true",
    "fewest-characters": "--character_coverage=0.98 --normalization_rule_name=identity",
    "control": "--control_symbols=" + NAMES,
    "control-letter": "--control_symbols=q,<sep>",
    "scripts": "--split_by_unicode_script=false --split_by_number=false",
    "short-pieces": "--max_sentencepiece_length=3",
    "long-pieces": "--max_sentencepiece_length=40 --split_by_whitespace=false",
    "named": "--user_defined_symbols=" + NAMES,
    "rules": "--normalization_rule_tsv=" + RULES,
    "rules-no-trim": "--remove_extra_whitespaces=false --normalization_rule_tsv=" + RULES,
}
SYMBOL_OPTIONS = {  # symbols with spaces and marks inside
    "symbols": "",
    "symbols-identity": "--normalization_rule_name=identity",
    "symbols-nfkc-cf": "--normalization_rule_name=nfkc_cf",
    "symbols-no-trim": "--remove_extra_whitespaces=false",
    "symbols-bytes": "--byte_fallback=true --add_dummy_prefix=false",
    "symbols-suffix": "--treat_whitespace_as_suffix=true",
}
CHAR = {
    "default": "", "identity": "--normalization_rule_name=identity", "few-characters":
    "--character_coverage=0.98", "no-trim": "--remove_extra_whitespaces=false",
    "suffix": "--treat_whitespace_as_suffix=true", "bytes": "--byte_fallback=true",
}
UNIGRAM = {
    "default": "", "bytes": "--byte_fallback=true", "no-trim": "--remove_extra_whitespaces=false",
    "identity": "--normalization_rule_name=identity", "no-dummy": "--add_dummy_prefix=false",
    "suffix": "--treat_whitespace_as_suffix=true", "over-spaces": "--split_by_whitespace=false",
    "symbols": "--user_defined_symbols=<sep>,e\u0301t,--", "few-characters":
    "--character_coverage=0.98",
}
WORD = {
    "default": "", "identity": "--normalization_rule_name=identity",
    "no-trim": "--remove_extra_whitespaces=false", "suffix": "--treat_whitespace_as_suffix=true",
}


def trainings():
    """Yields the name, the options of spm_train, and the reason why texts are encoded whole; "" if
    they must be cut."""
    whys = {"unigram": "a unigram model", "word": "a word model"}
    for kind, table in ("bpe", BPE), ("char", CHAR), ("unigram", UNIGRAM), ("word", WORD):
        for name, options in table.items():
            yield kind + "-" + name, ["--model_type=" + kind] + options.split(), whys.get(kind, "")
    for kind in ("bpe", "char"):
        for name, options in SYMBOL_OPTIONS.items():
            yield (kind + "-" + name, ["--model_type=" + kind, "--user_defined_symbols=" + SYMBOLS]
                   + options.split(), "")


# Models of every type, and one for each option that a rule of cutting depends on.
BOUNDED = (
    "bpe-default", "bpe-llama", "bpe-no-dummy-bytes", "bpe-nfkc-cf", "bpe-over-spaces-no-trim",
    "bpe-suffix", "bpe-spaces-suffix", "bpe-few-characters", "bpe-fewest-characters", "bpe-control",
    "bpe-control-letter", "bpe-scripts", "bpe-long-pieces", "bpe-named", "bpe-rules",
    "bpe-rules-no-trim", "bpe-symbols", "bpe-symbols-no-trim", "bpe-symbols-suffix", "char-default",
    "char-bytes", "char-suffix", "char-symbols-nfkc-cf", "unigram-symbols", "word-default")


def bounded():
    """Returns the trainings named in BOUNDED."""
    chosen = [training for training in trainings() if training[0] in BOUNDED]
    assert len(chosen) == len(BOUNDED), "a name in BOUNDED is no training"
    return chosen


def train(spm_train, texts, directory, name, options, short=False):
    """Trains a model on texts of the folder `texts`, on half of them if `short`, and returns its path."""
    prefix = os.path.join(directory, name)
    options = [option.replace(RULES, prefix + ".tsv") for option in options]
    with open(prefix + ".tsv", "w", encoding="ascii") as file:
        file.write("\n".join(RULE_LINES) + "\n")
    names = ["prose", "languages-west", "languages-world"] + ([] if short else ["technical", "code"])
    defaults = ["--vocab_size=2500", "--character_coverage=0.999", "--hard_vocab_limit=false",
                "--num_threads=1", "--minloglevel=2", "--max_sentence_length=20000"]
    run = subprocess.run([spm_train, "--model_prefix=" + prefix, "--input=" + ",".join(
        os.path.join(texts, text + ".txt") for text in names)] + defaults + options,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env=dict(os.environ, MALLOC_PERTURB_="0"))  # it is not spm_train that is tested
    if run.returncode:
        raise RuntimeError("spm_train failed: " + run.stdout.decode(errors="replace")[-500:])
    return prefix + ".model"
