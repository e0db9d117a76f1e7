#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Measures the charts of docs/performance.md and writes tests/bench/figures.json; plot.py draws them.

usage: figures.py --build DIR --text FILE --model FILE --python PYTHON [--tokenizers DIR] [--only CHART]...

TEXT is as for tokenize.py, MODEL a SentencePiece model, PYTHON one that has tokenizers, sentencepiece, mlx and
mlx_lm, DIR what tests/tokenizer_json/files.py made. All times are seconds of processors, user and system, of whole
processes on one thread, the best of several in turn: other programs on the machine disturb them less than wall
times. The ids of calib and of the peer must be equal. Each chart notes its day, its machine and the load."""
import argparse
import datetime
import json
import os
import pathlib
import platform
import re
import subprocess
import sys
import tempfile

sys.path.pop(0)  # this folder's tokenize.py is not Python's

HERE = pathlib.Path(__file__).resolve().parent
FIGURES = HERE / "figures.json"
MODELS = {"llama3": "Llama 3", "qwen3": "Qwen 3", "gptoss": "gpt-oss", "deepseek_v3": "DeepSeek V3",
          "gemma3": "Gemma 3", "llama2": "Llama 2", "minilm": "MiniLM"}
WRITE = "import array, sys\nmodel, text, out = sys.argv[1:4]\ndata = open(text, encoding='utf8', newline='').read()\n"
TOKENIZERS = WRITE + """
import tokenizers
tokenizer = tokenizers.Tokenizer.from_file(model)
tokenizer.no_truncation()
tokenizer.no_padding()
array.array("i", tokenizer.encode(data, add_special_tokens=False).ids).tofile(open(out, "wb"))
"""
SENTENCEPIECE = WRITE + """
import sentencepiece
processor = sentencepiece.SentencePieceProcessor(model_file=model)
array.array("i", processor.encode(data)).tofile(open(out, "wb"))
"""
PARALLEL = SENTENCEPIECE.replace("encode(data)", "parallel_encode(data, chunk_len=1000, num_threads=1)")
LOAD_DATA = WRITE + """
import os, pathlib, time
import mlx.core as mx, sentencepiece
from mlx_lm.quant.utils import load_data
processor = sentencepiece.SentencePieceProcessor(model_file=model)
class Tokenizer:
    def encode(self, text, return_tensors):
        return mx.array([processor.encode(text)], dtype=mx.int32)
cached = pathlib.Path(os.environ["HOME"], ".cache", "mlx-lm", "calibration_v5.txt")
cached.parent.mkdir(parents=True, exist_ok=True)
cached.write_text(data, encoding="utf8")
load_data(Tokenizer(), 128, 512)
start = time.process_time()
mx.eval(load_data(Tokenizer(), 128, 512))
print(time.process_time() - start)
"""


class Process:
    """The best processor seconds of a command, its peak memory, and what it printed."""

    def __init__(self, command, environment=None):
        self.command = [str(part) for part in command]
        self.environment = dict(os.environ, RAYON_NUM_THREADS="1", TOKENIZERS_PARALLELISM="false",
                                **(environment or {}))
        self.seconds, self.peak, self.printed = float("inf"), 0, ""

    def run(self):
        child = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True, env=self.environment)
        self.printed = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            raise SystemExit(f"{self.command}: {child.returncode}")
        self.seconds = min(self.seconds, usage.ru_utime + usage.ru_stime)
        self.peak = max(self.peak, usage.ru_maxrss / 1024)
        return self


def in_turn(processes, repeat=5):
    """Runs each so many times, the slow ones (10 s and more) twice."""
    for i in range(repeat):
        for process in processes:
            if i < 2 or process.seconds < 10:
                process.run()
    print(*(f"{process.seconds:.3f}" for process in processes), flush=True)
    return [round(process.seconds, 4) for process in processes]


class Bench:
    def __init__(self, arguments, folder):
        self.arguments, self.folder = arguments, folder

    def calib(self, command, *rest, source=None, threads=True):
        program = pathlib.Path(self.arguments.build, "examples", "calib", "calib")
        return [program, command, "--source", source or self.arguments.text, *(["--threads", "1"] if threads else []),
                *rest]

    def peer(self, code, model, out):
        return [self.arguments.python, "-c", code, model, self.arguments.text, out]

    def version(self, package):
        code = f"import importlib.metadata; print(importlib.metadata.version('{package}'))"
        done = subprocess.run([self.arguments.python, "-c", code], stdout=subprocess.PIPE, text=True, check=True)
        return f"{package} {done.stdout.strip()}"

    def same(self, names):
        first, *others = (pathlib.Path(self.folder, name).read_bytes() for name in names)
        if any(other != first for other in others):
            raise SystemExit("other ids")

    def tokenizer_json(self):
        groups = []
        for name, label in MODELS.items():
            path = pathlib.Path(self.arguments.tokenizers, name, "tokenizer.json")
            ours, theirs = f"{self.folder}/ours.bin", f"{self.folder}/theirs.bin"
            values = in_turn([
                Process(self.calib("tokenize", "--tokenizer", path, "--specials", "none", "--no-token-cache",
                                   "-o", ours)),
                Process(self.peer(TOKENIZERS, path, theirs))])
            self.same(["ours.bin", "theirs.bin"])
            groups.append({"name": label, "values": values})
        return {"title": "tokenizer.json: read 5.6 MB of text, load, encode, write the ids", "unit": "s",
                "log": True, "series": ["calib tokenize", self.version("tokenizers")], "groups": groups}

    def sentencepiece(self):
        model, out = self.arguments.model, [f"{self.folder}/{i}.bin" for i in range(3)]
        values = in_turn([Process(self.calib("tokenize", "--tokenizer", model, "--no-token-cache", "-o", out[0])),
                          Process(self.peer(SENTENCEPIECE, model, out[1])),
                          Process(self.peer(PARALLEL, model, out[2]))])
        self.same(["0.bin", "1.bin"])
        return {"title": "SentencePiece, 32,000 pieces: read 5.6 MB of text, load, encode, write the ids", "unit": "s",
                "log": True, "series": ["calib tokenize", self.version("sentencepiece"), "its parallel_encode"],
                "groups": [{"name": "Mistral 7B", "values": values}]}

    def stored(self):
        model, home = self.arguments.model, {"HOME": self.folder}
        ours = Process(self.calib("sample", "--tokenizer", model, "--cache-dir", f"{self.folder}/cache", "-o",
                                  f"{self.folder}/rows.npy"))
        theirs = Process(self.peer(LOAD_DATA, model, "none"), home)
        ours.run()
        ours.seconds = float("inf")
        seconds = in_turn([ours])[0]
        second = min(float(theirs.run().printed.split()[-1]) for _ in range(2))
        return {"title": "128 rows of 5.6 MB of text, the second time", "unit": "s", "log": True,
                "series": ["calib sample, the whole process", f"load_data of {self.version('mlx-lm')} alone"],
                "groups": [{"name": "Mistral 7B", "values": [seconds, round(second, 4)]}]}

    def memory(self):
        block, groups = pathlib.Path(self.arguments.text).read_bytes(), []
        for megabytes in (10, 100, 1000):
            text = pathlib.Path(self.folder, "text")
            with open(text, "wb") as file:
                for i in range(megabytes * 10**6 // len(block) + 1):
                    file.write(b"%d\n" % i + block)
            peaks = [round(Process(self.calib("sample", "--tokenizer", tokenizer, "--cache-dir", self.folder + "/c",
                                              "-o", self.folder + "/rows.npy", source=text)).run().peak, 1)
                     for tokenizer in ("bytes", self.arguments.model)]
            print(megabytes, peaks, flush=True)
            groups.append({"name": f"{megabytes} MB of text", "values": peaks})
        return {"title": "Peak memory of calib sample, one thread", "unit": "MB",
                "series": ["bytes", "SentencePiece model"], "groups": groups}

    def documents(self):
        printed = subprocess.run(
            [self.arguments.python, HERE / "documents.py", "--build", self.arguments.build, "--text",
             self.arguments.text, "--bytes", "100000000", "--repeat", "3", "--threads", "1",
             pathlib.Path(self.arguments.tokenizers, "llama3")], stdout=subprocess.PIPE, text=True, check=True).stdout
        print(printed, flush=True)
        used = dict(re.findall(r"^ *(\w+) +[\d.]+ s +([\d.]+) s of processors", printed, flags=re.M))
        names = {"plain": "one text", "jsonl": "JSONL", "gz": "JSONL in gzip", "zst": "JSONL in zstd"}
        return {"title": "100 MB of text by Llama 3's tokenizer, as documents of 2 KB", "unit": "s",
                "series": ["calib info"],
                "groups": [{"name": label, "values": [float(used[name])]} for name, label in names.items()]}


CHARTS = ("tokenizer_json", "sentencepiece", "stored", "memory", "documents")


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as lines:
        model = next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    system = platform.freedesktop_os_release()
    return f"{len(os.sched_getaffinity(0))} processors ({model}), {platform.machine()}, {system['PRETTY_NAME']}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("--build", "--text", "--model", "--python"):
        parser.add_argument(name, required=True)
    parser.add_argument("--tokenizers", default="build-tokenizers")
    parser.add_argument("--only", action="append", choices=CHARTS)
    arguments = parser.parse_args()
    figures = json.loads(FIGURES.read_text(encoding="utf-8")) if FIGURES.exists() else {}
    for name in arguments.only or CHARTS:
        load = os.getloadavg()[0]
        with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
            chart = getattr(Bench(arguments, folder), name)()
        figures[name] = dict(chart, date=datetime.date.today().isoformat(), machine=machine(), load=round(load))
        ordered = {key: figures[key] for key in CHARTS if key in figures}
        FIGURES.write_text(json.dumps(ordered, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
