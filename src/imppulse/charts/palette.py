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
