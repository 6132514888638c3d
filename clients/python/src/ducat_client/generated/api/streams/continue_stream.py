from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.continue_stream_consistency import ContinueStreamConsistency
from ...models.problem import Problem
from ...models.stream_body import StreamBody
from ...types import UNSET, Response, Unset


def _get_kwargs(
    stream: str,
    *,
    consistency: ContinueStreamConsistency | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_consistency: str | Unset = UNSET
    if not isinstance(consistency, Unset):
        json_consistency = consistency.value

    params["consistency"] = json_consistency

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/streams/{stream}/continue".format(
            stream=quote(str(stream), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Problem | StreamBody | None:
    if response.status_code == 200:
        response_200 = StreamBody.from_dict(response.json())

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
) -> Response[Problem | StreamBody]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    stream: str,
    *,
    client: AuthenticatedClient,
    consistency: ContinueStreamConsistency | Unset = UNSET,
) -> Response[Problem | StreamBody]:
    """Have a stream that stopped go on with what it has.

     A stream that has lost messages goes on after its last one, and one that is gone or empty begins at
    the first event. Where its messages are of another history, it stops again: delete the stream first.
    The order is recorded (`/v1/audit`), and carried out within seconds.

    Args:
        stream (str):
        consistency (ContinueStreamConsistency | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | StreamBody]
    """

    kwargs = _get_kwargs(
        stream=stream,
        consistency=consistency,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    stream: str,
    *,
    client: AuthenticatedClient,
    consistency: ContinueStreamConsistency | Unset = UNSET,
) -> Problem | StreamBody | None:
    """Have a stream that stopped go on with what it has.

     A stream that has lost messages goes on after its last one, and one that is gone or empty begins at
    the first event. Where its messages are of another history, it stops again: delete the stream first.
    The order is recorded (`/v1/audit`), and carried out within seconds.

    Args:
        stream (str):
        consistency (ContinueStreamConsistency | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | StreamBody
    """

    return sync_detailed(
        stream=stream,
        client=client,
        consistency=consistency,
    ).parsed


async def asyncio_detailed(
    stream: str,
    *,
    client: AuthenticatedClient,
    consistency: ContinueStreamConsistency | Unset = UNSET,
) -> Response[Problem | StreamBody]:
    """Have a stream that stopped go on with what it has.

     A stream that has lost messages goes on after its last one, and one that is gone or empty begins at
    the first event. Where its messages are of another history, it stops again: delete the stream first.
    The order is recorded (`/v1/audit`), and carried out within seconds.

    Args:
        stream (str):
        consistency (ContinueStreamConsistency | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | StreamBody]
    """

    kwargs = _get_kwargs(
        stream=stream,
        consistency=consistency,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    stream: str,
    *,
    client: AuthenticatedClient,
    consistency: ContinueStreamConsistency | Unset = UNSET,
) -> Problem | StreamBody | None:
    """Have a stream that stopped go on with what it has.

     A stream that has lost messages goes on after its last one, and one that is gone or empty begins at
    the first event. Where its messages are of another history, it stops again: delete the stream first.
    The order is recorded (`/v1/audit`), and carried out within seconds.

    Args:
        stream (str):
        consistency (ContinueStreamConsistency | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | StreamBody
    """

    return (
        await asyncio_detailed(
            stream=stream,
            client=client,
            consistency=consistency,
        )
    ).parsed
