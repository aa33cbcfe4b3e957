//! Acts that take more than one hand or more than one day: begun, completed, hurried, stopped.

use super::Failure;
use super::ledger::About;
use super::plan::Step;
use super::stage::Stage;
use parcep_conformance::stage::{Broken, DAY, Kind, Seeded, rules};
use parcep_core::consent::{Act, Cancel, Completion, Span, Statement};
use parcep_core::crypto::Hash;
use parcep_core::document::{PayloadType, SectionKind, sections_of};
use parcep_core::household::Household;
use parcep_core::id::DocumentId;
use std::collections::BTreeMap;

/// Pairs that a proof holds at most.
const MOST_PAIRS: usize = 4;

impl Stage {
    /// Begins an act: as itself where its author's signature is all that it needs, else as a proposal.
    fn begin(&mut self, at: usize, act: &Act, about: About) -> Result<(), Failure> {
        let device = self.family.device(at)?;
        let me = device.member()?.principal();
        let needs = self
            .household(at)?
            .and_then(|household| household.needs(act, device.id()).ok());
        let Some((needs, me)) = needs.zip(me) else {
            return Ok(());
        };
        let payload = act.payload_type();
        let kind = sections_of(payload).first().copied();
        let draft = match kind.filter(|_| needs.is_direct_for(me)) {
            Some(kind) => self.family.membership(at, payload, kind, act.encode())?,
            None => self.family.propose(at, act.clone())?,
        };
        self.append(at, draft, about)
    }

    /// A guardian removes an enforcement point, or proposes it.
    pub(super) fn remove_point(&mut self, step: &Step, draw: &mut Seeded) -> Result<(), Failure> {
        let Some((at, _)) = self.a_guardian(step.who) else {
            return Ok(());
        };
        let points = self.household(at)?.into_iter();
        let points = points.flat_map(Household::enforcement_points);
        let points: Vec<_> = points.map(|point| point.id).collect();
        let Some(gone) = draw.pick(&points).copied() else {
            return Ok(());
        };
        let act = Act::RemoveEnforcementPoint(gone);
        self.begin(at, &act, About::RemovesPoint(gone))?;
        let due = self.household(at)?.is_some_and(Household::needs_epoch);
        if due && draw.chance(70) {
            self.renew(at)?;
        }
        Ok(())
    }

    /// A week passes. Some guardians consent first; where something waits then, everybody is heard before
    /// and after, and it takes effect.
    pub(super) fn week(&mut self, step: &Step, draw: &mut Seeded) -> Result<(), Failure> {
        for at in self.places(Self::is_guardian) {
            let open = self.household(at)?.map_or(0, |h| h.proposals().count());
            if open > 0 && draw.chance(60) {
                self.sync(at)?;
                self.approve(at)?;
            }
        }
        let week = 7 * DAY + i64::try_from(draw.below(2 * DAY.unsigned_abs())).unwrap_or(0);
        if !self.something_waits()? {
            self.family.now += week;
            return Ok(());
        }
        self.everybody_is_heard()?;
        self.family.now += week;
        self.everybody_is_heard()?;
        self.hand_what_is_lacking()?;
        let guardians = self.places(|kind| !matches!(kind, Kind::Dependant(_) | Kind::Point(_)));
        let first = step.who % guardians.len().max(1);
        for at in guardians.iter().cycle().skip(first).take(guardians.len()) {
            self.complete(*at)?;
        }
        Ok(())
    }

    /// Brings everything into effect whose delay this device can prove to have passed.
    fn complete(&mut self, at: usize) -> Result<(), Failure> {
        if !self.acts(at)? {
            return Ok(());
        }
        let statements = &self.family.device(at)?.statements;
        let household = self.household(at)?.into_iter();
        let due = household.flat_map(|household| {
            household.waiting().filter_map(|open| {
                let proof = household.proof_of_delay(open, statements)?;
                Some((open.id, open.hash, proof))
            })
        });
        for (id, proposal, proof) in due.collect::<Vec<_>>() {
            self.say_done(at, id, proposal, proof)?;
        }
        Ok(())
    }

    /// A guardian says that a delay has passed, with whatever statements there are.
    pub(super) fn hurry(&mut self, step: &Step) -> Result<(), Failure> {
        let Some((at, _)) = self.a_guardian(step.who) else {
            return Ok(());
        };
        let household = self.household(at)?.into_iter();
        let open = household.flat_map(Household::proposals);
        let open: Vec<_> = open.map(|open| (open.id, open.hash)).collect();
        let proof = far_apart(&self.family.device(at)?.statements);
        for (id, proposal) in open {
            self.say_done(at, id, proposal, proof.clone())?;
        }
        Ok(())
    }

    fn say_done(
        &mut self,
        at: usize,
        id: DocumentId,
        proposal: Hash,
        proof: Vec<Span>,
    ) -> Result<(), Failure> {
        if !self.acts(at)? {
            return Ok(());
        }
        let proof = proof.into_iter().map(Some).collect();
        let bytes = Completion { proposal, proof }.encode();
        let payload = PayloadType::Effect;
        let draft = self
            .family
            .membership(at, payload, SectionKind::Effect, bytes)?;
        self.append(at, draft, About::Completes(id))
    }

    /// A guardian ends what waits. Whether they may, the others judge.
    pub(super) fn stop(&mut self, step: &Step, draw: &mut Seeded) -> Result<(), Failure> {
        let Some((at, _)) = self.a_guardian(step.who) else {
            return Ok(());
        };
        let statements = &self.family.device(at)?.statements;
        let household = self.household(at)?.into_iter();
        let open = household.flat_map(|household| {
            household.proposals().map(|open| {
                let proof = household.proof_of_age(open, statements);
                (open.id, open.hash, proof.unwrap_or_default())
            })
        });
        let open: Vec<_> = open.collect();
        let Some((id, proposal, proof)) = draw.pick(&open).cloned() else {
            return Ok(());
        };
        let proof = proof.into_iter().map(Some).collect();
        let bytes = Cancel { proposal, proof }.encode();
        let payload = PayloadType::Cancel;
        let draft = self
            .family
            .membership(at, payload, SectionKind::Cancel, bytes)?;
        self.append(at, draft, About::Cancels(id))
    }

    /// The household ends, if every guardian says so; somebody goes on writing.
    pub(super) fn end(&mut self) -> Result<(), Failure> {
        let guardians = self.places(Self::is_guardian);
        let mut first = None;
        for at in &guardians {
            if first.is_none() && self.acts(*at)? {
                first = Some(*at);
            }
        }
        let Some(first) = first else {
            return Ok(());
        };
        let log_id = self.family.device(first)?.member()?.anchor().log_id;
        self.begin(first, &Act::Erase(log_id), About::Ends)?;
        for at in guardians {
            self.sync(at)?;
            self.approve(at)?;
        }
        self.somebody_writes()
    }

    /// The first guardian who can writes a layer.
    pub(super) fn somebody_writes(&mut self) -> Result<(), Failure> {
        for at in self.places(Self::is_guardian) {
            let me = self.family.device(at)?.member()?.principal();
            let dependants = self.family.dependants.iter().copied();
            let mut over =
                dependants.filter(|id| me.is_some_and(|me| self.family.is_in_scope(me, *id)));
            let (Some(me), Some(dependant), true) = (me, over.next(), self.acts(at)?) else {
                continue;
            };
            let mut draw = self.family.random().fork();
            let layer = rules::layer(me, dependant, &mut draw)?;
            let draft = self.family.draft(at, dependant, layer)?;
            return self.append(at, draft, About::Nothing);
        }
        Ok(())
    }

    /// Beats of everybody who is on, and guardians who watch them.
    fn everybody_is_heard(&mut self) -> Result<(), Failure> {
        let guardians = self.places(|kind| matches!(kind, Kind::Guardian(_) | Kind::Page(_)));
        for at in self.places(|kind| matches!(kind, Kind::Guardian(_) | Kind::Point(_))) {
            self.sync(at)?;
            if self.acts(at)? {
                self.beat_of(at)?;
            }
        }
        for at in guardians {
            self.watch(at)?;
        }
        Ok(())
    }

    fn something_waits(&self) -> Result<bool, Broken> {
        for at in self.places(|kind| matches!(kind, Kind::Guardian(_) | Kind::Page(_))) {
            let household = self.household(at)?;
            if household.is_some_and(|household| household.waiting().next().is_some()) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether a device is on, belongs by its own view, believes its relay, and is not moving the log.
    pub(super) fn acts(&self, at: usize) -> Result<bool, Broken> {
        let member = self.family.device(at)?.member.as_ref();
        let believes = member.is_some_and(|member| member.distrusted().is_none());
        Ok(believes && self.is_in(at)? && !self.moves(at)?)
    }

    fn household(&self, at: usize) -> Result<Option<&Household>, Broken> {
        let member = self.family.device(at)?.member.as_ref();
        Ok(member.and_then(|member| member.household()))
    }
}

/// The first and the last statement of each source, as if they were a proof.
fn far_apart(statements: &[Statement]) -> Vec<Span> {
    let mut of_source: BTreeMap<Vec<u8>, Span> = BTreeMap::new();
    for statement in statements {
        let source = match statement {
            Statement::Beat(beat) => beat.author.to_vec(),
            Statement::Bookmark(bookmark) => bookmark.relay_key.as_bytes().to_vec(),
        };
        let span = of_source.entry(source).or_insert_with(|| Span {
            earlier: statement.clone(),
            later: statement.clone(),
        });
        span.later = statement.clone();
    }
    of_source.into_values().take(MOST_PAIRS).collect()
}
