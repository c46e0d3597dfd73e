"""What changed, and whether because of the pilot."""
