//! The terms on which a ledger makes advances.

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use ducat_domain::advances::terms::{COUNT_MAX, INTERVAL_DAYS_MAX, WINDOW_DAYS_MAX};
use ducat_domain::advances::{Action, Terms};
use ducat_domain::names::Name;
use serde::Deserialize;
use utoipa::ToSchema;

use super::book_of;
use super::render::{RoundingWord, TermsBody};
use crate::problem::Problem;
use crate::query::{NoQuery, UrlPath, path_name};
use crate::values::JsonName;
use crate::{Api, body};

/// The terms from now on; what is missing is as most have it: twelve weekly installments.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TermsRequest {
    /// In which asset; the default one when missing.
    #[serde(default)]
    asset: Option<JsonName>,
    /// How many installments: 1 to 520.
    #[serde(default)]
    #[schema(example = 12, minimum = 1, maximum = 520)]
    count: Option<u32>,
    /// Days between two of them: 1 to 366.
    #[serde(default)]
    #[schema(example = 7, minimum = 1, maximum = 366)]
    interval_days: Option<u32>,
    /// Days from the credit to the first: 0 to 366.
    #[serde(default)]
    #[schema(example = 7, maximum = 366)]
    first_after_days: Option<u32>,
    /// For how many days after it was sent a transaction is in the processor's reports: 1 to 92.
    #[serde(default)]
    #[schema(example = 5, minimum = 1, maximum = 92)]
    report_window_days: Option<u32>,
    /// Which installments are larger, where the amount cannot be split evenly.
    #[serde(default)]
    rounding: RoundingWord,
}

impl TermsRequest {
    fn terms(&self) -> Result<Terms, Problem> {
        let Terms { count, interval_days, first_after_days, report_window_days, .. } = Terms::DEFAULT;
        let within = |name: &str, given: Option<u32>, default: u32, least: u32, most: u32| {
            let number = given.unwrap_or(default);
            match (least..=most).contains(&number) {
                true => Ok(number),
                false => Err(Problem::malformed(format!("body: {name}"), format!("expected {least} to {most}"))),
            }
        };
        Ok(Terms {
            count: within("count", self.count, count, 1, COUNT_MAX)?,
            interval_days: within("interval_days", self.interval_days, interval_days, 1, INTERVAL_DAYS_MAX)?,
            first_after_days: within(
                "first_after_days",
                self.first_after_days,
                first_after_days,
                0,
                INTERVAL_DAYS_MAX,
            )?,
            report_window_days: within(
                "report_window_days",
                self.report_window_days,
                report_window_days,
                1,
                WINDOW_DAYS_MAX,
            )?,
            rounding: self.rounding.into(),
        })
    }
}

/// Begin to make advances, or change the terms of those that are made from now on.
#[utoipa::path(put, path = "/v1/ledgers/{ledger}/advances/terms", tag = "advances",
    request_body = TermsRequest, responses(
    (status = 200, description = "The terms from now on", body = TermsBody),
    (status = 404, description = "`ledger_not_found`, `asset_not_found`"),
    (status = 422, description = "`asset_required`: the ledger has no asset"),
    (status = 409, description = "`terms_fixed`: advances were made in another asset; `account_exists`: accounts are named `advances:…` already"),
))]
pub(crate) async fn set_terms(
    api: Api,
    UrlPath(ledger): UrlPath<String>,
    _: NoQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let ledger = path_name("ledger", &ledger)?;
    let request: TermsRequest = api.json(&headers, body).await?;
    let terms = request.terms()?;
    let asset = match request.asset {
        Some(JsonName(asset)) => asset,
        None => api.default_asset(&ledger).await?,
    };
    // What is put again is so already: it needs no id.
    api.advances(&ledger, Action::SetTerms { asset, terms }).await?;
    show(&api, ledger).await
}

/// Show the terms.
#[utoipa::path(get, path = "/v1/ledgers/{ledger}/advances/terms", tag = "advances", responses(
    (status = 200, description = "The terms", body = TermsBody),
    (status = 404, description = "`ledger_not_found`, `terms_not_found`"),
))]
pub(crate) async fn get_terms(api: Api, UrlPath(ledger): UrlPath<String>, _: NoQuery) -> Result<Response, Problem> {
    show(&api, path_name("ledger", &ledger)?).await
}

async fn show(api: &Api, ledger: Name) -> Result<Response, Problem> {
    let book = api.read(move |snapshot| book_of(snapshot, &ledger)).await?;
    Ok(body::json(StatusCode::OK, &TermsBody::from(&book)))
}
