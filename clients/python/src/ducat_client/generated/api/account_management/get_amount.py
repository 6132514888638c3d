from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.get_amount_consistency import GetAmountConsistency
from ...models.posted_amount_body import PostedAmountBody
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    transaction_id: UUID,
    *,
    consistency: GetAmountConsistency | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_consistency: str | Unset = UNSET
    if not isinstance(consistency, Unset):
        json_consistency = consistency.value

    params["consistency"] = json_consistency

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/transaction/{transaction_id}".format(
            transaction_id=quote(str(transaction_id), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> PostedAmountBody | Problem | None:
    if response.status_code == 200:
        response_200 = PostedAmountBody.from_dict(response.json())

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
) -> Response[PostedAmountBody | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    transaction_id: UUID,
    *,
    client: AuthenticatedClient,
    consistency: GetAmountConsistency | Unset = UNSET,
) -> Response[PostedAmountBody | Problem]:
    """A transaction by its id.

    Args:
        transaction_id (UUID): A UUID other than the nil UUID
        consistency (GetAmountConsistency | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PostedAmountBody | Problem]
    """

    kwargs = _get_kwargs(
        transaction_id=transaction_id,
        consistency=consistency,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    transaction_id: UUID,
    *,
    client: AuthenticatedClient,
    consistency: GetAmountConsistency | Unset = UNSET,
) -> PostedAmountBody | Problem | None:
    """A transaction by its id.

    Args:
        transaction_id (UUID): A UUID other than the nil UUID
        consistency (GetAmountConsistency | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PostedAmountBody | Problem
    """

    return sync_detailed(
        transaction_id=transaction_id,
        client=client,
        consistency=consistency,
    ).parsed


async def asyncio_detailed(
    transaction_id: UUID,
    *,
    client: AuthenticatedClient,
    consistency: GetAmountConsistency | Unset = UNSET,
) -> Response[PostedAmountBody | Problem]:
    """A transaction by its id.

    Args:
        transaction_id (UUID): A UUID other than the nil UUID
        consistency (GetAmountConsistency | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PostedAmountBody | Problem]
    """

    kwargs = _get_kwargs(
        transaction_id=transaction_id,
        consistency=consistency,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    transaction_id: UUID,
    *,
    client: AuthenticatedClient,
    consistency: GetAmountConsistency | Unset = UNSET,
) -> PostedAmountBody | Problem | None:
    """A transaction by its id.

    Args:
        transaction_id (UUID): A UUID other than the nil UUID
        consistency (GetAmountConsistency | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PostedAmountBody | Problem
    """

    return (
        await asyncio_detailed(
            transaction_id=transaction_id,
            client=client,
            consistency=consistency,
        )
    ).parsed
