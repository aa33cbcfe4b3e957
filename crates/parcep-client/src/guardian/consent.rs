//! Acts: what they need, beginning one, consenting, stopping, completing.

use super::{Guardian, sealing};
use crate::ClientError;
use parcep_core::consent::{
    Accept, Act, Approval, Cancel, Completion, Needs, OpenProposal, Proposal, Span,
};
use parcep_core::constitution::{
    Constitution, Dependant, DeviceRole, Guardian as Person, PrincipalDevices, Relay,
};
use parcep_core::crypto::Hash;
use parcep_core::document::{DocumentError, PayloadType, SectionKind};
use parcep_core::id::{DeviceId, PrincipalId};
use parcep_core::reason::Reason;
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;

/// What became of an act that was begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begun {
    /// It has effect, at this place.
    Done(u64),
    /// It stands as a proposal with this hash, and waits for consents or for its delay.
    Open(Hash),
}

impl Guardian {
    /// What an act needs if this guardian begins it now.
    ///
    /// # Errors
    /// [`ClientError::Refused`] with the reason why it would never have an effect.
    pub fn needs(&self, act: &Act) -> Result<Needs, ClientError> {
        let device = self.0.member().identity().device;
        let needs = self.household()?.needs(act, device);
        needs.map_err(ClientError::Refused)
    }

    /// The proposal of an act as it stands now, for its hash: what newcomers sign.
    ///
    /// # Errors
    /// If there is nothing that it could replace.
    pub fn proposal(&self, act: Act) -> Result<Proposal, ClientError> {
        let base = self.household()?.base_of(&act);
        let base = base.ok_or(ClientError::Refused(Reason::BaseNotLive))?;
        Ok(Proposal::new(act, base))
    }

    /// Begins an act: as the document itself where this guardian's signature is all it needs, else as a
    /// proposal.
    ///
    /// # Errors
    /// [`ClientError::Refused`] with the reason why it has no effect.
    pub async fn begin(&mut self, act: Act, accepts: Vec<Accept>) -> Result<Begun, ClientError> {
        let needs = self.needs(&act)?;
        let me = self.principal()?;
        if accepts.is_empty() && needs.is_direct_for(me) {
            let payload_type = act.payload_type();
            let sections = vec![(section_of(payload_type)?, act.encode())];
            let draft = self.draft(payload_type, None, sections)?;
            return self.0.append(draft).await.map(Begun::Done);
        }
        let proposal = self.proposal(act)?.with_accepts(accepts);
        let hash = proposal.hash(self.household()?.log_id());
        let place = self
            .say(
                PayloadType::Proposal,
                SectionKind::Proposal,
                proposal.encode(),
            )
            .await?;
        let open = self.household()?.proposal(hash).is_some();
        Ok(if open {
            Begun::Open(hash)
        } else {
            Begun::Done(place)
        })
    }

    /// Consents to an open proposal. True if it took effect by this.
    ///
    /// # Errors
    /// [`ClientError::Refused`]: `BASE_NOT_LIVE` if it is not open any more.
    pub async fn approve(&mut self, proposal: Hash) -> Result<bool, ClientError> {
        let base = self.open_proposal(proposal)?.proposal.base();
        let approval = Approval { proposal, base };
        self.say(
            PayloadType::Approve,
            SectionKind::Approval,
            approval.encode(),
        )
        .await?;
        Ok(self.household()?.proposal(proposal).is_none())
    }

    /// Ends an open proposal without effect. `proof` is that it is 14 days old, where nothing else
    /// permits this guardian to end it; else empty.
    ///
    /// # Errors
    /// [`ClientError::Refused`].
    pub async fn cancel(&mut self, proposal: Hash, proof: Vec<Span>) -> Result<u64, ClientError> {
        let proof = proof.into_iter().map(Some).collect();
        let cancel = Cancel { proposal, proof };
        self.say(PayloadType::Cancel, SectionKind::Cancel, cancel.encode())
            .await
    }

    /// Brings a delayed act into effect, with the proof that its delay has passed.
    ///
    /// # Errors
    /// [`ClientError::Refused`].
    pub async fn complete(&mut self, proposal: Hash, proof: Vec<Span>) -> Result<u64, ClientError> {
        let proof = proof.into_iter().map(Some).collect();
        let completion = Completion { proposal, proof };
        self.say(
            PayloadType::Effect,
            SectionKind::Effect,
            completion.encode(),
        )
        .await
    }

    /// An open proposal.
    ///
    /// # Errors
    /// [`ClientError::Refused`] with `BASE_NOT_LIVE` if it is not open.
    pub fn open_proposal(&self, proposal: Hash) -> Result<&OpenProposal, ClientError> {
        let open = self.household()?.proposal(proposal);
        open.ok_or(ClientError::Refused(Reason::BaseNotLive))
    }

    /// The constitution with a further guardian, and with this threshold.
    ///
    /// # Errors
    /// If it would be none, such as with a ninth guardian.
    pub fn law_with(
        &self,
        newcomer: PrincipalId,
        scope: Vec<PrincipalId>,
        threshold: u32,
    ) -> Result<Constitution, ClientError> {
        self.law(|law| {
            law.guardians.push(Person {
                id: newcomer,
                scope,
                custody: Vec::new(),
            });
            law.threshold = threshold;
        })
    }

    /// The constitution without a guardian, its threshold lowered where it must be.
    ///
    /// # Errors
    /// If it would be none: the last guardian cannot leave.
    pub fn law_without(&self, guardian: PrincipalId) -> Result<Constitution, ClientError> {
        self.law(|law| {
            law.guardians.retain(|other| other.id != guardian);
            let left = u32::try_from(law.guardians.len()).unwrap_or(u32::MAX);
            law.threshold = law.threshold.min(left);
        })
    }

    /// The constitution without a dependant: they are released, and what is theirs is erased.
    ///
    /// # Errors
    /// If it would be none: with the last dependant the household ends by ERASE.
    pub fn law_releasing(&self, dependant: PrincipalId) -> Result<Constitution, ClientError> {
        self.law(|law| {
            law.dependants.retain(|other| other.id != dependant);
            for guardian in &mut law.guardians {
                guardian.scope.retain(|other| *other != dependant);
                guardian.custody.retain(|over| over.dependant != dependant);
            }
        })
    }

    /// The constitution with this relay among those that may hold the log, the last to be tried, or with
    /// its key if it is listed without.
    ///
    /// # Errors
    /// If it would be none, such as with a ninth relay.
    pub fn law_with_relay(&self, relay: Relay) -> Result<Constitution, ClientError> {
        self.law(
            |law| match law.relays.iter_mut().find(|other| other.uri == relay.uri) {
                Some(known) => known.key = relay.key.or(known.key),
                None => law.relays.push(relay),
            },
        )
    }

    /// The constitution in which one guardian's custody of a dependant holds in these intervals.
    ///
    /// # Errors
    /// If it would be none.
    pub fn law_with_custody(
        &self,
        guardian: PrincipalId,
        custody: Vec<parcep_core::constitution::Custody>,
    ) -> Result<Constitution, ClientError> {
        self.law(|law| {
            let found = law.guardians.iter_mut().find(|other| other.id == guardian);
            if let Some(found) = found {
                found.custody = custody;
            }
        })
    }

    fn law(&self, change: impl FnOnce(&mut Parts)) -> Result<Constitution, ClientError> {
        let law = self.household()?.constitution();
        let mut parts = Parts {
            guardians: law.guardians().to_vec(),
            dependants: law.dependants().to_vec(),
            threshold: law.threshold(),
            relays: law.relays().to_vec(),
        };
        change(&mut parts);
        let changed = Constitution::new(
            parts.guardians,
            parts.dependants,
            parts.threshold,
            parts.relays,
            law.caps(),
        );
        changed.map_err(|_| DocumentError::Malformed("constitution").into())
    }

    /// The devices of a person without one of them.
    ///
    /// # Errors
    /// [`ClientError::Refused`] for a device of nobody.
    pub fn devices_without(&self, device: DeviceId) -> Result<PrincipalDevices, ClientError> {
        let whose = self.household()?.principal_of(device);
        let whose = whose.ok_or(ClientError::Refused(Reason::NotPermittedByTable))?;
        let mut set = self.devices_of(whose)?;
        set.devices.retain(|other| other.id != device);
        let in_use = set.devices.iter().any(|d| d.role == DeviceRole::Active);
        if self.household()?.constitution().is_guardian(whose) && !in_use {
            return Err(ClientError::Refused(Reason::Malformed));
        }
        Ok(set)
    }

    /// Appends one of the short documents of consent.
    pub(super) async fn say(
        &mut self,
        payload_type: PayloadType,
        section: SectionKind,
        bytes: Vec<u8>,
    ) -> Result<u64, ClientError> {
        let draft = self.draft(payload_type, None, vec![(section, bytes)])?;
        self.0.append(draft).await
    }

    /// An id for somebody who is to join.
    ///
    /// # Errors
    /// If the source of randomness fails.
    pub fn new_principal(&mut self) -> Result<PrincipalId, ClientError> {
        PrincipalId::random(self.0.random()).map_err(sealing)
    }
}

/// What of a constitution changes by the acts above.
struct Parts {
    guardians: Vec<Person>,
    dependants: Vec<Dependant>,
    threshold: u32,
    relays: Vec<Relay>,
}

/// The one section of a document that is an act.
fn section_of(payload_type: PayloadType) -> Result<SectionKind, ClientError> {
    Ok(match payload_type {
        PayloadType::Constitution => SectionKind::Constitution,
        PayloadType::PrincipalDevices => SectionKind::Devices,
        PayloadType::RemoveEnforcementPoint => SectionKind::Removal,
        PayloadType::Resolve => SectionKind::Resolve,
        PayloadType::Erase => SectionKind::Erase,
        _ => return Err(DocumentError::Malformed("payload_type").into()),
    })
}

/// The bytes of an acceptance, for a file.
#[must_use]
pub fn encode_accept(accept: &Accept) -> Vec<u8> {
    pb::Accept::from(accept).encode_to_vec()
}

/// Reads what [`encode_accept`] wrote; `None` for anything else. Nothing is verified.
#[must_use]
pub fn parse_accept(bytes: &[u8]) -> Option<Accept> {
    Accept::try_from(pb::Accept::decode(bytes).ok()?).ok()
}
