"""Named integers and other small vocabularies that go over the wire by name."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Vocabulary:
    """A closed list of names with the integers that the database keeps."""

    name: str
    members: dict[str, int]

    def number(self, value: object) -> int:
        """Return the integer of a name (any case), an integer, or an integer as text; ValueError otherwise."""
        if isinstance(value, bool):
            raise ValueError(self.refusal(value))
        if isinstance(value, str):
            upper = {k.upper(): v for k, v in self.members.items()}
            if value.upper() in upper:
                return upper[value.upper()]
            if value.lstrip("-").isdigit():
                value = int(value)
        if isinstance(value, int) and value in self.members.values():
            return value
        raise ValueError(self.refusal(value))

    def refusal(self, value: object) -> str:
        """Say which names there are."""
        return f"'{value}' is not a {self.name}; choose one of {', '.join(self.members)}."


QC = Vocabulary("QC value", {"NOT_SET": 0, "PASS": 10, "WARNING": 30, "FAIL": 40, "CRITICAL": 50})
