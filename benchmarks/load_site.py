"""The settings of the site, with one bare page beside it."""

from imppulse.config.settings import *  # noqa: F403 (the settings of the site, whole)

ROOT_URLCONF = "load_urls"
