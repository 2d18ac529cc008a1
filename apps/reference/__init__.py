"""What the world knows already: countries, frameworks, currencies and their rates, standards."""
