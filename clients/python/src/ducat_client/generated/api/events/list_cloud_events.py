from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.cloud_events import CloudEvents
from ...models.list_cloud_events_consistency import ListCloudEventsConsistency
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    ledger: str,
    *,
    after: int | Unset = UNSET,
    limit: int | Unset = 100,
    consistency: ListCloudEventsConsistency | Unset = UNSET,
    last_event_id: int | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(last_event_id, Unset):
        headers["Last-Event-ID"] = str(last_event_id)

    params: dict[str, Any] = {}

    params["after"] = after

    params["limit"] = limit

    json_consistency: str | Unset = UNSET
    if not isinstance(consistency, Unset):
        json_consistency = consistency.value

    params["consistency"] = json_consistency

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/ledgers/{ledger}/cloudevents".format(
            ledger=quote(str(ledger), safe=""),
        ),
        "params": params,
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> CloudEvents | Problem | None:
    if response.status_code == 200:
        response_200 = CloudEvents.from_dict(response.json())

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
) -> Response[CloudEvents | Problem]:
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
    after: int | Unset = UNSET,
    limit: int | Unset = 100,
    consistency: ListCloudEventsConsistency | Unset = UNSET,
    last_event_id: int | Unset = UNSET,
) -> Response[CloudEvents | Problem]:
    """Every event in order of `seq`, as CloudEvents 1.0.

     With `Accept: text/event-stream` the answer is a stream that goes on with new events as they are
    committed; `Last-Event-ID` takes it up again where it ended. An event over 20,000 bytes has
    `dataref`, the address of the whole event, in place of `data`.

    Args:
        ledger (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        after (int | Unset):
        limit (int | Unset):  Default: 100.
        consistency (ListCloudEventsConsistency | Unset):
        last_event_id (int | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CloudEvents | Problem]
    """

    kwargs = _get_kwargs(
        ledger=ledger,
        after=after,
        limit=limit,
        consistency=consistency,
        last_event_id=last_event_id,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    ledger: str,
    *,
    client: AuthenticatedClient,
    after: int | Unset = UNSET,
    limit: int | Unset = 100,
    consistency: ListCloudEventsConsistency | Unset = UNSET,
    last_event_id: int | Unset = UNSET,
) -> CloudEvents | Problem | None:
    """Every event in order of `seq`, as CloudEvents 1.0.

     With `Accept: text/event-stream` the answer is a stream that goes on with new events as they are
    committed; `Last-Event-ID` takes it up again where it ended. An event over 20,000 bytes has
    `dataref`, the address of the whole event, in place of `data`.

    Args:
        ledger (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        after (int | Unset):
        limit (int | Unset):  Default: 100.
        consistency (ListCloudEventsConsistency | Unset):
        last_event_id (int | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CloudEvents | Problem
    """

    return sync_detailed(
        ledger=ledger,
        client=client,
        after=after,
        limit=limit,
        consistency=consistency,
        last_event_id=last_event_id,
    ).parsed


async def asyncio_detailed(
    ledger: str,
    *,
    client: AuthenticatedClient,
    after: int | Unset = UNSET,
    limit: int | Unset = 100,
    consistency: ListCloudEventsConsistency | Unset = UNSET,
    last_event_id: int | Unset = UNSET,
) -> Response[CloudEvents | Problem]:
    """Every event in order of `seq`, as CloudEvents 1.0.

     With `Accept: text/event-stream` the answer is a stream that goes on with new events as they are
    committed; `Last-Event-ID` takes it up again where it ended. An event over 20,000 bytes has
    `dataref`, the address of the whole event, in place of `data`.

    Args:
        ledger (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        after (int | Unset):
        limit (int | Unset):  Default: 100.
        consistency (ListCloudEventsConsistency | Unset):
        last_event_id (int | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CloudEvents | Problem]
    """

    kwargs = _get_kwargs(
        ledger=ledger,
        after=after,
        limit=limit,
        consistency=consistency,
        last_event_id=last_event_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    ledger: str,
    *,
    client: AuthenticatedClient,
    after: int | Unset = UNSET,
    limit: int | Unset = 100,
    consistency: ListCloudEventsConsistency | Unset = UNSET,
    last_event_id: int | Unset = UNSET,
) -> CloudEvents | Problem | None:
    """Every event in order of `seq`, as CloudEvents 1.0.

     With `Accept: text/event-stream` the answer is a stream that goes on with new events as they are
    committed; `Last-Event-ID` takes it up again where it ended. An event over 20,000 bytes has
    `dataref`, the address of the whole event, in place of `data`.

    Args:
        ledger (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        after (int | Unset):
        limit (int | Unset):  Default: 100.
        consistency (ListCloudEventsConsistency | Unset):
        last_event_id (int | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CloudEvents | Problem
    """

    return (
        await asyncio_detailed(
            ledger=ledger,
            client=client,
            after=after,
            limit=limit,
            consistency=consistency,
            last_event_id=last_event_id,
        )
    ).parsed
