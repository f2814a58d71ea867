"""How much C57BL/6 mice weigh at each age: the reference weights that Alyx has always used.

Facts from its tables ``ref_weighings_male.csv`` and ``ref_weighings_female.csv`` (github.com/cortex-lab/alyx), in grams by
whole weeks since birth. Neither sex grows after week 20 there, so later weeks are that one.
"""

FIRST_WEEK = 4
_MALE = (
    (15.7, 2.2), (19.4, 1.8), (21.1, 1.5), (22.9, 1.5), (24.0, 1.5), (25.0, 1.6), (25.6, 1.7), (26.7, 1.7), (27.7, 1.7),
    (28.4, 1.9), (29.1, 1.9), (29.7, 2.2), (30.1, 2.1), (30.7, 2.2), (31.1, 2.3), (31.4, 2.4), (31.8, 2.5),
)  # fmt: skip
_FEMALE = (
    (14.1, 1.8), (16.9, 1.2), (17.5, 1.0), (18.2, 1.1), (18.7, 1.2), (19.3, 1.2), (19.8, 1.3), (20.2, 1.4), (20.7, 1.4),
    (21.7, 1.5), (22.0, 1.6), (22.3, 1.7), (22.6, 1.8), (22.6, 2.0), (23.0, 2.1), (23.5, 2.3), (23.6, 2.3),
)  # fmt: skip
CURVES = {"M": _MALE, "F": _FEMALE}
"""Sex → mean and standard deviation (g) of each week from ``FIRST_WEEK`` on."""


def weight_at(sex: str, weeks: int) -> tuple[float, float] | None:
    """Return mean and standard deviation (g) at an age; of an animal of unknown sex nothing is known."""
    table = CURVES.get(sex)
    return None if table is None else table[min(max(weeks - FIRST_WEEK, 0), len(table) - 1)]
