from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.problem import Problem
from ...models.retry_webhook_consistency import RetryWebhookConsistency
from ...models.webhook_body import WebhookBody
from ...types import UNSET, Response, Unset


def _get_kwargs(
    ledger: str,
    webhook: str,
    *,
    consistency: RetryWebhookConsistency | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_consistency: str | Unset = UNSET
    if not isinstance(consistency, Unset):
        json_consistency = consistency.value

    params["consistency"] = json_consistency

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/ledgers/{ledger}/webhooks/{webhook}/retry".format(
            ledger=quote(str(ledger), safe=""),
            webhook=quote(str(webhook), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Problem | WebhookBody | None:
    if response.status_code == 200:
        response_200 = WebhookBody.from_dict(response.json())

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
) -> Response[Problem | WebhookBody]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    ledger: str,
    webhook: str,
    *,
    client: AuthenticatedClient,
    consistency: RetryWebhookConsistency | Unset = UNSET,
) -> Response[Problem | WebhookBody]:
    """Send again at once what was not accepted.

    Args:
        ledger (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        webhook (str):
        consistency (RetryWebhookConsistency | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | WebhookBody]
    """

    kwargs = _get_kwargs(
        ledger=ledger,
        webhook=webhook,
        consistency=consistency,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    ledger: str,
    webhook: str,
    *,
    client: AuthenticatedClient,
    consistency: RetryWebhookConsistency | Unset = UNSET,
) -> Problem | WebhookBody | None:
    """Send again at once what was not accepted.

    Args:
        ledger (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        webhook (str):
        consistency (RetryWebhookConsistency | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | WebhookBody
    """

    return sync_detailed(
        ledger=ledger,
        webhook=webhook,
        client=client,
        consistency=consistency,
    ).parsed


async def asyncio_detailed(
    ledger: str,
    webhook: str,
    *,
    client: AuthenticatedClient,
    consistency: RetryWebhookConsistency | Unset = UNSET,
) -> Response[Problem | WebhookBody]:
    """Send again at once what was not accepted.

    Args:
        ledger (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        webhook (str):
        consistency (RetryWebhookConsistency | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | WebhookBody]
    """

    kwargs = _get_kwargs(
        ledger=ledger,
        webhook=webhook,
        consistency=consistency,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    ledger: str,
    webhook: str,
    *,
    client: AuthenticatedClient,
    consistency: RetryWebhookConsistency | Unset = UNSET,
) -> Problem | WebhookBody | None:
    """Send again at once what was not accepted.

    Args:
        ledger (str): `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`
        webhook (str):
        consistency (RetryWebhookConsistency | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | WebhookBody
    """

    return (
        await asyncio_detailed(
            ledger=ledger,
            webhook=webhook,
            client=client,
            consistency=consistency,
        )
    ).parsed
