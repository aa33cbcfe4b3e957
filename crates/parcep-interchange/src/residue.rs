//! What a document says beyond our types, kept so that it can go out as it came in.
//!
//! ```text
//!  import:  document ──read──► typed ──render──► plain document
//!           residue = difference(plain document, document)
//!  export:  (edited) typed ──render──► plain document ──residue.apply──► document
//! ```
//! An unchanged typed policy therefore gives back the very document, whatever was in it. Each
//! difference names the plain value that it replaces and is dropped where the typed policy now says
//! something else: **typed values win**, and nothing that a guardian removed comes back (R-PCPS-021).

mod file;

#[cfg(test)]
mod tests;

use crate::json::Json;
use std::collections::HashMap;

/// How lists of a format are aligned and which members the typed side may create.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// Members whose objects are compared member by member even if the plain document lacks them.
    pub sections: &'static [&'static str],
    /// Whether that list has rows of their own identity, and the identity of one row. Rows that the
    /// typed side can render and rows that it cannot never share one.
    pub row: fn(list: &str, row: &Json) -> Option<String>,
}

/// The differences between a plain document and the document as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Residue {
    /// One value differs.
    Value {
        /// What the typed side renders; `None` if nothing.
        typed: Option<Json>,
        /// What was written; `None` if nothing.
        written: Option<Json>,
    },
    /// An object differs in these members.
    Members {
        /// The typed side renders no such object.
        made: bool,
        /// Name and difference.
        members: Vec<(String, Self)>,
    },
    /// A row that repeats the identity of an earlier one, which the typed side read together.
    Repeat {
        /// What the typed side renders for the first of that identity.
        first: Json,
        /// The row as written.
        written: Json,
    },
    /// A list differs in these rows.
    Rows {
        /// The typed side renders no such list.
        made: bool,
        /// The order as written, if it is not the rendered one.
        order: Vec<Row>,
        /// Row and difference.
        rows: Vec<(Row, Self)>,
    },
}

/// A row by its identity and how many rows of the same identity stand before it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Row {
    /// Identity, see [`Shape::row`].
    pub key: String,
    /// 0 for the first of that identity.
    pub nth: usize,
}

impl Residue {
    /// No difference.
    pub const NONE: Self = Self::Members {
        made: false,
        members: Vec::new(),
    };

    /// What must be done to `plain` to get `written`.
    #[must_use]
    pub fn difference(plain: &Json, written: &Json, shape: Shape) -> Self {
        differ(Some(plain), Some(written), "", shape).unwrap_or(Self::NONE)
    }

    /// `plain` with every difference whose ground still holds.
    #[must_use]
    pub fn apply(&self, plain: Json, shape: Shape) -> Json {
        put(self, Some(plain), "", shape).unwrap_or(Json::Null)
    }
}

fn differ(
    plain: Option<&Json>,
    written: Option<&Json>,
    name: &str,
    shape: Shape,
) -> Option<Residue> {
    let section = shape.sections.contains(&name);
    match (plain, written) {
        (Some(plain), Some(written)) if plain == written => None,
        (None, None) => None,
        (Some(Json::Object(plain)), Some(Json::Object(written))) => {
            Some(differ_members(plain, written, false, shape))
        }
        (None, Some(Json::Object(written))) if section => {
            Some(differ_members(&[], written, true, shape))
        }
        (Some(Json::Array(plain)), Some(Json::Array(written)))
            if keyed(plain, name, shape) && keyed(written, name, shape) =>
        {
            Some(differ_rows(plain, written, false, name, shape))
        }
        (None, Some(Json::Array(written))) if section && keyed(written, name, shape) => {
            Some(differ_rows(&[], written, true, name, shape))
        }
        (typed, written) => Some(Residue::Value {
            typed: typed.cloned(),
            written: written.cloned(),
        }),
    }
}

type Members = [(String, Json)];

fn find<'a>(members: &'a Members, name: &str) -> Option<&'a Json> {
    members
        .iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value)
}

fn differ_members(plain: &Members, written: &Members, made: bool, shape: Shape) -> Residue {
    let only_plain = plain
        .iter()
        .filter(|(name, _)| find(written, name).is_none());
    let members = written
        .iter()
        .chain(only_plain)
        .filter_map(|(name, _)| {
            let difference = differ(find(plain, name), find(written, name), name, shape)?;
            Some((name.clone(), difference))
        })
        .collect();
    Residue::Members { made, members }
}

fn keyed(rows: &[Json], list: &str, shape: Shape) -> bool {
    rows.iter().all(|row| (shape.row)(list, row).is_some())
}

/// Every row under its identity.
fn rows_of(rows: &[Json], list: &str, shape: Shape) -> Vec<(Row, Json)> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    rows.iter()
        .map(|row| {
            let key = (shape.row)(list, row).unwrap_or_default();
            let count = counts.entry(key.clone()).or_default();
            *count += 1;
            (
                Row {
                    key,
                    nth: *count - 1,
                },
                row.clone(),
            )
        })
        .collect()
}

fn differ_rows(plain: &[Json], written: &[Json], made: bool, list: &str, shape: Shape) -> Residue {
    let (plain, written) = (rows_of(plain, list, shape), rows_of(written, list, shape));
    let by_row: HashMap<&Row, &Json> = plain.iter().map(|(row, json)| (row, json)).collect();
    let mut rows = Vec::new();
    for (row, json) in &written {
        let first = by_row.get(&Row {
            key: row.key.clone(),
            nth: 0,
        });
        if let (true, false, Some(first)) = (row.nth > 0, by_row.contains_key(row), first) {
            let repeat = Residue::Repeat {
                first: (*first).clone(),
                written: json.clone(),
            };
            rows.push((row.clone(), repeat));
        } else if let Some(difference) = differ(by_row.get(row).copied(), Some(json), "", shape) {
            rows.push((row.clone(), difference));
        }
    }
    let in_written: HashMap<&Row, ()> = written.iter().map(|(row, _)| (row, ())).collect();
    for (row, json) in plain
        .iter()
        .filter(|(row, _)| !in_written.contains_key(row))
    {
        rows.push((
            row.clone(),
            Residue::Value {
                typed: Some(json.clone()),
                written: None,
            },
        ));
    }
    let order: Vec<Row> = written.into_iter().map(|(row, _)| row).collect();
    let same = order.iter().eq(plain.iter().map(|(row, _)| row));
    Residue::Rows {
        made,
        order: if same { Vec::new() } else { order },
        rows,
    }
}

fn put(residue: &Residue, plain: Option<Json>, name: &str, shape: Shape) -> Option<Json> {
    let made = matches!(
        residue,
        Residue::Members { made: true, .. } | Residue::Rows { made: true, .. }
    );
    // Sections may come and go with what is in them; any other object is gone for good.
    let creatable = made || shape.sections.contains(&name);
    match residue {
        Residue::Value { typed, written } => {
            let holds = match (&plain, typed) {
                (None, None) => true,
                (Some(now), Some(then)) => now.same(then),
                _ => false,
            };
            if holds { written.clone() } else { plain }
        }
        // Looked at where its first is known; anywhere else there is nothing to repeat.
        Residue::Repeat { .. } => plain,
        Residue::Members { made, members } => {
            let absent = plain.is_none();
            let plain = plain.or_else(|| creatable.then(|| Json::Object(Vec::new())))?;
            let Json::Object(mut now) = plain else {
                return Some(plain);
            };
            for (name, difference) in members {
                put_member(&mut now, name, difference, shape);
            }
            (*made || !absent || !now.is_empty()).then_some(Json::Object(now))
        }
        Residue::Rows { made, order, rows } => {
            let absent = plain.is_none();
            let plain = plain.or_else(|| creatable.then(|| Json::Array(Vec::new())))?;
            let Json::Array(now) = plain else {
                return Some(plain);
            };
            let now = put_rows(now, order, rows, name, shape);
            (*made || !absent || !now.is_empty()).then_some(Json::Array(now))
        }
    }
}

fn put_member(now: &mut Vec<(String, Json)>, name: &str, difference: &Residue, shape: Shape) {
    let place = now.iter().position(|(key, _)| key == name);
    let value = place.map(|index| now.remove(index).1);
    if let Some(value) = put(difference, value, name, shape) {
        let index = place.unwrap_or(now.len());
        now.insert(index.min(now.len()), (name.to_owned(), value));
    }
}

fn put_rows(
    now: Vec<Json>,
    order: &[Row],
    rows: &[(Row, Residue)],
    list: &str,
    shape: Shape,
) -> Vec<Json> {
    let now = rows_of(&now, list, shape);
    let mut sequence: Vec<Row> = now.iter().map(|(row, _)| row.clone()).collect();
    let before: HashMap<Row, Json> = now.into_iter().collect();
    let mut after = before.clone();
    for (row, difference) in rows {
        let value = after.remove(row);
        let is_new = value.is_none();
        let value = match difference {
            Residue::Repeat { first, written } if is_new => {
                let then = before.get(&Row {
                    key: row.key.clone(),
                    nth: 0,
                });
                then.is_some_and(|then| then.same(first))
                    .then(|| written.clone())
            }
            _ => put(difference, value, "", shape),
        };
        if let Some(value) = value {
            after.insert(row.clone(), value);
            if is_new {
                sequence.push(row.clone());
            }
        }
    }
    if !order.is_empty() {
        // Stable: rows that a guardian added since stay behind, in their own order.
        let position: HashMap<&Row, usize> = order.iter().zip(0..).collect();
        sequence.sort_by_key(|row| position.get(row).copied().unwrap_or(usize::MAX));
    }
    sequence
        .iter()
        .filter_map(|row| after.remove(row))
        .collect()
}
