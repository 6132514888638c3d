from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.add_asset_consistency import AddAssetConsistency
from ...models.asset_body import AssetBody
from ...models.asset_request import AssetRequest
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    ledger: str,
    *,
    body: AssetRequest,
    consistency: AddAssetConsistency | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    params: dict[str, Any] = {}

    json_consistency: str | Unset = UNSET
    if not isinstance(consistency, Unset):
        json_consistency = consistency.value

    params["consistency"] = json_consistency

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/ledgers/{ledger}/assets".format(
            ledger=quote(str(ledger), safe=""),
        ),
        "params": params,
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> AssetBody | Problem | None:
    if response.status_code == 200:
        response_200 = AssetBody.from_dict(response.json())

        return response_200

    if response.status_code == 201:
        response_201 = AssetBody.from_dict(response.json())

        return response_201

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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[AssetBody | Problem]:
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
    body: AssetRequest,
    consistency: AddAssetConsistency | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
) -> Response[AssetBody | Problem]:
    """Add an asset.

    Args:
        ledger (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        consistency (AddAssetConsistency | Unset):
        idempotency_key (str | Unset):
        body (AssetRequest): An asset to add.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AssetBody | Problem]
    """

    kwargs = _get_kwargs(
        ledger=ledger,
        body=body,
        consistency=consistency,
        idempotency_key=idempotency_key,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    ledger: str,
    *,
    client: AuthenticatedClient,
    body: AssetRequest,
    consistency: AddAssetConsistency | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
) -> AssetBody | Problem | None:
    """Add an asset.

    Args:
        ledger (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        consistency (AddAssetConsistency | Unset):
        idempotency_key (str | Unset):
        body (AssetRequest): An asset to add.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AssetBody | Problem
    """

    return sync_detailed(
        ledger=ledger,
        client=client,
        body=body,
        consistency=consistency,
        idempotency_key=idempotency_key,
    ).parsed


async def asyncio_detailed(
    ledger: str,
    *,
    client: AuthenticatedClient,
    body: AssetRequest,
    consistency: AddAssetConsistency | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
) -> Response[AssetBody | Problem]:
    """Add an asset.

    Args:
        ledger (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        consistency (AddAssetConsistency | Unset):
        idempotency_key (str | Unset):
        body (AssetRequest): An asset to add.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AssetBody | Problem]
    """

    kwargs = _get_kwargs(
        ledger=ledger,
        body=body,
        consistency=consistency,
        idempotency_key=idempotency_key,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    ledger: str,
    *,
    client: AuthenticatedClient,
    body: AssetRequest,
    consistency: AddAssetConsistency | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
) -> AssetBody | Problem | None:
    """Add an asset.

    Args:
        ledger (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        consistency (AddAssetConsistency | Unset):
        idempotency_key (str | Unset):
        body (AssetRequest): An asset to add.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AssetBody | Problem
    """

    return (
        await asyncio_detailed(
            ledger=ledger,
            client=client,
            body=body,
            consistency=consistency,
            idempotency_key=idempotency_key,
        )
    ).parsed
