//! Recovery: a guardian's printed page gives them a new device in the place of all that they had, after a
//! week in everybody's sight (R-CONS-017 to R-CONS-020).

use super::Failure;
use super::ledger::About;
use super::plan::Step;
use super::stage::Stage;
use parcep_conformance::stage::{Broken, Kind, Seeded};
use parcep_core::consent::{Act, Proposal};
use parcep_core::constitution::{DeviceRole, PrincipalDevices};

impl Stage {
    /// A guardian prints a page; the secrets that it will need are for the next epoch or its file.
    pub(super) fn print_page(&mut self, step: &Step) -> Result<(), Failure> {
        let Some((at, me)) = self.a_guardian(step.who) else {
            return Ok(());
        };
        let (family, mut net) = self.parts(at)?;
        if let Some(printed) = family.print_page(at, &mut net)? {
            self.note_invited(at, &printed, About::DevicesOf(me))?;
        }
        self.count_cut(at)?;
        Ok(())
    }

    /// Somebody uses a page: its owner who lost everything, or whoever found it. Mostly they wait then.
    pub(super) fn recover(&mut self, step: &Step, draw: &mut Seeded) -> Result<(), Failure> {
        let pages = self.places(|kind| matches!(kind, Kind::Page(_)));
        let Some(at) = pages.get(step.who % pages.len().max(1)).copied() else {
            return Ok(());
        };
        self.sync(at)?;
        let Kind::Page(who) = self.family.device(at)?.kind else {
            return Ok(());
        };
        if !self.acts(at)? || !self.is_page(at)? {
            return Ok(());
        }
        let (family, mut net) = self.parts(at)?;
        if let Some(begun) = family.recover(at, &mut net)? {
            self.note_invited(at, &begun, About::Recovers(who))?;
        }
        self.count_cut(at)?;
        match draw.chance(90) {
            true => self.week(step, draw),
            false => Ok(()),
        }
    }

    /// Whether a device stands as a page in the household, by its own view.
    fn is_page(&self, at: usize) -> Result<bool, Broken> {
        let device = self.family.device(at)?;
        let household = device.member()?.household().into_iter();
        let mut people = household.flat_map(|household| household.people());
        Ok(people
            .any(|(_, listed)| listed.id == device.id() && listed.role == DeviceRole::Recovery))
    }
}

/// The devices that a proposal would set.
pub(super) fn proposed(bytes: &[u8]) -> Result<Option<PrincipalDevices>, Broken> {
    let proposal = Proposal::parse(bytes).map_err(Broken::new)?;
    Ok(match proposal.act() {
        Act::Devices(set) => Some(set.clone()),
        _ => None,
    })
}
