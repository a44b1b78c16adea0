"""Signalling: how what a cell senses sets what it expresses."""
