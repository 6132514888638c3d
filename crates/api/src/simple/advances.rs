//! Advances in dollars, in the ledger `advances`: one call pays out, and everything else is the daily run's.
//!
//! The ledger and its terms come to be with the first request that needs them.

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use ducat_domain::advances::{Action, Terms};
use ducat_domain::decimal::{self, Excess};
use ducat_domain::ledger::command::CommandId;
use ducat_domain::ledger::terms::{AssetTerms, LedgerRules, LedgerTerms};
use ducat_domain::money::Amount;
use ducat_domain::names::Name;
use ducat_domain::{Action as LedgerAction, Command, Rejection};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Api;
use crate::idempotency::fresh;
use crate::problem::{Problem, fixed_name};
use crate::query::NoQuery;
use crate::v1::advances::open::answer;
use crate::values::JsonParty;

/// All routes, with their descriptions.
pub fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(perform_advance))
}

/// The ledger of this API.
const LEDGER: &str = "advances";

/// Its asset.
const ASSET: &str = "USD";

/// Decimals of a dollar.
const SCALE: u8 = 2;

/// An advance to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PerformAdvanceRequest {
    /// The bank account that it is paid to and collected from.
    dst_bank_account: JsonParty,
    /// How much, in dollars: more than 0, with two decimals at most.
    #[schema(value_type = f64, example = 1200.00, minimum = 0.01)]
    amount: ExactDollars,
}

/// What was made of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct PerformedBody {
    /// The advance.
    advance_id: String,
    /// What the processor calls its credit; null while the processor is not known to have it.
    transaction_id: Option<String>,
    /// `sent`, `accepted` while the processor is not known to have it, or `refused` where it refuses it for good; of a
    /// repetition, what it is now.
    status: &'static str,
}

/// Dollars and cents, read exactly.
#[derive(Debug)]
struct ExactDollars(Amount);

impl<'de> Deserialize<'de> for ExactDollars {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<ExactDollars, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?.get();
        read(raw).map(ExactDollars).map_err(serde::de::Error::custom)
    }
}

fn read(raw: &str) -> Result<Amount, String> {
    let expected = || "expected an amount such as 1200.00".to_owned();
    let text: String = match raw.starts_with('"') {
        true => serde_json::from_str(raw).map_err(|_| expected())?,
        false if raw.starts_with(|first: char| first == '-' || first.is_ascii_digit()) => raw.to_owned(),
        false => return Err(expected()),
    };
    let cents = decimal::parse(&decimal::plain(&text)?, SCALE, Excess::Refused)?;
    let amount = u128::try_from(cents).ok().filter(|cents| *cents > 0).map(Amount::new);
    amount.filter(|amount| amount.is_within_limit()).ok_or_else(|| "expected more than 0, below 10^34".to_owned())
}

/// Pay out an advance; it is collected in twelve weekly debits.
#[utoipa::path(post, path = "/perform_advance", tag = "cash advances",
    params(("Idempotency-Key" = Option<String>, Header, description = "Up to 255 characters: retries make no other advance"),
        ("Prefer" = Option<String>, Header, description = "`respond-async`: 202 without waiting for the processor")),
    request_body = PerformAdvanceRequest, responses(
    (status = 200, description = "The processor has it", body = PerformedBody),
    (status = 202, description = "Recorded durably, and sent as soon as the processor is available. Also when the processor takes over two seconds", body = PerformedBody),
    (status = 400, description = "What is wrong with the body"),
    (status = 409, description = "`id_reused`: the key was used for another advance"),
    (status = 503, description = "`processor_not_configured`"),
))]
pub(crate) async fn perform_advance(
    api: Api,
    query: Result<NoQuery, Problem>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    query?;
    let request: PerformAdvanceRequest = api.json(&headers, body).await?;
    api.check_processor()?;
    let ledger = fixed_name(LEDGER)?;
    api.check_scale(&ledger, ASSET, SCALE).await?;
    let id = api.command_id(&headers, None, &ledger).await?;
    let customer = (&request.dst_bank_account.0, "body: dst_bank_account");
    let (amount, wait) = (request.amount.0, api.credit_wait(&headers));
    let missing = [Rejection::LedgerNotFound, ducat_domain::advances::Rejection::TermsNotFound.into()]
        .map(|missing| missing.code());
    let (delivery, advance) = match api.pay_out(&ledger, id, customer, amount, wait).await {
        Err(problem) if missing.contains(&problem.code()) => {
            api.make_default_terms(&ledger).await?;
            api.pay_out(&ledger, id, customer, amount, wait).await?
        }
        paid => paid?,
    };
    let performed = PerformedBody {
        advance_id: advance.id.to_string(),
        transaction_id: advance.progress(0).and_then(|credit| credit.transaction()).map(ToString::to_string),
        status: advance.status().word(),
    };
    Ok(answer(StatusCode::OK, (delivery, wait), &advance, &performed))
}

impl Api {
    async fn make_default_terms(&self, ledger: &Name) -> Result<(), Problem> {
        let asset = fixed_name(ASSET)?;
        let assets = vec![AssetTerms { code: asset.clone(), scale: SCALE }];
        let terms = LedgerTerms { assets, rules: LedgerRules::default(), default_asset: None };
        let open = Command::new(CommandId::Server(fresh()), LedgerAction::OpenLedger(terms));
        match self.one(ledger, open).await {
            // Someone opened it otherwise: it need only have the asset.
            Err(problem) if problem.code() == Rejection::LedgerExists.code() => {}
            opened => drop(opened?),
        }
        self.advances(ledger, Action::SetTerms { asset, terms: Terms::DEFAULT }).await.map(drop)
    }
}
