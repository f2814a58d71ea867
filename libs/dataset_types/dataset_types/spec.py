"""What a dataset type promises, as Pydantic models.

A definition carries an *edition*, because the paper of 2020 and the files of today disagree in places: the paper's
`spikes.amps` are microvolts, today's are volts. Data are read in the edition that they were registered under.
"""

import re
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, computed_field, field_validator, model_validator

UNSTATED = "unstated"
"""Unit of a definition that has one but does not say which; such values are never converted."""

_TYPE_NAME = re.compile(r"_?[A-Za-z0-9][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)*")
_NAMESPACE = re.compile(r"_([A-Za-z0-9]+)_(.+)")
_TIME_WORDS = frozenset({"times", "intervals", "timestamps"})
_DIMENSION = re.compile(r"[A-Za-z][A-Za-z0-9]*(\*[1-9][0-9]*)?")


class Edition(StrEnum):
    """Which definition of a name holds."""

    PAPER_2020 = "paper-2020"
    IBL_CURRENT = "ibl-current"


class Kind(StrEnum):
    """Kinds of values; `float` accepts integers too, `int` accepts signed and unsigned ones of any width."""

    FLOAT = "float"
    INT = "int"
    BOOL = "bool"
    STRING = "string"
    STRUCT = "struct"


def _as_tuple(value: object) -> object:
    """Let a definition write one item without brackets."""
    return (value,) if isinstance(value, str) else value


Dimension = str | Annotated[int, Field(ge=1)]
Texts = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]


class Content(BaseModel):
    """What the values of an array must be; None takes the attribute's default.

    The defaults follow from the attribute (see `DatasetType.content_rules`): ``times`` and ``timestamps`` never go back
    and have no gaps, ``*_times`` may be NaN (an event that did not happen) and need no order, ``intervals`` end after
    they start, cross-references count from 0.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    sorted: bool | None = Field(default=None, description="each column never decreases")
    nan: bool | None = Field(default=None, description="NaN is allowed, for what did not happen or is unknown")
    paired: bool | None = Field(default=None, description="two columns, start and end, with start <= end")
    minimum: float | None = None
    maximum: float | None = None


class DatasetType(BaseModel):
    """One dataset type: what any file of that name holds, whichever session it is from."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(
        description="object and attribute, with the namespace if the type has one", examples=["spikes.times"]
    )
    edition: Edition = Edition.IBL_CURRENT
    dims: tuple[Dimension, ...] | None = Field(
        default=None, description="size of each dimension: a number, a symbol, or a multiple of one ('npoints*3')"
    )
    also_dims: tuple[tuple[Dimension, ...], ...] = Field(default=(), description="other shapes that are in use")
    dtype: Annotated[tuple[Kind, ...], BeforeValidator(_as_tuple)] = Field(default=(), description="empty: any")
    unit: str | None = Field(default=None, description="None: labels, counts and ids, which have none")
    description: str = ""
    rows: Literal["object", "own"] = Field(
        default="object", description="'object': as many rows as the object's other files; 'own': independent of them"
    )
    references: str | None = Field(
        default=None, description="object whose rows the values point at; empty: none although the name suggests it"
    )
    content: Content = Content()
    formats: Texts = ("npy",)
    filename_pattern: str = Field(default="", description="file names of this type, case-blind, with * and ?")
    aliases: Texts = Field(default=(), description="other spellings, among them the other edition's name")
    example: str = Field(default="", description="a file name of this type")

    @field_validator("name")
    @classmethod
    def _name_is_portable(cls, name: str) -> str:
        if not _TYPE_NAME.fullmatch(name):
            raise ValueError(
                f"{name!r} must be words of letters, digits and '_' joined by dots, such as 'spikes.times'"
            )
        return name

    @field_validator("dims")
    @classmethod
    def _dims_are_readable(cls, dims: tuple[Dimension, ...] | None) -> tuple[Dimension, ...] | None:
        for dim in dims or ():
            if isinstance(dim, str) and not _DIMENSION.fullmatch(dim):
                raise ValueError(
                    f"dimension {dim!r} must be a number, a symbol 'nspi' or a multiple of one 'npoints*3'"
                )
        return dims

    @model_validator(mode="after")
    def _pairs_have_two_columns(self) -> Self:
        if self.content.paired and self.dims is not None and (len(self.dims) != 2 or self.dims[1] != 2):
            raise ValueError(f"{self.name}: 'paired' needs dims of two columns, [n, 2]")
        return self

    @computed_field(description="provider without underscores; None for a standard type")  # type: ignore[prop-decorator]
    @property
    def namespace(self) -> str | None:
        """Provider of the type, without underscores."""
        match = _NAMESPACE.fullmatch(self.name)
        return match[1] if match else None

    @computed_field(description="what the rows are")  # type: ignore[prop-decorator]
    @property
    def object(self) -> str:
        """Object without the namespace."""
        match = _NAMESPACE.fullmatch(self.name)
        return (match[2] if match else self.name).partition(".")[0]

    @computed_field(description="what is told about each row")  # type: ignore[prop-decorator]
    @property
    def attribute(self) -> str:
        """Attribute; empty for the few names of today that have none."""
        return self.name.partition(".")[2]

    @property
    def example_name(self) -> str:
        """The given example, or the name with the first format."""
        return self.example or f"{self.name}.{self.formats[0] if self.formats else 'npy'}"

    @property
    def is_timed(self) -> bool:
        """Whether the attribute promises times: ``times``, ``intervals``, ``timestamps`` or a ``*_`` form of them."""
        return not _TIME_WORDS.isdisjoint(self.attribute.partition(".")[0].split("_")[:2])

    @property
    def content_rules(self) -> Content:
        """The content's rules with the attribute's defaults filled in; no rule is None except the limits."""
        words = self.attribute.partition(".")[0].split("_")
        kind = next((word for word in words[:2] if word in _TIME_WORDS), None)
        # 'times' are the events themselves; 'stimOn_times' tell of another object's row when something happened to it
        strict = kind == "timestamps" or (kind == "times" and words[0] == "times")
        given = self.content
        minimum, maximum = given.minimum, given.maximum
        if minimum is None and (self.references or self.dtype == (Kind.BOOL,)):
            minimum = 0
        if maximum is None and self.dtype == (Kind.BOOL,):
            maximum = 1
        return Content(
            sorted=strict if given.sorted is None else given.sorted,
            nan=not strict if given.nan is None else given.nan,
            paired=kind == "intervals" if given.paired is None else given.paired,
            minimum=minimum,
            maximum=maximum,
        )
