"""How it begins: one file per initial arrangement of cells and lattice."""
