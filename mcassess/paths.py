"""Where things lie: the home of a library and the files that ship with the program. Creates nothing."""

import os
from pathlib import Path

from mcassess.errors import WorldError

HOME_VARIABLE = "MCASSESS_HOME"


def home(given: Path | None) -> Path:
    """Returns the folder that everything is kept below: as given, else by ``MCASSESS_HOME``, else the system's."""
    if given is not None:
        return given.expanduser().absolute()
    if named := os.environ.get(HOME_VARIABLE):
        return Path(named).expanduser().absolute()
    from platformdirs import user_data_path  # noqa: PLC0415 - costs 19 ms that a given home need not pay

    return user_data_path("mcassess", appauthor=False, roaming=False)


def resources() -> Path:
    """Returns the folder of icons, translations, templates and practice material, in a checkout and when installed."""
    package = Path(__file__).resolve().parent
    for candidate in (package / "resources", package.parent / "resources"):
        if candidate.is_dir():
            return candidate
    raise WorldError(f"The program is incomplete: no folder 'resources' beside {package}. Install it again.")
