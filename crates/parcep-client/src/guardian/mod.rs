//! What a guardian does: found a household, write rules, admit devices, share authority.

mod access;
mod behind;
mod chores;
mod consent;
mod devices;
mod found;
mod leavers;
mod moving;
mod recover;
mod rekey;
mod rules;
mod tend;
mod witness;

pub use access::{AccessList, WaitingAct, WaitingWhat};
pub use behind::PointSeen;
pub use chores::Lost;
pub use consent::{Begun, encode_accept, parse_accept};
pub use found::Founder;
pub use leavers::Cleared;
pub use recover::MadePage;
pub use rules::Names;
pub use tend::Tended;
pub use witness::Witnesses;

use crate::{ClientError, Driver, Link, Store};
use bytes::Bytes;
use parcep_core::constitution::DeviceRole;
use parcep_core::crypto::{CryptoError, Hash, Random as _, SystemRandom};
use parcep_core::document::{DocumentError, Draft, PayloadType, SectionKind};
use parcep_core::household::{DependantView, Household, Need};
use parcep_core::id::{DocumentId, PrincipalId};
use parcep_core::joining::Joining;
use parcep_core::member::Identity;
use parcep_core::reason::Reason;
use std::path::Path;

/// Most dependants that one household holds.
pub const MAX_DEPENDANTS: usize = parcep_core::constitution::MAX_DEPENDANTS;

/// A guardian's device.
#[derive(Debug)]
pub struct Guardian(Driver);

impl Guardian {
    /// Opens a guardian's folder.
    ///
    /// # Errors
    /// If it holds no guardian.
    pub fn open(folder: &Path, link: Link) -> Result<Self, ClientError> {
        let mut store = Store::open(folder)?;
        let member = store.member()?;
        let is_guardian = member.household().is_some_and(|household| {
            let who = member.principal();
            who.is_some_and(|who| household.constitution().is_guardian(who))
        });
        if !is_guardian {
            return Err(ClientError::NoMember {
                path: folder.to_owned(),
                what: "holds a device that is no guardian's",
            });
        }
        Ok(Self(Driver::new(member, store, link)))
    }

    /// Makes keys in a new folder for a further device of a person; the join request to hand to a
    /// guardian.
    ///
    /// # Errors
    /// If the folder holds a member already or cannot be written.
    pub fn request(folder: &Path) -> Result<Vec<u8>, ClientError> {
        let identity = Identity::generate(&mut SystemRandom::new()).map_err(DocumentError::from)?;
        let what = Joining::Person(DeviceRole::Active);
        Store::create(folder, &identity)?.save_request(what)?;
        Ok(identity.join_request(what, Vec::new()))
    }

    /// The driver, to sync, watch and look.
    pub fn driver(&mut self) -> &mut Driver {
        &mut self.0
    }

    /// Number of entries followed, and hash of the last.
    pub fn head(&self) -> (u64, Hash) {
        self.0.member().head()
    }

    /// The household.
    ///
    /// # Errors
    /// If genesis was not followed yet.
    pub fn household(&self) -> Result<&Household, ClientError> {
        let household = self.0.member().household();
        household.ok_or(ClientError::Refused(Reason::WrongAnchor))
    }

    /// The guardian's own id.
    ///
    /// # Errors
    /// As [`Guardian::household`].
    pub fn principal(&self) -> Result<PrincipalId, ClientError> {
        let principal = self.0.member().principal();
        principal.ok_or(ClientError::Refused(Reason::WrongAnchor))
    }

    /// Dependants in order.
    ///
    /// # Errors
    /// As [`Guardian::household`].
    pub fn dependants(&self) -> Result<Vec<PrincipalId>, ClientError> {
        let dependants = self.household()?.constitution().dependants();
        Ok(dependants.iter().map(|dependant| dependant.id).collect())
    }

    /// Everything this guardian knows about a dependant.
    ///
    /// # Errors
    /// As [`Guardian::household`].
    pub fn view(&self, dependant: PrincipalId) -> Result<DependantView, ClientError> {
        let keyring = self.0.member().keyring();
        Ok(self.household()?.view(dependant, keyring, Need::Everything))
    }

    /// Says that this guardian is alive and what it sees.
    ///
    /// # Errors
    /// If the relay refuses.
    pub async fn beat(&mut self) -> Result<(), ClientError> {
        self.0.beat().await
    }

    /// A document of the household's own, such as one of membership.
    fn draft(
        &mut self,
        payload_type: PayloadType,
        dependant: Option<PrincipalId>,
        sections: Vec<(SectionKind, Vec<u8>)>,
    ) -> Result<Draft, ClientError> {
        let document_id = DocumentId::random(self.0.random()).map_err(sealing)?;
        Ok(Draft {
            payload_type,
            document_id,
            base: None,
            dependant,
            slot: Bytes::new(),
            sections,
            issued_at: self.0.now(),
        })
    }
}

fn fresh<const N: usize>(random: &mut SystemRandom) -> Result<[u8; N], ClientError> {
    random.array().map_err(sealing)
}

fn sealing(error: parcep_core::crypto::NoRandomness) -> ClientError {
    DocumentError::from(CryptoError::from(error)).into()
}
