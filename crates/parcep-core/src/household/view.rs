//! What one device knows about one dependant: the rules it can open, and what it cannot.

use super::documents::begins_at;
use super::{Household, Live};
use crate::constitution::Caps;
use crate::crypto::{Hash, sha256};
use crate::decide::{CompiledPolicy, Custody, PolicyInput, RuleRef, beyond, compile};
use crate::document::{DocumentError, PayloadType, SectionKind, sections_of};
use crate::epoch::{Keyring, PepCategory, kinds_of};
use crate::id::{DocumentId, PrincipalId};
use crate::policy::{LayerAuthor, Override, PolicyLayer, Profile, SectionName};
use crate::ratings::RatingTable;
use crate::reason::Reason;
use crate::zones::{UnknownZone, Zones};
use jiff::Timestamp;
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Which sections the device is to open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Everything: a guardian in scope, or the dependant.
    Everything,
    /// The sections of this row of the need-to-know table.
    Category(PepCategory),
}

/// Rules, acts and names that hold for one dependant, as far as the device can open them.
#[derive(Debug, Clone, Default)]
pub struct DependantView {
    /// Zone, start of day and week; of the newest layer that says so.
    pub profile: Option<Profile>,
    /// One layer per guardian.
    pub layers: Vec<PolicyLayer>,
    /// Overrides.
    pub overrides: Vec<Override>,
    /// Custody, where it is not open.
    pub custody: Vec<Custody>,
    /// The constitution's caps.
    pub caps: Caps,
    /// Display names by hexadecimal id.
    pub names: BTreeMap<String, String>,
    /// The dependant's own display name.
    pub dependant_name: Option<String>,
    /// Canonical texts of long host lists, by their SHA-256: what a rule that names a list by hash is
    /// looked up in (R-DOC-029). A rule whose list is not here is pending where it is decided.
    pub lists: BTreeMap<Hash, Arc<str>>,
    /// Sections that this device is to open and cannot.
    pub pending: Vec<SectionName>,
    /// What is damaged: it counts as pending, and is reported as ERROR with this reason.
    pub damaged: Vec<(DocumentId, SectionKind, Reason)>,
    /// Rules that this device cannot enforce; see [`DependantView::on_device`].
    pub unenforceable: Vec<RuleRef>,
}

impl DependantView {
    /// Compiles the rules. A dependant without a profile yet gets days of UTC.
    ///
    /// # Errors
    /// [`UnknownZone`] if the zone database lacks the profile's zone.
    pub fn compile(
        &self,
        ratings: &Arc<RatingTable>,
        zones: &Zones,
    ) -> Result<CompiledPolicy, UnknownZone> {
        let fallback = Profile::new(crate::policy::ZoneName::default());
        let profile = self.profile.as_ref().unwrap_or(&fallback);
        let input = PolicyInput::new(profile, &self.layers)
            .with_overrides(&self.overrides)
            .with_custody(&self.custody)
            .with_pending(&self.pending)
            .with_caps(self.caps)
            .with_unenforceable(&self.unenforceable);
        compile(&input, ratings, zones)
    }

    /// Makes every safety area pending: this device holds another list of rules than a guardian, and
    /// cannot know which rule it lacks (R-REG-013).
    pub fn distrust(&mut self) {
        use SectionName::{Age, App, Communication, Feature, Rating, Spending, Web};
        for section in [App, Web, Rating, Communication, Spending, Feature, Age] {
            if !self.pending.contains(&section) {
                self.pending.push(section);
            }
        }
    }

    /// The same on an enforcement point that declared these capabilities: what it lacks one for holds as the
    /// rules themselves say (R-POL-019).
    #[must_use]
    pub fn on_device(mut self, capabilities: &[String]) -> Self {
        let layers = self.layers.iter();
        self.unenforceable = layers
            .flat_map(|layer| beyond(layer, capabilities))
            .collect();
        self
    }

    fn damaged(&mut self, document: DocumentId, kind: SectionKind, reason: Reason) {
        self.damaged.push((document, kind, reason));
        self.pend(kind);
    }

    fn pend(&mut self, kind: SectionKind) {
        let Some(section) = area_of(kind) else {
            return;
        };
        if !self.pending.contains(&section) {
            self.pending.push(section);
        }
    }
}

impl Household {
    /// What a device with these secrets knows about a dependant (R-DOC-014).
    pub fn view(&self, dependant: PrincipalId, keyring: &Keyring, need: Need) -> DependantView {
        self.view_at(dependant, keyring, need, Some(i64::MAX))
    }

    /// The same as far as it has begun by T_lo: the rules of a document that begins later wait, and those
    /// of the one it replaces hold (R-DOC-024, R-TIME-007). With no T_lo nothing has that begins later.
    pub fn view_at(
        &self,
        dependant: PrincipalId,
        keyring: &Keyring,
        need: Need,
        lower: Option<i64>,
    ) -> DependantView {
        let mut view = DependantView {
            custody: self.custody_of(dependant),
            caps: self.constitution.caps(),
            ..DependantView::default()
        };
        let about = |live: &&Live| live.document.header().dependant == Some(dependant);
        let live = self.live().filter(about);
        let mut documents: Vec<_> = live.filter_map(|live| self.begun(live, lower)).collect();
        documents.sort_by_key(|live| live.seq);
        let mut profiles = Vec::new();
        for live in documents {
            match live.document.header().payload_type {
                PayloadType::PolicyLayer => {
                    let profile = add_layer(&mut view, live, keyring, need);
                    profiles.extend(profile.map(|profile| (live.author, profile)));
                }
                PayloadType::Override => add_override(&mut view, live, keyring, need),
                PayloadType::List => add_list(&mut view, live, keyring, need),
                PayloadType::Identity => add_names(&mut view, live, keyring, need),
                _ => {}
            }
        }
        // Of several the one of the guardian that the constitution names first (R-POL-020).
        let place = |id: PrincipalId| {
            let mut guardians = self.constitution.guardians().iter();
            guardians.position(|guardian| guardian.id == id)
        };
        let first = profiles
            .into_iter()
            .min_by_key(|(author, _)| place(*author).unwrap_or(usize::MAX));
        view.profile = first.map(|(_, profile)| profile);
        view
    }

    /// The document itself, or the newest that holds until then.
    fn begun<'a>(&'a self, live: &'a Live, lower: Option<i64>) -> Option<&'a Live> {
        let waiting = self.until_then.get(&live.id()).into_iter().flatten();
        std::iter::once(live).chain(waiting).find(|live| {
            let begins = begins_at(live.document.header());
            begins.is_none_or(|begins| Some(begins) <= lower)
        })
    }

    fn custody_of(&self, dependant: PrincipalId) -> Vec<Custody> {
        let guardians = self.constitution.guardians().iter();
        let intervals = guardians.flat_map(|guardian| {
            let over = guardian.custody.iter();
            over.filter(|c| c.dependant == dependant)
                .map(|c| (guardian.id, *c))
        });
        intervals
            .filter_map(|(guardian, custody)| {
                Some(Custody {
                    from: Timestamp::from_second(custody.from).ok()?,
                    until: Timestamp::from_second(custody.until).ok()?,
                    guardian: author(guardian)?,
                })
            })
            .collect()
    }
}

/// Adds a layer; returns its profile.
fn add_layer(
    view: &mut DependantView,
    live: &Live,
    keyring: &Keyring,
    need: Need,
) -> Option<Profile> {
    let mut profile = None;
    let mut layer = PolicyLayer::empty(author(live.author)?);
    for kind in sections_of(PayloadType::PolicyLayer).iter().copied() {
        if !needs(need, kind) || kind == SectionKind::Residue {
            continue;
        }
        let Some(bytes) = open(view, live, kind, keyring) else {
            continue;
        };
        let read = if kind == SectionKind::Profile {
            if bytes.is_empty() {
                continue;
            }
            Profile::from_bytes(&bytes).map(|read| profile = Some(read))
        } else {
            layer.read_section(kind, &bytes)
        };
        if read.is_err() {
            view.damaged(live.id(), kind, Reason::Malformed);
        }
    }
    view.layers.push(layer);
    profile
}

fn add_override(view: &mut DependantView, live: &Live, keyring: &Keyring, need: Need) {
    let kind = SectionKind::Override;
    if !needs(need, kind) {
        return;
    }
    let (Some(author), Some(bytes)) = (author(live.author), open(view, live, kind, keyring)) else {
        return;
    };
    match Override::from_bytes(&bytes, author, live.seq) {
        Ok(act) => view.overrides.push(act),
        Err(_) => view.damaged(live.id(), kind, Reason::Malformed),
    }
}

/// Adds the text of a list. One that does not open is missed by the rule that names it, if there is one.
fn add_list(view: &mut DependantView, live: &Live, keyring: &Keyring, need: Need) {
    let kind = SectionKind::Web;
    if !needs(need, kind) {
        return;
    }
    let text = match live.document.section(kind, keyring) {
        Ok(bytes) => String::from_utf8(bytes.to_vec()).map_err(|_| Reason::Malformed),
        Err(DocumentError::CannotOpen | DocumentError::Pruned) => return,
        Err(error) => Err(error.reason()),
    };
    match text {
        Ok(text) => {
            let hash = sha256(text.as_bytes());
            view.lists.insert(hash, text.into());
        }
        Err(reason) => view.damaged.push((live.id(), kind, reason)),
    }
}

fn add_names(view: &mut DependantView, live: &Live, keyring: &Keyring, need: Need) {
    let kind = SectionKind::Identity;
    if !needs(need, kind) {
        return;
    }
    let Some(bytes) = open(view, live, kind, keyring) else {
        return;
    };
    let Ok(identity) = pb::IdentitySection::decode(bytes.as_slice()) else {
        return view.damaged(live.id(), kind, Reason::Malformed);
    };
    view.dependant_name = Some(identity.dependant_name);
    let names = identity.guardians.into_iter().chain(identity.devices);
    let by_id = names.map(|row| (crate::hex::encode(&row.id), row.name));
    view.names.extend(by_id);
}

/// Opens a section; what does not open is pending or damaged.
fn open(
    view: &mut DependantView,
    live: &Live,
    kind: SectionKind,
    keyring: &Keyring,
) -> Option<zeroize::Zeroizing<Vec<u8>>> {
    match live.document.section(kind, keyring) {
        Ok(bytes) => Some(bytes),
        Err(DocumentError::CannotOpen | DocumentError::Pruned) => {
            view.pend(kind);
            None
        }
        Err(error) => {
            view.damaged(live.id(), kind, error.reason());
            None
        }
    }
}

fn needs(need: Need, kind: SectionKind) -> bool {
    match need {
        Need::Everything => true,
        Need::Category(category) => kinds_of(category).contains(&kind),
    }
}

/// A guardian as the policy names its author.
fn author(principal: PrincipalId) -> Option<LayerAuthor> {
    LayerAuthor::guardian(&principal.to_string()).ok()
}

fn area_of(kind: SectionKind) -> Option<SectionName> {
    Some(match kind {
        SectionKind::Schedule | SectionKind::Profile | SectionKind::Override => {
            SectionName::Schedule
        }
        SectionKind::Budget => SectionName::Budget,
        SectionKind::App => SectionName::App,
        SectionKind::Web => SectionName::Web,
        SectionKind::Rating => SectionName::Rating,
        SectionKind::Communication => SectionName::Communication,
        SectionKind::Spending => SectionName::Spending,
        SectionKind::Feature => SectionName::Feature,
        SectionKind::Age => SectionName::Age,
        _ => return None,
    })
}
