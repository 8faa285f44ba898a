"""Sentence → mentions: names of programmes and strategies, times, numbers with their units."""
