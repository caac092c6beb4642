#!/bin/sh
# The English models: GPT (8,192 tokens), NNLM and LSTM (the n-gram pack's words).
#
#     training/runs/en.sh [corpus folder] [work folder]        (default: ../shared/corpus, work)
#
# Run again it goes on where it was stopped. Each training command may also be started alone, on another machine, or with
# `torchrun --nproc-per-node N --` in place of `python3`.
set -eu
training=$(cd "$(dirname "$0")/.." && pwd)
corpus=${1:-$training/../../shared/corpus}
work=${2:-$training/../work}
recipe=$training/../packages/pack-en/recipe.json
. "$training/runs/environment.sh"

[ -f "$work/data/en-8k/data.json" ] ||
  python3 "$training/prepare.py" --recipe "$recipe" --corpus "$corpus" --out "$work/data/en-8k" --vocabulary-size 8192
[ -f "$work/data/en-words/data.json" ] ||
  python3 "$training/words.py" --recipe "$recipe" --corpus "$corpus" --out "$work/data/en-words"

# train MODEL DATA "EXPORT OPTIONS" OPTIONS…
train() {
  model=$1 data=$work/data/$2 form=$3
  shift 3
  python3 "$training/train.py" "$model" --data "$data" --run "$work/runs/en-$model" --schedule trapezoid --cool-down 0.3 \
    --warm-up 0.01 --learning-rate 3e-3 "$@"
  # shellcheck disable=SC2086
  python3 "$training/export.py" --run "$work/runs/en-$model" --data "$data" --out "$work/export/en-$model" $form
}

# The tokens are what the CPU at hand allowed. More are better; see LOG.md. What ships went on from here (restore.py): the GPT with another 21
# million tokens (--start-from, --learning-rate 2.5e-3 --cool-down 0.4 --warm-up 0.02 --seed 2), then 0.3 of these weights and 0.7 of those
# (average.py), then two runs that read 37 and, from step 2,036 of the first, 21 million tokens more (seeds 3 and 11), and their mean, then
# two with 26.2 million each (--cool-down 0.35, seeds 21 and 22), and 0.3 of each with 0.4 of where they began; then a fifth layer (deepen.py
# --copy 2), two with 3 million (--cool-down 0, seeds 41 and 42), their mean, two with 14.6 million (--cool-down 0.4 --line-starts 0.35, seeds 43
# and 44), 0.35 of each with 0.3 of where the deeper one began, and two with 0.9 million (--learning-rate 1e-3 --cool-down 1 --line-starts 0.8
# --cool-down-weights runs/en-starts.json, seeds 51 and 52), a third of each with a third of where they began; then, from its exported weights,
# two with 26 million (--cool-down 0.45 --line-starts 0.5 --cool-down-weights runs/en-lines.json, seeds 61 and 62), a quarter of each with half
# of where they began, two with 2 million (--learning-rate 1.2e-3 --cool-down 1 --line-starts 0.7 --cool-down-weights runs/en-talk.json, seeds 71
# and 72), and again a quarter of each with half of where they began. Then, with --repeated-weight 4 --learning-rate 2e-3 --cool-down 1, one
# with 7 million (--line-starts 0.3 --cool-down-weights runs/en-prose.json, seed 93), from half of it and half of where it began two with 6.5
# million (--line-starts 0.5 --cool-down-weights runs/en-context.json, seeds 94 and 95), from 0.2 of each of the three and 0.4 of where the first
# began two without the weight with 1.6 million (as seeds 71 and 72, seeds 96 and 97), and 0.125 of these two, 0.1 of the three, 0.45 of where
# the first began. The LSTM with 31 million words,
# then widened to --width 128 --hidden 512 (widen.py) and 43 million more, then to --hidden 640 and 50 million more, and --bits 6 --group 64;
# the NNLM with 30 million, then with 40 million (--cool-down 0.5), 0.7 of that with the rest what it began with, and --bits 7 --embedding-bits 5.
train gpt en-8k '--bits 8 --inspect' --tokens 18.9e6 --batch 64 --micro-batch 16 --layers 4 --width 256 --heads 4 \
  --cool-down-weights "$training/runs/en-everyday.json"
train lstm en-words '--bits 8 --group 32' --tokens 12e6 --batch 64 --micro-batch 64 --context 64
train nnlm en-words '--bits 5' --tokens 20e6 --batch 96 --micro-batch 32 --context 128

# Word vectors to look at; they predict nothing.
python3 "$training/train.py" word2vec --data "$work/data/en-words" --run "$work/runs/en-word2vec" --optimiser adagrad \
  --learning-rate 0.1 --batch 32 --micro-batch 32 --schedule trapezoid --cool-down 0.5 --warm-up 0.005 \
  --precision fp32 --tokens 50e6
python3 "$training/word2vec.py" --run "$work/runs/en-word2vec" --data "$work/data/en-words" --export "$work/export/en-word2vec"
