import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.list_transactions_consistency import ListTransactionsConsistency
from ...models.list_transactions_status import ListTransactionsStatus
from ...models.page_transaction_body import PageTransactionBody
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    ledger: str,
    *,
    account: str | Unset = UNSET,
    reference: str | Unset = UNSET,
    status: ListTransactionsStatus | Unset = UNSET,
    from_: datetime.datetime | Unset = UNSET,
    to: datetime.datetime | Unset = UNSET,
    limit: int | Unset = 100,
    cursor: str | Unset = UNSET,
    consistency: ListTransactionsConsistency | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["account"] = account

    params["reference"] = reference

    json_status: str | Unset = UNSET
    if not isinstance(status, Unset):
        json_status = status.value

    params["status"] = json_status

    json_from_: str | Unset = UNSET
    if not isinstance(from_, Unset):
        json_from_ = from_.isoformat()
    params["from"] = json_from_

    json_to: str | Unset = UNSET
    if not isinstance(to, Unset):
        json_to = to.isoformat()
    params["to"] = json_to

    params["limit"] = limit

    params["cursor"] = cursor

    json_consistency: str | Unset = UNSET
    if not isinstance(consistency, Unset):
        json_consistency = consistency.value

    params["consistency"] = json_consistency

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/ledgers/{ledger}/transactions".format(
            ledger=quote(str(ledger), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> PageTransactionBody | Problem | None:
    if response.status_code == 200:
        response_200 = PageTransactionBody.from_dict(response.json())

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

    if response.status_code == 429:
        response_429 = Problem.from_dict(response.json())

        return response_429

    if response.status_code == 503:
        response_503 = Problem.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[PageTransactionBody | Problem]:
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
    account: str | Unset = UNSET,
    reference: str | Unset = UNSET,
    status: ListTransactionsStatus | Unset = UNSET,
    from_: datetime.datetime | Unset = UNSET,
    to: datetime.datetime | Unset = UNSET,
    limit: int | Unset = 100,
    cursor: str | Unset = UNSET,
    consistency: ListTransactionsConsistency | Unset = UNSET,
) -> Response[PageTransactionBody | Problem]:
    """List transactions, newest first.

     Filters narrow each other. `account` lists what was posted on an account; its open holds are found
    with `status=pending`. Any `metadata.KEY=VALUE` is a filter too. A page may be short, even empty,
    and still have a `next`: go on until it is null.

    Args:
        ledger (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        account (str | Unset): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        reference (str | Unset):
        status (ListTransactionsStatus | Unset):
        from_ (datetime.datetime | Unset): RFC 3339, years 1 to 9999; microseconds are kept
        to (datetime.datetime | Unset): RFC 3339, years 1 to 9999; microseconds are kept
        limit (int | Unset):  Default: 100.
        cursor (str | Unset):
        consistency (ListTransactionsConsistency | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageTransactionBody | Problem]
    """

    kwargs = _get_kwargs(
        ledger=ledger,
        account=account,
        reference=reference,
        status=status,
        from_=from_,
        to=to,
        limit=limit,
        cursor=cursor,
        consistency=consistency,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    ledger: str,
    *,
    client: AuthenticatedClient,
    account: str | Unset = UNSET,
    reference: str | Unset = UNSET,
    status: ListTransactionsStatus | Unset = UNSET,
    from_: datetime.datetime | Unset = UNSET,
    to: datetime.datetime | Unset = UNSET,
    limit: int | Unset = 100,
    cursor: str | Unset = UNSET,
    consistency: ListTransactionsConsistency | Unset = UNSET,
) -> PageTransactionBody | Problem | None:
    """List transactions, newest first.

     Filters narrow each other. `account` lists what was posted on an account; its open holds are found
    with `status=pending`. Any `metadata.KEY=VALUE` is a filter too. A page may be short, even empty,
    and still have a `next`: go on until it is null.

    Args:
        ledger (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        account (str | Unset): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        reference (str | Unset):
        status (ListTransactionsStatus | Unset):
        from_ (datetime.datetime | Unset): RFC 3339, years 1 to 9999; microseconds are kept
        to (datetime.datetime | Unset): RFC 3339, years 1 to 9999; microseconds are kept
        limit (int | Unset):  Default: 100.
        cursor (str | Unset):
        consistency (ListTransactionsConsistency | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageTransactionBody | Problem
    """

    return sync_detailed(
        ledger=ledger,
        client=client,
        account=account,
        reference=reference,
        status=status,
        from_=from_,
        to=to,
        limit=limit,
        cursor=cursor,
        consistency=consistency,
    ).parsed


async def asyncio_detailed(
    ledger: str,
    *,
    client: AuthenticatedClient,
    account: str | Unset = UNSET,
    reference: str | Unset = UNSET,
    status: ListTransactionsStatus | Unset = UNSET,
    from_: datetime.datetime | Unset = UNSET,
    to: datetime.datetime | Unset = UNSET,
    limit: int | Unset = 100,
    cursor: str | Unset = UNSET,
    consistency: ListTransactionsConsistency | Unset = UNSET,
) -> Response[PageTransactionBody | Problem]:
    """List transactions, newest first.

     Filters narrow each other. `account` lists what was posted on an account; its open holds are found
    with `status=pending`. Any `metadata.KEY=VALUE` is a filter too. A page may be short, even empty,
    and still have a `next`: go on until it is null.

    Args:
        ledger (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        account (str | Unset): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        reference (str | Unset):
        status (ListTransactionsStatus | Unset):
        from_ (datetime.datetime | Unset): RFC 3339, years 1 to 9999; microseconds are kept
        to (datetime.datetime | Unset): RFC 3339, years 1 to 9999; microseconds are kept
        limit (int | Unset):  Default: 100.
        cursor (str | Unset):
        consistency (ListTransactionsConsistency | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageTransactionBody | Problem]
    """

    kwargs = _get_kwargs(
        ledger=ledger,
        account=account,
        reference=reference,
        status=status,
        from_=from_,
        to=to,
        limit=limit,
        cursor=cursor,
        consistency=consistency,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    ledger: str,
    *,
    client: AuthenticatedClient,
    account: str | Unset = UNSET,
    reference: str | Unset = UNSET,
    status: ListTransactionsStatus | Unset = UNSET,
    from_: datetime.datetime | Unset = UNSET,
    to: datetime.datetime | Unset = UNSET,
    limit: int | Unset = 100,
    cursor: str | Unset = UNSET,
    consistency: ListTransactionsConsistency | Unset = UNSET,
) -> PageTransactionBody | Problem | None:
    """List transactions, newest first.

     Filters narrow each other. `account` lists what was posted on an account; its open holds are found
    with `status=pending`. Any `metadata.KEY=VALUE` is a filter too. A page may be short, even empty,
    and still have a `next`: go on until it is null.

    Args:
        ledger (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        account (str | Unset): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        reference (str | Unset):
        status (ListTransactionsStatus | Unset):
        from_ (datetime.datetime | Unset): RFC 3339, years 1 to 9999; microseconds are kept
        to (datetime.datetime | Unset): RFC 3339, years 1 to 9999; microseconds are kept
        limit (int | Unset):  Default: 100.
        cursor (str | Unset):
        consistency (ListTransactionsConsistency | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageTransactionBody | Problem
    """

    return (
        await asyncio_detailed(
            ledger=ledger,
            client=client,
            account=account,
            reference=reference,
            status=status,
            from_=from_,
            to=to,
            limit=limit,
            cursor=cursor,
            consistency=consistency,
        )
    ).parsed
