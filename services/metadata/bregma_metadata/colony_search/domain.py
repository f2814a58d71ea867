"""How people write what they ask of the colony."""

from bregma_metadata.colony.domain import SYMBOLS

OLDEST = 2000
"""Weeks that no animal lives."""
HEAVIEST = 1000
"""Percent of its expected weight that no animal has."""


def parse_genotype(text: str) -> list[str]:
    """Read ``Pvalb-Cre +/-, Ai32 +``: an allele and its zygosity, all of which must hold."""
    entries = [" ".join(part.split()) for part in text.split(",") if part.strip()]
    for entry in entries:
        if entry.rpartition(" ")[2] not in SYMBOLS or " " not in entry:
            raise ValueError(
                f"'{entry}' is no genotype; write an allele and one of {', '.join(SYMBOLS)}: Pvalb-Cre +/-"
            )
    if len(entries) > 10:
        raise ValueError("Enter at most 10 alleles.")
    return list(dict.fromkeys(entries))


def allele_of(entry: str) -> str:
    """Return the allele of ``Pvalb-Cre +/-``."""
    return entry.rpartition(" ")[0]


def parse_percent(text: str) -> list[float]:
    """Read ``80,90``, ``80,`` or ``,90``: percent, both included."""
    parts = [part.strip() for part in text.split(",")]
    if len(parts) != 2 or not any(parts):
        raise ValueError("Enter two numbers of percent: 80,90")
    try:
        first, last = float(parts[0] or 0), float(parts[1] or HEAVIEST)
    except ValueError:
        raise ValueError("Enter two numbers of percent: 80,90") from None
    if not (0 <= first <= HEAVIEST and 0 <= last <= HEAVIEST):
        raise ValueError(f"Enter percent between 0 and {HEAVIEST}.")
    if last < first:
        raise ValueError(f"No weight is at least {first:g} and at most {last:g} %; enter the smaller number first.")
    return [first, last]


def parse_weeks(text: str) -> list[int]:
    """Read ``8,12``, ``8,`` or ``,12``: whole weeks, both included; a single number is that week."""
    parts = [part.strip() for part in text.split(",")]
    ends = parts * 2 if len(parts) == 1 else parts
    if len(ends) != 2 or not all(end == "" or (end.isascii() and end.isdigit() and len(end) < 9) for end in ends):
        raise ValueError("Enter one or two whole numbers of weeks: 8,12")
    first, last = int(ends[0] or 0), int(ends[1] or OLDEST)
    if last < first:
        raise ValueError(f"No age is at least {first} and at most {last} weeks; enter the smaller number first.")
    return [min(first, OLDEST), min(last, OLDEST)]
