"""Named integers and other small vocabularies that go over the wire by name."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Vocabulary:
    """A closed list of names with the integers that the database keeps."""

    name: str
    members: dict[str, int]

    def number(self, value: object) -> int:
        """Return the integer of a name (any case), an integer, or an integer as text; ValueError otherwise."""
        for name, number in self.members.items():
            if isinstance(value, str):
                fits = value.upper() in (name.upper(), str(number))
            else:
                fits = isinstance(value, int) and not isinstance(value, bool) and value == number
            if fits:
                return number
        raise ValueError(f"'{value}' is not a {self.name}; choose one of {', '.join(self.members)}.")


QC = Vocabulary("QC value", {"NOT_SET": 0, "PASS": 10, "WARNING": 30, "FAIL": 40, "CRITICAL": 50})
