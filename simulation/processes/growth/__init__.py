"""Growth: cycle, division, death and the space that limits them."""
