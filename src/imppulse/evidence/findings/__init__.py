"""From the facts of a design to what may be said."""
