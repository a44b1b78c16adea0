"""Light or dark: a button that knows what the system prefers and what was chosen last."""

from __future__ import annotations

from pathlib import Path

import anywidget
import traitlets


class ThemeSwitch(anywidget.AnyWidget):
    """The button; `theme` is "light" or "dark"."""

    _esm = Path(__file__).with_name("theme_switch.js")

    theme = traitlets.Enum(["light", "dark"], default_value="light").tag(sync=True)
