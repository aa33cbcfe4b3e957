//! The state of each dependant, and what it changes (R-TIME-012).

use super::{Agent, strictest};
use crate::ClientError;
use parcep_core::constitution::UncertainTime;
use parcep_core::decide::{CompiledPolicy, Context, Decision, Usage};
use parcep_core::household::{DependantView, Household, Need};
use parcep_core::id::PrincipalId;
use parcep_core::member::{Branch, Member};
use parcep_core::policy::{OverrideKind, ZoneName};
use parcep_core::time::{Asked, Reports, State, release_instant};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Whose last report was written.
const TOLD_LAST: &str = "told-last.bin";

/// How a dependant stands on this device, for its screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The state.
    pub state: State,
    /// What decisions are asked with.
    pub asked: Asked,
    /// When a guardian in scope was last heard, in seconds since 1970-01-01T00:00:00Z; `None` if the
    /// device was never told the time.
    pub heard: Option<i64>,
}

impl Agent {
    /// How a dependant stands now; `None` if this enforcement point never served them.
    pub fn standing(&self, dependant: PrincipalId) -> Option<Standing> {
        let served = self.served.get(&dependant);
        let guardians = || {
            served
                .into_iter()
                .flat_map(|served| served.guardians.iter().copied())
        };
        let time = self.read_clock();
        let asked = time.asked(self.uncertain_time());
        let state = time.state(dependant, guardians(), &asked);
        (served.is_some() || state == State::Released).then(|| Standing {
            state,
            asked,
            heard: time.fresh().freshest(guardians()),
        })
    }

    /// Decides, at the instants that this device's clocks and what it heard give: `context.now` is put
    /// in their place, and with it what becomes of windows. By the state, the policy, what is left of
    /// it without a guardian, or none. `None` if this enforcement point does not serve the dependant;
    /// then nothing but the rights floor may be assumed allowed.
    pub fn decide<'a>(
        &'a self,
        dependant: PrincipalId,
        usage: &'a Usage,
        context: &Context<'a>,
    ) -> Option<Decision<'a>> {
        let standing = self.standing(dependant)?;
        let context = standing.asked.at_once(*context);
        let policies = self.policies(dependant, standing.state)?;
        strictest(policies, usage, &context)
    }

    /// The policies of everybody served, by their states: what
    /// [`decide_unidentified`](parcep_core::decide::decide_unidentified) is asked with where nobody knows
    /// who is in front of the device (R-CAP-015), at [`Agent::at_once`]. `usage` counts for each.
    pub fn linked<'a>(&'a self, usage: &'a Usage) -> Vec<(&'a CompiledPolicy, &'a Usage)> {
        let served = self.served.keys();
        let policies = served.filter_map(|id| self.policies(*id, self.standing(*id)?.state));
        let policies = policies.flatten();
        policies.map(|policy| (&**policy, usage)).collect()
    }

    /// The question at the instants that this device's clocks and what it heard give.
    pub fn at_once<'a>(&self, context: Context<'a>) -> Context<'a> {
        let asked = self.read_clock().asked(self.uncertain_time());
        asked.at_once(context)
    }

    fn policies(&self, dependant: PrincipalId, state: State) -> Option<&[Arc<CompiledPolicy>]> {
        let served = self.served.get(&dependant);
        Some(match state {
            State::Fresh | State::Stale | State::Expired => &served?.policies,
            State::Fallback => &served?.fallback,
            State::Released => &self.free,
        })
    }

    /// What the guardian chose for a device that does not know the time (R-TIME-008).
    fn uncertain_time(&self) -> UncertainTime {
        let member = self.driver.member();
        let household = member.household();
        let point = household.and_then(|h| h.enforcement_point(member.identity().device));
        point.map_or(UncertainTime::Unspecified, |point| point.uncertain_time)
    }

    /// Tells the time keeper in which month each dependant is released, in the zone of the profile: the
    /// latest that a branch of the log names, and none if one of them names none (R-MOVE-003).
    pub(super) fn set_releases(&self) {
        let member = self.driver.member();
        let Some(household) = member.household() else {
            return;
        };
        let month = |household: &Household, id: PrincipalId| {
            let mut dependants = household.constitution().dependants().iter();
            dependants.find(|row| row.id == id)?.release_on
        };
        let mut time = self.time();
        for dependant in household.constitution().dependants() {
            let Some(served) = self.served.get(&dependant.id) else {
                continue;
            };
            let zone = served.view.profile.as_ref().map(|profile| &profile.zone);
            let utc = ZoneName::default();
            let zone = self.zones.find(zone.unwrap_or(&utc));
            let months = member.households().map(|h| month(h, dependant.id));
            let months: Option<Vec<_>> = months.collect();
            let release_on = months.and_then(|months| months.into_iter().max());
            let due = release_on.zip(zone.ok());
            let due = due.map(|(month, zone)| (month, release_instant(month, &zone)));
            time.release_on(dependant.id, due);
        }
    }

    /// Releases a person who showed this product that they are of age: an age signal for its own
    /// audience, from an issuer that its maker or its trust lists name (R-DEP-012). There is no way
    /// back.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn of_age(&mut self, dependant: PrincipalId) -> Result<(), ClientError> {
        self.read_clock().release(dependant);
        self.tick()
    }

    /// About whom the last report was written.
    pub(super) fn told_last(&mut self) -> Result<BTreeSet<PrincipalId>, ClientError> {
        self.ids(TOLD_LAST)
    }

    /// Takes note of whom the reports that stand now were the last about.
    pub(super) fn tell_last(&mut self) -> Result<(), ClientError> {
        let before = self.told_last()?;
        let mut told = before.clone();
        for dependant in self.served.keys() {
            let state = self.standing(*dependant).map(|standing| standing.state);
            match state.map(|state| state.effects().reports) {
                Some(Reports::Last) => {
                    told.insert(*dependant);
                }
                Some(Reports::Written) | None => {}
            }
        }
        if told != before {
            self.keep_ids(TOLD_LAST, &told)?;
        }
        Ok(())
    }

    /// Destroys everything about those whose time of R-TIME-014 is over. A device that serves nobody
    /// else destroys its keys too: a secret could be had again from a wrap (R-PRIV-014).
    pub(super) fn erase_due(&mut self) -> Result<(), ClientError> {
        let time = self.time();
        let due: Vec<_> = self.served.keys().copied().collect();
        let due: Vec<_> = due.into_iter().filter(|id| time.erasure_due(*id)).collect();
        drop(time);
        if due.is_empty() {
            return Ok(());
        }
        self.served.retain(|id, _| !due.contains(id));
        let member = self.driver.member_mut();
        due.iter().for_each(|dependant| member.forget(*dependant));
        let device = member.identity().device;
        let serves_nobody = {
            let points = member.households();
            let points = points.filter_map(|household| household.enforcement_point(device));
            let mut served = points.flat_map(|point| &point.dependants);
            served.all(|id| member.erased().contains(id))
        };
        if serves_nobody {
            self.driver.store().erase()
        } else {
            self.driver.drain(&mut Vec::new()).map(|_| ())
        }
    }

    /// Those about whom everything was destroyed for good. [`Driver::erasing`](crate::Driver::erasing)
    /// says whose secrets the wraps of old epochs still hold.
    pub fn erased(&self) -> &BTreeSet<PrincipalId> {
        self.driver.member().erased()
    }

    pub(super) fn ids(&mut self, name: &str) -> Result<BTreeSet<PrincipalId>, ClientError> {
        ids(self.driver.store(), name)
    }

    fn keep_ids(&mut self, name: &str, ids: &BTreeSet<PrincipalId>) -> Result<(), ClientError> {
        let bytes: Vec<u8> = ids.iter().flat_map(|id| *id.as_bytes()).collect();
        self.driver.store().keep(name, &bytes)
    }
}

fn ids(store: &crate::Store, name: &str) -> Result<BTreeSet<PrincipalId>, ClientError> {
    let bytes = store.kept(name)?.unwrap_or_default();
    let (ids, _) = bytes.as_chunks::<16>();
    Ok(ids.iter().map(|id| PrincipalId::from_bytes(*id)).collect())
}

/// What holds in FALLBACK where no age-band default is pinned: everything but locks.
pub(super) fn without_locks(view: &DependantView) -> DependantView {
    let mut view = view.clone();
    let is_lock = |kind: &OverrideKind| matches!(kind, OverrideKind::LockNow { .. });
    view.overrides.retain(|act| !is_lock(act.kind()));
    view
}

/// What other branches of the log say about a dependant (R-MOVE-002): those that this device had before
/// its chain, and the rest.
pub(super) fn branches(
    member: &Member,
    dependant: PrincipalId,
    need: Need,
    lower: Option<i64>,
) -> (Vec<DependantView>, Vec<DependantView>) {
    let (before, since): (Vec<_>, Vec<_>) = member
        .branches()
        .iter()
        .partition(|branch| branch.was_first());
    let views = |branches: Vec<&Branch>| {
        let chains = branches.into_iter().map(Branch::chain);
        let views = chains.filter_map(|chain| {
            let household = chain.household()?;
            Some(household.view_at(dependant, chain.keyring(), need, lower))
        });
        views.collect()
    };
    (views(before), views(since))
}
