"""How a value that a model refuses is named."""

from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field, model_validator

from tradewright.core.errors import ParameterError, UnknownNameError
from tradewright.core.validation import build


class Averages(BaseModel):
    model_config = ConfigDict(extra="forbid")
    fast: int = Field(default=10, ge=1)
    slow: int = 20

    @model_validator(mode="after")
    def _in_order(self) -> "Averages":
        if self.fast >= self.slow:
            raise ValueError("fast must be below slow")
        return self


def make(**values: Any) -> Averages:
    return build(Averages, values, kind="parameter", owner="module 'x'")


def test_values_that_do_not_go_together_are_told_by_the_sentence_alone() -> None:
    with pytest.raises(ParameterError) as error:
        make(fast=30)
    assert error.value.message == "parameters of module 'x': fast must be below slow."
    assert error.value.code == "E_PARAMETER"
    assert error.value.details == {"owner": "module 'x'"}


def test_one_value_out_of_bounds_is_named_with_what_it_is() -> None:
    with pytest.raises(ParameterError) as error:
        make(fast=0)
    assert error.value.message == (
        "parameter 'fast' of module 'x' is 0: should be greater than or equal to 1."
    )
    assert error.value.details == {"name": "fast", "value": 0, "owner": "module 'x'"}


def test_unknown_name_is_told_with_the_nearest() -> None:
    with pytest.raises(UnknownNameError) as error:
        make(fsat=3)
    assert "fast" in str(error.value)
    assert "module 'x'" in str(error.value)
