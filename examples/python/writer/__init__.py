"""Writes the test vectors of spec/vectors/v1alpha1, one module per group of areas."""
