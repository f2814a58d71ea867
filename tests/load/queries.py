"""Queries that scientists ask, drawn at random from one seed; how many sessions each matches is the catalogue's answer."""

import random
from collections.abc import Callable
from urllib.parse import urlencode

from tests.load.world import DAYS, LABS, SUBJECTS, USERS, day

Query = dict[str, str]


class Asker:
    """Draws queries of known kinds."""

    def __init__(self, times: int, seed: int = 7) -> None:
        self.random = random.Random(seed)
        self.times = times

    def _subject(self) -> str:
        n = self.random.randrange(SUBJECTS * self.times)
        return f"{LABS[n % len(LABS)][:2].upper()}_{n:04d}"

    def _days(self, length: int) -> str:
        first = self.random.randrange(40, DAYS - length - 40)
        return f"{day(first)},{day(first + length)}"

    def _user(self) -> str:
        return f"user{self.random.randrange(USERS * self.times):03d}"

    def small(self) -> Query:
        """Match up to 250 sessions at either size of the catalogue."""
        return self.random.choice(self._small())()

    def _small(self) -> list[Callable[[], Query]]:
        lab, days = self.random.choice(LABS), max(2, 14 // self.times)
        return [
            lambda: {"subject": self._subject()},
            lambda: {"subject": self._subject(), "date_range": self._days(60), "dataset_types": "trials.intervals,wheel.position"},
            lambda: {"subject": self._subject(), "task_protocol": "biased"},
            lambda: {"lab": lab, "date_range": self._days(days)},
            lambda: {"date_range": self._days(days // 2), "projects": "brainwide"},
            lambda: {"users": self._user(), "date_range": self._days(120)},
            # the paper's example
            lambda: {"lab": lab, "date_range": self._days(days * 4), "users": self._user(), "dataset_types": "spikes.times,spikes.clusters"},
            lambda: {"lab": lab, "datasets": "spikes.times.npy", "date_range": self._days(days * 6)},
        ]  # fmt: skip

    def middle(self) -> Query:
        """Match up to 2,000 sessions, at the large catalogue too."""
        span = 300 // self.times
        return self.random.choice([
            lambda: {"users": self._user()},
            lambda: {"date_range": self._days(span // 2)},
            lambda: {"lab": self.random.choice(LABS), "date_range": self._days(span * 2)},
            lambda: {"lab": self.random.choice(LABS), "task_protocol": "ephys"},
            lambda: {"date_range": self._days(span // 2), "dataset_types": "trials.intervals"},
            lambda: {"date_range": self._days(span // 2), "projects": "brainwide"},
            lambda: {"task_protocol": "ephysChoiceWorld", "dataset_types": "spikes.times", "date_range": self._days(span * 3)},
        ])()  # fmt: skip

    def broad(self) -> Query:
        """Match a large part of the catalogue."""
        return self.random.choice([
            dict,
            lambda: {"dataset_types": "spikes.times,spikes.clusters"},
            lambda: {"datasets": "_ibl_trials.intervals.npy"},
            lambda: {"projects": "brainwide"},
            lambda: {"task_protocol": "biased"},
            lambda: {"date_range": self._days(1000), "dataset_types": "licks.times"},
            lambda: {"qc": "PASS"},
        ])()  # fmt: skip


def address(query: Query, *, limit: int = 250) -> str:
    """Return the address of a search; its first page has 250 sessions, as the clients ask."""
    return "/sessions?" + urlencode({**query, "limit": limit})
