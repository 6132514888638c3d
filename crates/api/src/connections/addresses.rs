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
        let address = one_of(address);
        let mut counts = self.0.lock();
        let count = counts.entry(address).or_default();
        if *count >= max.get() {
            return None;
        }
        *count += 1;
        Some(Counted { addresses: self.clone(), address: Some(address) })
    }
}

/// The address that counts: the same in both families is one, and so are all of a network of 64 bits, which is what one
/// customer gets.
fn one_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => std::net::Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
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
        let near = |text: &str| -> IpAddr { text.parse().expect("an address") };
        let _near: Vec<_> = ["fd00::1", "fd00::2"].map(near).into_iter().map(|at| addresses.enter(at, max)).collect();
        assert!(addresses.enter(near("fd00::ffff:1"), max).is_none());
        assert!(addresses.enter(near("fd00:0:0:1::1"), max).is_some());
        let _others = addresses.enter(other, max).expect("it has its own");
        drop(first);
        drop(addresses.enter(one, max).expect("there is room again"));
        assert_eq!(addresses.0.lock().len(), 3);
    }
}
