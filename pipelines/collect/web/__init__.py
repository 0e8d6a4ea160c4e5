"""Asking servers: one URL at a time, politely and safely. Keeps nothing, reads nothing of what comes back."""
