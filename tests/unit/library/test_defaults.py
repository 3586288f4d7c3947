"""What the environment says."""

import pytest

from tradewright.library.defaults import compute_url


@pytest.mark.parametrize(
    ("said", "meant"), [(None, "threads"), ("", "threads"), ("processes:2", "processes:2")]
)
def test_where_to_compute_is_threads_unless_said(
    monkeypatch: pytest.MonkeyPatch, said: str | None, meant: str
) -> None:
    monkeypatch.delenv("TRADEWRIGHT_COMPUTE_URL", raising=False)
    if said is not None:
        monkeypatch.setenv("TRADEWRIGHT_COMPUTE_URL", said)
    assert compute_url() == meant
