"""Work for executors to do, where other processes can import it."""

import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

from tradewright.core.errors import UnknownNameError
from tradewright.core.hooks import check_cancelled

PACE_S = 0.02


class Delivery:
    """A payload that notes in a folder where it was unpacked and where it was prepared."""

    def __init__(self, folder: Path, number: int = 3) -> None:
        self.folder, self.number = folder, number

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.note("unpacked")

    def note(self, event: str) -> None:
        with (self.folder / event).open("a", encoding="utf-8") as file:
            file.write(f"{os.getpid()}\n")

    def noted(self, event: str) -> list[int]:
        """Return the processes that noted an event, in the order of their notes."""
        path = self.folder / event
        return [int(line) for line in path.read_text(encoding="utf-8").split()] if path.exists() else []


def prepare(payload: Delivery) -> Delivery:
    payload.note("prepared")
    return payload


def cubed(state: Delivery, piece: int) -> int:
    return piece**state.number


def paced(state: Delivery, piece: int) -> int:
    """Take some time over a piece, and note that it was begun."""
    state.note("begun")
    time.sleep(PACE_S)
    return piece**state.number


def patient(state: Delivery, piece: int) -> int:
    """Work at a piece for as long as somebody wants it."""
    state.note("begun")
    while True:
        check_cancelled()
        time.sleep(PACE_S)


def deadly(state: Delivery, piece: int) -> int:
    """Die at the piece 5 as if memory had run out, once."""
    state.note("begun")
    marker = state.folder / "killed"
    if piece == 5 and not marker.exists():
        marker.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return piece**state.number


def mortal(state: Delivery, piece: int) -> int:
    """Die at the piece 5 whenever it comes."""
    if piece == 5:
        os.kill(os.getpid(), signal.SIGKILL)
    return piece


def frozen(state: Delivery, piece: int) -> int:
    """Stop at the piece 5 as a process stuck in a driver does, once."""
    marker = state.folder / "stopped"
    if piece == 5 and not marker.exists():
        marker.write_text(str(os.getpid()), encoding="utf-8")
        os.kill(os.getpid(), signal.SIGSTOP)
    return piece**state.number


class StubbornError(Exception):
    """An error that cannot be sent anywhere."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__(first)
        self.second, self.lock = second, threading.Lock()


def unknown(state: Delivery, piece: int) -> int:
    raise UnknownNameError("E_PARAM", "parameter", "fats", ["fast", "slow"])


def wrong(state: Delivery, piece: int) -> int:
    return 1 // (piece - 5)


def stubborn(state: Delivery, piece: int) -> int:
    raise StubbornError("cannot be", "sent")


def leaving(state: Delivery, piece: int) -> int:
    raise SystemExit(7)


def unsendable(state: Delivery, piece: int) -> object:
    return threading.Lock()


def printing(state: Delivery, piece: int) -> int:
    print("said by a piece", flush=True)  # noqa: T201 - what a careless strategy does
    os.write(1, b"and by what it calls\n")
    return piece


def sized(state: Delivery, piece: bytes) -> bytes:
    return piece[::-1]


def environment(state: Delivery, piece: str) -> str | None:
    return os.environ.get(piece)


def opposite(state: Delivery, piece: int) -> int:
    return -piece


def unready(payload: Delivery) -> Delivery:
    raise ZeroDivisionError("not prepared")


def lengthy(state: Delivery, piece: float) -> float:
    """Take `piece` seconds over it, with nothing to hear of."""
    time.sleep(piece)
    return piece
