#!/bin/sh
# The Chinese GPT: simplified characters, a token for each common one and for frequent words (99.2 % of the characters of
# the development texts are whole tokens or inside one; the rest are spelled in bytes).
#
#     training/runs/zh.sh [corpus folder] [work folder]        (default: ../shared/corpus, work)
#
# Run again it goes on where it was stopped. An epoch is 16 million tokens, so the text is read not quite four times. The GPT that ships
# is the mean of two ends (average.py): of --tokens 16.5e6 --cool-down 0.25, and of 13.9 million more from there, cooled down by
# runs/zh-written.json (LOG.md).
set -eu
training=$(cd "$(dirname "$0")/.." && pwd)
corpus=${1:-$training/../../shared/corpus}
work=${2:-$training/../work}
. "$training/runs/environment.sh"

[ -f "$work/data/zh-8k/data.json" ] ||
  python3 "$training/prepare.py" --recipe "$training/zh-recipe.json" --corpus "$corpus" --out "$work/data/zh-8k" \
    --vocabulary-size 8192

python3 "$training/train.py" gpt --data "$work/data/zh-8k" --run "$work/runs/zh-gpt" --tokens 60e6 --batch 64 \
  --micro-batch 16 --schedule trapezoid --cool-down 0.3 --warm-up 0.01 --learning-rate 3e-3 --layers 4 --width 256 --heads 4
python3 "$training/export.py" --run "$work/runs/zh-gpt" --data "$work/data/zh-8k" --out "$work/export/zh-gpt" --bits 8 \
  --inspect
