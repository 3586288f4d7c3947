"""Where a user's prints go, and that the streams are as before whatever threads overlap."""

# ruff: noqa: T201 - what is printed is what these tests are about

import subprocess
import sys
from threading import Barrier, Thread

import pytest

from tradewright.strategy.user_code.printing import beside_results, unheard


def test_prints_go_beside_results_and_streams_come_back(capsys):
    before = sys.stdout, sys.stderr
    with beside_results():
        print("said")
        print("told", file=sys.stderr)
    assert (sys.stdout, sys.stderr) == before
    print("result")
    assert capsys.readouterr() == ("result\n", "said\ntold\n")


def test_what_is_unheard_is_left_out_inside_and_around_the_other(capsys):
    with unheard(), beside_results():
        print("again")
        print("again", file=sys.stderr)
    with beside_results():
        with unheard():
            print("again")
        print("once")
    assert capsys.readouterr() == ("", "once\n")


def test_streams_come_back_after_an_error():
    before = sys.stdout, sys.stderr
    with pytest.raises(ZeroDivisionError), beside_results():
        print(1 / 0)
    assert (sys.stdout, sys.stderr) == before


def test_threads_that_overlap_print_each_to_its_own_place(capsys):
    before = sys.stdout, sys.stderr
    together = Barrier(3, timeout=60)

    def first():
        with beside_results():
            together.wait()  # all are inside
            print("first")
            together.wait()

    def second():
        with unheard():
            together.wait()
            print("second")
            print("second", file=sys.stderr)
            together.wait()
            together.wait()  # the first, which came before, has left

    threads = [Thread(target=first), Thread(target=second)]
    for thread in threads:
        thread.start()
    together.wait()
    print("main")
    together.wait()
    threads[0].join()
    last = Thread(target=together.wait)
    last.start()
    together.wait()
    for thread in (*threads, last):
        thread.join()
    assert (sys.stdout, sys.stderr) == before
    assert capsys.readouterr() == ("main\n", "first\n")


SWAPPING = """
import subprocess
import sys
from threading import Event, Thread
from tradewright.strategy.user_code.printing import unheard

done = Event()


def swap():
    while not done.is_set():
        with unheard():
            pass


sys.setswitchinterval(1e-5)
threads = [Thread(target=swap) for _ in range(2)]
for thread in threads:
    thread.start()
for number in range(5_000):
    print(number)
done.set()
for thread in threads:
    thread.join()
"""


def test_printing_while_other_threads_come_and_go_ends_no_process():
    child = subprocess.run([sys.executable, "-c", SWAPPING], capture_output=True, text=True, check=False)
    assert child.returncode == 0, child.stderr
    assert child.stdout.split() == [str(number) for number in range(5_000)]
