#!/bin/sh
# SPDX-License-Identifier: MIT
# Goes from a fresh clone to calibration rows: installs missing packages, builds calib, trains a small
# SentencePiece model on the builtin corpus, and samples 128 rows of 256 tokens with it.
set -eu
cd "$(dirname "$0")/.."
out=build/example
log=build/example.log

# quietly COMMAND...: shows the output only if the command fails.
quietly() {
    "$@" >>"$log" 2>&1 </dev/null || { echo "failed: $*"; tail -n 100 "$log"; exit 1; }
}

corpus_files() {
    find lib/text/builtin -name '*.txt' | sort | paste -s -d , -
}

train() {
    quietly spm_train --input="$(corpus_files)" --model_prefix="$out/tokenizer" \
        --model_type=bpe --vocab_size=4000 --byte_fallback --character_coverage=0.999 \
        --normalization_rule_name=identity --remove_extra_whitespaces=false \
        --allow_whitespace_only_pieces --max_sentence_length=65536
}

sample() {
    build/examples/calib/calib sample --source builtin --tokenizer "$out/tokenizer.model" \
        --samples 128 --seq-len 256 --cache-dir "$out/cache" "$@"
}

sh examples/install.sh examples/packages.txt
mkdir -p "$out"
: >"$log"
echo "Building calib ..."
if [ ! -f build/build.ninja ]; then
    quietly meson setup build --buildtype=release -Ddownload=enabled -Dsentencepiece=enabled
elif ! grep -q libcalib-sentencepiece build/build.ninja; then
    quietly meson setup --reconfigure build -Dsentencepiece=enabled
fi
quietly ninja -C build examples/calib/calib
echo "Training a tokenizer of 4000 ids on the builtin corpus ..."
train
echo "Sampling ..."
echo
sample --preview 5 -o "$out/rows.npy"
sample -o "$out/rows.safetensors" >/dev/null
echo
echo "In $out: rows.npy, rows.safetensors, tokenizer.model"
