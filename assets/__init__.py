"""Dagster only: what exists, when it is made, what is checked. The work itself is in `pipelines` and `dbt`."""
