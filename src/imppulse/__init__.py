"""What brings police and population closer: diagnose, pilot, evaluate, share."""
