"""People at their browsers, over real HTTP: a session, the token of the page, a kept connection."""

import re
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from http.cookies import SimpleCookie
from time import perf_counter
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse

HOST = "127.0.0.1"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w{64})"')
PATIENCE_SECONDS = 60


class UnexpectedAnswerError(Exception):
    """The server answered something else than the protocol of docs/pages.md has for this."""


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    ms: float


class Visitor:
    """One browser window. ``OSError`` and ``HTTPException`` tell of a server that went away."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies = SimpleCookie()
        self.token = ""
        self._connection = HTTPConnection(HOST, port, timeout=PATIENCE_SECONDS)

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, None, {})

    def post(self, path: str, data: dict[str, object]) -> Answer:
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": f"http://{HOST}:{self.port}",
            "X-Autosave": "1",
        }
        body = urlencode({"csrfmiddlewaretoken": self.token, **data})
        return self._ask("POST", path, body, headers)

    def sign_in(self, username: str, password: str, *, landing: str) -> None:
        """As the sign-in page does it; what is posted later carries the token of ``landing``."""
        path = reverse("login")
        self._take_token(path)
        signed_in = self.post(path, {"username": username, "password": password})
        if signed_in.status != HttpResponse.status_code and "sessionid" not in self.cookies:
            raise UnexpectedAnswerError(f"{username} cannot sign in: {signed_in.status}")
        self._take_token(landing)

    def leave(self) -> None:
        """Drop the connection; the cookies stay."""
        self._connection.close()

    def _take_token(self, path: str) -> None:
        page = self.get(path)
        found = TOKEN.search(page.body.decode())
        if page.status != HttpResponse.status_code or found is None:
            raise UnexpectedAnswerError(f"{path} answered {page.status} without a form")
        self.token = found[1]

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in self.cookies.items())
        started = perf_counter()
        self._connection.request(method, path, body, {"Cookie": cookies, **headers})
        response = self._connection.getresponse()
        content = response.read()
        ms = 1000 * (perf_counter() - started)
        self._keep_cookies(response)
        return Answer(response.status, content, ms)

    def _keep_cookies(self, response: HTTPResponse) -> None:
        for header in response.headers.get_all("Set-Cookie", []):
            self.cookies.load(header)
