//! What families write: layers, acts and names, each with words that nobody else may read.

use super::{Broken, Seeded};
use jiff::Timestamp;
use parcep_core::document::{PayloadType, SectionKind};
use parcep_core::id::PrincipalId;
use parcep_core::policy::{
    AppId, AppRule, AppTarget, HostRule, LayerAuthor, LocalTime, Override, OverrideKind,
    PolicyLayer, Profile, Weekdays, Window, WindowState,
};
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;

/// A word that stands in one sealed section, and is to be read by that section's readers alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Canary {
    /// The word, 24 letters and digits.
    pub word: String,
    /// The dependant it is about.
    pub dependant: PrincipalId,
    /// The section it stands in.
    pub kind: SectionKind,
}

/// A document's sections, with the canaries in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// What kind of document.
    pub payload_type: PayloadType,
    /// Sections that are not empty.
    pub sections: Vec<(SectionKind, Vec<u8>)>,
    /// What stands in them.
    pub canaries: Vec<Canary>,
}

/// The app that every layer of these families blocks, so that a decision can be watched.
pub const BLOCKED_APP: &str = "blocked.example";

/// A layer with a word of its own in each of four sections: evenings closed, one app and one host
/// blocked.
pub fn layer(
    author: PrincipalId,
    dependant: PrincipalId,
    random: &mut Seeded,
) -> Result<Written, Broken> {
    let mut layer = PolicyLayer::empty(LayerAuthor::guardian(&author.to_string())?);
    let [app, web, schedule, residue] = [
        SectionKind::App,
        SectionKind::Web,
        SectionKind::Schedule,
        SectionKind::Residue,
    ]
    .map(|kind| canary(dependant, kind, random));
    layer.schedule.windows.push(Window::between(
        schedule.word.parse()?,
        WindowState::Allow,
        Weekdays::ALL,
        LocalTime::hm(7, 0)?,
        LocalTime::hm(20, 0)?,
    )?);
    let blocked = AppTarget::App(AppId::new("android", BLOCKED_APP)?);
    layer
        .apps
        .rules
        .push(AppRule::block(app.word.parse()?, blocked));
    layer.web.block.push(HostRule {
        id: web.word.parse()?,
        host: format!("{}.example", web.word).parse()?,
    });
    let mut sections = layer.to_sections();
    sections.push((
        SectionKind::Profile,
        Profile::new("Europe/Berlin".parse()?).to_bytes(),
    ));
    sections.push((SectionKind::Residue, residue.word.clone().into_bytes()));
    Ok(Written {
        payload_type: PayloadType::PolicyLayer,
        sections,
        canaries: vec![app, web, schedule, residue],
    })
}

/// A lock from `from` on, for `seconds` or until it is taken back.
pub fn lock(
    author: PrincipalId,
    dependant: PrincipalId,
    from: i64,
    seconds: Option<i64>,
    random: &mut Seeded,
) -> Result<Written, Broken> {
    let word = canary(dependant, SectionKind::Override, random);
    let instant = |at| Timestamp::from_second(at).map_err(Broken::new);
    let until = seconds.map(|seconds| instant(from + seconds)).transpose()?;
    let act = Override::new(
        LayerAuthor::guardian(&author.to_string())?,
        format!("lock-{}", random.next()).parse()?,
        0,
        instant(from)?,
        until,
        OverrideKind::LockNow {
            reason: Some(word.word.clone()),
        },
    )?;
    Ok(Written {
        payload_type: PayloadType::Override,
        sections: vec![(SectionKind::Override, act.to_bytes())],
        canaries: vec![word],
    })
}

/// Names for the circle of a dependant.
pub fn names(dependant: PrincipalId, random: &mut Seeded) -> Written {
    let word = canary(dependant, SectionKind::Identity, random);
    let identity = pb::IdentitySection {
        dependant_name: word.word.clone(),
        ..pb::IdentitySection::default()
    };
    Written {
        payload_type: PayloadType::Identity,
        sections: vec![(SectionKind::Identity, identity.encode_to_vec())],
        canaries: vec![word],
    }
}

fn canary(dependant: PrincipalId, kind: SectionKind, random: &mut Seeded) -> Canary {
    Canary {
        word: format!("canary{:018x}", u128::from(random.next())),
        dependant,
        kind,
    }
}
