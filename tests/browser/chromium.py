"""Which browser the tests of the page use, how it is started, and in one line what is missing where there is none.

python -m tests.browser.chromium    # says what is missing; fails where something is
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from pathlib import Path

BROWSERS = ("chromium", "google-chrome", "chromium-browser", "google-chrome-stable", "chrome")
#: software rendering everywhere: the same pixels with and without a graphics card
SWITCHES = (
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
)


def chromium_path() -> str | None:
    """Find a browser: ICAM_CHROMIUM, or one of the usual names."""
    named = os.environ.get("ICAM_CHROMIUM")
    if named:
        return named if Path(named).is_file() else None
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def missing() -> str:
    """Say what there is not, and what to install; "" where a browser can be started."""
    if importlib.util.find_spec("playwright") is None:
        return "Playwright is not installed: pip install 'icam-metastasis[dev]'"
    if chromium_path() is not None:
        return ""
    if named := os.environ.get("ICAM_CHROMIUM"):
        return f"ICAM_CHROMIUM names '{named}', which is no file"
    return "Chromium is not installed: apt-get install chromium, or name a browser in ICAM_CHROMIUM"


if __name__ == "__main__":
    sys.exit(missing() or 0)
