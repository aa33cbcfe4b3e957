"""Readers of the test vectors, one for each group of areas."""
