//! What stands aside of the chain: branches of a fork, and what was lost by a restore, a move or a
//! settled fork. Each is a household of its own; the stricter of all holds (R-MOVE-002, R-MOVE-008).

use super::{Chain, Event, Member};
use crate::constitution::Constitution;
use crate::crypto::{SealingKey, SealingPublic};
use crate::document::Draft;
use crate::epoch::Audience;
use crate::household::{Household, REMEMBERED, draft_of};
use crate::id::{DeviceId, DocumentId};
use crate::log::Entry;
use bytes::Bytes;
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;

/// How long what was lost holds, seconds of T_lo (R-MOVE-008).
pub const LOST_FOR: i64 = 604_800;
/// Most branches that stand aside; of more the oldest is dropped.
pub(super) const MAX_BRANCHES: usize = 4;
/// Most entries of a branch. A relay can make as many as it likes.
pub(super) const MAX_ENTRIES: usize = 4096;

/// Why a branch stands aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// A fork that nobody ended yet.
    Fork,
    /// This member had applied it and went back. It counts from this T_lo on, seconds; `None` before
    /// the first [`Member::tick`].
    Lost(Option<i64>),
}

/// One continuation of the log beside the chain.
#[derive(Debug, Clone)]
pub struct Branch {
    pub(super) why: Why,
    pub(super) from: u64,
    /// The constitution just before they part, where it has to decide (R-MOVE-006).
    pub(super) law: Option<Constitution>,
    pub(super) chain: Chain,
    pub(super) entries: Vec<Entry>,
}

impl Branch {
    /// Why it stands aside.
    pub fn why(&self) -> Why {
        self.why
    }

    /// The first place at which it differs from the chain.
    pub fn from(&self) -> u64 {
        self.from
    }

    /// The chain that ends with this branch: its household is what holds there.
    pub fn chain(&self) -> &Chain {
        &self.chain
    }

    /// Its entries, from the first differing one on.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Whether every document that had effect on it stands in the chain again. Of a branch that is longer
    /// than ids are remembered nobody can say, so it holds for its week.
    fn stands_in(&self, household: &Household) -> bool {
        let mut ids = self.effective().into_iter();
        self.remembered_from() <= self.from && ids.all(|id| household.place_of(id).is_some())
    }

    /// The first place at which it is still known what had effect (R-DOC-017).
    fn remembered_from(&self) -> u64 {
        self.chain.next_seq().saturating_sub(REMEMBERED)
    }

    fn effective(&self) -> Vec<DocumentId> {
        let household = self.chain.household().into_iter();
        household
            .flat_map(|household| household.effective_from(self.from))
            .collect()
    }

    /// Documents of this device that had effect on it, and do not stand in the chain.
    pub(super) fn own(
        &self,
        device: DeviceId,
        now: Option<&Household>,
        key: &SealingKey,
    ) -> Vec<DocumentId> {
        let had_effect = self.effective();
        let Some(household) = self.chain.household() else {
            return Vec::new();
        };
        let headers = self
            .entries
            .iter()
            .filter_map(|entry| household.signed_header(entry, self.chain.keyring(), key));
        let own = headers.filter(|header| header.author == device);
        let from = self.remembered_from();
        let own =
            own.filter(|header| header.seq < from || had_effect.contains(&header.document_id));
        own.map(|header| header.document_id)
            .filter(|id| now.is_none_or(|now| now.place_of(*id).is_none()))
            .collect()
    }
}

impl Member {
    /// Branches beside the chain. While there are any, an enforcement point answers each action with
    /// the strictest of the decisions that the chain and they give (R-MOVE-002, R-MOVE-008).
    pub fn branches(&self) -> &[Branch] {
        &self.aside
    }

    /// Every household that counts now: the chain's first. Grants, additions and releases hold if all
    /// of them give them, revocations if one does (R-MOVE-002, R-MOVE-003).
    pub fn households(&self) -> impl Iterator<Item = &Household> {
        let aside = self.aside.iter().filter_map(|b| b.chain.household());
        self.household().into_iter().chain(aside)
    }

    /// Whom a new epoch is wrapped for: while there are branches, only who belongs on each of them, and
    /// with no more than each of them gives (R-MOVE-003).
    pub fn common_audiences(&self) -> Vec<(SealingPublic, Audience)> {
        let mut households = self.households();
        let first = households.next().map(Household::audiences);
        let mut common = first.unwrap_or_default();
        for household in households {
            let others = household.audiences();
            common = common
                .into_iter()
                .filter_map(|(key, audience)| {
                    let (_, other) = others.iter().find(|(other, _)| *other == key)?;
                    Some((key, audience.common(other)?))
                })
                .collect();
        }
        common
    }

    /// Whether a fork lasts: shown as FORK to guardians and dependant (R-MOVE-004).
    pub fn is_forked(&self) -> bool {
        self.aside.iter().any(|branch| branch.why == Why::Fork)
    }

    /// Tells how far T_lo has come, seconds. What was lost longer than a week ago holds no more
    /// (R-MOVE-008).
    pub fn tick(&mut self, t_lo: i64) {
        let before: Vec<_> = self.aside.iter().map(|branch| branch.why).collect();
        for branch in &mut self.aside {
            if let Why::Lost(since @ None) = &mut branch.why {
                *since = Some(t_lo);
            }
        }
        self.aside.retain(|branch| match branch.why {
            Why::Lost(Some(since)) => t_lo.saturating_sub(since) < LOST_FOR,
            _ => true,
        });
        let after = self.aside.iter().map(|branch| branch.why);
        if !after.eq(before) {
            self.events.push_back(Event::Aside);
        }
    }

    /// Drops what was lost and stands in the log again, and branches that a RESOLVE on the own one ended.
    pub(super) fn release_found(&mut self) {
        let Some(household) = self.chain.household() else {
            return;
        };
        let (over, kept): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.aside)
                .into_iter()
                .partition(|branch| match branch.why {
                    Why::Fork => ends(&self.chain, &branch.chain, branch.from, branch.law.as_ref()),
                    Why::Lost(_) => branch.stands_in(household),
                });
        self.aside = kept;
        if over.is_empty() {
            return;
        }
        let (device, key) = (self.identity.device, &self.identity.sealing);
        let own = over
            .iter()
            .flat_map(|branch| branch.own(device, Some(household), key));
        let own: Vec<_> = own.collect();
        self.events.push_back(Event::Aside);
        if !own.is_empty() {
            self.events.push_back(Event::AskAgain(own));
        }
    }

    pub(super) fn put_aside(&mut self, branch: Branch) {
        self.aside
            .retain(|old| old.why != branch.why || old.from != branch.from);
        if self.aside.len() == MAX_BRANCHES {
            self.aside.remove(0);
        }
        self.aside.push(branch);
        self.events.push_back(Event::Aside);
    }

    /// Own documents that a fork, a restore or a move took, and that do not stand in the chain again: what
    /// [`Event::AskAgain`] named and nobody appended since (R-MOVE-007).
    pub fn lost(&self) -> Vec<DocumentId> {
        let (device, key) = (self.identity.device, &self.identity.sealing);
        let lost = self.aside.iter();
        let lost = lost.filter(|branch| matches!(branch.why, Why::Lost(_)));
        let ids = lost.flat_map(|branch| branch.own(device, self.household(), key));
        let ids: std::collections::BTreeSet<_> = ids.collect();
        ids.into_iter().collect()
    }

    /// An own document that a fork, a restore or a move took, as it was drafted: to append it again, if
    /// its person says so (R-MOVE-007). It keeps its id, so it cannot count twice. `None` if it stands
    /// on no branch, or is another device's.
    pub fn draft_again(&self, id: DocumentId) -> Option<Draft> {
        self.aside.iter().find_map(|branch| {
            let household = branch.chain.household()?;
            let keyring = branch.chain.keyring();
            branch.entries.iter().find_map(|entry| {
                let document = household.document_of(entry, keyring, &self.identity.sealing)?;
                let header = document.header();
                let own = header.document_id == id && header.author == self.identity.device;
                own.then(|| draft_of(&document, keyring))?
            })
        })
    }

    /// What stands aside, as bytes to be stored behind each [`Event::Aside`]. Sealed entries, no secret.
    pub fn aside_bytes(&self) -> Vec<u8> {
        let rows = self.aside.iter().map(|branch| Stored {
            forked: branch.why == Why::Fork,
            since: match branch.why {
                Why::Lost(since) => since,
                Why::Fork => None,
            },
            from: branch.from,
            entries: branch.entries.iter().map(Into::into).collect(),
        });
        let branches = rows.collect();
        File { branches }.encode_to_vec()
    }

    /// Gives back what was stored of [`Member::aside_bytes`], with the stored entries of the chain from 0
    /// on, before the first call. Each branch is verified anew. False if the bytes are not what was
    /// written.
    pub fn remember_aside(
        &mut self,
        bytes: &[u8],
        entries: impl IntoIterator<Item = Entry>,
    ) -> bool {
        let Ok(file) = File::decode(Bytes::copy_from_slice(bytes)) else {
            return false;
        };
        let mut rows: Vec<Stored> = file.branches.into_iter().take(MAX_BRANCHES).collect();
        rows.sort_by_key(|row| row.from);
        let mut common = self.empty_chain();
        let mut entries = entries.into_iter();
        let mut sound = true;
        for row in rows {
            while common.next_seq() < row.from {
                let Some(entry) = entries.next() else {
                    return false;
                };
                if common.take(&entry, &self.identity.sealing).is_err() {
                    return false;
                }
            }
            match self.branch_of(row, common.clone()) {
                Some(branch) => {
                    let household = branch.chain.household();
                    self.belonged |= household.is_some_and(|h| h.lists(&self.identity));
                    self.aside.push(branch);
                }
                None => sound = false,
            }
        }
        sound
    }

    fn branch_of(&self, row: Stored, common: Chain) -> Option<Branch> {
        let law = common.household().map(|h| h.constitution().clone());
        let mut chain = common;
        chain.forget_newer();
        let mut kept = Vec::new();
        for entry in row.entries {
            let entry = Entry::try_from(entry).ok()?;
            chain.take(&entry, &self.identity.sealing).ok()?;
            kept.push(entry);
        }
        Some(Branch {
            why: match row.forked {
                true => Why::Fork,
                false => Why::Lost(row.since),
            },
            from: row.from,
            law,
            chain,
            entries: kept,
        })
    }
}

/// Whether guardians said on one branch that the other ends (R-MOVE-006): as many of those just before
/// the place where they part as the constitution of that time asks for.
pub(super) fn ends(winner: &Chain, loser: &Chain, at: u64, law: Option<&Constitution>) -> bool {
    let (Some(winner), Some(law)) = (winner.household(), law) else {
        return false;
    };
    winner.resolutions().iter().any(|said| {
        let guardians = said.consents.iter().filter(|id| law.is_guardian(**id));
        let enough = guardians.count() >= usize::try_from(law.threshold()).unwrap_or(usize::MAX);
        let named = said
            .ended
            .iter()
            .any(|head| head.seq >= at && loser.follower().hash_at(head.seq) == Some(head.hash));
        enough && named
    })
}

#[derive(Clone, PartialEq, prost::Message)]
struct File {
    #[prost(message, repeated, tag = "1")]
    branches: Vec<Stored>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Stored {
    #[prost(bool, tag = "1")]
    forked: bool,
    #[prost(int64, optional, tag = "2")]
    since: Option<i64>,
    #[prost(uint64, tag = "3")]
    from: u64,
    #[prost(message, repeated, tag = "4")]
    entries: Vec<pb::Entry>,
}
