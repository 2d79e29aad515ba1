"""Waiting for news: the platform holds its answer back, and a change ends the waiting at once."""

import threading

import pytest

from mcassess.sync.platform import CancelledError
from mcassess.sync.run import Cancel
from mcassess.sync.waiting import wait_for_news
from tests.support.faults import FaultProxy
from tests.support.packs import changed_pack
from tests.support.platform import Platform
from tests.support.syncing import Laptop


def renamed(document) -> None:
    document["microcredentials"][0]["title"] = "Morning Meeting, renamed"


def test_a_change_ends_the_waiting_and_without_one_it_ends_in_time(
    joined: Laptop, platform: Platform, network: FaultProxy, tmp_path
) -> None:
    joined.sync(evidence=False)
    assert not wait_for_news(joined.library, joined.connect, 1, Cancel())
    assert all("wait=1" in asked.path for asked in network.seen if "limit=1&" in asked.path + "&")
    pack = changed_pack(tmp_path / "renamed", renamed)
    later = threading.Timer(0.5, lambda: platform.load(pack))
    later.start()
    try:
        assert wait_for_news(joined.library, joined.connect, 60, Cancel())
    finally:
        later.join()


def test_waiting_is_broken_off_at_once(joined: Laptop) -> None:
    joined.sync(evidence=False)
    cancel = Cancel()
    later = threading.Timer(0.5, cancel.set)
    later.start()
    try:
        with pytest.raises(CancelledError):
            wait_for_news(joined.library, joined.connect, 60, cancel)
    finally:
        later.join()


def test_without_a_platform_there_is_nothing_to_wait_for(laptop: Laptop) -> None:
    assert not wait_for_news(laptop.library, laptop.connect, 60, Cancel())


def test_a_platform_that_is_away_is_said(joined: Laptop, platform: Platform) -> None:
    joined.sync(evidence=False)
    platform.stop()
    with pytest.raises(Exception, match="platform"):
        wait_for_news(joined.library, joined.connect, 60, Cancel())


def test_news_that_was_missed_ends_the_waiting_too(joined: Laptop, platform: Platform, tmp_path) -> None:
    assert wait_for_news(joined.library, joined.connect, 60, Cancel()), "nothing was read yet"
