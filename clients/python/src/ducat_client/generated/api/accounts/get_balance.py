import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.balance_at import BalanceAt
from ...models.get_balance_by import GetBalanceBy
from ...models.get_balance_consistency import GetBalanceConsistency
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    ledger: str,
    account: str,
    *,
    asset: str | Unset = UNSET,
    at: datetime.datetime | Unset = UNSET,
    by: GetBalanceBy | Unset = GetBalanceBy.RECORDED,
    consistency: GetBalanceConsistency | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["asset"] = asset

    json_at: str | Unset = UNSET
    if not isinstance(at, Unset):
        json_at = at.isoformat()
    params["at"] = json_at

    json_by: str | Unset = UNSET
    if not isinstance(by, Unset):
        json_by = by.value

    params["by"] = json_by

    json_consistency: str | Unset = UNSET
    if not isinstance(consistency, Unset):
        json_consistency = consistency.value

    params["consistency"] = json_consistency

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/ledgers/{ledger}/accounts/{account}/balance".format(
            ledger=quote(str(ledger), safe=""),
            account=quote(str(account), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> BalanceAt | Problem | None:
    if response.status_code == 200:
        response_200 = BalanceAt.from_dict(response.json())

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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[BalanceAt | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    ledger: str,
    account: str,
    *,
    client: AuthenticatedClient,
    asset: str | Unset = UNSET,
    at: datetime.datetime | Unset = UNSET,
    by: GetBalanceBy | Unset = GetBalanceBy.RECORDED,
    consistency: GetBalanceConsistency | Unset = UNSET,
) -> Response[BalanceAt | Problem]:
    """A balance, now or at any past instant.

    Args:
        ledger (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        account (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        asset (str | Unset): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        at (datetime.datetime | Unset): RFC 3339, years 1 to 9999; microseconds are kept
        by (GetBalanceBy | Unset):  Default: GetBalanceBy.RECORDED.
        consistency (GetBalanceConsistency | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[BalanceAt | Problem]
    """

    kwargs = _get_kwargs(
        ledger=ledger,
        account=account,
        asset=asset,
        at=at,
        by=by,
        consistency=consistency,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    ledger: str,
    account: str,
    *,
    client: AuthenticatedClient,
    asset: str | Unset = UNSET,
    at: datetime.datetime | Unset = UNSET,
    by: GetBalanceBy | Unset = GetBalanceBy.RECORDED,
    consistency: GetBalanceConsistency | Unset = UNSET,
) -> BalanceAt | Problem | None:
    """A balance, now or at any past instant.

    Args:
        ledger (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        account (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        asset (str | Unset): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        at (datetime.datetime | Unset): RFC 3339, years 1 to 9999; microseconds are kept
        by (GetBalanceBy | Unset):  Default: GetBalanceBy.RECORDED.
        consistency (GetBalanceConsistency | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        BalanceAt | Problem
    """

    return sync_detailed(
        ledger=ledger,
        account=account,
        client=client,
        asset=asset,
        at=at,
        by=by,
        consistency=consistency,
    ).parsed


async def asyncio_detailed(
    ledger: str,
    account: str,
    *,
    client: AuthenticatedClient,
    asset: str | Unset = UNSET,
    at: datetime.datetime | Unset = UNSET,
    by: GetBalanceBy | Unset = GetBalanceBy.RECORDED,
    consistency: GetBalanceConsistency | Unset = UNSET,
) -> Response[BalanceAt | Problem]:
    """A balance, now or at any past instant.

    Args:
        ledger (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        account (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        asset (str | Unset): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        at (datetime.datetime | Unset): RFC 3339, years 1 to 9999; microseconds are kept
        by (GetBalanceBy | Unset):  Default: GetBalanceBy.RECORDED.
        consistency (GetBalanceConsistency | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[BalanceAt | Problem]
    """

    kwargs = _get_kwargs(
        ledger=ledger,
        account=account,
        asset=asset,
        at=at,
        by=by,
        consistency=consistency,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    ledger: str,
    account: str,
    *,
    client: AuthenticatedClient,
    asset: str | Unset = UNSET,
    at: datetime.datetime | Unset = UNSET,
    by: GetBalanceBy | Unset = GetBalanceBy.RECORDED,
    consistency: GetBalanceConsistency | Unset = UNSET,
) -> BalanceAt | Problem | None:
    """A balance, now or at any past instant.

    Args:
        ledger (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        account (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        asset (str | Unset): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        at (datetime.datetime | Unset): RFC 3339, years 1 to 9999; microseconds are kept
        by (GetBalanceBy | Unset):  Default: GetBalanceBy.RECORDED.
        consistency (GetBalanceConsistency | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        BalanceAt | Problem
    """

    return (
        await asyncio_detailed(
            ledger=ledger,
            account=account,
            client=client,
            asset=asset,
            at=at,
            by=by,
            consistency=consistency,
        )
    ).parsed
