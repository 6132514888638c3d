"""Contains all the data models used in inputs/outputs"""

from .account_body import AccountBody
from .account_body_balances import AccountBodyBalances
from .account_changed_data import AccountChangedData
from .account_opened_data import AccountOpenedData
from .account_patch import AccountPatch
from .account_request import AccountRequest
from .act_body import ActBody
from .act_body_detail import ActBodyDetail
from .actor_request import ActorRequest
from .acts import Acts
from .add_asset_consistency import AddAssetConsistency
from .add_points_consistency import AddPointsConsistency
from .add_request import AddRequest
from .adjust_consistency import AdjustConsistency
from .adjust_request import AdjustRequest
from .adjustment_body import AdjustmentBody
from .advance_body import AdvanceBody
from .advance_request import AdvanceRequest
from .age_body import AgeBody
from .aging_body import AgingBody
from .amount_balance_body import AmountBalanceBody
from .archived_data import ArchivedData
from .asset_body import AssetBody
from .asset_data import AssetData
from .asset_patch import AssetPatch
from .asset_request import AssetRequest
from .asset_rescaled_data import AssetRescaledData
from .attempt_body import AttemptBody
from .balance_at import BalanceAt
from .balance_body import BalanceBody
from .bank_account_body import BankAccountBody
from .bank_account_body_links import BankAccountBodyLinks
from .batch_body import BatchBody
from .batch_request import BatchRequest
from .begin_verification_consistency import BeginVerificationConsistency
from .busiest_body import BusiestBody
from .by import By
from .cancel_consistency import CancelConsistency
from .change_account_consistency import ChangeAccountConsistency
from .change_asset_consistency import ChangeAssetConsistency
from .change_ledger_consistency import ChangeLedgerConsistency
from .change_webhook_consistency import ChangeWebhookConsistency
from .close_bank_account_by_id_consistency import CloseBankAccountByIdConsistency
from .close_bank_account_consistency import CloseBankAccountConsistency
from .close_webhook_consistency import CloseWebhookConsistency
from .cloud_event import CloudEvent
from .cloud_event_data_type_0 import CloudEventDataType0
from .cloud_events import CloudEvents
from .continue_stream_consistency import ContinueStreamConsistency
from .counts_body import CountsBody
from .create_key_consistency import CreateKeyConsistency
from .deduction_body import DeductionBody
from .default_asset_data import DefaultAssetData
from .delivery_body import DeliveryBody
from .deposit_by_id_consistency import DepositByIdConsistency
from .deposit_by_id_response_202 import DepositByIdResponse202
from .deposit_consistency import DepositConsistency
from .deposit_response_202 import DepositResponse202
from .detail_data import DetailData
from .drawn_body import DrawnBody
from .earn_consistency import EarnConsistency
from .earn_request import EarnRequest
from .earning_body import EarningBody
from .entry_body import EntryBody
from .entry_points_response_200 import EntryPointsResponse200
from .event_body import EventBody
from .events import Events
from .exception_body import ExceptionBody
from .expire_consistency import ExpireConsistency
from .expire_request import ExpireRequest
from .expired_body import ExpiredBody
from .fixed_body import FixedBody
from .get_account_consistency import GetAccountConsistency
from .get_advance_consistency import GetAdvanceConsistency
from .get_aging_consistency import GetAgingConsistency
from .get_amount_balance_consistency import GetAmountBalanceConsistency
from .get_amount_consistency import GetAmountConsistency
from .get_balance_by import GetBalanceBy
from .get_balance_consistency import GetBalanceConsistency
from .get_bank_account_by_id_consistency import GetBankAccountByIdConsistency
from .get_bank_account_consistency import GetBankAccountConsistency
from .get_busiest_consistency import GetBusiestConsistency
from .get_cloud_event_consistency import GetCloudEventConsistency
from .get_head_consistency import GetHeadConsistency
from .get_key_consistency import GetKeyConsistency
from .get_ledger_consistency import GetLedgerConsistency
from .get_max_transaction_volume_consistency import GetMaxTransactionVolumeConsistency
from .get_member_consistency import GetMemberConsistency
from .get_points_by_payer_consistency import GetPointsByPayerConsistency
from .get_points_by_payer_response_200 import GetPointsByPayerResponse200
from .get_program_consistency import GetProgramConsistency
from .get_request_by_id_consistency import GetRequestByIdConsistency
from .get_request_by_id_response_200 import GetRequestByIdResponse200
from .get_request_consistency import GetRequestConsistency
from .get_request_response_200 import GetRequestResponse200
from .get_run_consistency import GetRunConsistency
from .get_statement_consistency import GetStatementConsistency
from .get_stream_consistency import GetStreamConsistency
from .get_terms_consistency import GetTermsConsistency
from .get_transaction_consistency import GetTransactionConsistency
from .get_verification_consistency import GetVerificationConsistency
from .get_webhook_consistency import GetWebhookConsistency
from .get_webhook_secret_consistency import GetWebhookSecretConsistency
from .group_body import GroupBody
from .groups_body import GroupsBody
from .head_body import HeadBody
from .healthz_response_200 import HealthzResponse200
from .history_body import HistoryBody
from .hold_data import HoldData
from .hold_ended_data import HoldEndedData
from .id_request import IdRequest
from .import_points_consistency import ImportPointsConsistency
from .imported_data import ImportedData
from .installment_body import InstallmentBody
from .key_body import KeyBody
from .key_request import KeyRequest
from .ledger_body import LedgerBody
from .ledger_opened_data import LedgerOpenedData
from .ledger_patch import LedgerPatch
from .ledger_request import LedgerRequest
from .limits_data import LimitsData
from .link_by_id_consistency import LinkByIdConsistency
from .link_consistency import LinkConsistency
from .link_request import LinkRequest
from .linked_body import LinkedBody
from .linked_body_links import LinkedBodyLinks
from .links_body import LinksBody
from .links_body_links import LinksBodyLinks
from .list_accounts_consistency import ListAccountsConsistency
from .list_acts_consistency import ListActsConsistency
from .list_advances_consistency import ListAdvancesConsistency
from .list_advances_status import ListAdvancesStatus
from .list_bank_accounts_consistency import ListBankAccountsConsistency
from .list_bank_accounts_response_200 import ListBankAccountsResponse200
from .list_bank_transactions_by_id_consistency import ListBankTransactionsByIdConsistency
from .list_bank_transactions_by_id_response_200 import ListBankTransactionsByIdResponse200
from .list_bank_transactions_consistency import ListBankTransactionsConsistency
from .list_bank_transactions_response_200 import ListBankTransactionsResponse200
from .list_cloud_events_consistency import ListCloudEventsConsistency
from .list_deliveries_consistency import ListDeliveriesConsistency
from .list_events_consistency import ListEventsConsistency
from .list_exceptions_consistency import ListExceptionsConsistency
from .list_groups_consistency import ListGroupsConsistency
from .list_history_consistency import ListHistoryConsistency
from .list_keys_consistency import ListKeysConsistency
from .list_ledgers_consistency import ListLedgersConsistency
from .list_links_by_id_consistency import ListLinksByIdConsistency
from .list_links_consistency import ListLinksConsistency
from .list_lots_consistency import ListLotsConsistency
from .list_runs_consistency import ListRunsConsistency
from .list_streams_consistency import ListStreamsConsistency
from .list_transactions_consistency import ListTransactionsConsistency
from .list_transactions_status import ListTransactionsStatus
from .list_webhooks_consistency import ListWebhooksConsistency
from .livez_response_200 import LivezResponse200
from .lot_body import LotBody
from .lot_deduction_body import LotDeductionBody
from .member_body import MemberBody
from .metadata import Metadata
from .move_request import MoveRequest
from .movement_body import MovementBody
from .movement_body_links import MovementBodyLinks
from .open_account_consistency import OpenAccountConsistency
from .open_advance_consistency import OpenAdvanceConsistency
from .open_bank_account_consistency import OpenBankAccountConsistency
from .open_ledger_consistency import OpenLedgerConsistency
from .open_request import OpenRequest
from .open_webhook_consistency import OpenWebhookConsistency
from .order_word import OrderWord
from .page_account_body import PageAccountBody
from .page_advance_body import PageAdvanceBody
from .page_delivery_body import PageDeliveryBody
from .page_exception_body import PageExceptionBody
from .page_history_body import PageHistoryBody
from .page_key_body import PageKeyBody
from .page_ledger_body import PageLedgerBody
from .page_lot_body import PageLotBody
from .page_run_shown import PageRunShown
from .page_stream_body import PageStreamBody
from .page_transaction_body import PageTransactionBody
from .page_webhook_body import PageWebhookBody
from .pay_off_consistency import PayOffConsistency
from .payer_body import PayerBody
from .payer_points_body import PayerPointsBody
from .pending_request import PendingRequest
from .perform_advance_consistency import PerformAdvanceConsistency
from .perform_advance_request import PerformAdvanceRequest
from .performed_body import PerformedBody
from .post_amount_consistency import PostAmountConsistency
from .post_amount_request import PostAmountRequest
from .post_hold_consistency import PostHoldConsistency
from .post_request import PostRequest
from .posted_amount_body import PostedAmountBody
from .posting_body import PostingBody
from .posting_data import PostingData
from .posting_request import PostingRequest
from .problem import Problem
from .product_data import ProductData
from .program_body import ProgramBody
from .program_request import ProgramRequest
from .progress_body import ProgressBody
from .read_report_consistency import ReadReportConsistency
from .read_report_content_encoding import ReadReportContentEncoding
from .reading_body import ReadingBody
from .readyz_response_200 import ReadyzResponse200
from .redact_actor_consistency import RedactActorConsistency
from .redact_consistency import RedactConsistency
from .redacted_data import RedactedData
from .redaction_body import RedactionBody
from .redaction_request import RedactionRequest
from .refund_body import RefundBody
from .refund_consistency import RefundConsistency
from .refund_request import RefundRequest
from .refusal_body import RefusalBody
from .refused_data import RefusedData
from .refused_data_error import RefusedDataError
from .replay_request import ReplayRequest
from .replay_webhook_consistency import ReplayWebhookConsistency
from .request_completed_data import RequestCompletedData
from .request_data import RequestData
from .result_body import ResultBody
from .results import Results
from .retry_body import RetryBody
from .retry_consistency import RetryConsistency
from .retry_request import RetryRequest
from .retry_webhook_consistency import RetryWebhookConsistency
from .reverse_consistency import ReverseConsistency
from .reverse_request import ReverseRequest
from .reversed_posting import ReversedPosting
from .revoke_key_consistency import RevokeKeyConsistency
from .rotate_key_consistency import RotateKeyConsistency
from .rotate_request import RotateRequest
from .rotate_webhook_consistency import RotateWebhookConsistency
from .rounding_word import RoundingWord
from .run_body import RunBody
from .run_request import RunRequest
from .run_shown import RunShown
from .scope_word import ScopeWord
from .secret_body import SecretBody
from .set_program_consistency import SetProgramConsistency
from .set_terms_consistency import SetTermsConsistency
from .skip_event_consistency import SkipEventConsistency
from .skip_request import SkipRequest
from .source_request import SourceRequest
from .spend_body import SpendBody
from .spend_consistency import SpendConsistency
from .spend_points_consistency import SpendPointsConsistency
from .spend_points_request import SpendPointsRequest
from .spend_request import SpendRequest
from .spent_body import SpentBody
from .start_run_consistency import StartRunConsistency
from .statement import Statement
from .stream_body import StreamBody
from .terms_body import TermsBody
from .terms_of import TermsOf
from .terms_request import TermsRequest
from .test_webhook_consistency import TestWebhookConsistency
from .transact_batch_consistency import TransactBatchConsistency
from .transact_consistency import TransactConsistency
from .transaction_body import TransactionBody
from .transaction_request import TransactionRequest
from .transfer_by_id_consistency import TransferByIdConsistency
from .transfer_by_id_response_202 import TransferByIdResponse202
from .transfer_consistency import TransferConsistency
from .transfer_request import TransferRequest
from .transfer_response_202 import TransferResponse202
from .unlink_by_id_consistency import UnlinkByIdConsistency
from .unlink_consistency import UnlinkConsistency
from .verification_body import VerificationBody
from .void_hold_consistency import VoidHoldConsistency
from .volume_body import VolumeBody
from .webhook_body import WebhookBody
from .webhook_patch import WebhookPatch
from .webhook_request import WebhookRequest
from .webhook_rotate_request import WebhookRotateRequest
from .webhook_secret_body import WebhookSecretBody
from .webhook_status import WebhookStatus
from .webhook_test_data import WebhookTestData
from .webhook_with_secret import WebhookWithSecret
from .withdraw_by_id_consistency import WithdrawByIdConsistency
from .withdraw_by_id_response_202 import WithdrawByIdResponse202
from .withdraw_consistency import WithdrawConsistency
from .withdraw_response_202 import WithdrawResponse202
from .write_off_consistency import WriteOffConsistency
from .zero_amounts_word import ZeroAmountsWord

__all__ = (
    "AccountBody",
    "AccountBodyBalances",
    "AccountChangedData",
    "AccountOpenedData",
    "AccountPatch",
    "AccountRequest",
    "ActBody",
    "ActBodyDetail",
    "ActorRequest",
    "Acts",
    "AddAssetConsistency",
    "AddPointsConsistency",
    "AddRequest",
    "AdjustConsistency",
    "AdjustmentBody",
    "AdjustRequest",
    "AdvanceBody",
    "AdvanceRequest",
    "AgeBody",
    "AgingBody",
    "AmountBalanceBody",
    "ArchivedData",
    "AssetBody",
    "AssetData",
    "AssetPatch",
    "AssetRequest",
    "AssetRescaledData",
    "AttemptBody",
    "BalanceAt",
    "BalanceBody",
    "BankAccountBody",
    "BankAccountBodyLinks",
    "BatchBody",
    "BatchRequest",
    "BeginVerificationConsistency",
    "BusiestBody",
    "By",
    "CancelConsistency",
    "ChangeAccountConsistency",
    "ChangeAssetConsistency",
    "ChangeLedgerConsistency",
    "ChangeWebhookConsistency",
    "CloseBankAccountByIdConsistency",
    "CloseBankAccountConsistency",
    "CloseWebhookConsistency",
    "CloudEvent",
    "CloudEventDataType0",
    "CloudEvents",
    "ContinueStreamConsistency",
    "CountsBody",
    "CreateKeyConsistency",
    "DeductionBody",
    "DefaultAssetData",
    "DeliveryBody",
    "DepositByIdConsistency",
    "DepositByIdResponse202",
    "DepositConsistency",
    "DepositResponse202",
    "DetailData",
    "DrawnBody",
    "EarnConsistency",
    "EarningBody",
    "EarnRequest",
    "EntryBody",
    "EntryPointsResponse200",
    "EventBody",
    "Events",
    "ExceptionBody",
    "ExpireConsistency",
    "ExpiredBody",
    "ExpireRequest",
    "FixedBody",
    "GetAccountConsistency",
    "GetAdvanceConsistency",
    "GetAgingConsistency",
    "GetAmountBalanceConsistency",
    "GetAmountConsistency",
    "GetBalanceBy",
    "GetBalanceConsistency",
    "GetBankAccountByIdConsistency",
    "GetBankAccountConsistency",
    "GetBusiestConsistency",
    "GetCloudEventConsistency",
    "GetHeadConsistency",
    "GetKeyConsistency",
    "GetLedgerConsistency",
    "GetMaxTransactionVolumeConsistency",
    "GetMemberConsistency",
    "GetPointsByPayerConsistency",
    "GetPointsByPayerResponse200",
    "GetProgramConsistency",
    "GetRequestByIdConsistency",
    "GetRequestByIdResponse200",
    "GetRequestConsistency",
    "GetRequestResponse200",
    "GetRunConsistency",
    "GetStatementConsistency",
    "GetStreamConsistency",
    "GetTermsConsistency",
    "GetTransactionConsistency",
    "GetVerificationConsistency",
    "GetWebhookConsistency",
    "GetWebhookSecretConsistency",
    "GroupBody",
    "GroupsBody",
    "HeadBody",
    "HealthzResponse200",
    "HistoryBody",
    "HoldData",
    "HoldEndedData",
    "IdRequest",
    "ImportedData",
    "ImportPointsConsistency",
    "InstallmentBody",
    "KeyBody",
    "KeyRequest",
    "LedgerBody",
    "LedgerOpenedData",
    "LedgerPatch",
    "LedgerRequest",
    "LimitsData",
    "LinkByIdConsistency",
    "LinkConsistency",
    "LinkedBody",
    "LinkedBodyLinks",
    "LinkRequest",
    "LinksBody",
    "LinksBodyLinks",
    "ListAccountsConsistency",
    "ListActsConsistency",
    "ListAdvancesConsistency",
    "ListAdvancesStatus",
    "ListBankAccountsConsistency",
    "ListBankAccountsResponse200",
    "ListBankTransactionsByIdConsistency",
    "ListBankTransactionsByIdResponse200",
    "ListBankTransactionsConsistency",
    "ListBankTransactionsResponse200",
    "ListCloudEventsConsistency",
    "ListDeliveriesConsistency",
    "ListEventsConsistency",
    "ListExceptionsConsistency",
    "ListGroupsConsistency",
    "ListHistoryConsistency",
    "ListKeysConsistency",
    "ListLedgersConsistency",
    "ListLinksByIdConsistency",
    "ListLinksConsistency",
    "ListLotsConsistency",
    "ListRunsConsistency",
    "ListStreamsConsistency",
    "ListTransactionsConsistency",
    "ListTransactionsStatus",
    "ListWebhooksConsistency",
    "LivezResponse200",
    "LotBody",
    "LotDeductionBody",
    "MemberBody",
    "Metadata",
    "MovementBody",
    "MovementBodyLinks",
    "MoveRequest",
    "OpenAccountConsistency",
    "OpenAdvanceConsistency",
    "OpenBankAccountConsistency",
    "OpenLedgerConsistency",
    "OpenRequest",
    "OpenWebhookConsistency",
    "OrderWord",
    "PageAccountBody",
    "PageAdvanceBody",
    "PageDeliveryBody",
    "PageExceptionBody",
    "PageHistoryBody",
    "PageKeyBody",
    "PageLedgerBody",
    "PageLotBody",
    "PageRunShown",
    "PageStreamBody",
    "PageTransactionBody",
    "PageWebhookBody",
    "PayerBody",
    "PayerPointsBody",
    "PayOffConsistency",
    "PendingRequest",
    "PerformAdvanceConsistency",
    "PerformAdvanceRequest",
    "PerformedBody",
    "PostAmountConsistency",
    "PostAmountRequest",
    "PostedAmountBody",
    "PostHoldConsistency",
    "PostingBody",
    "PostingData",
    "PostingRequest",
    "PostRequest",
    "Problem",
    "ProductData",
    "ProgramBody",
    "ProgramRequest",
    "ProgressBody",
    "ReadingBody",
    "ReadReportConsistency",
    "ReadReportContentEncoding",
    "ReadyzResponse200",
    "RedactActorConsistency",
    "RedactConsistency",
    "RedactedData",
    "RedactionBody",
    "RedactionRequest",
    "RefundBody",
    "RefundConsistency",
    "RefundRequest",
    "RefusalBody",
    "RefusedData",
    "RefusedDataError",
    "ReplayRequest",
    "ReplayWebhookConsistency",
    "RequestCompletedData",
    "RequestData",
    "ResultBody",
    "Results",
    "RetryBody",
    "RetryConsistency",
    "RetryRequest",
    "RetryWebhookConsistency",
    "ReverseConsistency",
    "ReversedPosting",
    "ReverseRequest",
    "RevokeKeyConsistency",
    "RotateKeyConsistency",
    "RotateRequest",
    "RotateWebhookConsistency",
    "RoundingWord",
    "RunBody",
    "RunRequest",
    "RunShown",
    "ScopeWord",
    "SecretBody",
    "SetProgramConsistency",
    "SetTermsConsistency",
    "SkipEventConsistency",
    "SkipRequest",
    "SourceRequest",
    "SpendBody",
    "SpendConsistency",
    "SpendPointsConsistency",
    "SpendPointsRequest",
    "SpendRequest",
    "SpentBody",
    "StartRunConsistency",
    "Statement",
    "StreamBody",
    "TermsBody",
    "TermsOf",
    "TermsRequest",
    "TestWebhookConsistency",
    "TransactBatchConsistency",
    "TransactConsistency",
    "TransactionBody",
    "TransactionRequest",
    "TransferByIdConsistency",
    "TransferByIdResponse202",
    "TransferConsistency",
    "TransferRequest",
    "TransferResponse202",
    "UnlinkByIdConsistency",
    "UnlinkConsistency",
    "VerificationBody",
    "VoidHoldConsistency",
    "VolumeBody",
    "WebhookBody",
    "WebhookPatch",
    "WebhookRequest",
    "WebhookRotateRequest",
    "WebhookSecretBody",
    "WebhookStatus",
    "WebhookTestData",
    "WebhookWithSecret",
    "WithdrawByIdConsistency",
    "WithdrawByIdResponse202",
    "WithdrawConsistency",
    "WithdrawResponse202",
    "WriteOffConsistency",
    "ZeroAmountsWord",
)
