import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mcassess.evidence.video_vlc import VlcEngine
from mcassess.evidence.worker import Worker
from tests.support.media import make_sound, make_video


class Clips:
    """Small files made once a session; what is asked for first is made then."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _made(self, name: str, make: Callable[[Path], object]) -> Path:
        path = self._folder / name
        if not path.exists():
            make(path)
        return path

    @property
    def lesson(self) -> Path:
        """Four seconds, 30 pictures a second, with sound and pictures that lean on later ones."""
        return self._made("lesson.mp4", make_video)

    @property
    def hd(self) -> Path:
        """The lesson in the colours of high definition, as phones and cameras state them."""

        def make(path: Path) -> None:
            stated = "h264_metadata=colour_primaries=1:transfer_characteristics=1:matrix_coefficients=1"
            command = ["ffmpeg", "-v", "error", "-i", str(self.lesson), "-c", "copy", "-bsf:v", stated, str(path)]
            subprocess.run(command, check=True, timeout=60)

        return self._made("hd.mp4", make)

    @property
    def mute(self) -> Path:
        return self._made("mute.mp4", lambda path: make_video(path, sound=None))

    @property
    def sound(self) -> Path:
        return self._made("sound.m4a", make_sound)

    @property
    def old_camera(self) -> Path:
        return self._made("old.avi", lambda path: make_video(path, codec="mpeg4", sound="mp3", rate=25))

    @property
    def web(self) -> Path:
        return self._made("web.webm", lambda path: make_video(path, codec="libvpx", sound="libopus", frames=60))

    @property
    def slides(self) -> Path:
        """Pictures that stay for seconds."""
        times = [0, 900, 1000, 3000, 3100, 3200, 7000, 7040, 12_000, 12_500]
        return self._made("slides.mp4", lambda path: make_video(path, frames=len(times), times=times, key_every=100))

    @property
    def turned(self) -> Path:
        """A video filmed upright: its file asks for a quarter turn."""

        def make(path: Path) -> None:
            command = [
                "ffmpeg",
                "-v",
                "error",
                "-i",
                str(self.lesson),
                "-c",
                "copy",
                "-metadata:s:v:0",
                "rotate=90",
                str(path),
            ]
            subprocess.run(command, check=True, timeout=60)

        return self._made("turned.mov", make)

    @property
    def phone_times(self) -> list[int]:
        return [0, 33, 66, 133, 166, 266, 300, 366, 400, 433, 533, 633, 666, 700, 800, 900, 933, 1000, 1100, 1133]

    @property
    def phone(self) -> Path:
        """Pictures at uneven times."""
        times = self.phone_times
        return self._made("phone.mp4", lambda path: make_video(path, frames=len(times), times=times))

    @property
    def cut(self) -> Path:
        """The first half of a file whose list of contents comes first."""

        def make(path: Path) -> None:
            whole = make_video(path.with_name("whole.mp4"), frames=240, faststart=True).read_bytes()
            path.write_bytes(whole[: len(whole) // 2])

        return self._made("cut.mp4", make)

    @property
    def cut_before_contents(self) -> Path:
        """The first half of a file whose list of contents would have come last."""
        return self._made(
            "headless.mp4", lambda path: path.write_bytes(self.lesson.read_bytes()[: self.lesson.stat().st_size // 2])
        )


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Clips:
    return Clips(tmp_path_factory.mktemp("clips"))


@pytest.fixture(scope="session")
def frames_child() -> Iterator[Worker]:
    """Runs before the first test counts its processes, and serves all players."""
    child = Worker("frames")
    child.warm_up()
    yield child
    child.close()


@pytest.fixture(scope="session")
def engine() -> Iterator[VlcEngine]:
    silent = VlcEngine(audio_output="dummy")
    yield silent
    silent.release()


@pytest.fixture
def captions_child() -> Iterator[Worker]:
    child = Worker("captions")
    yield child
    child.close()
