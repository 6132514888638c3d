//! Names are looked up here, and only addresses that may be sent to are given to the client. It connects to one of these and
//! looks nothing up itself, so a name that leads elsewhere a moment later changes nothing.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;

use ducat_trust::addresses::is_public;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// What looks a name up.
pub type Lookup =
    Arc<dyn Fn(String) -> Pin<Box<dyn Future<Output = io::Result<Vec<SocketAddr>>> + Send>> + Send + Sync>;

/// A name leads to no address that may be sent to.
#[derive(Debug, thiserror::Error)]
#[error("{0} leads to no address of the public Internet")]
struct NotPublic(String);

/// Gives out addresses that may be sent to.
#[derive(Clone)]
pub struct Resolver {
    lookup: Lookup,
    allows_private: bool,
}

impl Resolver {
    /// What the system finds.
    pub fn of_system(allows_private: bool) -> Resolver {
        let lookup: Lookup =
            Arc::new(|host| Box::pin(async move { Ok(tokio::net::lookup_host((host.as_str(), 0)).await?.collect()) }));
        Resolver { lookup, allows_private }
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let Resolver { lookup, allows_private } = self.clone();
        Box::pin(async move {
            let host = name.as_str().to_owned();
            let mut found = lookup(host.clone()).await?;
            found.retain(|address| allows_private || is_public(address.ip()));
            if found.is_empty() {
                return Err(NotPublic(host).into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// A host that leads to a public address at first, and then inside: to this machine, to a cloud's metadata, and to IPv6
    /// addresses that carry such an address.
    #[tokio::test]
    async fn a_name_that_leads_elsewhere_a_moment_later_is_refused() {
        let answers = [
            ("93.184.215.14", true),
            ("127.0.0.1", false),
            ("169.254.169.254", false),
            ("::ffff:127.0.0.1", false),
            ("2002:7f00:1::", false),
            ("64:ff9b::7f00:1", false),
            ("::1", false),
            ("2606:4700:4700::1111", true),
        ];
        let asked = Arc::new(AtomicUsize::new(0));
        let of_lookup = Arc::clone(&asked);
        let lookup: Lookup = Arc::new(move |_| {
            let answer = answers[of_lookup.fetch_add(1, Ordering::SeqCst)].0;
            Box::pin(async move { Ok(vec![SocketAddr::new(answer.parse().expect("an address"), 0)]) })
        });
        let resolver = Resolver { lookup, allows_private: false };
        for (address, is_allowed) in answers {
            let found = resolver.resolve("rebinding.example".parse().expect("a name")).await;
            let found: Option<Vec<SocketAddr>> = found.ok().map(Iterator::collect);
            assert_eq!(found.is_some(), is_allowed, "{address}");
        }
        assert_eq!(asked.load(Ordering::SeqCst), answers.len(), "each is looked up anew");
    }

    #[tokio::test]
    async fn of_several_addresses_only_public_ones_are_given_out() {
        let lookup: Lookup = Arc::new(|_| {
            let all = ["10.0.0.1", "1.1.1.1", "127.0.0.1"];
            Box::pin(async move {
                Ok(all.iter().map(|text| SocketAddr::new(text.parse().expect("an address"), 0)).collect())
            })
        });
        for (allows_private, count) in [(false, 1), (true, 3)] {
            let resolver = Resolver { lookup: Arc::clone(&lookup), allows_private };
            let found = resolver.resolve("several.example".parse().expect("a name")).await.expect("there is one");
            assert_eq!(found.count(), count);
        }
    }
}
