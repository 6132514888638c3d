//! Where rows are among the known ones.

use crate::numbers::AssetNo;

/// Where an account is among the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AccountSlot(pub usize);

/// Where a balance is among the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BalanceSlot(pub usize);

/// The places of an account's balances. Most accounts have one, which is kept in place: it is looked for twice in each
/// transfer.
#[derive(Debug, Clone, Default)]
pub(crate) enum Slots {
    #[default]
    None,
    One((AssetNo, BalanceSlot)),
    Many(Vec<(AssetNo, BalanceSlot)>),
}

impl Slots {
    pub fn as_slice(&self) -> &[(AssetNo, BalanceSlot)] {
        match self {
            Slots::None => &[],
            Slots::One(one) => std::slice::from_ref(one),
            Slots::Many(many) => many,
        }
    }

    pub fn push(&mut self, asset: AssetNo, slot: BalanceSlot) {
        *self = match std::mem::take(self) {
            Slots::None => Slots::One((asset, slot)),
            Slots::One(one) => Slots::Many(vec![one, (asset, slot)]),
            Slots::Many(mut many) => {
                many.push((asset, slot));
                Slots::Many(many)
            }
        };
    }
}
