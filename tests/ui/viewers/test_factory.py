import subprocess
import sys


def test_the_window_can_have_its_viewers_without_loading_a_decoder() -> None:
    script = (
        "import sys, mcassess.ui.viewers.factory, mcassess.ui.viewers.viewer;"
        "print([name for name in ('av', 'PIL', 'vlc', 'pymupdf', 'webvtt') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert found.stdout.strip() == "[]"
