//! How many connections each address has, so that one of them cannot take all places.

use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroUsize;
use std::sync::Arc;

use parking_lot::Mutex;

/// Addresses with connections, and how many.
#[derive(Debug, Clone, Default)]
pub(super) struct Addresses(Arc<Mutex<HashMap<IpAddr, usize>>>);

/// A connection of an address. It is counted until this goes.
#[derive(Debug)]
pub(super) struct Counted {
    addresses: Addresses,
    address: Option<IpAddr>,
}

impl Addresses {
    /// Counts a connection; `None` where its address has as many as it may. Where there is no limit nothing is counted.
    pub fn enter(&self, address: IpAddr, max: Option<NonZeroUsize>) -> Option<Counted> {
        let Some(max) = max else { return Some(Counted { addresses: self.clone(), address: None }) };
        // The same address in both families is one.
        let address = address.to_canonical();
        let mut counts = self.0.lock();
        let count = counts.entry(address).or_default();
        if *count >= max.get() {
            return None;
        }
        *count += 1;
        Some(Counted { addresses: self.clone(), address: Some(address) })
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let Some(address) = self.address else { return };
        let mut counts = self.addresses.0.lock();
        if let Some(count) = counts.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_takes_no_more_than_its_places() {
        let addresses = Addresses::default();
        let [one, other] = [IpAddr::from([10, 0, 0, 1]), IpAddr::from([10, 0, 0, 2])];
        let mapped: IpAddr = "::ffff:10.0.0.1".parse().expect("an address");
        let max = NonZeroUsize::new(2);
        let first = addresses.enter(one, max).expect("there is room");
        let _second = addresses.enter(mapped, max).expect("there is room");
        assert!(addresses.enter(one, max).is_none());
        let _others = addresses.enter(other, max).expect("it has its own");
        drop(first);
        drop(addresses.enter(one, max).expect("there is room again"));
        assert_eq!(addresses.0.lock().len(), 2);
    }
}
