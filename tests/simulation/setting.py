"""What a world is like, drawn from its seed or made for a purpose."""

from dataclasses import dataclass
from datetime import timedelta

from tests.simulation.chance import OFFSETS, Chance


@dataclass(frozen=True)
class Setting:
    """What a world is like.

    trouble: how often the network fails, from 0 to 1.
    deaths: how often a process dies.
    together: whether several act at once.
    rushes: how often all decide on the same submission at the same time.
    faults: the only ones that the network has; none means all.
    wishes: what happens on laptops in half of all steps, by name; none means nothing in particular.
    by_code: how many laptops are signed in by device flow, from 0 to 1.
    events: what may happen elsewhere, by name; none means all.
    """

    submissions: int
    assessors: int
    devices: int
    trouble: float
    deaths: float
    steps: int
    together: bool = True
    offsets: tuple[timedelta, ...] = (timedelta(0),)
    rushes: float = 0.15
    faults: tuple[str, ...] = ()
    wishes: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    by_code: float = 0.4

    @staticmethod
    def of(chance: Chance) -> "Setting":
        random = chance.of("setting")
        if random.random() < 0.03:  # so many that most of them going away has to be agreed to
            return Setting(
                submissions=32,
                assessors=1,
                devices=1,
                trouble=0.05,
                deaths=0.0,
                steps=14,
                wishes=("syncs", "resolves"),
                events=("somebody_comes_or_goes", "something_small_changes"),
            )
        return Setting(
            submissions=random.choice([3, 4, 6, 9]),
            assessors=random.choice([1, 2, 2, 3]),
            devices=random.choice([1, 2]),
            trouble=random.choice([0.0, 0.05, 0.15, 0.35]),
            deaths=random.choice([0.0, 0.1, 0.3]),
            steps=random.choice([12, 20, 30]),
            offsets=tuple(random.choice(OFFSETS) for _ in range(3)),
        )
