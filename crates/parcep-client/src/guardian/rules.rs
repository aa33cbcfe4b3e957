//! Layers, names, acts.

use super::{Guardian, fresh};
use crate::ClientError;
use parcep_core::document::{PayloadType, SectionKind};
use parcep_core::id::PrincipalId;
use parcep_core::policy::{Override, PolicyLayer, Profile};
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;

/// Names that devices may show; they travel sealed.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// The dependant's display name.
    pub dependant: String,
    /// Guardians' display names.
    pub guardians: Vec<(PrincipalId, String)>,
}

impl Guardian {
    /// Writes this guardian's own layer for a dependant, replacing the one that is live. `residue`
    /// is what an importer kept; empty for none.
    ///
    /// # Errors
    /// [`ClientError::Refused`] with `BASE_NOT_LIVE` if another device was quicker: look again.
    pub async fn set_layer(
        &mut self,
        dependant: PrincipalId,
        profile: &Profile,
        layer: &PolicyLayer,
        residue: Vec<u8>,
    ) -> Result<u64, ClientError> {
        let mut sections = layer.to_sections();
        sections.push((SectionKind::Profile, profile.to_bytes()));
        sections.push((SectionKind::Residue, residue));
        self.put(PayloadType::PolicyLayer, dependant, sections)
            .await
    }

    /// Writes the names that devices of a dependant may show.
    ///
    /// # Errors
    /// As [`Guardian::set_layer`].
    pub async fn set_names(
        &mut self,
        dependant: PrincipalId,
        names: Names,
    ) -> Result<u64, ClientError> {
        let name = |(id, name): (PrincipalId, String)| pb::PrincipalName {
            id: id.to_vec(),
            name,
        };
        let identity = pb::IdentitySection {
            dependant_name: names.dependant,
            guardians: names.guardians.into_iter().map(name).collect(),
            devices: Vec::new(),
        };
        let sections = vec![(SectionKind::Identity, identity.encode_to_vec())];
        self.put(PayloadType::Identity, dependant, sections).await
    }

    /// Acts beside the rules: a lock, a pause, extra time, an unblock. A grant is given an end (R-REQ-010).
    ///
    /// # Errors
    /// [`ClientError::Refused`].
    pub async fn act(
        &mut self,
        dependant: PrincipalId,
        act: &Override,
    ) -> Result<u64, ClientError> {
        let sections = vec![(SectionKind::Override, act.clone().with_end().to_bytes())];
        let draft = self.draft(PayloadType::Override, Some(dependant), sections)?;
        self.0.append(draft).await
    }

    /// Appends a document of which each guardian has one per dependant.
    async fn put(
        &mut self,
        payload_type: PayloadType,
        dependant: PrincipalId,
        sections: Vec<(SectionKind, Vec<u8>)>,
    ) -> Result<u64, ClientError> {
        let mut draft = self.draft(payload_type, Some(dependant), sections)?;
        let me = self.principal()?;
        let live = self.household()?.live().find(|live| {
            let header = live.document.header();
            live.author == me
                && header.payload_type == payload_type
                && header.dependant == Some(dependant)
        });
        match live {
            Some(live) => {
                draft.base = Some(live.id());
                draft.slot = live.document.header().slot.clone();
            }
            None => draft.slot = fresh::<16>(self.0.random())?.to_vec().into(),
        }
        self.0.append(draft).await
    }
}
