//! What the harness knows for itself: who wrote what, what was acknowledged, who belonged when.

use parcep_core::document::PayloadType;
use parcep_core::id::{DeviceId, DocumentId, PrincipalId};
use parcep_core::reason::Reason;
use std::collections::{BTreeMap, BTreeSet};

/// The harness's own books. Nothing in them comes from the engines' judgement but acknowledgements.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ledger {
    /// Every document that a device was asked to write.
    pub(crate) written: BTreeMap<DocumentId, Note>,
    /// Documents that a device was told stand, with the place.
    pub(crate) acknowledged: BTreeMap<DocumentId, (String, u64)>,
    /// Documents that a device was told will not stand.
    pub(crate) refused: BTreeMap<DocumentId, Reason>,
    /// Documents that a relay lost, and whose author was asked about them.
    pub(crate) asked: BTreeSet<DocumentId>,
    /// Dependants whom each enforcement point was admitted for.
    pub(crate) served: BTreeMap<DeviceId, Vec<PrincipalId>>,
    /// What each document of a person's devices lists.
    pub(crate) lists: BTreeMap<DocumentId, Vec<DeviceId>>,
    /// Relays that were restored.
    pub(crate) restores: usize,
    /// Power cuts that came.
    pub(crate) power_cuts: usize,
    /// Decisions asked for.
    pub(crate) decisions: usize,
    /// Sections tried.
    pub(crate) sections: usize,
}

/// Who wrote a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Note {
    /// When it was written, in true time.
    pub(crate) at: i64,
    /// The device whose hands wrote it, whatever it is signed with.
    pub(crate) by: DeviceId,
    /// What that device is: guardian, dependant or enforcement point.
    pub(crate) role: Role,
    /// The person behind it.
    pub(crate) person: Option<PrincipalId>,
    /// Kind of document.
    pub(crate) payload_type: PayloadType,
    /// Whom it is about.
    pub(crate) dependant: Option<PrincipalId>,
    /// What it does to persons.
    pub(crate) about: About,
}

/// What a membership document does to persons, as its writer meant it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum About {
    /// Nothing.
    #[default]
    Nothing,
    /// It lists the devices of this person.
    DevicesOf(PrincipalId),
    /// It makes this person a guardian.
    Admits(PrincipalId),
    /// It takes this person's authority.
    Removes(PrincipalId),
    /// It consents to the proposal with this id.
    Approves(DocumentId),
    /// It says that the delay of the proposal with this id has passed.
    Completes(DocumentId),
    /// It ends the proposal with this id.
    Cancels(DocumentId),
    /// It gives this person new devices in the place of lost ones.
    Recovers(PrincipalId),
    /// It lists this enforcement point.
    AdmitsPoint(DeviceId),
    /// This enforcement point leaves.
    RemovesPoint(DeviceId),
    /// The household has another relay.
    Moves,
    /// The household ends.
    Ends,
}

/// What a device is in the harness's books.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// A guardian's.
    Guardian,
    /// A dependant's.
    Dependant,
    /// An enforcement point.
    Point,
    /// A printed page of a guardian.
    Recovery,
}
