"""The pages: which address shows what. What they ask stands in `questions`, how they look in `templates`, `static`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pyarrow as pa
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from pipelines.errors import ClaimhouseError, UsageError
from pipelines.explore import questions
from pipelines.explore.access import Access
from pipelines.explore.charts import rival_graph
from pipelines.explore.downloads import TYPES, as_file
from pipelines.explore.examples import read_examples
from pipelines.explore.filters import PAGE_SIZE, read_filters
from pipelines.explore.marking import Span, paragraphs
from pipelines.explore.pages import HERE, environment
from pipelines.explore.wording import LANGUAGES, Wording, choose_language
from pipelines.settings import Settings
from pipelines.warehouse import Asking, Reader

LANGUAGE_COOKIE = "claimhouse_language"
A_YEAR = 365 * 86_400
ROWS_SHOWN = 200
"""Of what a query gives; a download has the rest."""

Page = Callable[[Request], Response]


class Explorer:
    """The pages on one home."""

    def __init__(self, settings: Settings) -> None:
        self.reader, self.asking = Reader(settings), Asking(settings)

    def claims(self, request: Request) -> Response:
        filters = read_filters(request.query_params)
        found = questions.find_claims(self.reader, filters)
        choices = questions.choices(self.reader)
        last = -(-found.total // PAGE_SIZE)
        return self._page(request, "claims", filters=filters, found=found, choices=choices, last=last)

    def download_claims(self, request: Request) -> Response:
        filters = read_filters(request.query_params)
        rows = questions.claims_to_download(self.reader, filters)
        return as_file(pa.Table.from_pylist(rows), "claims", _form(request))

    def companies(self, request: Request) -> Response:
        name = request.query_params.get("name", "")
        return self._page(request, "companies", name=name, companies=questions.companies(self.reader, name))

    def company(self, request: Request) -> Response:
        company_id = request.path_params["id"]
        company = _found(questions.company(self.reader, company_id))
        rivals = questions.rivals_of(self.reader, company_id)
        return self._page(
            request, "company", company=company, rivals=rivals, graph=rival_graph(rivals),
            moves=questions.moves_of(self.reader, company_id), sources=questions.sources_of(self.reader, company_id),
            weeks=questions.weeks_of(self.reader, company_id),
        )  # fmt: skip

    def move(self, request: Request) -> Response:
        move = _found(questions.move(self.reader, request.path_params["id"]))
        claims = questions.claims_of_moves(self.reader, [move["real_move_id"]], questions.CLAIMS_OF_A_MOVE)
        return self._page(request, "move", move=move, claims=claims)

    def rivals(self, request: Request) -> Response:
        name, market = (request.query_params.get(field, "") for field in ("name", "market"))
        pairs = questions.rivals(self.reader, name, market)
        return self._page(request, "rivals", name=name, market=market, pairs=pairs, graph=rival_graph(pairs))

    def sources(self, request: Request) -> Response:
        name, kind = (request.query_params.get(field, "") for field in ("name", "kind"))
        found = questions.sources(self.reader, name, kind)
        return self._page(request, "sources", name=name, kind=kind, sources=found)

    def source(self, request: Request) -> Response:
        source = _found(questions.source(self.reader, request.path_params["id"]))
        return self._page(request, "source", source=source, said=questions.said_by(self.reader, source["source_id"]))

    def article(self, request: Request) -> Response:
        article_id, chosen = request.path_params["id"], request.query_params.get("claim", "")
        article = _found(questions.article(self.reader, article_id))
        claims = questions.claims_in(self.reader, article_id)
        spans: dict[bool, list[Span]] = {True: [], False: []}
        for claim in claims:
            span = Span(claim["start_char"], claim["end_char"], claim["id"] == chosen)
            spans[claim["region"] == "title"].append(span)
        return self._page(
            request, "article", article=article, claims=claims, chosen=chosen,
            title=list(paragraphs(article["title"] or "", spans[True])),
            text=list(paragraphs(article["text"], spans[False])),
            copies=questions.copies_of(self.reader, article["story_id"], article_id),
            versions=questions.versions_of(self.reader, article_id),
        )  # fmt: skip

    def sql(self, request: Request) -> Response:
        sql, problem, table = request.query_params.get("sql", ""), None, None
        if sql.strip():
            try:
                table = self.asking.ask(sql)
            except ClaimhouseError as error:
                problem = str(error)
        rows = table.slice(0, ROWS_SHOWN).to_pylist() if table else []
        return self._page(
            request, "sql", sql=sql, problem=problem, table=table, rows=rows, examples=read_examples(),
            shown_rows=ROWS_SHOWN,
            status=400 if problem else 200,
        )  # fmt: skip

    def download_sql(self, request: Request) -> Response:
        return as_file(self.asking.ask(request.query_params.get("sql", "")), "query", _form(request))

    def problem(self, request: Request, error: Exception) -> Response:
        """A page that says what is wrong, for what we foresaw."""
        status = (
            error.status_code if isinstance(error, HTTPException) else 400 if isinstance(error, UsageError) else 503
        )
        message = None if isinstance(error, HTTPException) else str(error)
        return self._page(request, "problem", status=status, message=message)

    def _page(self, request: Request, template: str, /, *, status: int = 200, **content: Any) -> Response:
        asked = request.query_params.get("lang")
        language = choose_language(
            asked, request.cookies.get(LANGUAGE_COOKIE), request.headers.get("accept-language", "")
        )
        here = [(key, value) for key, value in request.query_params.multi_items() if key != "lang"]
        html = environment().get_template(f"{template}.html").render(
            say=Wording(language), language=language, languages=LANGUAGES, room=template, path=request.url.path,
            here=here, status=status, **content,
        )  # fmt: skip
        answer = HTMLResponse(html, status)
        if asked in LANGUAGES:
            answer.set_cookie(LANGUAGE_COOKIE, language, max_age=A_YEAR, samesite="strict")
        return answer


def build_app(settings: Settings, token: str | None = None) -> Starlette:
    """The explorer of a home. With a token it is for those who have it, without one for this machine."""
    explorer = Explorer(settings)

    @asynccontextmanager
    async def closing(_: Starlette) -> AsyncIterator[None]:
        yield
        explorer.asking.close()
        explorer.reader.close()

    pages: dict[str, Page] = {
        "/claims": explorer.claims, "/claims.{form}": explorer.download_claims,
        "/companies": explorer.companies, "/company/{id}": explorer.company, "/move/{id}": explorer.move,
        "/rivals": explorer.rivals, "/sources": explorer.sources, "/source/{id}": explorer.source,
        "/article/{id}": explorer.article, "/sql": explorer.sql, "/sql.{form}": explorer.download_sql,
    }  # fmt: skip
    routes = [Route(path, page) for path, page in pages.items()]
    return Starlette(
        routes=[
            Route("/", lambda _: RedirectResponse("/claims")), *routes,
            Mount("/static", StaticFiles(directory=HERE / "static")),
        ],
        middleware=[Middleware(Access, token=token)],
        exception_handlers={HTTPException: explorer.problem, ClaimhouseError: explorer.problem},
        lifespan=closing,
    )  # fmt: skip


def _found(row: dict[str, Any] | None) -> dict[str, Any]:
    if row is None:
        raise HTTPException(404)
    return row


def _form(request: Request) -> str:
    form = str(request.path_params["form"])
    if form not in TYPES:
        raise HTTPException(404)
    return form
