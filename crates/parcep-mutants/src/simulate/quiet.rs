//! Quiet time: everything comes back, nothing goes wrong any more, and nobody writes but what is due.

use super::Failure;
use super::network::Line;
use super::stage::Stage;
use parcep_conformance::stage::{Broken, DAY, Kind};
use parcep_core::household::Household;
use parcep_core::id::DocumentId;
use parcep_core::member::Member;
use parcep_core::reason::Reason;
use parcep_proto::v1alpha1 as pb;

/// Rounds in which every device looks at the relay once. Enough for any honest run.
const ROUNDS: usize = 8;

impl Stage {
    /// Lets everything come to rest.
    pub(crate) fn quiet(&mut self) -> Result<(), Failure> {
        self.step = usize::MAX;
        for relay in &mut self.relays {
            relay.is_up = true;
            relay.clock_error = 0;
        }
        for line in self.lines.values_mut() {
            // What is still under way arrives; nothing else happens to it.
            let late = std::mem::take(&mut line.late);
            *line = Line {
                late,
                ..Line::default()
            };
        }
        for device in &mut self.family.devices {
            device.disk.crash = None;
            device.clock_error = 0;
        }
        // First whatever a restored relay still takes back; then its day is over.
        self.rest()?;
        self.family.now += DAY + 1;
        self.rest()?;
        // Nobody was heard for a day: whoever was left behind asks the other relay (R-MOVE-023).
        self.family.now += DAY + 1;
        self.rest()?;
        if self.ledger.restores > 0 {
            // Who may not append goes back only when something new stands where they are.
            self.somebody_writes()?;
            self.rest()?;
        }
        if self.was_divided() {
            self.hand_over()?;
        }
        Ok(())
    }

    /// What was lost counts for a week; then a guardian hands everybody the secrets that were drawn without
    /// them in between (R-MOVE-003, R-MOVE-008, R-JOIN-009).
    fn hand_over(&mut self) -> Result<(), Failure> {
        for _ in 0..2 {
            let now = self.family.now;
            for device in &mut self.family.devices {
                if let Some(member) = device.member.as_mut() {
                    member.tick(now);
                }
            }
            for at in 0..self.family.devices.len() {
                self.sync(at)?;
            }
            self.family.now += 8 * DAY;
        }
        // Whoever gets something may let somebody else in, who lacks it too.
        for _ in 0..2 {
            self.hand_what_is_lacking()?;
            self.rest()?;
        }
        Ok(())
    }

    /// Whom an epoch left out gets its secrets by file.
    pub(super) fn hand_what_is_lacking(&mut self) -> Result<(), Failure> {
        for at in self.places(|_| true) {
            self.supplement(at)?;
        }
        Ok(())
    }

    /// Guardians who have the newest epoch hand this device what it lacks.
    fn supplement(&mut self, at: usize) -> Result<(), Failure> {
        let id = self.family.device(at)?.id();
        let mut newest = None;
        for by in self.places(Self::is_guardian) {
            if self.acts(by)? {
                newest = newest.max(self.epoch_of(by)?);
            }
        }
        for by in self.places(Self::is_guardian) {
            if !self.lacks(at)? {
                break;
            }
            let mut random = self.family.random().fork();
            let whole = self.acts(by)? && self.epoch_of(by)? == newest;
            let member = self.family.device(by)?.member()?;
            let Some(file) = Some(member)
                .filter(|_| whole)
                .and_then(|member| member.supplement(id, &mut random).ok())
            else {
                continue;
            };
            let member = self.family.device_mut(at)?.member_mut()?;
            if member.take_supplement(&file).is_ok() {
                self.sync(at)?;
            }
        }
        Ok(())
    }

    fn epoch_of(&self, at: usize) -> Result<Option<u32>, Broken> {
        let household = self.family.device(at)?.member()?.household();
        Ok(household.map(Household::epoch))
    }

    fn rest(&mut self) -> Result<(), Failure> {
        for _ in 0..ROUNDS {
            let before = self.heads();
            self.let_in_again()?;
            for at in 0..self.family.devices.len() {
                if self.family.device(at)?.member.is_none() {
                    let now = self.family.now;
                    self.family.device_mut(at)?.boot(now)?;
                }
                self.sync(at)?;
                self.welcome_again(at)?;
                self.do_chores(at)?;
                self.append_again(at)?;
            }
            if before == self.heads() {
                break;
            }
        }
        Ok(())
    }

    /// Who was welcomed to a place that a restore or a move took gets a new answer from who let it in.
    fn welcome_again(&mut self, at: usize) -> Result<(), Failure> {
        let member = self.family.device(at)?.member.as_ref();
        let fork = |failure: parcep_core::member::Failure| failure.reason == Reason::Fork;
        let waits = member.filter(|member| member.promised().is_some());
        if !waits.is_some_and(|member| member.distrusted().is_some_and(fork)) {
            return Ok(());
        }
        for by in self.places(|kind| matches!(kind, Kind::Guardian(_) | Kind::Page(_))) {
            if self.acts(by)? && self.family.welcome_again(at, by)? {
                return self.sync(at);
            }
        }
        Ok(())
    }

    /// What a guardian's app does by itself.
    fn do_chores(&mut self, at: usize) -> Result<(), Failure> {
        let device = self.family.device(at)?;
        let household = device.member.as_ref().and_then(|member| member.household());
        let due = household.is_some_and(|household| household.needs_epoch());
        let trusts = device
            .member
            .as_ref()
            .is_some_and(|m| m.distrusted().is_none());
        if due && trusts && Self::is_guardian(device.kind) && self.is_in(at)? {
            self.renew(at)?;
        }
        Ok(())
    }

    /// Persons say yes to everything that a relay lost (R-MOVE-007).
    fn append_again(&mut self, at: usize) -> Result<(), Failure> {
        let mut random = self.family.random().fork();
        let device = self.family.device(at)?;
        let believes = |member: &&Member| member.distrusted().is_none() && !self.asks_nobody();
        let Some(member) = device.member.as_ref().filter(believes) else {
            return Ok(());
        };
        let asked = member.lost().into_iter();
        let asked = asked.filter(|id| self.is_worth_a_try(*id));
        let drafts = asked.filter_map(|id| Some((id, member.draft_again(id, &mut random)?)));
        for (id, draft) in drafts.collect::<Vec<_>>() {
            if let Some(note) = self.ledger.written.get(&id).cloned() {
                self.ledger.written.insert(draft.document_id, note);
            }
            let (family, mut net) = self.parts(at)?;
            let now = family.now;
            let events = family.device_mut(at)?.append(draft, &mut net, now)?;
            self.note(at, &events)?;
        }
        Ok(())
    }

    /// A document that was refused for good is not written again and again.
    fn is_worth_a_try(&self, id: DocumentId) -> bool {
        let for_now = [Reason::Restoring, Reason::EpochNeeded, Reason::StaleHead];
        let refused = self.ledger.refused.get(&id);
        refused.is_none_or(|reason| for_now.contains(reason))
    }

    /// A relay that was restored, or that the log moved to, does not know keys that were granted since its copy
    /// was made: guardians grant them again.
    fn let_in_again(&mut self) -> Result<(), Failure> {
        if !self.was_divided() {
            return Ok(());
        }
        let grants = self.family.granted.clone();
        for access in grants {
            for at in self.places(Self::is_guardian) {
                if !self.knows(self.family.device(at)?.relay, &access) {
                    self.grant(at, &access)?;
                }
            }
        }
        Ok(())
    }

    /// Whether a relay that has the log lets this key in.
    fn knows(&self, relay: usize, access: &pb::AccessKey) -> bool {
        let relay = self.relays.get(relay).into_iter();
        let mut logs = relay.flat_map(|relay| relay.logs().values());
        logs.any(|log| log.keys.contains_key(&access.access_key))
    }

    fn grant(&mut self, at: usize, access: &pb::AccessKey) -> Result<(), Failure> {
        let (family, mut net) = self.parts(at)?;
        let now = family.now;
        let device = family.device_mut(at)?;
        if device.member()?.distrusted().is_none() {
            device.member_mut()?.grant_access(access.clone());
            let events = device.settle(&mut net, now)?;
            self.note(at, &events)?;
        }
        Ok(())
    }

    /// How far everybody is, and at which relay.
    fn heads(&self) -> Vec<(usize, Option<u64>)> {
        let devices = self.family.devices.iter();
        let heads = devices.map(|device| {
            let head = device.member.as_ref().map(|member| member.head().0);
            (device.relay, head)
        });
        heads.collect()
    }
}
