"""Time stamps by RFC 3161, asked for over plain HTTP."""

from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from asn1crypto import tsp
from pyhanko.sign.timestamps import TimeStamper

from reports.signing.errors import TimeStampError

SECONDS = 10
LARGEST = 100_000
HEADERS = {
    "Content-Type": "application/timestamp-query",
    "Accept": "application/timestamp-reply",
}
NO_ANSWER = "时间戳服务没有给出可用的回应，这次没有签。请稍后再试，或请管理员检查时间戳服务。"


class HttpTimeStamper(TimeStamper):
    """Asks the service at ``url``, an address from the settings."""

    def __init__(self, url: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        if not url.startswith(("http://", "https://")):
            raise TimeStampError(f"时间戳服务的地址应以 http 开头：{url}")
        self._url = url

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Raises TimeStampError."""
        request = Request(self._url, req.dump(), HEADERS)  # noqa: S310  checked above
        try:
            with urlopen(request, timeout=SECONDS) as answer:  # noqa: ASYNC210, S310  no loop waits
                content = answer.read(LARGEST)
            response = tsp.TimeStampResp.load(content)
            response.native  # noqa: B018  parsed now, while it can be refused
        except HTTPError as error:
            error.close()
            raise TimeStampError(NO_ANSWER) from error
        except (URLError, OSError, ValueError) as error:
            raise TimeStampError(NO_ANSWER) from error
        return response
