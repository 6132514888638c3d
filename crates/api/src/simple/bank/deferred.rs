//! Orders that are performed later: the response when one is taken, and how far it is.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use ducat_domain::numbers::Id;
use ducat_engine::bank::{self, OrderRefusal, OrderStatus};
use serde_json::{Value, json};

use super::history::Movement;
use super::wire::link;
use super::{Place, Refusal, Target, performed};
use crate::Api;
use crate::body::{self, Delivery};
use crate::prefer;
use crate::problem::{OTHER_KIND, OrBug as _, Problem};
use crate::query::NoQuery;
use crate::values::parse_id;

fn status_link(account: Id, request: Id) -> String {
    format!("/v2/accounts/{account}/requests/{request}")
}

fn body_of(account: Id, request: Id, status: &str) -> Value {
    json!({
        "id": request.to_string(),
        "status": status,
        "_links": {
            "status": link(status_link(account, request)),
            "account": link(format!("/v2/accounts/{account}")),
        },
    })
}

/// The response to an order that is taken.
pub(super) fn taken(account: Id, request: Id, delivery: Delivery) -> Response {
    let mut response = performed(StatusCode::ACCEPTED, delivery, &body_of(account, request, "accepted"));
    let headers = response.headers_mut();
    if let Ok(location) = HeaderValue::from_str(&status_link(account, request)) {
        headers.insert(header::LOCATION, location);
    }
    prefer::applied(response)
}

/// The outcome of an order that was taken.
#[utoipa::path(get, path = "/accounts/{name}/requests/{request}", tag = "bank accounts",
    params(("request" = uuid::Uuid, Path, description = "The order's id")), responses(
    (status = 200, description = "`status` is `accepted`, `done` with the `transaction`, or `refused` with the `error`", body = Object),
    (status = 404, description = "There is no such account or order; no body"),
))]
pub(crate) async fn get_request(api: Api, place: Place, query: Result<NoQuery, Problem>) -> Result<Response, Refusal> {
    let account = match &place.account {
        // The outcome of an order is shown when its account is closed, too.
        Target::Id(id) => parse_id(id).map_err(|_| Refusal::Unknown)?,
        by_name @ Target::Name(_) => api.bank_account(by_name).await?.id,
    };
    let request = parse_id(&place.other).map_err(|_| Refusal::Unknown)?;
    let found = api.bank.read(move |snapshot| bank::order_status(snapshot, account, request)).await?;
    let status = found.ok_or(Refusal::Unknown)?;
    query?;
    let mut body = body_of(account, request, "accepted");
    match status {
        OrderStatus::Accepted => {}
        OrderStatus::Done(first) => {
            let target = Target::Id(account.to_string());
            let movement = api.read(move |snapshot| Movement::stored(snapshot, &target, first)).await?;
            body["status"] = "done".into();
            body["transaction"] = json!(movement);
        }
        OrderStatus::Refused(refusal) => {
            body["status"] = "refused".into();
            body["error"] = error_of(&refusal)?;
        }
    }
    Ok(body::json(StatusCode::OK, &body))
}

/// Why an order was refused, as a problem document.
fn error_of(refusal: &OrderRefusal) -> Result<Value, Problem> {
    let problem = match refusal {
        OrderRefusal::Document(bytes) => {
            return serde_json::from_slice(bytes).or_bug("a response of ours cannot be read back");
        }
        OrderRefusal::Refused(refused) => match super::refusal(refused) {
            Refusal::Problem(problem) => *problem,
            Refusal::Unknown => account_closed(),
        },
        OrderRefusal::Unknown => account_closed(),
        OrderRefusal::OtherAssets => super::other_assets(),
        OrderRefusal::Unreadable => Problem::bug(OTHER_KIND),
    };
    Ok(json!(problem))
}

fn account_closed() -> Problem {
    Problem::not_found("account_not_found", "an account of this order is closed")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Release 0.1.0 recorded the whole document, which is shown as it was.
    #[test]
    fn a_recorded_document_is_shown_as_it_was() {
        let document = json!({ "status": 422, "code": "insufficient_funds", "available": 5.00 });
        let kept = OrderRefusal::read(document.to_string().as_bytes()).expect("it can be read");
        assert_eq!(error_of(&kept).expect("it can be shown"), document);
    }
}
