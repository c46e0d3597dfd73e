"""Statistics for surveys of police and population, free of any platform."""
