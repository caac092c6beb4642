#!/bin/sh
# The whole way in about a minute on a CPU: tiny.txt to a GPT, an NNLM and an LSTM, each exported and compared with PyTorch.
#
#     training/runs/tiny.sh [folder]        (default: work/tiny)
#
# Run again it goes on where it was stopped. The words of the NNLM and the LSTM come from `foreword tokenize`: build the
# packages first (`npm install && npx tsc -b`).
set -eu
training=$(cd "$(dirname "$0")/.." && pwd)
work=${1:-$training/../work/tiny}
. "$training/runs/environment.sh"
export OMP_NUM_THREADS=1 # models too small to share out

mkdir -p "$work"
cat >"$work/recipe.json" <<'JSON'
{ "sources": [{ "name": "tiny", "weight": 1, "files": ["tiny.txt"] }] }
JSON
recipe="--recipe $work/recipe.json --corpus $training"

# shellcheck disable=SC2086
{
  [ -f "$work/data/data.json" ] || python3 "$training/prepare.py" $recipe --out "$work/data" --vocabulary-size 512
  [ -f "$work/words/data.json" ] || python3 "$training/words.py" $recipe --out "$work/words" --words 600
}

# train_and_export MODEL DATA OPTIONS…
train_and_export() {
  model=$1 data=$work/$2
  shift 2
  python3 "$training/train.py" "$model" --data "$data" --run "$work/$model-run" --batch 16 --micro-batch 16 \
    --precision fp32 "$@"
  python3 "$training/export.py" --run "$work/$model-run" --data "$data" --out "$work/$model" --bits 8
}

train_and_export gpt data --context 64 --tokens 160e3 --learning-rate 1e-2 --layers 2 --width 32 --heads 2
train_and_export nnlm words --context 32 --tokens 80e3 --learning-rate 1e-2 --order 4 --width 24 --hidden 32 --samples 0
train_and_export lstm words --context 32 --tokens 80e3 --learning-rate 1e-2 --words 600 --width 24 --hidden 32 --samples 0
