"""Erasing pages from what collecting keeps, and the tombstones that keep them away. Articles are no business of this."""
