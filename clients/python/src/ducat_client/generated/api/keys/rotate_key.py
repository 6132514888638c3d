from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.problem import Problem
from ...models.rotate_key_consistency import RotateKeyConsistency
from ...models.rotate_request import RotateRequest
from ...models.secret_body import SecretBody
from ...types import UNSET, Response, Unset


def _get_kwargs(
    key: str,
    *,
    body: None | RotateRequest | Unset = UNSET,
    consistency: RotateKeyConsistency | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    params: dict[str, Any] = {}

    json_consistency: str | Unset = UNSET
    if not isinstance(consistency, Unset):
        json_consistency = consistency.value

    params["consistency"] = json_consistency

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/keys/{key}/rotate".format(
            key=quote(str(key), safe=""),
        ),
        "params": params,
    }

    if isinstance(body, RotateRequest):
        _kwargs["json"] = body.to_dict()
    else:
        _kwargs["json"] = body

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Problem | SecretBody | None:
    if response.status_code == 200:
        response_200 = SecretBody.from_dict(response.json())

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
) -> Response[Problem | SecretBody]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    key: str,
    *,
    client: AuthenticatedClient,
    body: None | RotateRequest | Unset = UNSET,
    consistency: RotateKeyConsistency | Unset = UNSET,
) -> Response[Problem | SecretBody]:
    """Give a key another secret. The one before is taken for a while too.

    Args:
        key (str):
        consistency (RotateKeyConsistency | Unset):
        body (None | RotateRequest | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | SecretBody]
    """

    kwargs = _get_kwargs(
        key=key,
        body=body,
        consistency=consistency,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    key: str,
    *,
    client: AuthenticatedClient,
    body: None | RotateRequest | Unset = UNSET,
    consistency: RotateKeyConsistency | Unset = UNSET,
) -> Problem | SecretBody | None:
    """Give a key another secret. The one before is taken for a while too.

    Args:
        key (str):
        consistency (RotateKeyConsistency | Unset):
        body (None | RotateRequest | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | SecretBody
    """

    return sync_detailed(
        key=key,
        client=client,
        body=body,
        consistency=consistency,
    ).parsed


async def asyncio_detailed(
    key: str,
    *,
    client: AuthenticatedClient,
    body: None | RotateRequest | Unset = UNSET,
    consistency: RotateKeyConsistency | Unset = UNSET,
) -> Response[Problem | SecretBody]:
    """Give a key another secret. The one before is taken for a while too.

    Args:
        key (str):
        consistency (RotateKeyConsistency | Unset):
        body (None | RotateRequest | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | SecretBody]
    """

    kwargs = _get_kwargs(
        key=key,
        body=body,
        consistency=consistency,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    key: str,
    *,
    client: AuthenticatedClient,
    body: None | RotateRequest | Unset = UNSET,
    consistency: RotateKeyConsistency | Unset = UNSET,
) -> Problem | SecretBody | None:
    """Give a key another secret. The one before is taken for a while too.

    Args:
        key (str):
        consistency (RotateKeyConsistency | Unset):
        body (None | RotateRequest | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | SecretBody
    """

    return (
        await asyncio_detailed(
            key=key,
            client=client,
            body=body,
            consistency=consistency,
        )
    ).parsed
