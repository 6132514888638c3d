//! The console of this server: it asks the API in the same process, and a provider over HTTP.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use ducat_api::door::Inward;
use ducat_api::service::Service;
use ducat_console::{Aside, Console, Fetch, OidcSettings, Respond, Unreachable};
use ducat_engine::Engine;
use tokio::sync::watch;

use crate::config::SignIn;

/// How long a provider may take, and the most that it may send.
const FETCH_TIMEOUT: Duration = Duration::from_secs(10);

/// The console of a service, and the service that serves it too.
pub fn beside(
    service: Service,
    engine: &Engine,
    sign_in: Option<SignIn>,
    stopping: watch::Receiver<bool>,
) -> anyhow::Result<(Service, Console)> {
    let (asked, counted, engine) = (service.clone(), service.clone(), engine.clone());
    let api: Respond = Arc::new(move |request| {
        let (service, request) = (asked.clone(), inward(request));
        Box::pin(async move { service.respond(request).await })
    });
    // Counts are of the server as a whole, whoever looks at a page.
    let operator: Respond = Arc::new(move |request| {
        let (service, request) = (counted.clone(), inward(request));
        Box::pin(async move { service.respond_to_operator(request).await })
    });
    let oidc = sign_in.map(provider).transpose()?;
    let console = Console::new(api, operator, move || engine.now().0, oidc, stopping);
    Ok((service.with_pages(console.routes()), console))
}

/// What the console asks beside a page's question, as the API knows that.
fn inward(mut request: Request) -> Request {
    if request.extensions().get::<Aside>().is_some() {
        request.extensions_mut().insert(Inward);
    }
    request
}

fn provider(sign_in: SignIn) -> anyhow::Result<OidcSettings> {
    let SignIn { issuer, client_id, client_secret, scopes, resource } = sign_in;
    // A provider that sends its client elsewhere is not followed: the request holds the client's secret.
    let client = reqwest::Client::builder()
        .tls_backend_preconfigured(ducat_trust::client_config())
        .redirect(reqwest::redirect::Policy::none())
        .timeout(FETCH_TIMEOUT)
        .build()?;
    let fetch: Fetch = Arc::new(move |request| {
        let client = client.clone();
        Box::pin(async move { send(&client, request).await.map_err(|error| Unreachable(format!("{error:#}"))) })
    });
    Ok(OidcSettings { issuer, client_id, client_secret, scopes, resource, fetch })
}

async fn send(client: &reqwest::Client, request: http::Request<Vec<u8>>) -> anyhow::Result<http::Response<Vec<u8>>> {
    let response = client.execute(request.try_into()?).await?;
    let mut made = http::Response::builder().status(response.status());
    for (name, value) in response.headers() {
        made = made.header(name, value);
    }
    Ok(made.body(response.bytes().await?.to_vec())?)
}
