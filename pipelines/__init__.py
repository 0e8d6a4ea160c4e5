"""Claimhouse's steps in plain Python: collect, parse, annotate, load, publish. Nothing here knows Dagster."""
