//! Whether an act is permitted, and what it needs: asked by the fold for every document and proposal, and
//! by an app before its person signs (R-CONS-007).

use super::Household;
use crate::consent::{Accept, Act, Needs, OpenProposal, Quorum, StoppableBy, needs_of_law};
use crate::constitution::{Constitution, Device, DeviceRole, EnforcementPoint, Standing};
use crate::crypto::Hash;
use crate::document::PayloadType;
use crate::id::{DeviceId, DocumentId, PrincipalId};
use crate::reason::Reason;
use std::collections::BTreeSet;

impl Household {
    /// What an act needs if the holder of `device` begins it now. An act that
    /// [is direct](Needs::is_direct_for) is written as the document itself, every other as a PROPOSAL.
    ///
    /// ```no_run
    /// # fn show(household: &parcep_core::household::Household, act: &parcep_core::consent::Act,
    /// #     device: parcep_core::id::DeviceId) -> Result<(), parcep_core::reason::Reason> {
    /// let needs = household.needs(act, device)?;
    /// let waits_a_week = needs.at_once.is_none();
    /// # let _ = waits_a_week; Ok(()) }
    /// ```
    ///
    /// # Errors
    /// Why it would have no effect, whoever consented.
    pub fn needs(&self, act: &Act, device: DeviceId) -> Result<Needs, Reason> {
        let standing = self.standing_of(device);
        self.judge(act, &standing.ok_or(Reason::NotPermittedByTable)?)
    }

    /// What an open proposal needs now, as its author stands now.
    ///
    /// # Errors
    /// Why it would have no effect if its consents were complete here (R-CONS-009).
    pub fn needs_of(&self, open: &OpenProposal) -> Result<Needs, Reason> {
        let begun = open.begun;
        let standing = if begun.recovery {
            self.standing_of(begun.device)
                .filter(|standing| *standing == Standing::Recovery(begun.by))
        } else {
            self.standing_of_person(begun.by)
        };
        let needs = self.judge(open.act(), &standing.ok_or(Reason::NotPermittedByTable)?)?;
        self.check_accepts(open.proposal.accepts(), open.hash, &needs)?;
        Ok(needs)
    }

    /// The id of the document that made stand what an act replaces: the base that a proposal names
    /// (R-CONS-001). `None` if there is nothing to replace.
    pub fn base_of(&self, act: &Act) -> Option<DocumentId> {
        match act {
            Act::Constitution(_) | Act::Resolve(_) | Act::Erase(_) => Some(self.origins.law),
            Act::Devices(set) => self.origins.devices.get(&set.principal).copied(),
            Act::RemoveEnforcementPoint(id) => {
                self.origins.points.get(id).map(|origin| origin.document)
            }
        }
    }

    /// The id of the document that made stand what this document would replace as a whole; `None` if there
    /// is nothing, or if it is of another kind (R-MEM-017). `content` is its one section.
    pub fn would_replace(&self, payload_type: PayloadType, content: &[u8]) -> Option<DocumentId> {
        if payload_type == PayloadType::EnforcementPoint {
            let point = EnforcementPoint::parse(content).ok()?;
            return self
                .origins
                .points
                .get(&point.id)
                .map(|origin| origin.document);
        }
        let whole = matches!(
            payload_type,
            PayloadType::Constitution
                | PayloadType::PrincipalDevices
                | PayloadType::RemoveEnforcementPoint
        );
        let act = whole.then(|| Act::parse(payload_type, content).ok());
        self.base_of(&act.flatten()?)
    }

    pub(super) fn judge(&self, act: &Act, by: &Standing) -> Result<Needs, Reason> {
        let not_permitted = Reason::NotPermittedByTable;
        if let Standing::Recovery(who) = by {
            // R-CONS-019
            let Act::Devices(set) = act else {
                return Err(not_permitted);
            };
            self.check_devices(set)?;
            let own = set.principal == *who;
            let delay = Needs::delay(StoppableBy::DevicesOf(*who));
            return own.then_some(delay).ok_or(not_permitted);
        }
        match (act, by) {
            (Act::Devices(set), _) => {
                self.check_devices(set)?;
                let permitted = self.may_set_devices(set.principal, by);
                permitted.then(Needs::nothing_more).ok_or(not_permitted)
            }
            (Act::Constitution(law), Standing::Guardian(who, _)) => self.judge_law(law, *who),
            (Act::RemoveEnforcementPoint(id), Standing::Guardian(_, scope)) => {
                self.judge_removal(*id, scope)
            }
            (Act::Resolve(_), Standing::Guardian(..)) => Ok(Needs {
                at_once: Some(vec![Quorum {
                    of: self.guardian_ids(),
                    at_least: usize::try_from(self.constitution.threshold()).unwrap_or(usize::MAX),
                    or: None,
                }]),
                ..Needs::nothing_more()
            }),
            (Act::Erase(log_id), Standing::Guardian(..)) => {
                let ours = *log_id == self.log_id;
                let needs = Needs::everybody(self.guardian_ids());
                ours.then_some(needs).ok_or(Reason::WrongHousehold)
            }
            _ => Err(not_permitted),
        }
    }

    fn may_set_devices(&self, of: PrincipalId, by: &Standing) -> bool {
        match by {
            Standing::Guardian(who, scope) => of == *who || scope.contains(&of),
            Standing::Dependant(who) => of == *who,
            Standing::Recovery(_) | Standing::EnforcementPoint => false,
        }
    }

    fn judge_law(&self, law: &Constitution, by: PrincipalId) -> Result<Needs, Reason> {
        // R-CONS-015, R-MEM-014
        let came_back = self.former.iter().any(|id| law.is_dependant(*id));
        if self.constitution.delays_release(law) || came_back {
            return Err(Reason::NotPermittedByTable);
        }
        Ok(needs_of_law(&self.constitution, law, by))
    }

    /// R-CONS-016
    fn judge_removal(&self, id: DeviceId, scope: &[PrincipalId]) -> Result<Needs, Reason> {
        let point = self.points.get(&id).ok_or(Reason::NotPermittedByTable)?;
        let serves = |who: &PrincipalId| point.dependants.contains(who);
        if !point.dependants.is_empty() && !scope.iter().any(serves) {
            return Err(Reason::NotPermittedByTable);
        }
        let layers = self.live.values().filter(|live| {
            let header = live.document.header();
            header.payload_type == PayloadType::PolicyLayer
                && header.dependant.as_ref().is_some_and(serves)
        });
        Ok(Needs {
            delayed: Some(Vec::new()),
            ..Needs::everybody(layers.map(|live| live.author).collect())
        })
    }

    /// Whether the acceptances are those of the guardians whom the act admits (R-CONS-003).
    pub(super) fn check_accepts(
        &self,
        accepts: &[Accept],
        hash: Hash,
        needs: &Needs,
    ) -> Result<(), Reason> {
        let signed = accepts.iter().all(|a| a.verify(self.log_id).is_ok());
        let who: BTreeSet<_> = accepts.iter().map(|accept| accept.principal).collect();
        let same_act = accepts.iter().all(|accept| accept.proposal == hash);
        let devices: Vec<(PrincipalId, [Device; 1])> = accepts
            .iter()
            .map(|accept| (accept.principal, [accept.first_device()]))
            .collect();
        let sets = devices.iter().map(|(who, set)| (*who, set.as_slice()));
        let sets: Vec<_> = sets.collect();
        (signed && who == needs.newcomers && same_act && self.has_room_for(&sets))
            .then_some(())
            .ok_or(Reason::NotPermittedByTable)
    }

    pub(super) fn guardian_ids(&self) -> BTreeSet<PrincipalId> {
        let guardians = self.constitution.guardians().iter();
        guardians.map(|guardian| guardian.id).collect()
    }

    /// Whether the device is listed as a key for recovery only.
    pub(super) fn is_recovery(&self, device: DeviceId) -> bool {
        let listed = self.people.get(&device);
        listed.is_some_and(|(_, device)| device.role != DeviceRole::Active)
    }

    fn standing_of_person(&self, who: PrincipalId) -> Option<Standing> {
        if self.constitution.is_guardian(who) {
            return Some(Standing::Guardian(who, self.constitution.scope_of(who)));
        }
        let dependant = self.constitution.is_dependant(who);
        dependant.then_some(Standing::Dependant(who))
    }
}
