from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.actor_request import ActorRequest
from ...models.problem import Problem
from ...models.redact_actor_consistency import RedactActorConsistency
from ...models.redaction_body import RedactionBody
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: ActorRequest,
    consistency: RedactActorConsistency | Unset = UNSET,
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
        "url": "/v1/redactions",
        "params": params,
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | RedactionBody | None:
    if response.status_code == 200:
        response_200 = RedactionBody.from_dict(response.json())

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
) -> Response[Problem | RedactionBody]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: ActorRequest,
    consistency: RedactActorConsistency | Unset = UNSET,
) -> Response[Problem | RedactionBody]:
    """Erase the name of who signed in at a provider, or what is recorded of a key that was revoked.

     What was done stays recorded as done by the same actor, of whom only the number and a hash are left.

    Args:
        consistency (RedactActorConsistency | Unset):
        body (ActorRequest): Whose name to erase.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | RedactionBody]
    """

    kwargs = _get_kwargs(
        body=body,
        consistency=consistency,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: ActorRequest,
    consistency: RedactActorConsistency | Unset = UNSET,
) -> Problem | RedactionBody | None:
    """Erase the name of who signed in at a provider, or what is recorded of a key that was revoked.

     What was done stays recorded as done by the same actor, of whom only the number and a hash are left.

    Args:
        consistency (RedactActorConsistency | Unset):
        body (ActorRequest): Whose name to erase.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | RedactionBody
    """

    return sync_detailed(
        client=client,
        body=body,
        consistency=consistency,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: ActorRequest,
    consistency: RedactActorConsistency | Unset = UNSET,
) -> Response[Problem | RedactionBody]:
    """Erase the name of who signed in at a provider, or what is recorded of a key that was revoked.

     What was done stays recorded as done by the same actor, of whom only the number and a hash are left.

    Args:
        consistency (RedactActorConsistency | Unset):
        body (ActorRequest): Whose name to erase.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | RedactionBody]
    """

    kwargs = _get_kwargs(
        body=body,
        consistency=consistency,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: ActorRequest,
    consistency: RedactActorConsistency | Unset = UNSET,
) -> Problem | RedactionBody | None:
    """Erase the name of who signed in at a provider, or what is recorded of a key that was revoked.

     What was done stays recorded as done by the same actor, of whom only the number and a hash are left.

    Args:
        consistency (RedactActorConsistency | Unset):
        body (ActorRequest): Whose name to erase.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | RedactionBody
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            consistency=consistency,
        )
    ).parsed
