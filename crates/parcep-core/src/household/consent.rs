//! What proposals, consents, effects and cancellations change (R-CONS-001 to R-CONS-010).

use super::{Effect, Household, Resolution};
#[cfg(test)]
use crate::consent::fault::{Fault, is_seeded};
use crate::consent::{
    Act, Approval, Begun, Cancel, Completion, DELAY, MAX_OPEN, MAX_OPEN_EACH, Needs, OpenProposal,
    PROPOSAL_LIFE, Proposal, Settled, StoppableBy,
};
use crate::constitution::Standing;
use crate::crypto::Hash;
use crate::document::PayloadType;
use crate::id::{DeviceId, DocumentId, PrincipalId};
use crate::reason::Reason;
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;
use std::collections::BTreeSet;

/// Who signed a document, and where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deed<'a> {
    pub(super) id: DocumentId,
    pub(super) seq: u64,
    pub(super) device: DeviceId,
    pub(super) relay_epoch: u32,
    pub(super) standing: &'a Standing,
}

impl Household {
    /// An act written as itself: its author's signature must be all that it needs.
    pub(super) fn act_alone(
        &mut self,
        payload_type: PayloadType,
        bytes: &[u8],
        deed: Deed<'_>,
    ) -> Result<Effect, Reason> {
        let act = Act::parse(payload_type, bytes).map_err(|error| error.reason())?;
        let needs = self.judge(&act, deed.standing)?;
        let author = deed.principal()?;
        if !needs.is_direct_for(author) {
            return Err(Reason::NotPermittedByTable);
        }
        self.note_resolution(&act, deed, BTreeSet::from([author]));
        Ok(self.enact(&act, &[], (deed.id, deed.seq)))
    }

    /// A PROPOSAL opens, or takes effect at once if its author's consent is enough.
    pub(super) fn propose(&mut self, bytes: &[u8], deed: Deed<'_>) -> Result<Effect, Reason> {
        let proposal = Proposal::parse(bytes).map_err(|error| error.reason())?;
        let hash = proposal.hash(self.log_id);
        let by = deed.principal()?;
        let needs = self.judge(proposal.act(), deed.standing)?;
        self.check_accepts(proposal.accepts(), hash, &needs)?;
        self.check_room(&proposal, hash, deed)?;
        if self.base_of(proposal.act()) != Some(proposal.base()) {
            return Err(Reason::BaseNotLive);
        }
        let consents = needs.newcomers.iter().copied().chain([by]);
        let open = OpenProposal {
            id: deed.id,
            seq: deed.seq,
            hash,
            begun: Begun {
                by,
                device: deed.device,
                recovery: self.is_recovery(deed.device),
            },
            consents: consents.map(|who| (who, deed.seq)).collect(),
            announced: None,
            proposal,
        };
        self.open.push(open);
        Ok(self.settle(hash, &needs, deed, Effect::Proposed(deed.id)))
    }

    /// An APPROVE counts, and completes the act if it is the last (R-CONS-002, R-CONS-004).
    pub(super) fn approve(&mut self, bytes: &[u8], deed: Deed<'_>) -> Result<Effect, Reason> {
        let approval = Approval::parse(bytes).map_err(|error| error.reason())?;
        let open = self.open_proposal(approval.proposal)?;
        let who = deed.principal()?;
        let needs = self.needs_of(open)?;
        let id = open.id;
        let meant = open.proposal.base() == approval.base;
        let again = open.consents.contains_key(&who);
        #[cfg(test)]
        let (again, who) = match is_seeded(Fault::CountsTwice) && again {
            true => (false, self.somebody_else(open)),
            false => (again, who),
        };
        if !meant || again || !needs.asks(who) {
            return Err(Reason::NotPermittedByTable);
        }
        let mut all = self.open.iter_mut();
        if let Some(open) = all.find(|open| open.hash == approval.proposal) {
            open.consents.insert(who, deed.seq);
        }
        Ok(self.settle(approval.proposal, &needs, deed, Effect::Approved(id)))
    }

    /// An EFFECT: the delay has passed, and nothing has changed that the act rests on (R-CONS-008,
    /// R-CONS-009).
    pub(super) fn complete(&mut self, bytes: &[u8], deed: Deed<'_>) -> Result<Effect, Reason> {
        let completion = Completion::parse(bytes).map_err(|error| error.reason())?;
        let open = self.open_proposal(completion.proposal)?;
        let needs = self.needs_of(open)?;
        let complete = needs.settle(&self.counted(open)) != Settled::Missing;
        let proven = open.announced.is_some_and(|from| {
            let witness = |statement: &_| self.witness_of(statement, from, &open.profits());
            crate::consent::proves(&completion.proof, DELAY, &open.interested(), witness)
        });
        #[cfg(test)]
        let proven = proven || is_seeded(Fault::NoDelay);
        if !(complete && proven && self.may_complete(open, deed)) {
            return Err(Reason::NotPermittedByTable);
        }
        Ok(self.close(completion.proposal, deed))
    }

    /// A CANCEL ends a proposal (R-CONS-006, R-CONS-010).
    pub(super) fn cancel(&mut self, bytes: &[u8], deed: Deed<'_>) -> Result<Effect, Reason> {
        let cancel = Cancel::parse(bytes).map_err(|error| error.reason())?;
        let open = self.open_proposal(cancel.proposal)?;
        if !(self.may_stop(open, deed) || self.may_tidy(open, deed, &cancel)) {
            return Err(Reason::NotPermittedByTable);
        }
        let id = open.id;
        #[cfg(test)]
        if is_seeded(Fault::CancelForgotten) {
            return Ok(Effect::Cancelled(id));
        }
        self.open.retain(|open| open.hash != cancel.proposal);
        Ok(Effect::Cancelled(id))
    }

    /// The household has another relay, one that the constitution lists (R-MOVE-021).
    pub(super) fn move_to(&mut self, bytes: &[u8], deed: Deed<'_>) -> Result<Effect, Reason> {
        let moved = pb::Moved::decode(bytes).map_err(|_| Reason::Malformed)?;
        if !(1..=255).contains(&moved.uri.len()) {
            return Err(Reason::Malformed);
        }
        let mut relays = self.constitution.relays().iter();
        let listed = relays.any(|relay| relay.uri == moved.uri);
        if !listed || deed.relay_epoch <= self.relay_epoch {
            return Err(Reason::NotPermittedByTable);
        }
        self.home = Some(moved.uri);
        Ok(Effect::Moved)
    }

    /// Ends what rests on something that does not stand any more (R-CONS-006).
    pub(super) fn retire(&mut self) {
        let mut open = std::mem::take(&mut self.open);
        open.retain(|open| self.base_of(open.act()) == Some(open.proposal.base()));
        self.open = open;
    }

    /// Takes the act into effect if its consents are complete, or notes since when it waits.
    fn settle(&mut self, hash: Hash, needs: &Needs, deed: Deed<'_>, otherwise: Effect) -> Effect {
        let Ok(open) = self.open_proposal(hash) else {
            return otherwise;
        };
        match needs.settle(&self.counted(open)) {
            Settled::Now => self.close(hash, deed),
            Settled::AfterDelay => {
                let mut all = self.open.iter_mut();
                if let Some(open) = all.find(|open| open.hash == hash) {
                    open.announced.get_or_insert(deed.seq);
                }
                otherwise
            }
            Settled::Missing => otherwise,
        }
    }

    /// Carries out a proposal: what it makes stand, stands by the PROPOSAL's own id.
    fn close(&mut self, hash: Hash, deed: Deed<'_>) -> Effect {
        let found = self.open.iter().position(|open| open.hash == hash);
        let open = found.map(|at| self.open.remove(at));
        let Some(open) = open else {
            return Effect::Cancelled(deed.id);
        };
        self.note_resolution(open.act(), deed, self.counted(&open));
        let accepts = open.proposal.accepts();
        self.enact(open.act(), accepts, (open.id, deed.seq))
    }

    /// Consents of those who still are who they were when they gave them (R-CONS-002). A newcomer counts
    /// by the acceptance.
    fn counted(&self, open: &OpenProposal) -> BTreeSet<PrincipalId> {
        let newcomers = open
            .proposal
            .accepts()
            .iter()
            .map(|accept| accept.principal);
        let newcomers: BTreeSet<_> = newcomers.collect();
        let given = open.consents.keys().copied();
        given
            .filter(|who| self.constitution.is_guardian(*who) || newcomers.contains(who))
            .collect()
    }

    pub(super) fn open_proposal(&self, hash: Hash) -> Result<&OpenProposal, Reason> {
        let found = self.open.iter().find(|open| open.hash == hash);
        found.ok_or(Reason::NotPermittedByTable)
    }

    /// R-CONS-001, R-CONS-005, R-CONS-027
    ///
    /// Recovery keys are counted apart: whoever holds a stolen phone could otherwise keep its owner out
    /// with proposals in the owner's name.
    fn check_room(&self, new: &Proposal, hash: Hash, deed: Deed<'_>) -> Result<(), Reason> {
        let by = deed.principal()?;
        if matches!(deed.standing, Standing::Recovery(_)) {
            let mut open = self.open.iter().map(|open| open.begun.device);
            let first = self.open_proposal(hash).is_err();
            return (first && open.all(|device| device != deed.device))
                .then_some(())
                .ok_or(Reason::NotPermittedByTable);
        }
        let of_people = self.open.iter().filter(|open| !open.begun.recovery);
        let (all, own) = of_people.fold((0, 0), |(all, own), open| {
            (all + 1, own + usize::from(open.begun.by == by))
        });
        let law = |act: &Act| matches!(act, Act::Constitution(_));
        let second_law = |open: &OpenProposal| open.begun.by == by && law(open.act());
        let one_law = !law(new.act()) || !self.open.iter().any(second_law);
        let first = self.open.iter().all(|open| open.hash != hash);
        (all < MAX_OPEN && own < MAX_OPEN_EACH && one_law && first)
            .then_some(())
            .ok_or(Reason::NotPermittedByTable)
    }

    /// Any guardian's device, one of whom the act concerns, or the recovery key for its own act
    /// (R-CONS-009).
    fn may_complete(&self, open: &OpenProposal, deed: Deed<'_>) -> bool {
        match deed.standing {
            Standing::Guardian(..) => true,
            Standing::Dependant(who) => self.concerns(open.act(), *who),
            Standing::Recovery(_) => open.begun.device == deed.device,
            Standing::EnforcementPoint => false,
        }
    }

    fn concerns(&self, act: &Act, who: PrincipalId) -> bool {
        match act {
            Act::Devices(set) => set.principal == who,
            Act::RemoveEnforcementPoint(id) => {
                let point = self.points.get(id);
                point.is_some_and(|point| point.dependants.contains(&who))
            }
            Act::Constitution(law) => !law.is_dependant(who),
            Act::Resolve(_) | Act::Erase(_) => false,
        }
    }

    fn may_stop(&self, open: &OpenProposal, deed: Deed<'_>) -> bool {
        let Some(who) = deed.standing.principal() else {
            return false;
        };
        if matches!(deed.standing, Standing::Recovery(_)) {
            return open.begun.device == deed.device;
        }
        let stoppable = self.needs_of(open).map(|needs| needs.stoppable_by);
        open.begun.by == who
            || match stoppable.unwrap_or(StoppableBy::Author) {
                StoppableBy::Author => false,
                StoppableBy::Consenting => open.consents.contains_key(&who),
                StoppableBy::DevicesOf(principal) => principal == who,
            }
    }

    /// What is 14 days old, any guardian's device clears away; here nobody's profit counts.
    fn may_tidy(&self, open: &OpenProposal, deed: Deed<'_>, cancel: &Cancel) -> bool {
        let nobody = BTreeSet::new();
        let witness = |statement: &_| self.witness_of(statement, open.seq, &nobody);
        matches!(deed.standing, Standing::Guardian(..))
            && crate::consent::proves(&cancel.proof, PROPOSAL_LIFE, &nobody, witness)
    }

    fn note_resolution(&mut self, act: &Act, deed: Deed<'_>, consents: BTreeSet<PrincipalId>) {
        if let Act::Resolve(resolve) = act {
            self.resolutions.push(Resolution {
                seq: deed.seq,
                ended: resolve.ended.clone(),
                consents,
            });
        }
    }

    #[cfg(test)]
    fn somebody_else(&self, open: &OpenProposal) -> PrincipalId {
        let mut rest = self.guardian_ids().into_iter();
        rest.find(|who| !open.consents.contains_key(who))
            .unwrap_or(open.begun.by)
    }
}

impl Deed<'_> {
    fn principal(&self) -> Result<PrincipalId, Reason> {
        self.standing.principal().ok_or(Reason::NotPermittedByTable)
    }
}
