from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.begin_verification_consistency import BeginVerificationConsistency
from ...models.problem import Problem
from ...models.verification_body import VerificationBody
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    consistency: BeginVerificationConsistency | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_consistency: str | Unset = UNSET
    if not isinstance(consistency, Unset):
        json_consistency = consistency.value

    params["consistency"] = json_consistency

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/verification",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | VerificationBody | None:
    if response.status_code == 202:
        response_202 = VerificationBody.from_dict(response.json())

        return response_202

    if response.status_code == 400:
        response_400 = Problem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())

        return response_403

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
) -> Response[Problem | VerificationBody]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    consistency: BeginVerificationConsistency | Unset = UNSET,
) -> Response[Problem | VerificationBody]:
    """Begin to verify every ledger on this node, or join the verification under way.

     Every row is derived again from the journal and compared, as `ducat verify` does. The server goes on
    meanwhile. It reads the whole journal on one thread.

    Args:
        consistency (BeginVerificationConsistency | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | VerificationBody]
    """

    kwargs = _get_kwargs(
        consistency=consistency,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    consistency: BeginVerificationConsistency | Unset = UNSET,
) -> Problem | VerificationBody | None:
    """Begin to verify every ledger on this node, or join the verification under way.

     Every row is derived again from the journal and compared, as `ducat verify` does. The server goes on
    meanwhile. It reads the whole journal on one thread.

    Args:
        consistency (BeginVerificationConsistency | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | VerificationBody
    """

    return sync_detailed(
        client=client,
        consistency=consistency,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    consistency: BeginVerificationConsistency | Unset = UNSET,
) -> Response[Problem | VerificationBody]:
    """Begin to verify every ledger on this node, or join the verification under way.

     Every row is derived again from the journal and compared, as `ducat verify` does. The server goes on
    meanwhile. It reads the whole journal on one thread.

    Args:
        consistency (BeginVerificationConsistency | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | VerificationBody]
    """

    kwargs = _get_kwargs(
        consistency=consistency,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    consistency: BeginVerificationConsistency | Unset = UNSET,
) -> Problem | VerificationBody | None:
    """Begin to verify every ledger on this node, or join the verification under way.

     Every row is derived again from the journal and compared, as `ducat verify` does. The server goes on
    meanwhile. It reads the whole journal on one thread.

    Args:
        consistency (BeginVerificationConsistency | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | VerificationBody
    """

    return (
        await asyncio_detailed(
            client=client,
            consistency=consistency,
        )
    ).parsed
