"""Pages of the network: one file per subject."""
