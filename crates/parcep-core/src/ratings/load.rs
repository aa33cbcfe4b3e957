//! Reading and validating a table. What comes out is consistent.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use ring::digest;
use serde::Deserialize;

use super::codes::{self, Codes, CodesForm, SettingCodes};
use super::{Basis, Label, LabelKind, Order, RatingTable, System};
use crate::policy::Medium;

/// Why bytes are not a rating table. `place` is a JSON pointer or an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RatingError {
    /// No JSON of the expected shape.
    #[error("not a rating table: {0}")]
    Syntax(String),
    /// Another format or version.
    #[error("expected format `parcep-ratings`, version 1 or later of the data")]
    Format,
    /// More systems, labels or bytes than a reader accepts.
    #[error("a rating table has at most 1024 systems, 16384 labels and 4 MiB")]
    TooLarge,
    /// A system or a label is there twice, or a name could mean two.
    #[error("`{place}`: `{name}` is not unique")]
    Ambiguous {
        /// Where.
        place: String,
        /// The name.
        name: String,
    },
    /// A value is not one of the known ones, or not in its range.
    #[error("`{place}`: {what} is not valid")]
    Value {
        /// Where.
        place: String,
        /// What.
        what: &'static str,
    },
    /// Ranks or ages of a chain do not grow.
    #[error("`{place}`: {what} must grow along its chain")]
    Order {
        /// Where.
        place: String,
        /// What.
        what: &'static str,
    },
}

impl RatingError {
    /// Stable reason code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Syntax(_) => "RATING_TABLE_SYNTAX",
            Self::Format => "RATING_TABLE_FORMAT",
            Self::TooLarge => "RATING_TABLE_TOO_LARGE",
            Self::Ambiguous { .. } => "RATING_TABLE_AMBIGUOUS",
            Self::Value { .. } => "RATING_TABLE_VALUE",
            Self::Order { .. } => "RATING_TABLE_ORDER",
        }
    }
}

/// Limits before anything is built: far above any table, far below harm.
const MAX_BYTES: usize = 4 << 20;
const MAX_SYSTEMS: usize = 1_024;
const MAX_LABELS: usize = 16_384;

#[derive(Deserialize)]
struct TableForm {
    format: String,
    version: u32,
    sources: BTreeMap<String, serde::de::IgnoredAny>,
    systems: Vec<SystemForm>,
    #[serde(default)]
    codes: CodesForm,
}

#[derive(Deserialize)]
struct SystemForm {
    id: String,
    name: String,
    media: Vec<String>,
    regions: Vec<String>,
    order: String,
    #[serde(default)]
    settings: Option<SettingCodes>,
    labels: Vec<LabelForm>,
}

#[derive(Deserialize)]
struct LabelForm {
    id: String,
    label: String,
    min_age: Option<u8>,
    basis: String,
    kind: String,
    chain: String,
    rank: Option<u16>,
    sources: Vec<String>,
    #[serde(default)]
    aliases: Vec<String>,
    same_as: Option<String>,
    code: Option<u32>,
}

pub(super) fn empty() -> RatingTable {
    RatingTable {
        version: 0,
        fingerprint: 0,
        systems: Vec::new(),
        labels: Vec::new(),
        by_system: HashMap::new(),
        by_label: HashMap::new(),
        codes: Codes::default(),
    }
}

pub(super) fn parse(bytes: &[u8]) -> Result<RatingTable, RatingError> {
    if bytes.len() > MAX_BYTES {
        return Err(RatingError::TooLarge);
    }
    let form: TableForm =
        serde_json::from_slice(bytes).map_err(|error| RatingError::Syntax(error.to_string()))?;
    if form.format != "parcep-ratings" || form.version == 0 {
        return Err(RatingError::Format);
    }
    let labels = form
        .systems
        .iter()
        .map(|system| system.labels.len())
        .sum::<usize>();
    if form.systems.len() > MAX_SYSTEMS || labels > MAX_LABELS {
        return Err(RatingError::TooLarge);
    }
    let mut builder = Builder {
        table: empty(),
        same_as: Vec::new(),
        chains: 0,
    };
    builder.table.version = form.version;
    builder.table.fingerprint = fingerprint(bytes);
    for system in form.systems {
        builder.system(system, &form.sources)?;
    }
    // Before borrowed ages come in: a vendor's chain may flatten two chains of the system it
    // repeats, and then only its ranks grow.
    check_chains(&builder.table)?;
    builder.resolve_same_as()?;
    let codes = codes::build(form.codes, &builder.table, &form.sources)?;
    builder.table.codes = codes;
    Ok(builder.table)
}

/// Tells tables apart; not a security value.
fn fingerprint(bytes: &[u8]) -> u32 {
    let hash = digest::digest(&digest::SHA256, bytes);
    hash.as_ref()
        .iter()
        .take(4)
        .fold(0, |sum, byte| sum << 8 | u32::from(*byte))
}

struct Builder {
    table: RatingTable,
    /// Place of a label, and the id of the label it repeats.
    same_as: Vec<(usize, String)>,
    chains: u16,
}

impl Builder {
    fn system(
        &mut self,
        form: SystemForm,
        sources: &BTreeMap<String, serde::de::IgnoredAny>,
    ) -> Result<(), RatingError> {
        let bad = |what| RatingError::Value {
            place: form.id.clone(),
            what,
        };
        let simple = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        if form.id.is_empty() || !form.id.bytes().all(simple) {
            return Err(bad("id"));
        }
        let media = form.media.iter().map(|name| name.parse::<Medium>());
        let media = media
            .collect::<Result<Vec<_>, _>>()
            .map_err(|_| bad("medium"))?;
        if media.is_empty() {
            return Err(bad("medium"));
        }
        if form.regions.is_empty() || !form.regions.iter().all(|region| is_region(region)) {
            return Err(bad("region"));
        }
        let order = match form.order.as_str() {
            "total" => Order::Total,
            "partial" => Order::Partial,
            _ => return Err(bad("order")),
        };
        let number = u16::try_from(self.table.systems.len()).map_err(|_| RatingError::TooLarge)?;
        for name in BTreeSet::from([form.id.to_ascii_lowercase(), form.name.to_ascii_lowercase()]) {
            if self.table.by_system.insert(name.clone(), number).is_some() {
                return Err(RatingError::Ambiguous {
                    place: form.id,
                    name,
                });
            }
        }
        let mut chains = BTreeMap::new();
        for label in form.labels {
            if let Some(source) = label
                .sources
                .iter()
                .find(|source| !sources.contains_key(*source))
            {
                let place = format!("{}: source {source}", label.id);
                return Err(RatingError::Value {
                    place,
                    what: "source",
                });
            }
            self.label(label, number, &form.id, &mut chains)?;
        }
        if (order == Order::Partial) != (chains.len() > 1) {
            return Err(RatingError::Value {
                place: form.id,
                what: "order",
            });
        }
        let SystemForm {
            id,
            name,
            regions,
            settings,
            ..
        } = form;
        let labels = self.table.labels.iter();
        let of_system = labels.filter(|label| label.system == number);
        codes::check_codes(&id, of_system, settings)?;
        self.table.systems.push(System {
            id,
            name,
            media,
            regions,
            order,
            settings,
        });
        Ok(())
    }

    fn label(
        &mut self,
        form: LabelForm,
        system: u16,
        system_id: &str,
        chains: &mut BTreeMap<String, u16>,
    ) -> Result<(), RatingError> {
        let bad = |what| RatingError::Value {
            place: form.id.clone(),
            what,
        };
        let tail = form
            .id
            .strip_prefix(system_id)
            .and_then(|rest| rest.strip_prefix(':'));
        let tail = tail
            .filter(|tail| !tail.is_empty())
            .ok_or_else(|| bad("id"))?;
        let kind = kind_of(&form.kind).ok_or_else(|| bad("kind"))?;
        let basis = basis_of(&form.basis).ok_or_else(|| bad("basis"))?;
        if !age_fits(kind, form.min_age, form.same_as.is_some()) {
            return Err(bad("min_age"));
        }
        let index = self.table.labels.len();
        let short = u16::try_from(index).map_err(|_| RatingError::TooLarge)?;
        let names = [form.id.as_str(), tail, form.label.as_str()].into_iter();
        let names = names
            .chain(form.aliases.iter().map(String::as_str))
            .map(str::to_ascii_lowercase);
        for name in names.collect::<BTreeSet<_>>() {
            if self
                .table
                .by_label
                .insert((system, name.clone()), short)
                .is_some()
            {
                return Err(RatingError::Ambiguous {
                    place: form.id,
                    name,
                });
            }
        }
        let next = self.chains;
        let chain_number = *chains.entry(form.chain.clone()).or_insert(next);
        self.chains = next.max(chain_number.saturating_add(1));
        if let Some(other) = form.same_as {
            self.same_as.push((index, other));
        }
        self.table.labels.push(Label {
            id: form.id,
            label: form.label,
            min_age: form.min_age,
            kind,
            chain: form.chain,
            rank: form.rank,
            basis,
            code: form.code,
            aliases: form.aliases,
            system,
            chain_number,
        });
        Ok(())
    }

    /// A label that repeats another one has its age, basis and kind; rank and chain stay its own.
    fn resolve_same_as(&mut self) -> Result<(), RatingError> {
        let repeated: BTreeSet<usize> = self.same_as.iter().map(|(index, _)| *index).collect();
        for (index, other) in &self.same_as {
            let mut all = self.table.labels.iter().enumerate();
            let found = all.find(|(at, label)| label.id == *other && !repeated.contains(at));
            let values = found.map(|(_, label)| (label.min_age, label.basis, label.kind));
            let (Some((min_age, basis, kind)), Some(label)) =
                (values, self.table.labels.get_mut(*index))
            else {
                return Err(RatingError::Value {
                    place: other.clone(),
                    what: "same_as",
                });
            };
            (label.min_age, label.basis, label.kind) = (min_age, basis, kind);
        }
        Ok(())
    }
}

/// Along a chain, in the order of the table, ranks grow strictly and ages do not fall.
fn check_chains(table: &RatingTable) -> Result<(), RatingError> {
    let mut last: BTreeMap<u16, (u16, u8)> = BTreeMap::new();
    for label in &table.labels {
        let Some(rank) = label.rank else { continue };
        let wrong = |what| RatingError::Order {
            place: label.id.clone(),
            what,
        };
        let (last_rank, last_age) = last.get(&label.chain_number).copied().unwrap_or((0, 0));
        if rank <= last_rank {
            return Err(wrong("rank"));
        }
        let age = label.min_age.unwrap_or(last_age);
        if age < last_age {
            return Err(wrong("min_age"));
        }
        last.insert(label.chain_number, (rank, age));
    }
    Ok(())
}

fn basis_of(name: &str) -> Option<Basis> {
    Some(match name {
        "published" => Basis::Published,
        "assigned" => Basis::Assigned,
        "none" => Basis::None,
        _ => return None,
    })
}

fn kind_of(name: &str) -> Option<LabelKind> {
    Some(match name {
        "age" => LabelKind::Age,
        "guidance" => LabelKind::Guidance,
        "adult_only" => LabelKind::AdultOnly,
        "refused" => LabelKind::Refused,
        "pending" => LabelKind::Pending,
        "unrated" => LabelKind::Unrated,
        "exempt" => LabelKind::Exempt,
        _ => return None,
    })
}

fn age_fits(kind: LabelKind, age: Option<u8>, repeats_another: bool) -> bool {
    if age.is_some_and(|age| age > 21) {
        return false;
    }
    match kind {
        LabelKind::Age => age.is_some() != repeats_another,
        LabelKind::AdultOnly => age.is_some_and(|age| age >= 18),
        LabelKind::Refused | LabelKind::Pending | LabelKind::Unrated => age.is_none(),
        LabelKind::Guidance | LabelKind::Exempt => true,
    }
}

/// Two capital letters, two and a subdivision, or `*`.
fn is_region(text: &str) -> bool {
    let capitals = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_uppercase());
    let fits = |part: &str| {
        (1..=3).contains(&part.len())
            && part
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
    };
    match text.split_once('-') {
        None => text == "*" || capitals(text),
        Some((country, part)) => capitals(country) && fits(part),
    }
}
