"""Everything that happened: facts, the deliveries that carry them, the seals that chain them."""
