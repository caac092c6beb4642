#!/bin/sh
# Makes the fixtures of the neural tests: tiny models trained on tiny.txt, exported with their parity files.
#
#     training/runs/fixtures.sh [folder]
#
# The same versions of PyTorch on the same processor make the same bytes. About half a minute.
set -eu
training=$(cd "$(dirname "$0")/.." && pwd)
fixtures=${1:-$training/../packages/core/test/neural/fixtures}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export OMP_NUM_THREADS=1

cat >"$work/recipe.json" <<'JSON'
{ "sources": [{ "name": "tiny", "weight": 1, "files": ["tiny.txt"] }] }
JSON

# gpt FOLDER VOCABULARY BITS "EXPORT OPTIONS" MODEL-OPTIONS…
gpt() {
  out=$fixtures/$1 data=$work/$1-data run=$work/$1-run bits=$3 export=$4
  python3 "$training/prepare.py" --recipe "$work/recipe.json" --corpus "$training" --out "$data" --vocabulary-size "$2" >/dev/null
  shift 4
  python3 "$training/train.py" gpt --data "$data" --run "$run" --tokens 160000 --batch 16 --micro-batch 16 \
    --learning-rate 1e-2 --precision fp32 "$@" >/dev/null
  # shellcheck disable=SC2086
  python3 "$training/export.py" --run "$run" --data "$data" --out "$out" --bits "$bits" $export
}

gpt gpt-tiny 512 8 --inspect --context 64 --layers 2 --width 32 --heads 2

# Another architecture in another layout: GPT-1's norms, GPT-3's banded attention, learned positions, other heads.
gpt hf-tiny 384 4 --hf --context 48 --layers 2 --width 24 --heads 3 \
  --norm post --attention alternating --band 8 --positions learned

# word_model FOLDER MODEL MODEL-OPTIONS…
python3 "$training/words.py" --recipe "$work/recipe.json" --corpus "$training" --out "$work/words" --words 400 >/dev/null
word_model() {
  out=$fixtures/$1 model=$2 run=$work/$1-run
  shift 2
  python3 "$training/train.py" "$model" --data "$work/words" --run "$run" --tokens 80000 --batch 16 --micro-batch 16 \
    --context 32 --learning-rate 1e-2 --precision fp32 --samples 0 "$@" >/dev/null
  python3 "$training/export.py" --run "$run" --data "$work/words" --out "$out" --bits 8
}

word_model nnlm-tiny nnlm --order 4 --width 16 --hidden 24
word_model lstm-tiny lstm --words 300 --width 16 --hidden 24 --layers 2

# The first GPT, tuned to choose the next turn of tiny.txt's conversations.
python3 "$training/finetune.py" --run "$work/turns" --pretrained "$work/gpt-tiny-run" --data "$work/gpt-tiny-data" \
  --train "$training/tiny.txt" --test "$training/tiny.txt" --auxiliary 0.5 --seeds 1 --learning-rate 3e-3 >/dev/null
python3 "$training/export_choice.py" --run "$work/turns/pretrained-0.5-1" --data "$work/gpt-tiny-data" \
  --test "$training/tiny.txt" --out "$fixtures/choice" --bits 4
