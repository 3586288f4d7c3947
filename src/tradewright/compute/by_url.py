"""Choosing an executor by URL, so that where work is done is a setting and not code."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tradewright.compute.executor import Executor
from tradewright.compute.processes import TIMEOUT_S, ProcessExecutor
from tradewright.compute.threads import ThreadExecutor
from tradewright.core.errors import InputError, UnknownNameError
from tradewright.core.optional import optional

FORMS = (
    "'threads', 'threads:4', 'processes:4', 'processes:4?timeout=60', 'tcp://host:8786', 'tls://host:8786'"
)
_MOST = 4096
# Between two signs of life lie some seconds on a cluster; less cannot be told from silence.
_SHORTEST_S = 5.0


def executor_at(url: str | None) -> Executor:
    """Return the executor that `url` names.

    Parameters
    ----------
    url
        None, empty or ``threads``: threads on all CPUs that this process may use; ``threads:4``: so many.
        ``processes`` or ``processes:4``: worker processes of this machine. ``tcp://host:port`` and
        ``tls://host:port``: the scheduler of a Dask cluster, with the extra ``dask`` installed. Options
        stand behind a question mark: ``timeout`` (seconds without a sign of life after which a worker is
        given up, at least 5), and for ``tls`` the files ``ca``, ``cert`` and ``key``.

    Raises
    ------
    InputError
        ``E_COMPUTE_URL``.
    EnvironmentFaultError
        ``E_EXTRA`` without Dask, ``E_COMPUTE_CONNECT`` when no scheduler answers there,
        ``E_COMPUTE_WORKERS`` when it has no workers.
    """
    text = (url or "threads").strip()
    kind = text.partition("?")[0].partition(":")[0].lower()
    if kind not in _KINDS:
        unknown = UnknownNameError("E_COMPUTE_URL", "kind of executor", kind, _KINDS)
        unknown.fix += f" Executors look like {FORMS}."
        raise unknown
    return _KINDS[kind](text)


def _threads(text: str) -> Executor:
    count, _ = _local(text)
    return ThreadExecutor(count)


def _processes(text: str) -> Executor:
    count, options = _local(text, "timeout")
    return ProcessExecutor(count, _timeout(text, options))


def _cluster(text: str) -> Executor:
    address, _, query = text.partition("?")
    files = ("ca", "cert", "key") if address[:3].lower() == "tls" else ()
    options = _options(text, query, ("timeout", *files))
    try:
        parts = urlsplit(address)
        whole = bool(parts.hostname and parts.port and not parts.path.strip("/") and "@" not in parts.netloc)
    except ValueError:  # a port that is no number, brackets that do not close
        whole = False
    if not whole:
        raise _wrong(text, "an address has a host and a port, and nothing else")
    optional("distributed", "dask")
    executor: Any = optional("tradewright.compute.dask.executor").DaskExecutor
    secured = {name: options[name] for name in files if name in options}
    return executor(address.rstrip("/"), _timeout(text, options), secured)


_KINDS: dict[str, Callable[[str], Executor]] = {
    "threads": _threads,
    "processes": _processes,
    "tcp": _cluster,
    "tls": _cluster,
}


def _local(text: str, *known: str) -> tuple[int | None, dict[str, str]]:
    """Return the count after the colon, None without one, and the options."""
    head, _, query = text.partition("?")
    _, colon, count = head.partition(":")
    if not colon:
        return None, _options(text, query, known)
    if not (count.isascii() and count.isdigit() and 1 <= int(count) <= _MOST):
        raise _wrong(text, f"the number of workers is a whole number from 1 to {_MOST}")
    return int(count), _options(text, query, known)


def _options(text: str, query: str, known: tuple[str, ...]) -> dict[str, str]:
    """Return the options behind the question mark."""
    try:
        options = dict(parse_qsl(query, keep_blank_values=True, strict_parsing=True)) if query else {}
    except ValueError:
        raise _wrong(text, "options look like 'timeout=60' and are joined by '&'") from None
    for name in options:
        if name not in known:
            raise UnknownNameError("E_COMPUTE_URL", "option", name, known, where=f"'{text}'")
    return options


def _timeout(text: str, options: dict[str, str]) -> float:
    """Return the seconds of silence that end a wait."""
    try:
        seconds = float(options.get("timeout", TIMEOUT_S))
    except ValueError:
        seconds = 0.0
    if not _SHORTEST_S <= seconds < float("inf"):
        raise _wrong(text, f"timeout is a number of seconds, at least {_SHORTEST_S:g}")
    return seconds


def _wrong(text: str, why: str) -> InputError:
    return InputError(
        "E_COMPUTE_URL",
        f"'{text}' is no executor: {why}.",
        fix=f"Executors look like {FORMS}.",
        details={"url": text},
    )
