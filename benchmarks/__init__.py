"""How fast, how large, how long: each file measures one thing, and all of it ends up in results.md."""
