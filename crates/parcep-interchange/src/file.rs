//! The imported policy file, `parcep-policy/1`: typed family, residue and loss report as one JSON
//! document that a person can read and edit (R-PCPS-022).

use crate::family::{Family, Imported, Loss};
use crate::json::{self, Json, Limits, pretty};
use crate::pcps;
use crate::reader::Node;
use crate::refusal::{Code, Refusal};
use crate::residue::Residue;
use parcep_core::policy::ZoneName;
use parcep_core::zones::Zones;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What the member `format` says.
pub const FORMAT: &str = "parcep-policy/1";

/// A residue nests what was nested already.
const LIMITS: Limits = Limits {
    bytes: 16 << 20,
    depth: 256,
};

/// The text of a policy file.
///
/// # Errors
/// Never for a value that [`load`] or an import made; [`Code::BadRule`] otherwise.
pub fn save(imported: &Imported) -> Result<String, Refusal> {
    let json = Json::Object(vec![
        ("format".to_owned(), Json::text(FORMAT)),
        ("family".to_owned(), to_json(&imported.family)?),
        ("residue".to_owned(), imported.residue.to_json()),
        ("loss".to_owned(), to_json(&imported.loss)?),
    ]);
    Ok(pretty(&json))
}

/// Reads a policy file or a PCPS document, whichever it is.
///
/// # Errors
/// The first [`Refusal`].
pub fn load(bytes: &[u8]) -> Result<Imported, Refusal> {
    let json = json::parse(bytes, LIMITS)?;
    if json.member("format").is_some() {
        return policy_file(&json);
    }
    if json.member("pcps_version").is_some() {
        return pcps::import(bytes);
    }
    Err(Refusal::new(
        Code::UnknownFormat,
        "",
        "neither a PCPS document (no member `pcps_version`) nor an imported policy (no member \
         `format`); import the file first",
    ))
}

fn policy_file(json: &Json) -> Result<Imported, Refusal> {
    let root = Node::root(json);
    let format = root.open_fields()?.need("format")?;
    if format.text()? != FORMAT {
        let message = format!("this program reads `{FORMAT}` only; import the source again");
        return Err(format.refuse(Code::UnsupportedVersion, message));
    }
    let fields = root.fields(&["format", "family", "residue", "loss"])?;
    let family = from_json(&fields.need("family")?)?;
    check(&family)?;
    Ok(Imported {
        family,
        residue: fields
            .maybe("residue", Residue::read)?
            .unwrap_or(Residue::NONE),
        loss: fields
            .maybe("loss", from_json::<Vec<Loss>>)?
            .unwrap_or_default(),
    })
}

/// What the types cannot say by themselves.
fn check(family: &Family) -> Result<(), Refusal> {
    let refuse = |code, pointer: String, message: &str| Err(Refusal::new(code, pointer, message));
    if family.guardians.is_empty() || family.children.is_empty() {
        return refuse(
            Code::EmptyList,
            "/family".into(),
            "a guardian and a child are needed",
        );
    }
    if !family.guardians.iter().any(|guardian| guardian.primary) {
        let message = "no guardian is primary; make at least one so";
        return refuse(Code::NoPrimaryGuardian, "/family/guardians".into(), message);
    }
    let guardians = family.guardians.iter().map(|guardian| guardian.id.as_str());
    if let Some(index) = repeated(guardians) {
        let pointer = format!("/family/guardians/{index}/id");
        return refuse(
            Code::DuplicateId,
            pointer,
            "an id that an earlier guardian has",
        );
    }
    if let Some(index) = repeated(family.children.iter().map(|child| child.id.as_str())) {
        let pointer = format!("/family/children/{index}/id");
        return refuse(
            Code::DuplicateId,
            pointer,
            "an id that an earlier child has",
        );
    }
    for (index, child) in family.children.iter().enumerate() {
        let place = format!("/family/children/{index}");
        if child.id.is_empty() {
            return refuse(
                Code::BadText,
                place + "/id",
                "an empty id; give the child one",
            );
        }
        known_zone(child.profile.zone.as_str(), || {
            format!("{place}/profile/zone")
        })?;
        child.layer.check().map_err(|fault| {
            let pointer = format!("{place}/layer{}", fault.pointer);
            Refusal::new(Code::BadRule, pointer, fault.cause.to_string())
        })?;
    }
    known_zone(family.zone.as_str(), || "/family/zone".to_owned())
}

fn repeated<'a>(ids: impl Iterator<Item = &'a str>) -> Option<usize> {
    let mut seen = std::collections::HashSet::new();
    ids.enumerate()
        .find(|(_, id)| !seen.insert(*id))
        .map(|(index, _)| index)
}

/// Refuses a zone that the database which decides does not have (R-PCPS-006).
pub(crate) fn known_zone(name: &str, pointer: impl FnOnce() -> String) -> Result<(), Refusal> {
    let zones = Zones::bundled();
    let known = name
        .parse()
        .is_ok_and(|name: ZoneName| zones.find(&name).is_ok());
    // A name of the tool that reads the database, for want of one.
    if known && !name.eq_ignore_ascii_case("Etc/Unknown") {
        return Ok(());
    }
    let message = "unknown time zone; write a name of the IANA database such as Europe/London";
    Err(Refusal::new(Code::UnknownZone, pointer(), message))
}

fn to_json<T: Serialize>(value: &T) -> Result<Json, Refusal> {
    let text = serde_json::to_vec(value)
        .map_err(|error| Refusal::new(Code::BadRule, "", error.to_string()))?;
    Ok(json::parse(&text, LIMITS)?)
}

/// Reads a value from JSON whose form stands in chapter 13; an error names the member at fault by its
/// pointer.
///
/// # Errors
/// [`Refusal`] with the code `BAD_RULE` when the text is not of this form.
pub fn typed<T: DeserializeOwned>(text: &[u8]) -> Result<T, Refusal> {
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let refused = |path: &serde_path_to_error::Path, error: &serde_json::Error| {
        let text = error.to_string();
        // The pointer says where; a position in a text that was written anew would mislead.
        let text = text.split(" at line ").next().unwrap_or_default();
        Refusal::new(Code::BadRule, pointer(path), text)
    };
    serde_path_to_error::deserialize(&mut deserializer)
        .map_err(|error| refused(error.path(), error.inner()))
}

/// Reads a typed value, so that an error has its place in the file.
fn from_json<T: DeserializeOwned>(node: &Node<'_>) -> Result<T, Refusal> {
    // Not the canonical form: that rounds integers above 2^53.
    let text = pretty(node.json);
    typed(text.as_bytes()).map_err(|refusal| Refusal {
        pointer: node.pointer() + &refusal.pointer,
        ..refusal
    })
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .fold(String::new(), |pointer, segment| match segment {
            Segment::Seq { index } => json::pointer_index(&pointer, *index),
            Segment::Map { key } => json::pointer_member(&pointer, key),
            Segment::Enum { variant } => json::pointer_member(&pointer, variant),
            Segment::Unknown => pointer,
        })
}
