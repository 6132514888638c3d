from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.advance_body import AdvanceBody
from ...models.cancel_consistency import CancelConsistency
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    ledger: str,
    id: UUID,
    *,
    consistency: CancelConsistency | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_consistency: str | Unset = UNSET
    if not isinstance(consistency, Unset):
        json_consistency = consistency.value

    params["consistency"] = json_consistency

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/ledgers/{ledger}/advances/{id}/cancel".format(
            ledger=quote(str(ledger), safe=""),
            id=quote(str(id), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> AdvanceBody | Problem | None:
    if response.status_code == 200:
        response_200 = AdvanceBody.from_dict(response.json())

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

    if response.status_code == 409:
        response_409 = Problem.from_dict(response.json())

        return response_409

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
) -> Response[AdvanceBody | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    ledger: str,
    id: UUID,
    *,
    client: AuthenticatedClient,
    consistency: CancelConsistency | Unset = UNSET,
) -> Response[AdvanceBody | Problem]:
    """Give an advance up of which nothing has reached the processor, or which it refused for good.

    Args:
        ledger (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        id (UUID): A UUID other than the nil UUID
        consistency (CancelConsistency | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AdvanceBody | Problem]
    """

    kwargs = _get_kwargs(
        ledger=ledger,
        id=id,
        consistency=consistency,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    ledger: str,
    id: UUID,
    *,
    client: AuthenticatedClient,
    consistency: CancelConsistency | Unset = UNSET,
) -> AdvanceBody | Problem | None:
    """Give an advance up of which nothing has reached the processor, or which it refused for good.

    Args:
        ledger (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        id (UUID): A UUID other than the nil UUID
        consistency (CancelConsistency | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AdvanceBody | Problem
    """

    return sync_detailed(
        ledger=ledger,
        id=id,
        client=client,
        consistency=consistency,
    ).parsed


async def asyncio_detailed(
    ledger: str,
    id: UUID,
    *,
    client: AuthenticatedClient,
    consistency: CancelConsistency | Unset = UNSET,
) -> Response[AdvanceBody | Problem]:
    """Give an advance up of which nothing has reached the processor, or which it refused for good.

    Args:
        ledger (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        id (UUID): A UUID other than the nil UUID
        consistency (CancelConsistency | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AdvanceBody | Problem]
    """

    kwargs = _get_kwargs(
        ledger=ledger,
        id=id,
        consistency=consistency,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    ledger: str,
    id: UUID,
    *,
    client: AuthenticatedClient,
    consistency: CancelConsistency | Unset = UNSET,
) -> AdvanceBody | Problem | None:
    """Give an advance up of which nothing has reached the processor, or which it refused for good.

    Args:
        ledger (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        id (UUID): A UUID other than the nil UUID
        consistency (CancelConsistency | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AdvanceBody | Problem
    """

    return (
        await asyncio_detailed(
            ledger=ledger,
            id=id,
            client=client,
            consistency=consistency,
        )
    ).parsed
