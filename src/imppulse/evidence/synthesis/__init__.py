"""One outcome over several territories."""
