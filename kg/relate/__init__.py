"""Mentions → facts: what a number measures, how it changes, whether it is done, when, for which programme."""
