from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.acts import Acts
from ...models.list_acts_consistency import ListActsConsistency
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    ledger: str | Unset = UNSET,
    after: int | Unset = UNSET,
    limit: int | Unset = 100,
    consistency: ListActsConsistency | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["ledger"] = ledger

    params["after"] = after

    params["limit"] = limit

    json_consistency: str | Unset = UNSET
    if not isinstance(consistency, Unset):
        json_consistency = consistency.value

    params["consistency"] = json_consistency

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/audit",
        "params": params,
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Acts | Problem | None:
    if response.status_code == 200:
        response_200 = Acts.from_dict(response.json())

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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Acts | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    ledger: str | Unset = UNSET,
    after: int | Unset = UNSET,
    limit: int | Unset = 100,
    consistency: ListActsConsistency | Unset = UNSET,
) -> Response[Acts | Problem]:
    """List what was done to keys, signers and ledgers as a whole, or within a ledger, in order.

     With `ledger` it is what only an admin key may do there: opened and archived, assets, programs and
    terms, accounts
    opened with an overdraft and changed, texts erased. A page may be short, or empty, while `next`
    leads on.

    Args:
        ledger (str | Unset): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        after (int | Unset):
        limit (int | Unset):  Default: 100.
        consistency (ListActsConsistency | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Acts | Problem]
    """

    kwargs = _get_kwargs(
        ledger=ledger,
        after=after,
        limit=limit,
        consistency=consistency,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    ledger: str | Unset = UNSET,
    after: int | Unset = UNSET,
    limit: int | Unset = 100,
    consistency: ListActsConsistency | Unset = UNSET,
) -> Acts | Problem | None:
    """List what was done to keys, signers and ledgers as a whole, or within a ledger, in order.

     With `ledger` it is what only an admin key may do there: opened and archived, assets, programs and
    terms, accounts
    opened with an overdraft and changed, texts erased. A page may be short, or empty, while `next`
    leads on.

    Args:
        ledger (str | Unset): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        after (int | Unset):
        limit (int | Unset):  Default: 100.
        consistency (ListActsConsistency | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Acts | Problem
    """

    return sync_detailed(
        client=client,
        ledger=ledger,
        after=after,
        limit=limit,
        consistency=consistency,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    ledger: str | Unset = UNSET,
    after: int | Unset = UNSET,
    limit: int | Unset = 100,
    consistency: ListActsConsistency | Unset = UNSET,
) -> Response[Acts | Problem]:
    """List what was done to keys, signers and ledgers as a whole, or within a ledger, in order.

     With `ledger` it is what only an admin key may do there: opened and archived, assets, programs and
    terms, accounts
    opened with an overdraft and changed, texts erased. A page may be short, or empty, while `next`
    leads on.

    Args:
        ledger (str | Unset): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        after (int | Unset):
        limit (int | Unset):  Default: 100.
        consistency (ListActsConsistency | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Acts | Problem]
    """

    kwargs = _get_kwargs(
        ledger=ledger,
        after=after,
        limit=limit,
        consistency=consistency,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    ledger: str | Unset = UNSET,
    after: int | Unset = UNSET,
    limit: int | Unset = 100,
    consistency: ListActsConsistency | Unset = UNSET,
) -> Acts | Problem | None:
    """List what was done to keys, signers and ledgers as a whole, or within a ledger, in order.

     With `ledger` it is what only an admin key may do there: opened and archived, assets, programs and
    terms, accounts
    opened with an overdraft and changed, texts erased. A page may be short, or empty, while `next`
    leads on.

    Args:
        ledger (str | Unset): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        after (int | Unset):
        limit (int | Unset):  Default: 100.
        consistency (ListActsConsistency | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Acts | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            ledger=ledger,
            after=after,
            limit=limit,
            consistency=consistency,
        )
    ).parsed
