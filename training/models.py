"""The models `train.py` knows, by name. Each class has `Options` and `loss(ids) -> (sum in nats, targets)`."""

from gpt import GPT
from lstm import LSTM
from nnlm import NNLM
from word2vec import Word2Vec

MODELS = {"gpt": GPT, "nnlm": NNLM, "lstm": LSTM, "word2vec": Word2Vec}
