from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.groups_body import GroupsBody
from ...models.list_groups_consistency import ListGroupsConsistency
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    ledger: str,
    *,
    prefix: str | Unset = UNSET,
    limit: int | Unset = 100,
    consistency: ListGroupsConsistency | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["prefix"] = prefix

    params["limit"] = limit

    json_consistency: str | Unset = UNSET
    if not isinstance(consistency, Unset):
        json_consistency = consistency.value

    params["consistency"] = json_consistency

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/ledgers/{ledger}/account-groups".format(
            ledger=quote(str(ledger), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> GroupsBody | Problem | None:
    if response.status_code == 200:
        response_200 = GroupsBody.from_dict(response.json())

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
) -> Response[GroupsBody | Problem]:
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
    prefix: str | Unset = UNSET,
    limit: int | Unset = 100,
    consistency: ListGroupsConsistency | Unset = UNSET,
) -> Response[GroupsBody | Problem]:
    """List the beginnings of account names: the next segment behind a prefix, with how many accounts begin
    so.

    Args:
        ledger (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        prefix (str | Unset): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        limit (int | Unset):  Default: 100.
        consistency (ListGroupsConsistency | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[GroupsBody | Problem]
    """

    kwargs = _get_kwargs(
        ledger=ledger,
        prefix=prefix,
        limit=limit,
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
    prefix: str | Unset = UNSET,
    limit: int | Unset = 100,
    consistency: ListGroupsConsistency | Unset = UNSET,
) -> GroupsBody | Problem | None:
    """List the beginnings of account names: the next segment behind a prefix, with how many accounts begin
    so.

    Args:
        ledger (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        prefix (str | Unset): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        limit (int | Unset):  Default: 100.
        consistency (ListGroupsConsistency | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        GroupsBody | Problem
    """

    return sync_detailed(
        ledger=ledger,
        client=client,
        prefix=prefix,
        limit=limit,
        consistency=consistency,
    ).parsed


async def asyncio_detailed(
    ledger: str,
    *,
    client: AuthenticatedClient,
    prefix: str | Unset = UNSET,
    limit: int | Unset = 100,
    consistency: ListGroupsConsistency | Unset = UNSET,
) -> Response[GroupsBody | Problem]:
    """List the beginnings of account names: the next segment behind a prefix, with how many accounts begin
    so.

    Args:
        ledger (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        prefix (str | Unset): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        limit (int | Unset):  Default: 100.
        consistency (ListGroupsConsistency | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[GroupsBody | Problem]
    """

    kwargs = _get_kwargs(
        ledger=ledger,
        prefix=prefix,
        limit=limit,
        consistency=consistency,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    ledger: str,
    *,
    client: AuthenticatedClient,
    prefix: str | Unset = UNSET,
    limit: int | Unset = 100,
    consistency: ListGroupsConsistency | Unset = UNSET,
) -> GroupsBody | Problem | None:
    """List the beginnings of account names: the next segment behind a prefix, with how many accounts begin
    so.

    Args:
        ledger (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        prefix (str | Unset): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        limit (int | Unset):  Default: 100.
        consistency (ListGroupsConsistency | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        GroupsBody | Problem
    """

    return (
        await asyncio_detailed(
            ledger=ledger,
            client=client,
            prefix=prefix,
            limit=limit,
            consistency=consistency,
        )
    ).parsed
