"""`python -m bench`: every measurement, one after the other, on an otherwise quiet machine."""

import os
import platform

from bench import w1_single_run, w2_cold_start


def main() -> None:
    """Print where we are, then each table."""
    load = os.getloadavg()[0]
    print(f"{platform.machine()}, {os.cpu_count()} CPUs, Python {platform.python_version()}, load {load:.1f}")
    if load > 1:
        print("The machine is busy: times will be too long.")
    w1_single_run.main()
    w2_cold_start.main()


if __name__ == "__main__":
    main()
