"""What is wrong with a file, said so that a student can mend it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason why a file does not keep its dataset type's promise.

    Attributes
    ----------
    code : str
        Stable word for programs (``'not_sorted'``).
    message : str
        What was found, with the place and the numbers.
    hint : str
        What to do next.
    """

    code: str
    message: str
    hint: str

    def __str__(self) -> str:
        return f"{self.message} {self.hint}"
