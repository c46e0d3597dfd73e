"""What may be shown and handed on without giving anybody away."""
