from http import HTTPStatus
from typing import Any
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.post_amount_consistency import PostAmountConsistency
from ...models.post_amount_request import PostAmountRequest
from ...models.posted_amount_body import PostedAmountBody
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: PostAmountRequest,
    consistency: PostAmountConsistency | Unset = UNSET,
    transaction_id: UUID,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    headers["Transaction-Id"] = transaction_id

    params: dict[str, Any] = {}

    json_consistency: str | Unset = UNSET
    if not isinstance(consistency, Unset):
        json_consistency = consistency.value

    params["consistency"] = json_consistency

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/amount",
        "params": params,
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
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

    if response.status_code == 408:
        response_408 = Problem.from_dict(response.json())

        return response_408

    if response.status_code == 409:
        response_409 = Problem.from_dict(response.json())

        return response_409

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
) -> Response[PostedAmountBody | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: PostAmountRequest,
    consistency: PostAmountConsistency | Unset = UNSET,
    transaction_id: UUID,
) -> Response[PostedAmountBody | Problem]:
    """Post an amount to an account.

    Args:
        consistency (PostAmountConsistency | Unset):
        transaction_id (UUID): A UUID other than the nil UUID
        body (PostAmountRequest): An amount to post.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PostedAmountBody | Problem]
    """

    kwargs = _get_kwargs(
        body=body,
        consistency=consistency,
        transaction_id=transaction_id,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: PostAmountRequest,
    consistency: PostAmountConsistency | Unset = UNSET,
    transaction_id: UUID,
) -> PostedAmountBody | Problem | None:
    """Post an amount to an account.

    Args:
        consistency (PostAmountConsistency | Unset):
        transaction_id (UUID): A UUID other than the nil UUID
        body (PostAmountRequest): An amount to post.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PostedAmountBody | Problem
    """

    return sync_detailed(
        client=client,
        body=body,
        consistency=consistency,
        transaction_id=transaction_id,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: PostAmountRequest,
    consistency: PostAmountConsistency | Unset = UNSET,
    transaction_id: UUID,
) -> Response[PostedAmountBody | Problem]:
    """Post an amount to an account.

    Args:
        consistency (PostAmountConsistency | Unset):
        transaction_id (UUID): A UUID other than the nil UUID
        body (PostAmountRequest): An amount to post.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PostedAmountBody | Problem]
    """

    kwargs = _get_kwargs(
        body=body,
        consistency=consistency,
        transaction_id=transaction_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: PostAmountRequest,
    consistency: PostAmountConsistency | Unset = UNSET,
    transaction_id: UUID,
) -> PostedAmountBody | Problem | None:
    """Post an amount to an account.

    Args:
        consistency (PostAmountConsistency | Unset):
        transaction_id (UUID): A UUID other than the nil UUID
        body (PostAmountRequest): An amount to post.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PostedAmountBody | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            consistency=consistency,
            transaction_id=transaction_id,
        )
    ).parsed
