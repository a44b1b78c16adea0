"""Transport: what diffuses, is carried, bound and consumed in the lattice."""
