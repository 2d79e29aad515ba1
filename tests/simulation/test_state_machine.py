"""Short histories that Hypothesis makes up and shortens: the same world, with every step named."""

from contextlib import ExitStack
from datetime import timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from tests.simulation import assessor, elsewhere
from tests.simulation.chance import OFFSETS
from tests.simulation.faults import FAULTS
from tests.simulation.inspection import look_at
from tests.simulation.resting import settle
from tests.simulation.setting import Setting
from tests.simulation.world import world_of

FAULT_NAMES = sorted(fault.__name__.strip("_") for fault, _ in FAULTS)
SETTING = Setting(submissions=3, assessors=2, devices=1, trouble=0.0, deaths=0.0, steps=0, together=False)
LAPTOP = st.integers(0, 2)
DRAW = st.integers(0, 1000)


class Histories(RuleBasedStateMachine):
    """Two assessors, an approver and their platform; nothing happens by itself."""

    def __init__(self) -> None:
        super().__init__()
        self._open = ExitStack()
        self.world = self._open.enter_context(world_of(1, SETTING))
        self.world.network.trouble = 0.0

    def teardown(self) -> None:
        with self._open:
            settle(self.world)

    @rule(laptop=LAPTOP, draw=DRAW)
    def an_assessor_works(self, laptop: int, draw: int) -> None:
        self._on(laptop, lambda at: assessor.work(at, Random(draw)))

    @rule(laptop=LAPTOP, draw=DRAW)
    def she_revises(self, laptop: int, draw: int) -> None:
        if assessor.arrived(self.world.laptops[laptop]):
            self._on(laptop, lambda at: assessor.revise(at, Random(draw)))

    @rule(laptop=LAPTOP, draw=DRAW)
    def she_comments(self, laptop: int, draw: int) -> None:
        self._on(laptop, lambda at: assessor.comment(at, Random(draw)))

    @rule(laptop=LAPTOP, draw=DRAW)
    def she_takes_back(self, laptop: int, draw: int) -> None:
        self._on(laptop, lambda at: assessor.take_back(at, Random(draw)))

    @rule(laptop=LAPTOP, evidence=st.booleans())
    def she_syncs(self, laptop: int, evidence: bool) -> None:
        self._on(laptop, lambda at: at.sync(evidence=evidence))

    @rule(laptop=LAPTOP)
    def the_command_line_syncs(self, laptop: int) -> None:
        self._on(laptop, lambda at: at.sync_beside(evidence=True))

    @rule(laptop=LAPTOP, fault=st.sampled_from(FAULT_NAMES))
    def she_syncs_in_a_bad_network(self, laptop: int, fault: str) -> None:
        self.world.network.trouble, self.world.network.allowed = 0.5, {fault}
        try:
            self._on(laptop, lambda at: at.sync())
        finally:
            self.world.network.trouble, self.world.network.allowed = 0.0, None

    @rule(laptop=LAPTOP, point=st.integers(1, 25))
    def her_laptop_dies_over_a_sync(self, laptop: int, point: int) -> None:
        self.world.laptops[laptop].doom = point
        self._on(laptop, lambda at: at.sync())
        self.world.laptops[laptop].doom = 0

    @rule(laptop=LAPTOP, draw=DRAW)
    def she_claims(self, laptop: int, draw: int) -> None:
        self._on(laptop, lambda at: assessor.claims(at, Random(draw)))

    @rule(laptop=LAPTOP, draw=DRAW)
    def she_resolves(self, laptop: int, draw: int) -> None:
        self._on(laptop, lambda at: assessor.resolves(at, Random(draw)))

    @rule(laptop=LAPTOP, offset=st.sampled_from(OFFSETS))
    def her_clock_jumps(self, laptop: int, offset: timedelta) -> None:
        self.world.laptops[laptop].jump(offset)

    @rule(laptop=LAPTOP)
    def she_backs_up(self, laptop: int) -> None:
        self.world.laptops[laptop].back_up()

    @rule(laptop=LAPTOP)
    def she_goes_back_to_her_backup(self, laptop: int) -> None:
        self._on(laptop, lambda at: at.go_back())

    @rule(draw=DRAW)
    def an_educator_submits_again(self, draw: int) -> None:
        elsewhere.an_educator_resubmits(self.world, Random(draw))

    @rule(draw=DRAW)
    def a_coordinator_acts(self, draw: int) -> None:
        elsewhere.a_coordinator_acts(self.world, Random(draw))

    @rule(draw=DRAW)
    def somebody_appeals(self, draw: int) -> None:
        elsewhere.somebody_appeals(self.world, Random(draw))

    @rule(draw=DRAW)
    def somebody_comes_or_goes(self, draw: int) -> None:
        elsewhere.somebody_comes_or_goes(self.world, Random(draw))

    @rule()
    def what_was_held_up_arrives(self) -> None:
        self.world.network.deliver_late()

    @rule()
    def the_platform_restarts(self) -> None:
        self.world.platform.restart()

    @rule()
    def the_platform_is_backed_up(self) -> None:
        elsewhere.the_platform_is_backed_up(self.world, Random(0))

    @precondition(lambda self: (self.world.folder / "backup.tar").exists())
    @rule()
    def the_platform_is_restored(self) -> None:
        self.world.put_back(self.world.folder / "backup.tar")

    def _on(self, laptop: int, action: object) -> None:
        at = self.world.laptops[laptop]
        self.world.time.pass_by(60)
        with self.world.actors.acting(at):
            action(at)
        at.learn_sealed()
        look_at(self.world.oracle, at)


@pytest.mark.timeout(300)
def test_no_short_history_breaks_an_invariant() -> None:
    run_state_machine_as_test(
        Histories,
        settings=settings(
            max_examples=6,
            stateful_step_count=12,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
