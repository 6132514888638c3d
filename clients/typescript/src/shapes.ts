// Generated from docs/openapi.json by `npm run generate`. Do not edit.

export type Shape = string | readonly [Shape] | { readonly [field: string]: Shape };

export const schemas: Record<string, Shape> = {
 "AccountBody": {
  "balances": {
   "*": "BalanceBody"
  }
 },
 "AccountChangedData": {
  "limits": "LimitsData"
 },
 "AccountOpenedData": {
  "max_balance": "$",
  "min_balance": "$"
 },
 "AccountPatch": {
  "max_balance": "$",
  "min_balance": "$"
 },
 "AccountRequest": {
  "max_balance": "$",
  "min_balance": "$"
 },
 "AdvanceBody": {
  "amount": "$",
  "collected": "$",
  "overpaid": "$",
  "owed": "$",
  "plan": [
   "InstallmentBody"
  ],
  "written_off": "$"
 },
 "AdvanceRequest": {
  "amount": "$"
 },
 "AgeBody": {
  "amount": "$"
 },
 "AgingBody": {
  "ages": [
   "AgeBody"
  ],
  "owed": "$"
 },
 "BalanceAt": {
  "posted": "$"
 },
 "BalanceBody": {
  "available": "$",
  "max_balance": "$",
  "min_balance": "$",
  "pending_in": "$",
  "pending_out": "$",
  "posted": "$"
 },
 "BatchBody": {
  "results": [
   "ResultBody"
  ]
 },
 "BatchRequest": {
  "transactions": [
   "TransactionRequest"
  ]
 },
 "DeductionBody": {
  "lots": [
   "LotDeductionBody"
  ],
  "points": "$"
 },
 "EarnRequest": {
  "points": "$"
 },
 "EarningBody": {
  "points": "$"
 },
 "EntryBody": {
  "amount": "$",
  "balance": "$"
 },
 "ExceptionBody": {
  "amount": "$",
  "overpaid": "$"
 },
 "ExpiredBody": {
  "points": "$"
 },
 "HistoryBody": {
  "balance": "$",
  "points": "$"
 },
 "HoldData": {
  "amount": "$"
 },
 "InstallmentBody": {
  "amount": "$"
 },
 "LimitsData": {
  "max_balance": "$",
  "min_balance": "$"
 },
 "LotBody": {
  "left": "$",
  "points": "$"
 },
 "LotDeductionBody": {
  "points": "$"
 },
 "MemberBody": {
  "expiring_30_days": "$",
  "payers": [
   "PayerBody"
  ]
 },
 "Page_AccountBody": {
  "data": [
   "AccountBody"
  ]
 },
 "Page_AdvanceBody": {
  "data": [
   "AdvanceBody"
  ]
 },
 "Page_ExceptionBody": {
  "data": [
   "ExceptionBody"
  ]
 },
 "Page_HistoryBody": {
  "data": [
   "HistoryBody"
  ]
 },
 "Page_LotBody": {
  "data": [
   "LotBody"
  ]
 },
 "Page_TransactionBody": {
  "data": [
   "TransactionBody"
  ]
 },
 "PayerBody": {
  "pending": "$",
  "points": "$"
 },
 "PayerPointsBody": {
  "points": "$"
 },
 "PostRequest": {
  "amount": "$"
 },
 "PostingBody": {
  "amount": "$",
  "destination_balance": "$",
  "reversed": "$",
  "source_balance": "$"
 },
 "PostingData": {
  "amount": "$",
  "destination_balance": "$",
  "source_balance": "$"
 },
 "PostingRequest": {
  "amount": "$",
  "sources": [
   "SourceRequest"
  ]
 },
 "RefundBody": {
  "expired": [
   "PayerPointsBody"
  ],
  "points": "$",
  "returned": [
   "PayerPointsBody"
  ]
 },
 "RefundRequest": {
  "points": "$"
 },
 "ResultBody": {
  "transaction": "TransactionBody"
 },
 "ReverseRequest": {
  "amount": "$",
  "postings": [
   "ReversedPosting"
  ]
 },
 "ReversedPosting": {
  "amount": "$"
 },
 "SourceRequest": {
  "keep": "$"
 },
 "SpendBody": {
  "deductions": [
   "DeductionBody"
  ]
 },
 "SpendRequest": {
  "points": "$"
 },
 "Statement": {
  "closing": "$",
  "data": [
   "EntryBody"
  ],
  "opening": "$"
 },
 "TransactionBody": {
  "postings": [
   "PostingBody"
  ]
 },
 "TransactionRequest": {
  "postings": [
   "PostingRequest"
  ]
 }
};

export const responses: Record<string, Shape> = {
 "GET /v1/ledgers/{ledger}/accounts": "Page_AccountBody",
 "POST /v1/ledgers/{ledger}/accounts": "AccountBody",
 "GET /v1/ledgers/{ledger}/accounts/{account}": "AccountBody",
 "PATCH /v1/ledgers/{ledger}/accounts/{account}": "AccountBody",
 "GET /v1/ledgers/{ledger}/accounts/{account}/balance": "BalanceAt",
 "GET /v1/ledgers/{ledger}/accounts/{account}/statement": "Statement",
 "GET /v1/ledgers/{ledger}/advances": "Page_AdvanceBody",
 "POST /v1/ledgers/{ledger}/advances": "AdvanceBody",
 "GET /v1/ledgers/{ledger}/advances/aging": "AgingBody",
 "GET /v1/ledgers/{ledger}/advances/exceptions": "Page_ExceptionBody",
 "GET /v1/ledgers/{ledger}/advances/{id}": "AdvanceBody",
 "POST /v1/ledgers/{ledger}/advances/{id}/cancel": "AdvanceBody",
 "POST /v1/ledgers/{ledger}/advances/{id}/pay-off": "AdvanceBody",
 "POST /v1/ledgers/{ledger}/advances/{id}/retry": "AdvanceBody",
 "POST /v1/ledgers/{ledger}/advances/{id}/write-off": "AdvanceBody",
 "POST /v1/ledgers/{ledger}/points/expire": "ExpiredBody",
 "GET /v1/ledgers/{ledger}/points/members/{member}": "MemberBody",
 "POST /v1/ledgers/{ledger}/points/members/{member}/earn": "EarningBody",
 "GET /v1/ledgers/{ledger}/points/members/{member}/history": "Page_HistoryBody",
 "GET /v1/ledgers/{ledger}/points/members/{member}/lots": "Page_LotBody",
 "POST /v1/ledgers/{ledger}/points/members/{member}/spend": "SpendBody",
 "POST /v1/ledgers/{ledger}/points/spends/{id}/refund": "RefundBody",
 "GET /v1/ledgers/{ledger}/transactions": "Page_TransactionBody",
 "POST /v1/ledgers/{ledger}/transactions": "TransactionBody",
 "POST /v1/ledgers/{ledger}/transactions/batch": "BatchBody",
 "GET /v1/ledgers/{ledger}/transactions/{id}": "TransactionBody",
 "POST /v1/ledgers/{ledger}/transactions/{id}/post": "TransactionBody",
 "POST /v1/ledgers/{ledger}/transactions/{id}/reverse": "TransactionBody",
 "POST /v1/ledgers/{ledger}/transactions/{id}/void": "TransactionBody"
};
