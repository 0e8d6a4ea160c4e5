"""Who may look: anybody on this machine; from elsewhere whoever has the token. And what a browser may do with pages."""

from __future__ import annotations

from hmac import compare_digest

from starlette.datastructures import MutableHeaders, QueryParams
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

TOKEN_COOKIE = "claimhouse_token"  # its name
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
HEADERS = {
    # Text from articles is data. Should any of it ever reach a page as markup, no browser runs it or sends anything.
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}


class Access:
    """Asks for the token, where there is one, and for a name of this machine, where there is none.

    A page of a stranger's could else have its own name resolve to 127.0.0.1 and read here what it likes.
    """

    def __init__(self, app: ASGIApp, token: str | None) -> None:
        self.app, self.token = app, token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        answer = self._refusal(Request(scope))
        await (answer or self.app)(scope, receive, with_headers)

    def _refusal(self, request: Request) -> Response | None:
        if self.token is None:
            host = request.headers.get("host", "").rsplit(":", 1)[0]
            return None if host in LOOPBACK else PlainTextResponse("Unknown host.", 400)
        if self._is_token(request.cookies.get(TOKEN_COOKIE)):
            return None
        if self._is_token(request.query_params.get("token")):
            return self._remembering(request)
        return PlainTextResponse("This explorer wants its token: open the address that the command printed.", 401)

    def _is_token(self, given: str | None) -> bool:
        return given is not None and self.token is not None and compare_digest(given.encode(), self.token.encode())

    def _remembering(self, request: Request) -> Response:
        """The same page without the token in its address, which people pass on."""
        kept = QueryParams([(name, value) for name, value in request.query_params.multi_items() if name != "token"])
        address = request.url.path + (f"?{kept}" if kept else "")
        answer = RedirectResponse(address, 303)
        answer.set_cookie(TOKEN_COOKIE, self.token or "", httponly=True, samesite="strict")
        return answer
