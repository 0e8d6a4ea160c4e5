"""Erasing pages from what collecting keeps, and the tombstones that keep them away. Knows no articles."""
