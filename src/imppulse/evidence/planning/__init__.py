"""What a plan can see before money is spent."""
