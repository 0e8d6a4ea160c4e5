"""From a question to a chart: who does what in the market, week by week, and which sentences say so.

A marimo notebook on the published snapshot: `make notebook`. Every cell is plain Python and SQL, to be taken elsewhere.
"""

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Market moves, week by week")


@app.cell
def _():
    import os
    from pathlib import Path

    import altair as alt
    import duckdb
    import marimo as mo

    return Path, alt, duckdb, mo, os


@app.cell
def _(mo):
    mo.md("""
    # Market moves, week by week

    **The question:** what do companies do in the market these weeks, how sure is it, and which sentences say so?

    Every row of the snapshot is a claim: somebody wrote that a company did something, will or may do it. So the
    chart counts claims, and its colours say how sure they are. Behind each bar stand sentences; the table at the
    end has them.
    """)
    return


@app.cell
def _(Path, duckdb, os):
    home = Path(os.environ.get("CLAIMHOUSE_HOME", "data"))
    snapshot = duckdb.connect(str(home / "published" / "claimhouse.duckdb"), read_only=True)
    _ = snapshot.execute("set timezone = 'UTC'")
    return (snapshot,)


@app.cell
def _(mo, snapshot):
    types = snapshot.sql(
        "select move_type, count(*) as moves from market_moves group by move_type order by moves desc, move_type"
    ).fetchall()
    move_type = mo.ui.dropdown(
        {f"{name.replace('_', ' ')} ({moves})": name for name, moves in types},
        label="Type of move",
        value=f"{types[0][0].replace('_', ' ')} ({types[0][1]})",
    )
    move_type
    return (move_type,)


@app.cell
def _(alt, move_type, snapshot):
    weeks = snapshot.execute(
        """
        select week, certainty, sum(moves)::int as moves
        from moves_by_week where move_type = ?
        group by week, certainty order by week, certainty
        """,
        [move_type.value],
    ).to_arrow_table()
    by_week = (
        alt.Chart(weeks, title=f"Claims of {move_type.value.replace('_', ' ')} per week")
        .mark_bar()
        .encode(
            x=alt.X("yearmonthdate(week):O", title="week"),
            y=alt.Y("moves:Q", title="claims"),
            color=alt.Color("certainty:N", sort=["actual", "announced", "possible", "denied"]),
            tooltip=["week:T", "certainty:N", "moves:Q"],
        )
        .properties(width=480, height=240)
    )
    by_week
    return by_week, weeks


@app.cell
def _(alt, move_type, snapshot):
    companies = snapshot.execute(
        """
        with most as (
            select company_id
            from moves_by_week where move_type = $move_type
            group by company_id order by sum(moves) desc, company_id limit 10
        )
        select company, certainty, sum(moves)::int as moves
        from moves_by_week semi join most using (company_id)
        where move_type = $move_type
        group by company, certainty
        order by moves desc, company, certainty
        """,
        {"move_type": move_type.value},
    ).to_arrow_table()
    by_company = (
        alt.Chart(companies, title="The ten companies of which most is claimed")
        .mark_bar()
        .encode(
            x=alt.X("moves:Q", title="claims"),
            y=alt.Y("company:N", sort="-x", title=None),
            color=alt.Color("certainty:N", sort=["actual", "announced", "possible", "denied"]),
        )
        .properties(width=480)
    )
    by_company
    return by_company, companies


@app.cell
def _(move_type, snapshot):
    # What one would quote: the sentence, who is named as its source, and where it stands.
    evidence = snapshot.execute(
        """
        select moves.claimed_at::date as day, companies.name as company, moves.certainty, moves.source_name,
            moves.evidence, articles.publisher, articles.url
        from market_moves as moves
        inner join companies using (company_id)
        inner join articles using (article_id)
        where moves.move_type = ?
        order by moves.claimed_at desc, moves.move_id
        limit 50
        """,
        [move_type.value],
    ).to_arrow_table()
    evidence
    return (evidence,)


if __name__ == "__main__":
    app.run()
