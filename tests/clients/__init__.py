"""Clients made of the documentation alone."""
