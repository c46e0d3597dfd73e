"""The colours of every picture. Each is at least 3:1 on the white card of a chart."""

INK = "#0b4f5c"
PILOT = "#b4501e"  # the one warm accent: the pilot side and nothing else
POPULATION = "#1b7fb0"
POLICE_OFFICERS = "#5b2a6e"  # far darker than the blue: told apart without hue
COMPARISON = "#55636a"
TEXT = "#1d2a30"
QUIET_TEXT = "#4d5a61"
SUPPRESSED = "#6f7a80"
AXIS = "#7d888e"
GRID = "#e3e8ea"
BAND = "#eef3f4"
CARD = "#ffffff"
# Ten steps of a level from 0 to 100, light to dark; dark text is readable on all.
SHADES = (
    "#f4f9fc", "#e6f2f9", "#d7eaf5", "#c8e2f0", "#b9d9ec",
    "#a9d0e7", "#99c7e2", "#88bddc", "#77b3d6", "#66a9d0",
)  # fmt: skip
