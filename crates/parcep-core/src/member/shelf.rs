//! What stands aside, as bytes: stored by the driver, and verified anew at the start.

use super::aside::MAX_BRANCHES;
use super::chain::without;
use super::{Branch, Chain, Member, Why};
use crate::crypto::Hash;
use crate::epoch::Keyring;
use crate::log::Entry;
use bytes::Bytes;
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;

impl Member {
    /// What stands aside, as bytes to be stored behind each [`Event::Aside`] as secrets are: sealed entries, and
    /// those secrets of a branch that only a Welcome brought, which no entry gives back.
    pub fn aside_bytes(&self) -> Vec<u8> {
        let row = |branch: &Branch, ended| Stored {
            forked: branch.why == Why::Fork,
            since: match branch.why {
                Why::Lost(since) => since,
                Why::Fork => None,
            },
            from: branch.from,
            entries: branch.entries.iter().map(Into::into).collect(),
            ended,
            was_first: branch.was_first,
            given: (!branch.given.is_empty()).then(|| (&branch.given).into()),
        };
        let aside = self.aside.iter().map(|branch| row(branch, false));
        let ended = self.ended.iter().map(|branch| row(branch, true));
        let branches = aside.chain(ended).collect();
        let over = self.over.iter().map(|hash| hash.0.to_vec()).collect();
        File { branches, over }.encode_to_vec()
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
        let over = file.over.iter();
        self.over = over
            .filter_map(|hash| Hash::try_from(hash.as_slice()).ok())
            .collect();
        let rows = file.branches.into_iter().take(2 * MAX_BRANCHES);
        let mut rows: Vec<Stored> = rows.collect();
        rows.sort_by_key(|row| row.from);
        let first = rows.first().map_or(u64::MAX, |row| row.from);
        let mut common = self.empty_chain();
        let entries: Vec<Entry> = entries.into_iter().collect();
        let mut shared = entries.iter();
        let mut sound = true;
        for row in rows {
            while common.next_seq() < row.from {
                let Some(entry) = shared.next() else {
                    return false;
                };
                if common.take(entry, &self.identity.sealing).is_err() {
                    return false;
                }
            }
            let ended = row.ended;
            let Some(branch) = self.branch_of(row, common.clone()) else {
                sound = false;
                continue;
            };
            let household = branch.chain.household();
            if household.is_some_and(|household| household.lists(&self.identity)) {
                self.joined_at.get_or_insert(branch.from);
            }
            match ended {
                true => self.ended.push(branch),
                false => self.aside.push(branch),
            }
        }
        self.find_again(entries.iter().filter(|entry| entry.seq >= first));
        sound
    }

    fn branch_of(&self, row: Stored, common: Chain) -> Option<Branch> {
        let law = common.household().map(|h| h.constitution().clone());
        let key = &self.identity.sealing;
        let mut chain = common;
        chain.forget_newer();
        let given = Keyring::try_from(row.given.unwrap_or_default()).ok()?;
        let given = without(&given, self.erased());
        chain.hand(given.clone());
        let mut kept = Vec::new();
        for entry in row.entries {
            let entry = Entry::try_from(entry).ok()?;
            chain.take(&entry, key).ok()?;
            kept.push(entry);
        }
        let mut branch = match row.forked {
            true => Branch::forked(row.from, law, chain, kept),
            false => Branch::lost(row.since, row.from, chain, kept, key),
        };
        branch.was_first = row.was_first;
        branch.given = given;
        Some(branch)
    }
}

#[derive(Clone, PartialEq, prost::Message)]
struct File {
    #[prost(message, repeated, tag = "1")]
    branches: Vec<Stored>,
    #[prost(bytes = "vec", repeated, tag = "2")]
    over: Vec<Vec<u8>>,
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
    #[prost(bool, tag = "5")]
    ended: bool,
    #[prost(bool, tag = "6")]
    was_first: bool,
    #[prost(message, optional, tag = "7")]
    given: Option<pb::SecretSet>,
}
