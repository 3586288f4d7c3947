"""``tradewright warm``: compile everything once, so that no later command waits for it."""

import time

import tradewright as tw
from tradewright.entrypoints.cli.terminal import say


def warm() -> None:
    """Compile all kernels and keep them for later runs."""
    say("preparing compiled code (takes a minute the first time, seconds afterwards) ...")
    began = time.perf_counter()
    steps = tw.warm()
    say(f"{steps} modules and strategies ready in {time.perf_counter() - began:.0f} s")
