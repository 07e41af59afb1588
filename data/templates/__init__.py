"""What `vigie init` writes."""
