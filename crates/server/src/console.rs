//! The console of this server: it asks the API in the same process.

use std::sync::Arc;

use ducat_api::service::Service;
use ducat_console::{Console, Respond};
use ducat_engine::Engine;

/// The console of a service, and the service that serves it too.
pub fn beside(service: Service, engine: &Engine) -> (Service, Console) {
    let (asked, counted, engine) = (service.clone(), service.clone(), engine.clone());
    let api: Respond = Arc::new(move |request| {
        let service = asked.clone();
        Box::pin(async move { service.respond(request).await })
    });
    // Counts are of the server as a whole, whoever looks at a page.
    let operator: Respond = Arc::new(move |request| {
        let service = counted.clone();
        Box::pin(async move { service.respond_to_operator(request).await })
    });
    let console = Console::new(api, operator, move || engine.now().0);
    (service.with_pages(console.routes()), console)
}
