//! A supplementary Welcome: secrets for a device that belongs already, and lacks some (R-JOIN-009).

use super::aside::Branch;
use super::back::{Back, Refold};
use super::chain::without;
use super::{Chain, Event, Member, WelcomeError};
use crate::constitution::Standing;
use crate::crypto::{Random, SealingPublic, Secret};
use crate::epoch::{Audience, Keyring, SecretId};
use crate::household::{Effect, Household, Outcome};
use crate::id::DeviceId;
use crate::joining::{self, JoinError, Welcome};
use crate::log::Entry;
use crate::member::Taken;
use crate::reason::Reason;

impl Member {
    /// Writes the file for a device of this household that stayed behind an epoch, or serves a dependant
    /// that its first Welcome knew nothing of: every secret that it may hold, of those held here. It is
    /// sealed to the device, and needs no proof of who wrote it.
    ///
    /// # Errors
    /// [`WelcomeError`].
    pub fn supplement(
        &self,
        device: DeviceId,
        random: &mut impl Random,
    ) -> Result<Vec<u8>, WelcomeError> {
        let household = self.household().ok_or(WelcomeError::NotAMember)?;
        let (sealing, audience) = audience_of(household, device).ok_or(WelcomeError::NotAMember)?;
        let audience = self.on_every_branch(audience, |household| {
            let other = audience_of(household, device);
            other
                .filter(|(key, _)| *key == sealing)
                .map(|(_, other)| other)
        })?;
        let welcome = Welcome {
            head_seq: self.chain.next_seq().saturating_sub(1),
            head: self.chain.head(),
            membership: Vec::new(),
            live: Vec::new(),
            secrets: audience.select(&self.keyring().only(|id| household.uses(id))),
        };
        Ok(joining::answer_to(
            &self.anchor,
            (device, sealing),
            &welcome,
            random,
        )?)
    }

    /// Takes what [`Member::supplement`] wrote: only secrets that this device lacks and may hold, and
    /// only if every epoch on the way commits to them. [`Event::GoBack`] follows, since what was skipped
    /// for want of them is judged anew (R-LOG-013); then [`Event::Refolded`], and the driver stores
    /// [`Member::keyring`]. Where they do not match, [`Event::Failed`] says BAD_COMMITMENT.
    ///
    /// # Errors
    /// [`JoinError`], if it is for another device or household.
    pub fn take_supplement(&mut self, answer: &[u8]) -> Result<(), JoinError> {
        let identity = &self.identity;
        let (anchor, welcome) = joining::accept(answer, identity.device, &identity.sealing)?;
        if (anchor.log_id, anchor.genesis) != (self.anchor.log_id, self.anchor.genesis) {
            return Err(JoinError::WrongAnchor);
        }
        let offered = without(&welcome.secrets, self.erased());
        // Who was listed again behind an epoch that it cannot open (R-MOVE-007) does not see it: what it may
        // hold, it learns with these secrets.
        let may_hold = match may_hold(&self.chain, identity.device, &offered) {
            Some(may_hold) => may_hold,
            None if self.chain.incomplete_from().is_some() => offered,
            None => return Err(JoinError::WrongAnchor),
        };
        let lacking = self.lacking(&may_hold);
        if !lacking.is_empty() && self.back.is_none() {
            self.back = Some(Back::Refolding(Refold::Anew(lacking)));
            let to = self.chain.incomplete_from();
            let to = to.unwrap_or_else(|| self.chain.next_seq());
            self.events.push_back(Event::GoBack { to });
        }
        Ok(())
    }

    /// Those of these secrets that this device does not hold. Behind an entry that it cannot open it may
    /// have drawn an epoch itself, of the same generation as the one that it lacks: it lacks that one still.
    fn lacking(&self, offered: &Keyring) -> Keyring {
        let held = self.chain.keyring();
        let behind = self.chain.incomplete_from().is_some();
        offered.only(|id| {
            let this = |(other, _): &(SecretId, &Secret)| *other == id;
            let held = held.iter().find(this);
            held.is_none() || behind && held != offered.iter().find(this)
        })
    }

    /// Judges everything anew with secrets that came since, if every epoch commits to them, and they open
    /// what was skipped where they take the place of own ones.
    pub(super) fn judge_anew(&mut self, more: Keyring, entries: impl IntoIterator<Item = Entry>) {
        let entries: Vec<_> = entries.into_iter().collect();
        let Some((chain, secrets)) = self.judged(more.clone(), &entries) else {
            return;
        };
        if chain.next_seq() < self.chain.next_seq() {
            return;
        }
        let held = self.chain.keyring().iter().map(|(id, _)| id);
        let replaces = held
            .into_iter()
            .any(|id| more.iter().any(|(other, _)| other == id));
        let from = self.chain.incomplete_from();
        let opens = chain.incomplete_from().is_none() || chain.incomplete_from() > from;
        if replaces && !opens {
            return self.events.push_back(Event::Failed(Reason::BadCommitment));
        }
        let device = self.identity.device;
        let (chain, secrets) = match may_hold(&chain, device, &more) {
            Some(all) if all.len() == more.len() => (chain, secrets),
            Some(some) => match self.judged(some, &entries) {
                Some(judged) => judged,
                None => return,
            },
            None => {
                return self
                    .events
                    .push_back(Event::Failed(Reason::NotPermittedByTable));
            }
        };
        self.given = secrets;
        let before = std::mem::replace(&mut self.chain, chain);
        self.events.push_back(Event::Refolded);
        if let Some(from) = from {
            self.ask_about(before, from, entries);
        }
        self.follow_soon();
    }

    /// What had effect by the view of this device alone, and has none by everybody's, its person is asked
    /// about (R-MOVE-007).
    fn ask_about(&mut self, before: Chain, from: u64, entries: Vec<Entry>) {
        let behind = entries.into_iter().filter(|entry| entry.seq >= from);
        self.remember_own(Branch::lost(
            None,
            from,
            before,
            behind.collect(),
            &self.identity.sealing,
        ));
    }

    /// The chain as it is with more secrets, and those that came by no wrap. `None` where it was said why not.
    fn judged(&mut self, more: Keyring, entries: &[Entry]) -> Option<(Chain, Keyring)> {
        let mut secrets = self.given.clone();
        secrets.extend(more.clone());
        let mut chain = self.chain_with(secrets.clone());
        for entry in entries {
            let taken = chain.take(entry, &self.identity.sealing);
            let Ok(Taken::Next(outcome)) = taken else {
                self.distrust(Reason::Internal, entry.seq);
                return None;
            };
            let epoch = entry.seq == 0 || matches!(outcome, Outcome::Effect(Effect::Epoch(_)));
            let Some(household) = chain.household().filter(|_| epoch) else {
                continue;
            };
            if !household.commits_to(&more) {
                self.events.push_back(Event::Failed(Reason::BadCommitment));
                return None;
            }
            if !household.commits_to(chain.keyring()) {
                // Of an epoch that this device drew itself, and nobody else could open.
                let held = chain.keyring().clone();
                let right = |id| household.commits_to(&held.only(|other| other == id));
                secrets = secrets.only(right);
                chain.keyring = held.only(right);
            }
        }
        Some((chain, secrets))
    }
}

/// Those of these secrets that a device may hold, as this chain lists it; `None` if it does not.
fn may_hold(chain: &Chain, device: DeviceId, offered: &Keyring) -> Option<Keyring> {
    let (_, audience) = audience_of(chain.household()?, device)?;
    Some(audience.holds(offered))
}

/// What a device of this household may hold, and the key that secrets are sealed to it with.
pub(super) fn audience_of(
    household: &Household,
    device: DeviceId,
) -> Option<(SealingPublic, Audience)> {
    if let Some(point) = household.enforcement_point(device) {
        let audience = Audience::EnforcementPoint {
            device: point.id,
            category: point.category,
            dependants: point.dependants.clone(),
        };
        return Some((point.sealing, audience));
    }
    let scope = match household.standing_of(device)? {
        Standing::Guardian(_, scope) => scope,
        Standing::Dependant(who) => vec![who],
        // As an epoch is wrapped for it (R-CONS-017).
        Standing::Recovery(who) => household.whole_secrets_of(who),
        Standing::EnforcementPoint => return None,
    };
    let mut people = household.people();
    let (_, own) = people.find(|(_, own)| own.id == device)?;
    Some((own.sealing, Audience::People(scope)))
}
