"""The time of what a playing video shows, between the decoder's own words about it. Reads no clock itself."""


class PlayClock:
    """Follows a video that plays: told now and then what its time is, it says what it is at any moment.

    Moments are seconds of ``time.monotonic``, times milliseconds of the video.
    """

    def __init__(self) -> None:
        self._time_ms = 0.0
        self._at = 0.0
        self._rate = 1.0

    @property
    def rate(self) -> float:
        """The speed, 1.0 as recorded."""
        return self._rate

    def anchor(self, time_ms: float, at: float) -> None:
        """Says that the video's time was ``time_ms`` at the moment ``at``."""
        self._time_ms, self._at = time_ms, at

    def set_rate(self, rate: float, at: float) -> None:
        """Says that the video runs at ``rate`` from the moment ``at`` on."""
        self.anchor(self.time_ms(at), at)
        self._rate = rate

    def time_ms(self, at: float) -> float:
        """Returns the video's time at the moment ``at``."""
        return self._time_ms + (at - self._at) * 1000 * self._rate

    def frame_ms(self, at: float, frame_rate: float) -> int:
        """Returns the time of the picture shown at ``at``, where pictures come evenly; a rate of 0.0 is unknown."""
        exact = self.time_ms(at)
        if frame_rate <= 0:
            return max(0, round(exact))
        return max(0, round(round(exact * frame_rate / 1000) * 1000 / frame_rate))
