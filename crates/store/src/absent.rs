//! What every store says of what it has not: each row that was asked for is absent, which is not the same as not
//! loaded.

use ducat_domain::ledger::rows::{DateSum, Head};
use ducat_domain::names::Name;
use ducat_domain::products::{LoadedProducts, ProductsRows};
use ducat_domain::{Footprint, LoadedLedger, Rows};

use crate::{advances, points};

/// The rows of a footprint, none of which is there.
pub(crate) fn rows(footprint: &Footprint) -> Rows {
    Rows {
        names: footprint.names.iter().map(|name| (name.clone(), None)).collect(),
        accounts: Vec::new(),
        ids: footprint.ids.iter().map(|id| (*id, None)).collect(),
        references: footprint.references.iter().map(|reference| (reference.clone(), false)).collect(),
        transactions: footprint.transactions.iter().map(|id| (*id, None)).collect(),
        buckets: footprint.buckets.iter().map(|key| (*key, DateSum::ZERO)).collect(),
        deferred: footprint.deferred.iter().map(|seq| (*seq, false)).collect(),
        recorded: footprint.recorded.iter().map(|seq| (*seq, None)).collect(),
        asset_amounts: footprint.asset_amounts.iter().map(|no| (*no, false)).collect(),
        product: ProductsRows {
            points: points::absent(&footprint.product.points),
            advances: advances::absent(&footprint.product.advances),
        },
    }
}

/// A ledger that was not opened.
pub(crate) fn ledger(name: &Name) -> LoadedLedger {
    LoadedLedger {
        head: Head::absent(name.clone()),
        assets: Vec::new(),
        last_time_ordered: None,
        product: LoadedProducts::default(),
    }
}
