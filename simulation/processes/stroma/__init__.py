"""Stroma: fibroblasts, matrix and vessels around the tumour."""
