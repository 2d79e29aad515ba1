"""What every player must do. A test module makes a class of it and provides the fixture ``make_player``."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from mcassess.evidence.reader import BytesReader, FileReader
from mcassess.evidence.video import Player, PlayerEvents, PlayerState, VideoFrame
from tests.support.media import number_of

MakePlayer = Callable[[PlayerEvents], Player]
WaitUntil = Callable[..., None]


class Audience:
    """Notes what a player tells: of each picture its time, the number burnt into it, and its serial."""

    def __init__(self) -> None:
        self.shown: list[tuple[int, int]] = []
        self.serials: list[int] = []
        self.states: list[PlayerState] = []
        self.positions: list[int] = []
        self.sought: list[int] = []
        self.last: VideoFrame | None = None

    @property
    def events(self) -> PlayerEvents:
        return PlayerEvents(on_frame=self._frame, on_state=self.states.append, on_position=self._position)

    def _position(self, time_ms: int, seek: int) -> None:
        self.positions.append(time_ms)
        self.sought.append(seek)

    def _frame(self, frame: VideoFrame) -> None:
        self.last = frame
        self.serials.append(frame.serial)
        self.shown.append((frame.time_ms, number_of(frame)))


class FailingReader(BytesReader):
    """Reads well until told that the file is damaged."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.failing = False
        self.closed = threading.Event()
        self._failure: Exception | None = None

    @property
    def error(self) -> Exception | None:
        return self._failure

    def read(self, count: int) -> bytes:
        if self.failing:
            self._failure = ValueError("piece 3 does not fit its seal")
            raise self._failure
        return super().read(count)

    def close(self) -> None:
        self.closed.set()


def number_at(time_ms: int, rate: int = 30) -> int:
    """Which picture of an even video is shown at a time, times being rounded to milliseconds."""
    return int((time_ms + 0.5) * rate / 1000)


class PlayerContract:
    @pytest.fixture
    def audience(self) -> Audience:
        return Audience()

    @pytest.fixture
    def player(self, make_player: MakePlayer, audience: Audience):
        player = make_player(audience.events)
        yield player
        player.shutdown()

    def opened(self, player: Player, audience: Audience, path: Path, wait_until: WaitUntil, start_ms: int = 0) -> None:
        told = len(audience.states)
        player.open(FileReader(path), start_ms=start_ms)
        wait_until(lambda: {PlayerState.PAUSED, PlayerState.FAILED} & set(audience.states[told:]))
        assert player.state is PlayerState.PAUSED, player.failure

    def test_opening_shows_the_first_picture_and_stands_still(self, player, audience, clips, wait_until) -> None:
        self.opened(player, audience, clips.lesson, wait_until)
        assert audience.shown == [(0, 0)]
        assert audience.states == [PlayerState.OPENING, PlayerState.PAUSED]
        assert player.position_ms == 0
        info = player.info
        assert (info.duration_ms, info.has_picture, info.has_sound, info.frame_rate) == (4000, True, True, 30.0)
        assert (audience.last.width, audience.last.height) == (320, 180)

    def test_it_opens_at_a_place(self, player, audience, clips, wait_until) -> None:
        self.opened(player, audience, clips.lesson, wait_until, start_ms=2500)
        assert audience.shown == [(2500, 75)]

    @pytest.mark.parametrize("clip", ["lesson", "mute"])
    def test_a_seek_while_paused_shows_exactly_the_picture_of_that_time(
        self, player, audience, clips, wait_until, clip
    ) -> None:
        self.opened(player, audience, getattr(clips, clip), wait_until)
        for time_ms in (3333, 100, 1999, 2000, 33, 32, 3999, 1234):
            before = len(audience.shown)
            player.seek(time_ms)
            wait_until(lambda before=before: len(audience.shown) > before)
            shown_ms, number = audience.shown[-1]
            assert number == number_at(time_ms)
            assert shown_ms == round(number * 1000 / 30) == player.position_ms

    def test_seeking_to_the_time_of_a_picture_shows_that_picture_again(
        self, player, audience, clips, wait_until
    ) -> None:
        self.opened(player, audience, clips.lesson, wait_until)
        for number in range(40, 50):
            before = len(audience.shown)
            player.seek(round(number * 1000 / 30))
            wait_until(lambda before=before: len(audience.shown) > before)
            assert audience.shown[-1][1] == number

    def test_of_many_seeks_the_newest_wins(self, player, audience, clips, wait_until) -> None:
        self.opened(player, audience, clips.lesson, wait_until)
        numbers = [player.seek(time_ms) for time_ms in (*range(0, 3000, 10), 3100)]
        wait_until(lambda: audience.sought[-1] == numbers[-1])
        assert (player.position_ms, audience.shown[-1]) == (3100, (3100, 93))
        assert numbers == sorted(set(numbers))
        assert all(
            at == 3100 for at, seek in zip(audience.positions, audience.sought, strict=True) if seek == numbers[-1]
        )
        assert len(audience.shown) < 200

    def test_a_step_goes_exactly_one_picture_on_or_back(self, player, audience, clips, wait_until) -> None:
        self.opened(player, audience, clips.lesson, wait_until, start_ms=2000)
        for step in (1, 1, 1, -1, -1, -1, -1, -1, 1, *[-1] * 25):
            expected = audience.shown[-1][1] + step
            before = len(audience.shown)
            player.step(step)
            wait_until(lambda before=before: len(audience.shown) > before)
            assert audience.shown[-1] == (round(expected * 1000 / 30), expected)
            assert player.position_ms == audience.shown[-1][0]

    def test_there_is_no_step_beyond_either_end(self, player, audience, clips, wait_until) -> None:
        self.opened(player, audience, clips.lesson, wait_until)
        player.step(-1)
        player.seek(4000)
        wait_until(lambda: player.position_ms == 3967)
        player.step(1)
        player.step(-1)
        wait_until(lambda: player.position_ms == 3933)
        assert [number for _, number in audience.shown] == [0, 119, 118]

    def test_uneven_pictures_are_stepped_and_sought_by_their_own_times(
        self, player, audience, clips, wait_until
    ) -> None:
        self.opened(player, audience, clips.phone, wait_until)
        for _ in clips.phone_times[1:]:
            before = len(audience.shown)
            player.step(1)
            wait_until(lambda before=before: len(audience.shown) > before)
        assert [time_ms for time_ms, _ in audience.shown] == clips.phone_times
        player.seek(265)
        wait_until(lambda: player.position_ms == 166)

    @pytest.mark.parametrize("clip", ["lesson", "mute", "hd", "old_camera", "web"])
    def test_it_plays_every_picture_in_order_and_ends_on_the_last(
        self, player, audience, clips, wait_until, clip
    ) -> None:
        self.opened(player, audience, getattr(clips, clip), wait_until)
        last = {"old_camera": 119, "web": 59}.get(clip, 119)
        player.seek(player.info.duration_ms - 1000)
        player.play()
        wait_until(lambda: player.state is PlayerState.ENDED)
        numbers = [number for _, number in audience.shown]
        assert numbers[-1] == last
        assert player.position_ms == audience.shown[-1][0]
        played = numbers[2:]
        assert played == sorted(played)
        assert len(set(played)) >= 15

    @pytest.mark.parametrize("clip", ["lesson", "mute"])
    def test_the_time_told_while_playing_is_the_shown_picture_within_two(
        self, player, audience, clips, wait_until, clip
    ) -> None:
        self.opened(player, audience, getattr(clips, clip), wait_until, start_ms=1000)
        player.play()
        wait_until(lambda: player.position_ms > 2000)
        player.seek(500)
        wait_until(lambda: 900 < player.position_ms < 1400)
        player.pause()
        wait_until(lambda: player.state is PlayerState.PAUSED)
        off = [abs(round(time_ms * 30 / 1000) - number) for time_ms, number in audience.shown]
        assert sum(distance > 2 for distance in off) <= len(off) // 5

    @pytest.mark.parametrize("clip", ["lesson", "mute", "hd"])
    def test_after_a_pause_the_time_is_exactly_the_shown_picture_s(
        self, player, audience, clips, wait_until, clip
    ) -> None:
        self.opened(player, audience, getattr(clips, clip), wait_until)
        player.play()
        for goal in (400, 900, 1400):
            wait_until(lambda goal=goal: player.position_ms >= goal)
            player.pause()
            wait_until(lambda: player.state is PlayerState.PAUSED)
            time_ms, number = audience.shown[-1]
            assert time_ms == round(number * 1000 / 30) == player.position_ms
            assert number == audience.shown[-2][1], "the picture does not leap"
            player.play()
            wait_until(lambda: player.state is PlayerState.PLAYING)

    def test_playing_goes_on_where_it_was_paused(self, player, audience, clips, wait_until) -> None:
        self.opened(player, audience, clips.lesson, wait_until)
        player.play()
        wait_until(lambda: player.position_ms > 600)
        player.step(1)
        player.step(1)
        wait_until(lambda: player.state is PlayerState.PAUSED)
        player.seek(3000)
        wait_until(lambda: player.position_ms == 3000)
        count = len(audience.shown)
        player.play()
        wait_until(lambda: len(audience.shown) > count + 3)
        assert all(87 <= number <= 110 for _, number in audience.shown[count:])

    def test_a_loop_plays_nothing_outside_itself(self, player, audience, clips, wait_until) -> None:
        self.opened(player, audience, clips.lesson, wait_until)
        player.set_loop((1000, 1400))
        player.play()
        wait_until(lambda: [number for _, number in audience.shown].count(36) >= 3)
        assert all(28 <= number <= 44 for _, number in audience.shown[1:])
        player.set_loop(None)
        wait_until(lambda: player.position_ms > 1600)

    def test_a_loop_up_to_the_end_starts_again(self, player, audience, clips, wait_until) -> None:
        self.opened(player, audience, clips.lesson, wait_until, start_ms=3500)
        player.set_loop((3500, 4000))
        player.play()
        wait_until(lambda: [number for _, number in audience.shown].count(110) >= 2)
        assert player.state is PlayerState.PLAYING

    def test_twice_the_speed_takes_half_the_time(self, player, audience, clips, wait_until) -> None:
        self.opened(player, audience, clips.lesson, wait_until)
        player.set_rate(2.0)
        player.play()
        wait_until(lambda: player.position_ms > 300)
        began, at = time.monotonic(), player.position_ms
        wait_until(lambda: player.position_ms > 2500)
        speed = (player.position_ms - at) / 1000 / (time.monotonic() - began)
        assert 1.6 < speed < 2.4

    def test_it_plays_again_from_the_start_after_the_end(self, player, audience, clips, wait_until) -> None:
        self.opened(player, audience, clips.lesson, wait_until, start_ms=3700)
        player.play()
        wait_until(lambda: player.state is PlayerState.ENDED)
        count = len(audience.shown)
        player.play()
        wait_until(lambda: len(audience.shown) > count + 3)
        assert audience.shown[count][1] <= 3

    def test_sound_alone_plays_and_has_a_position(self, player, audience, clips, wait_until) -> None:
        self.opened(player, audience, clips.sound, wait_until)
        assert (player.info.has_picture, player.info.has_sound) == (False, True)
        player.seek(1500)
        wait_until(lambda: player.position_ms == 1500)
        player.play()
        wait_until(lambda: player.position_ms > 1900)
        player.pause()
        wait_until(lambda: player.state is PlayerState.PAUSED)
        assert 1900 < player.position_ms < 3000
        player.play()
        wait_until(lambda: player.state is PlayerState.ENDED)
        assert audience.shown == []

    def test_quick_fingers_do_no_harm(self, player, audience, clips, wait_until) -> None:
        self.opened(player, audience, clips.lesson, wait_until)
        for number in range(12):
            player.play()
            player.seek(number * 250)
            player.pause()
            player.set_sound(number, muted=bool(number % 2))
            player.step(1)
        player.seek(2000)
        wait_until(lambda: player.position_ms == 2000)
        assert player.state is PlayerState.PAUSED
        assert audience.shown[-1] == (2000, 60)

    def test_a_seek_keeps_its_place_among_other_wishes(self, player, audience, clips, wait_until) -> None:
        self.opened(player, audience, clips.lesson, wait_until)
        for _ in range(20):
            player.seek(3000)
            player.step(5)
            player.seek(1000)
            player.step(2)
        wait_until(lambda: player.position_ms == 1067)
        player.seek(2000)
        wait_until(lambda: player.position_ms == 2000)

    def test_it_opens_one_video_after_the_other(self, player, audience, clips, wait_until) -> None:
        for path in (clips.lesson, clips.mute, clips.phone, clips.lesson):
            count = len(audience.states)
            player.open(FileReader(path), paused=False)
            wait_until(lambda count=count: PlayerState.PLAYING in audience.states[count:])
        player.close(wait=True)
        assert player.state is PlayerState.CLOSED
        assert audience.serials == sorted(set(audience.serials))

    def test_while_it_is_dragged_along_pictures_show_the_way(self, player, audience, clips, wait_until) -> None:
        self.opened(player, audience, clips.lesson, wait_until)
        for time_ms in range(0, 3600, 200):
            player.seek(time_ms)
            time.sleep(0.03)
        wait_until(lambda: player.position_ms == 3400)
        assert len({number for _, number in audience.shown}) >= 6

    def test_moving_pictures_are_as_small_as_their_room_and_standing_ones_as_recorded(
        self, player, audience, clips, wait_until
    ) -> None:
        player.set_room((160, 90))
        self.opened(player, audience, clips.lesson, wait_until)
        assert (audience.last.width, audience.last.whole) == (320, (320, 180))
        sizes: set[tuple[int, int]] = set()
        player.play()
        wait_until(lambda: sizes.add((audience.last.width, audience.last.height)) or (160, 90) in sizes)
        assert audience.last.whole == (320, 180)
        player.pause()
        wait_until(lambda: player.state is PlayerState.PAUSED)
        assert (audience.last.width, audience.last.height) == (320, 180)
        assert player.position_ms == round(number_of(audience.last) * 1000 / 30)
        player.set_room((640, 360))
        player.play()
        wait_until(lambda: player.state is PlayerState.PLAYING)
        count = len(audience.shown)
        wait_until(lambda: len(audience.shown) > count)
        assert (audience.last.width, audience.last.height) == (320, 180), "nothing is made larger than it was recorded"

    def test_pixels_stay_while_a_frame_is_held(self, player, audience, clips, wait_until) -> None:
        self.opened(player, audience, clips.lesson, wait_until)
        player.play()
        wait_until(lambda: len(audience.shown) > 3)
        held, number = audience.last, number_of(audience.last)
        wait_until(lambda: len(audience.shown) > 40)
        assert number_of(held) == number

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"", "empty"),
            (bytes(range(256)) * 400, "broken"),
            (b"\0" * 100_000, "broken"),
            (b"#EXTM3U\nhttp://127.0.0.1/x.ts\n", "broken"),
        ],
        ids=["nothing", "random", "zeros", "playlist"],
    )
    def test_what_is_no_video_fails_with_one_sentence(self, player, content, code, wait_until) -> None:
        player.open(BytesReader(content))
        wait_until(lambda: player.state is PlayerState.FAILED)
        assert player.failure.code == code
        assert player.failure.text.endswith(".")

    def test_a_video_cut_before_its_contents_fails(self, player, clips, wait_until) -> None:
        player.open(FileReader(clips.cut_before_contents))
        wait_until(lambda: player.state is PlayerState.FAILED)
        assert player.failure.code == "broken"

    def test_a_video_cut_in_half_plays_as_far_as_it_goes(self, player, audience, clips, wait_until) -> None:
        self.opened(player, audience, clips.cut, wait_until)
        player.seek(7900)
        wait_until(lambda: player.position_ms > 2000)
        assert audience.shown[-1][0] == round(audience.shown[-1][1] * 1000 / 30) < 6000
        player.play()
        wait_until(lambda: player.state is PlayerState.ENDED)

    def test_a_file_that_turns_out_damaged_fails_with_its_reason_and_is_closed(self, player, clips, wait_until) -> None:
        reader = FailingReader(clips.lesson.read_bytes())
        player.open(reader)
        wait_until(lambda: player.state is PlayerState.PAUSED)
        reader.failing = True
        player.play()
        wait_until(lambda: player.state is PlayerState.FAILED)
        assert player.failure.code == "damaged"
        assert "piece 3" in player.failure.text
        assert reader.closed.wait(5)

    def test_after_a_failure_the_next_video_plays(self, player, audience, clips, wait_until) -> None:
        player.open(BytesReader(b"nothing that plays"))
        wait_until(lambda: player.state is PlayerState.FAILED)
        self.opened(player, audience, clips.lesson, wait_until)
        assert player.failure is None

    def test_closing_closes_the_reader_and_ends_the_thread(self, make_player, audience, clips) -> None:
        reader = FailingReader(clips.lesson.read_bytes())
        player = make_player(audience.events)
        player.open(reader, paused=False)
        player.shutdown()
        assert reader.closed.is_set()
        assert not [thread for thread in threading.enumerate() if thread.name == "video player"]
        player.shutdown()
