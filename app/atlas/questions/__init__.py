"""Saved questions that come with the product."""
