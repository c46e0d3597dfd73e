"""The state of the relation: indices, gaps, factors, districts, small areas."""
