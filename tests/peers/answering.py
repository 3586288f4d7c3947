"""How a peer's script answers: arrays and questions in by path and argument, one JSON list out.

Runs in the peers' environment only, so it imports nothing of ours.
"""

import json
import sys
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np


def answer_all(run: Callable[[Mapping[str, Any], Mapping[str, Any]], object]) -> None:
    """Call `run` with the bars and options of each question and print the answers."""
    path, questions = sys.argv[1], json.loads(sys.argv[2])
    with np.load(path) as arrays:
        columns = {name: arrays[name] for name in arrays.files}
    answers: list[object] = []
    for question in questions:
        mark = question["bars"] + ":"
        bars = {name.removeprefix(mark): column for name, column in columns.items() if name.startswith(mark)}
        answers.append(run(bars, question))
    print(json.dumps(answers))  # noqa: T201 - this is the answer
