"""Machinery: time, chance, arrays, space and files; knows no biology."""
