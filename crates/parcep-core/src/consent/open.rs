//! A proposal that is open: who began it, who has consented, and since when it waits.

use super::{Act, Proposal};
use crate::crypto::Hash;
use crate::id::{DeviceId, DocumentId, PrincipalId};
use std::collections::{BTreeMap, BTreeSet};

/// Who began an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Begun {
    /// The principal, who profits from it (R-CONS-008).
    pub by: PrincipalId,
    /// The device that signed.
    pub device: DeviceId,
    /// Whether that is a recovery key (R-CONS-019).
    pub recovery: bool,
}

/// A proposal that neither took effect nor ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenProposal {
    /// Id of the PROPOSAL's document; what it makes stand, stands by this id.
    pub id: DocumentId,
    /// Place of the PROPOSAL.
    pub seq: u64,
    /// What APPROVE, EFFECT and CANCEL name.
    pub hash: Hash,
    /// The act.
    pub proposal: Proposal,
    /// Who began it.
    pub begun: Begun,
    /// Who has consented, and at which place; newcomers by their acceptance.
    pub consents: BTreeMap<PrincipalId, u64>,
    /// Place from which its delay counts; `None` while consents are missing or where there is none.
    pub announced: Option<u64>,
}

impl OpenProposal {
    /// What it would do.
    pub fn act(&self) -> &Act {
        self.proposal.act()
    }

    /// Who wants it: those who profit from it and those who have consented. Of two sources that prove its
    /// delay one is of none of them (R-CONS-008).
    pub fn interested(&self) -> BTreeSet<PrincipalId> {
        let consenting = self.consents.keys().copied();
        self.profits().into_iter().chain(consenting).collect()
    }

    /// Who profits from it, so that their clocks prove nothing (R-CONS-008).
    pub fn profits(&self) -> BTreeSet<PrincipalId> {
        let mut profits = BTreeSet::from([self.begun.by]);
        if let Act::Devices(set) = self.act() {
            profits.insert(set.principal);
        }
        profits
    }
}
