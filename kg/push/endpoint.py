"""An endpoint of the SPARQL 1.1 Graph Store HTTP Protocol (https://www.w3.org/TR/sparql11-http-rdf-update/).

The one door to requests, which brings digest authentication, .netrc, proxies and certificates of the environment.
Nothing is sent anywhere but to the addresses given: redirects are not followed.
"""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase, HTTPBasicAuth, HTTPDigestAuth
from requests.utils import get_netrc_auth
from urllib3.util.retry import Retry

from kg import __version__
from kg.errors import AnswerError, EndpointError, PushError

ATTEMPTS = 5
WAIT = 120  # seconds at most before an attempt, whatever the server asks for
_BACKOFF = 0.5  # seconds, doubled every time
_BUSY = (429, 502, 503, 504)
_ANSWER = 256 << 20  # bytes of an answer that are read
_AT_A_TIME = 200  # graphs that one query counts
_SAID = 100  # characters of a server's complaint that are shown
_AGENT = f"township-kg/{__version__} (https://w3id.org/township-kg/)"

_COUNT = "SELECT ?g (COUNT(*) AS ?n) WHERE {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(?g IN ({graphs})) }} GROUP BY ?g"


@dataclass(frozen=True, slots=True)
class Login:
    """Who we are: a user with a password, or a bearer token; without either what .netrc says, else nobody."""

    user: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)


class _Bearer(AuthBase):
    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def _nobody(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request  # keeps requests from sending what .netrc says before it is asked for


class Endpoint:
    """A graph store at `url`, and a SPARQL endpoint of the same store for counting. Threads may share it."""

    def __init__(
        self,
        url: str,
        query_url: str | None = None,
        *,
        login: Login | None = None,
        timeout: float = 60,
        attempts: int | None = None,
    ) -> None:
        """`timeout`: seconds; `attempts`: after the first, else ATTEMPTS. EndpointError where an address is none."""
        for address in filter(None, (url, query_url)):
            if not address.startswith(("http://", "https://")):
                raise EndpointError(address, "is no http address", "give one like https://example.org/rdf-graph-store")
        self._url, self._query_url, self._timeout, self._attempts = url, query_url, timeout, attempts
        self._login = login or Login()
        self._auth: Callable[[Any], Any] = _Bearer(self._login.token) if self._login.token else _nobody
        self._local = threading.local()
        self._packs = False

    @property
    def counting(self) -> bool:
        """Whether there is an address for queries."""
        return self._query_url is not None

    def get(self, graph: str) -> bytes | None:
        """A graph as Turtle or N-Triples; None where there is none."""
        headers = {"Accept": "application/n-triples, text/turtle;q=0.9"}
        return self._graph("GET", graph, headers=headers)

    def put(self, graph: str, triples: bytes) -> None:
        """Make a graph hold just these N-Triples (sent as Turtle, which every store reads)."""
        headers = {"Content-Type": "text/turtle; charset=utf-8"}
        if self._packs:
            packed = gzip.compress(triples, 5, mtime=0)
            answer = self._request("PUT", graph, headers=headers | {"Content-Encoding": "gzip"}, data=packed)
            if answer.status_code != 415:
                self._checked(answer, graph)
                return
            self._packs = False
        self._graph("PUT", graph, headers=headers, data=triples)

    def delete(self, graph: str) -> None:
        """Take a graph away, where it is there."""
        self._graph("DELETE", graph)

    def counts(self, graphs: Iterable[str]) -> dict[str, int]:
        """Graph → number of its triples, for those that have some; empty without an address for queries."""
        found: dict[str, int] = {}
        rest = iter(graphs)
        while self._query_url and (chunk := list(islice(rest, _AT_A_TIME))):
            text = _COUNT.format(graphs=", ".join(f"<{graph}>" for graph in chunk))
            found |= {row["g"]: int(row["n"]) for row in self.select(text)}
        return found

    def select(self, text: str) -> list[dict[str, str]]:
        """The rows of a SELECT as strings, asked at the address for queries; AnswerError where they are none."""
        assert self._query_url is not None
        headers = {"Accept": "application/sparql-results+json"}
        answer = self._send("POST", self._query_url, headers=headers, data={"query": text})
        content = self._checked(answer, self._query_url)
        try:
            rows = json.loads(content or b"")["results"]["bindings"]
            return [{name: cell["value"] for name, cell in row.items()} for row in rows]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            reason = "does not answer with SPARQL JSON"
            raise AnswerError(self._query_url, reason, "check the address for queries") from error

    def _graph(self, method: str, graph: str, **more: Any) -> bytes | None:
        return self._checked(self._request(method, graph, **more), graph)

    def _request(self, method: str, graph: str, **more: Any) -> requests.Response:
        return self._send(method, self._url, params={"graph": graph}, **more)

    def _checked(self, answer: requests.Response, what: str) -> bytes | None:
        """The content of an answer, None for 404; PushError or EndpointError for one that is not as hoped for."""
        with answer:
            status, method = answer.status_code, answer.request.method
            if status == 404 and method in ("GET", "DELETE"):
                return None
            if 300 <= status < 400:
                target = answer.headers.get("Location", "elsewhere")
                raise EndpointError(self._url, f"redirects to {target}", "give that address if you trust it")
            if status in (401, 403):
                raise EndpointError(
                    self._url, f"does not let us in ({status})", "give --user, --token or a .netrc entry"
                )
            try:
                content = b"".join(_limited(answer))
            except requests.RequestException as error:
                raise PushError(what, f"the answer broke off ({_reason(error)})", "run it again") from error
            if not answer.ok:
                said = " ".join(content.decode("utf-8", "replace").split())[:_SAID]
                raise PushError(
                    what, f"{method} was answered with {status} {said or answer.reason}", "see the server's log"
                )
            return content

    def _send(self, method: str, url: str, **more: Any) -> requests.Response:
        """One answer; where the server asks who we are, the one to the second, signed request."""
        try:
            answer = self._once(method, url, **more)
            if answer.status_code == 401 and self._auth is _nobody and (auth := self._signature(url, answer)):
                answer.close()
                self._auth = auth
                answer = self._once(method, url, **more)
        except requests.RequestException as error:
            raise PushError(
                url, f"cannot be reached ({_reason(error)})", "check the address, and run it again"
            ) from error
        if "gzip" in answer.headers.get("Accept-Encoding", ""):  # RFC 7694
            self._packs = True
        return answer

    def _once(self, method: str, url: str, **more: Any) -> requests.Response:
        return self._session().request(
            method, url, auth=self._auth, timeout=self._timeout, allow_redirects=False, stream=True, **more
        )

    def _signature(self, url: str, answer: requests.Response) -> AuthBase | None:
        """How the server wants us to say who we are; digest before basic."""
        user, password = (
            (self._login.user, self._login.password) if self._login.user else get_netrc_auth(url) or ("", "")
        )
        if not user:
            return None
        wanted = answer.headers.get("WWW-Authenticate", "").lower()
        return HTTPDigestAuth(user, password) if "digest" in wanted else HTTPBasicAuth(user, password)

    def _session(self) -> requests.Session:
        if not hasattr(self._local, "session"):
            retry = Retry(
                ATTEMPTS if self._attempts is None else self._attempts,
                connect=2,
                status_forcelist=_BUSY,
                allowed_methods={"GET", "PUT", "DELETE", "POST"},  # we POST queries only
                backoff_factor=_BACKOFF,
                backoff_max=WAIT,
                backoff_jitter=_BACKOFF,
                retry_after_max=WAIT,
                raise_on_status=False,
            )
            self._local.session = requests.Session()
            self._local.session.headers["User-Agent"] = _AGENT
            for scheme in ("http://", "https://"):
                self._local.session.mount(scheme, HTTPAdapter(max_retries=retry))
        return self._local.session  # type: ignore[no-any-return]


def _limited(answer: requests.Response) -> Iterator[bytes]:
    size = 0
    for chunk in answer.iter_content(1 << 16):
        size += len(chunk)
        if size > _ANSWER:
            raise requests.RequestException(f"more than {_ANSWER >> 20} MB")
        yield chunk


def _reason(error: requests.RequestException) -> str:
    """The innermost reason, without addresses of objects."""
    found: Any = error
    while (inner := getattr(found, "reason", None) or (found.args[0] if found.args else None)) and isinstance(
        inner, Exception
    ):
        found = inner
    return str(found).rpartition(": ")[2][:_SAID] or type(found).__name__
