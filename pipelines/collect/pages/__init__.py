"""What the bytes of a page say without parsing it: whether it is one, its canonical link, its opt-outs. No network."""
