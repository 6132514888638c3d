import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.problem import Problem
from ...models.read_report_consistency import ReadReportConsistency
from ...models.read_report_content_encoding import ReadReportContentEncoding
from ...models.reading_body import ReadingBody
from ...types import UNSET, Response, Unset


def _get_kwargs(
    ledger: str,
    *,
    body: str,
    as_of: datetime.date | Unset = UNSET,
    accept_as_whole: str | Unset = UNSET,
    consistency: ReadReportConsistency | Unset = UNSET,
    content_encoding: ReadReportContentEncoding | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(content_encoding, Unset):
        headers["Content-Encoding"] = str(content_encoding)

    params: dict[str, Any] = {}

    json_as_of: str | Unset = UNSET
    if not isinstance(as_of, Unset):
        json_as_of = as_of.isoformat()
    params["as_of"] = json_as_of

    params["accept_as_whole"] = accept_as_whole

    json_consistency: str | Unset = UNSET
    if not isinstance(consistency, Unset):
        json_consistency = consistency.value

    params["consistency"] = json_consistency

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/ledgers/{ledger}/advances/reports".format(
            ledger=quote(str(ledger), safe=""),
        ),
        "params": params,
    }

    _kwargs["content"] = body.payload
    headers["Content-Type"] = "text/csv"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Problem | ReadingBody | None:
    if response.status_code == 200:
        response_200 = ReadingBody.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = Problem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = Problem.from_dict(response.json())

        return response_404

    if response.status_code == 408:
        response_408 = Problem.from_dict(response.json())

        return response_408

    if response.status_code == 413:
        response_413 = Problem.from_dict(response.json())

        return response_413

    if response.status_code == 415:
        response_415 = Problem.from_dict(response.json())

        return response_415

    if response.status_code == 429:
        response_429 = Problem.from_dict(response.json())

        return response_429

    if response.status_code == 503:
        response_503 = Problem.from_dict(response.json())

        return response_503

    if response.status_code == 504:
        response_504 = Problem.from_dict(response.json())

        return response_504

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Problem | ReadingBody]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    ledger: str,
    *,
    client: AuthenticatedClient,
    body: str,
    as_of: datetime.date | Unset = UNSET,
    accept_as_whole: str | Unset = UNSET,
    consistency: ReadReportConsistency | Unset = UNSET,
    content_encoding: ReadReportContentEncoding | Unset = UNSET,
) -> Response[Problem | ReadingBody]:
    """Read a report of the processor: the results of transactions. What was reported before changes
    nothing.

     With `as_of` it counts as the whole report of that day, if every line of it can be read and it is
    not empty while
    transactions are awaited: silence about a transaction then means what it means in the processor's
    own. With
    `accept_as_whole` a person says that whatever is known of that day's report is all that it had to
    say, and why: that
    is written down, and counts alike.

    Args:
        ledger (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        as_of (datetime.date | Unset): A day, from 1970 on
        accept_as_whole (str | Unset):
        consistency (ReadReportConsistency | Unset):
        content_encoding (ReadReportContentEncoding | Unset):
        body (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | ReadingBody]
    """

    kwargs = _get_kwargs(
        ledger=ledger,
        body=body,
        as_of=as_of,
        accept_as_whole=accept_as_whole,
        consistency=consistency,
        content_encoding=content_encoding,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    ledger: str,
    *,
    client: AuthenticatedClient,
    body: str,
    as_of: datetime.date | Unset = UNSET,
    accept_as_whole: str | Unset = UNSET,
    consistency: ReadReportConsistency | Unset = UNSET,
    content_encoding: ReadReportContentEncoding | Unset = UNSET,
) -> Problem | ReadingBody | None:
    """Read a report of the processor: the results of transactions. What was reported before changes
    nothing.

     With `as_of` it counts as the whole report of that day, if every line of it can be read and it is
    not empty while
    transactions are awaited: silence about a transaction then means what it means in the processor's
    own. With
    `accept_as_whole` a person says that whatever is known of that day's report is all that it had to
    say, and why: that
    is written down, and counts alike.

    Args:
        ledger (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        as_of (datetime.date | Unset): A day, from 1970 on
        accept_as_whole (str | Unset):
        consistency (ReadReportConsistency | Unset):
        content_encoding (ReadReportContentEncoding | Unset):
        body (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | ReadingBody
    """

    return sync_detailed(
        ledger=ledger,
        client=client,
        body=body,
        as_of=as_of,
        accept_as_whole=accept_as_whole,
        consistency=consistency,
        content_encoding=content_encoding,
    ).parsed


async def asyncio_detailed(
    ledger: str,
    *,
    client: AuthenticatedClient,
    body: str,
    as_of: datetime.date | Unset = UNSET,
    accept_as_whole: str | Unset = UNSET,
    consistency: ReadReportConsistency | Unset = UNSET,
    content_encoding: ReadReportContentEncoding | Unset = UNSET,
) -> Response[Problem | ReadingBody]:
    """Read a report of the processor: the results of transactions. What was reported before changes
    nothing.

     With `as_of` it counts as the whole report of that day, if every line of it can be read and it is
    not empty while
    transactions are awaited: silence about a transaction then means what it means in the processor's
    own. With
    `accept_as_whole` a person says that whatever is known of that day's report is all that it had to
    say, and why: that
    is written down, and counts alike.

    Args:
        ledger (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        as_of (datetime.date | Unset): A day, from 1970 on
        accept_as_whole (str | Unset):
        consistency (ReadReportConsistency | Unset):
        content_encoding (ReadReportContentEncoding | Unset):
        body (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | ReadingBody]
    """

    kwargs = _get_kwargs(
        ledger=ledger,
        body=body,
        as_of=as_of,
        accept_as_whole=accept_as_whole,
        consistency=consistency,
        content_encoding=content_encoding,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    ledger: str,
    *,
    client: AuthenticatedClient,
    body: str,
    as_of: datetime.date | Unset = UNSET,
    accept_as_whole: str | Unset = UNSET,
    consistency: ReadReportConsistency | Unset = UNSET,
    content_encoding: ReadReportContentEncoding | Unset = UNSET,
) -> Problem | ReadingBody | None:
    """Read a report of the processor: the results of transactions. What was reported before changes
    nothing.

     With `as_of` it counts as the whole report of that day, if every line of it can be read and it is
    not empty while
    transactions are awaited: silence about a transaction then means what it means in the processor's
    own. With
    `accept_as_whole` a person says that whatever is known of that day's report is all that it had to
    say, and why: that
    is written down, and counts alike.

    Args:
        ledger (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        as_of (datetime.date | Unset): A day, from 1970 on
        accept_as_whole (str | Unset):
        consistency (ReadReportConsistency | Unset):
        content_encoding (ReadReportContentEncoding | Unset):
        body (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | ReadingBody
    """

    return (
        await asyncio_detailed(
            ledger=ledger,
            client=client,
            body=body,
            as_of=as_of,
            accept_as_whole=accept_as_whole,
            consistency=consistency,
            content_encoding=content_encoding,
        )
    ).parsed
