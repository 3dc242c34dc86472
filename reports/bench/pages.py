"""The main pages through Django's whole stack, against a view that does nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from evalsys.accounts.models import User
from projects.enums import State
from reports.bench import Sizes
from reports.bench.clocks import CPU, take_turns
from reports.bench.figures import Figure, compared
from reports.bench.world import count_queries, stage

EMPTY = "empty page"


@dataclass(frozen=True)
class Page:
    """``state`` names the demo's evaluation, None for a page of many."""

    name: str
    username: str
    url_name: str
    state: State | None = None

    def address(self) -> str:
        return reverse(self.url_name, args=[stage(self.state).pk] if self.state else [])


PAGES = (
    Page(EMPTY, "caiwu", "alive"),
    Page("my tasks", "caiwu", "tasks"),
    Page("projects", "caiwu", "projects:list"),
    Page("overview, drafting", "caiwu", "projects:overview", State.DRAFTING),
    Page("overview, confirming", "zuzhang", "projects:overview", State.CONFIRMING),
    Page("goals form", "caiwu", "projects:goals", State.DRAFTING),
    Page("basic form", "caiwu", "projects:basic", State.DRAFTING),
    Page("report form", "caiwu", "projects:report", State.DRAFTING),
    Page("indicators", "caiwu", "scoring:indicators", State.DRAFTING),
    Page("score sheet", "zuzhang", "scoring:sheet", State.SCORING),
    Page("results", "zuzhang", "reports:results", State.CONFIRMING),
    Page("documents, reviewing", "zhuguan", "reports:documents", State.REVIEWING),
    Page("documents, signed", "zhuguan", "reports:documents", State.SIGNED),
)


def measure(sizes: Sizes) -> list[Figure]:
    gets = {page.name: _getter(page) for page in PAGES}
    more = {
        name: {"queries": count_queries(get), "kb": round(len(get()) / 1000)}
        for name, get in gets.items()
    }
    times = take_turns(gets, rounds=sizes.page_rounds, clock=CPU)
    return compared(times, EMPTY, p95=True, more=more)


def signed_in(username: str) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(
        User.objects.get(username=username), "django.contrib.auth.backends.ModelBackend"
    )
    return client


def _getter(page: Page) -> Callable[[], bytes]:
    return partial(_get, signed_in(page.username), page.address())


def _get(client: Client, address: str) -> bytes:
    response = client.get(address)
    if response.status_code != HttpResponse.status_code:
        raise RuntimeError(f"{address} answered {response.status_code}")
    return response.content
