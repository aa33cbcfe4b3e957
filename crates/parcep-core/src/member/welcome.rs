//! Founding, inviting, joining: how a member comes to be.

use super::supplement::audience_of;
use super::{Identity, Member};
use crate::constitution::Standing;
use crate::crypto::{CryptoError, Hash, Random};
use crate::epoch::{Audience, Keyring};
use crate::household::{Household, live_root};
use crate::id::PrincipalId;
use crate::joining::{self, Anchor, JoinError, JoinRequest, Joining, Welcome};
use crate::log::Entry;
use crate::reason::Reason;

/// What a Welcome says about the log. A newcomer has no rules before it has followed the log that far
/// and found it so (R-JOIN-007).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Promise {
    /// Place of the Welcome's head.
    pub head_seq: u64,
    /// Its hash.
    pub head: Hash,
    /// Hash of the live list there.
    pub live_root: Hash,
    /// What this device asked to be, where it is known (R-JOIN-010).
    pub asked: Option<Joining>,
}

impl Promise {
    /// For [`Promise::parse`].
    pub fn encode(&self) -> Vec<u8> {
        let seq = self.head_seq.to_be_bytes();
        let asked = self.asked.map(Joining::encode);
        let asked = asked.as_ref().map_or(&[][..], |asked| asked.as_slice());
        [&seq, self.head.as_bytes(), self.live_root.as_bytes(), asked].concat()
    }

    /// What [`Promise::encode`] wrote.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let (seq, rest) = bytes.split_first_chunk()?;
        let (head, rest) = rest.split_at_checked(32)?;
        let (root, asked) = rest.split_at_checked(32)?;
        Some(Self {
            head_seq: u64::from_be_bytes(*seq),
            head: Hash::try_from(head).ok()?,
            live_root: Hash::try_from(root).ok()?,
            asked: match asked {
                [] => None,
                asked => Some(Joining::parse(asked)?),
            },
        })
    }
}

/// Why nobody can be welcomed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WelcomeError {
    /// The newcomer's membership entry does not stand in the log, or was not written by this device.
    #[error("the new device is not a member yet")]
    NotAMember,
    /// This device left the household (R-JOIN-013).
    #[error("this device is no member any more")]
    Left,
    /// Another branch of the log does not give what this one gives (R-MOVE-003).
    #[error(
        "another story of the log does not list this device, or the new one, with the same rights"
    )]
    Forked,
    /// Sealing failed.
    #[error(transparent)]
    Crypto(#[from] CryptoError),
}

impl WelcomeError {
    /// The stable reason code.
    pub fn reason(self) -> Reason {
        match self {
            Self::NotAMember | Self::Left => Reason::NotPermittedByTable,
            Self::Forked => Reason::Fork,
            Self::Crypto(error) => error.reason(),
        }
    }
}

impl Member {
    /// A founder: believes its own entry 0.
    pub fn found(identity: Identity, anchor: Anchor, keyring: Keyring, genesis: Entry) -> Self {
        let mut member = Self::with(identity, anchor, keyring);
        member.follow(genesis);
        member
    }

    /// A newcomer with the answer to its join request. It believes nothing yet but the anchor, and
    /// follows the log from entry 0; head and live list of the Welcome are compared on the way.
    ///
    /// # Errors
    /// [`JoinError`] if the file is not for this device, or its membership chain does not start at
    /// the anchor.
    pub fn join(identity: Identity, answer: &[u8]) -> Result<Self, JoinError> {
        let (anchor, welcome) = joining::accept(answer, identity.device, &identity.sealing)?;
        let starts_at_anchor = welcome
            .membership
            .first()
            .is_some_and(|entry| entry.hash() == anchor.genesis);
        if !starts_at_anchor {
            return Err(JoinError::WrongAnchor);
        }
        let promised = Promise {
            head_seq: welcome.head_seq,
            head: welcome.head,
            live_root: live_root(welcome.live),
            asked: None,
        };
        let mut member = Self::with(identity, anchor, welcome.secrets);
        member.promised = Some(promised);
        Ok(member)
    }

    /// What its join request named: a membership as something else is refused (R-JOIN-010).
    pub fn asked_as(&mut self, what: Joining) {
        if let Some(promised) = &mut self.promised {
            promised.asked = Some(what);
        }
    }

    /// Checks the Welcome on the way to its head: secrets against the commitments of each epoch,
    /// then head, live list and this device's own membership (R-JOIN-007).
    pub(super) fn keep_promise(&mut self, commits: bool) {
        if self.promised.is_none() {
            return;
        }
        let household = self.chain.household().filter(|_| commits);
        if household.is_some_and(|household| !household.commits_to(self.chain.keyring())) {
            return self.distrust(Reason::BadCommitment, self.chain.next_seq());
        }
        let next = self.chain.next_seq();
        let Some(promised) = self.promised.filter(|promised| promised.head_seq < next) else {
            return;
        };
        let (seq, head) = (promised.head_seq, promised.head);
        if self.chain.follower().hash_at(seq) != Some(head) {
            self.distrust(Reason::Fork, seq);
        } else if !self.belongs()
            || promised
                .asked
                .is_some_and(|asked| !self.is_listed_as(asked))
        {
            self.distrust(Reason::NotPermittedByTable, seq);
        } else if self.chain.live_root_at(seq, head) != Some(promised.live_root) {
            self.distrust(Reason::BadCommitment, seq);
        } else {
            self.promised = None;
        }
    }

    /// What the Welcome said, until the log was followed that far and found so: then this device has
    /// joined. To be stored, since a restart in between changes nothing about it.
    pub fn promised(&self) -> Option<Promise> {
        self.promised
    }

    /// Gives back what was stored of [`Member::promised`], after [`Member::restore`].
    pub fn remember_promise(&mut self, promised: Promise) {
        self.promised = Some(promised);
        self.keep_promise(true);
    }

    /// Answers a join request, after the newcomer's membership entry stands in the log: anchor in
    /// clear, and a Welcome with the secrets that it needs. A device that lacks a secret welcomes up to
    /// where it can judge (R-JOIN-013).
    ///
    /// # Errors
    /// [`WelcomeError`].
    pub fn welcome(
        &self,
        request: &JoinRequest,
        random: &mut impl Random,
    ) -> Result<Vec<u8>, WelcomeError> {
        let household = self.chain.household().ok_or(WelcomeError::NotAMember)?;
        if !self.belongs() {
            return Err(WelcomeError::Left);
        }
        let given = |household: &Household| {
            let known = household.key_of(request.device) == Some(request.signing);
            let point = matches!(request.what, Joining::EnforcementPoint(_));
            let standing = household.standing_of(request.device);
            let fits = point == (standing == Some(Standing::EnforcementPoint));
            audience_of(household, request.device).filter(|_| known && fits)
        };
        let (_, audience) = given(household).ok_or(WelcomeError::NotAMember)?;
        let audience = self.on_every_branch(audience, |household| Some(given(household)?.1))?;
        let (next_seq, head) = self.chain.vouched();
        let live = household.live().map(|live| {
            let document = &live.document;
            (live.id(), document.header_hash(), live.seq)
        });
        let welcome = Welcome {
            head_seq: next_seq.saturating_sub(1),
            head,
            membership: self.chain.membership().to_vec(),
            live: live.collect(),
            secrets: audience.select(&self.chain.keyring().only(|id| household.uses(id))),
        };
        Ok(joining::answer(
            &self.anchor_now(),
            request,
            &welcome,
            random,
        )?)
    }

    /// The anchor, with the relays in the order in which a newcomer is to try them now (R-JOIN-015).
    fn anchor_now(&self) -> Anchor {
        let mut anchor = self.anchor.clone();
        let listed = self
            .household()
            .map(|household| household.constitution().relays());
        if let Some(listed) = listed.filter(|listed| !listed.is_empty()) {
            anchor.relays = listed.to_vec();
        }
        let home = self.home();
        // Stable: behind the home they stay as they are.
        anchor
            .relays
            .sort_by_key(|relay| Some(&relay.uri) != home.as_ref());
        anchor
    }

    /// Of what this member's chain gives a device, what every other branch gives it too, as long as none of
    /// them has taken this device's own place (R-MOVE-003).
    pub(super) fn on_every_branch(
        &self,
        audience: Audience,
        given: impl Fn(&Household) -> Option<Audience>,
    ) -> Result<Audience, WelcomeError> {
        let mut others = self.households().skip(1);
        let common = others.try_fold(audience, |common, household| {
            let other = given(household).filter(|_| household.lists(&self.identity));
            common.common(&other?)
        });
        common.ok_or(WelcomeError::Forked)
    }

    /// Hash of the live list at this member's head, for its beat (R-REG-006).
    pub fn live_root(&self) -> Hash {
        let live = self
            .chain
            .household()
            .into_iter()
            .flat_map(|household| household.live());
        live_root(live.map(|l| (l.id(), l.document.header_hash(), l.seq)))
    }

    /// Whether this device was seen to be a member and is one no more, on no branch that counts
    /// ([`Member::households`]): then everything it holds is to be destroyed (R-PRIV-017). False for a
    /// newcomer that has not come to its own entry yet.
    pub fn has_left(&self) -> bool {
        let lists = |household: &Household| household.lists(&self.identity);
        self.joined_at.is_some() && !self.households().any(lists)
    }

    pub(super) fn belongs(&self) -> bool {
        let household = self.chain.household();
        household.is_some_and(|household| household.lists(&self.identity))
    }

    fn is_listed_as(&self, asked: Joining) -> bool {
        let device = self.identity.device;
        self.chain.household().is_some_and(|household| match asked {
            Joining::EnforcementPoint(category) => household
                .enforcement_point(device)
                .is_some_and(|point| point.category == category),
            Joining::Person(role) => household
                .people()
                .any(|(_, own)| own.id == device && own.role == role),
        })
    }

    /// The principal this device belongs to; `None` for enforcement points.
    pub fn principal(&self) -> Option<PrincipalId> {
        let household = self.chain.household()?;
        household.principal_of(self.identity.device)
    }
}

impl Household {
    /// Whether this device belongs, with the key it has.
    pub(super) fn lists(&self, identity: &Identity) -> bool {
        self.key_of(identity.device) == Some(identity.signing.public())
    }
}
