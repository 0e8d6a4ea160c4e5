"""What lists articles or holds them: one module for each type of source, behind one protocol (`listing`)."""
