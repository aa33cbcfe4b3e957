//! A residue as part of an imported policy file.

use super::{Residue, Row};
use crate::json::Json;
use crate::reader::Node;
use crate::refusal::Refusal;

impl Residue {
    /// The residue as it stands in a file.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let mut out = Vec::new();
        let mut member = |name: &str, value: Json| out.push((name.to_owned(), value));
        match self {
            Self::Value { typed, written } => {
                typed
                    .iter()
                    .for_each(|value| member("typed", value.clone()));
                written
                    .iter()
                    .for_each(|value| member("written", value.clone()));
            }
            Self::Repeat { first, written } => {
                member("repeats", first.clone());
                member("written", written.clone());
            }
            Self::Members { made, members } => {
                if *made {
                    member("made", Json::Bool(true));
                }
                let members = members
                    .iter()
                    .map(|(name, value)| (name.clone(), value.to_json()));
                member("members", Json::Object(members.collect()));
            }
            Self::Rows { made, order, rows } => {
                if *made {
                    member("made", Json::Bool(true));
                }
                if !order.is_empty() {
                    let order = order.iter().map(|row| Json::Object(row_members(row)));
                    member("order", Json::Array(order.collect()));
                }
                let rows = rows.iter().map(|(row, value)| {
                    let mut members = row_members(row);
                    members.push(("differs".to_owned(), value.to_json()));
                    Json::Object(members)
                });
                member("rows", Json::Array(rows.collect()));
            }
        }
        Json::Object(out)
    }

    pub(crate) fn read(node: &Node<'_>) -> Result<Self, Refusal> {
        let open = node.open_fields()?;
        let made = |node: &Node<'_>| node.flag();
        if open.get("members").is_some() {
            let fields = node.fields(&["made", "members"])?;
            let members = fields.need("members")?.open_fields()?;
            let members = members
                .all()
                .map(|(name, node)| Ok((name.to_owned(), Self::read(&node)?)));
            return Ok(Self::Members {
                made: fields.maybe("made", made)?.unwrap_or(false),
                members: members.collect::<Result<_, Refusal>>()?,
            });
        }
        if open.get("rows").is_some() {
            let fields = node.fields(&["made", "order", "rows"])?;
            let order = |node: &Node<'_>| node.list(|row| read_row(row, &["key", "nth"]));
            return Ok(Self::Rows {
                made: fields.maybe("made", made)?.unwrap_or(false),
                order: fields.maybe("order", order)?.unwrap_or_default(),
                rows: fields.need("rows")?.list(|row| {
                    let fields = row.open_fields()?;
                    let key = read_row(row, &["key", "nth", "differs"])?;
                    Ok((key, Self::read(&fields.need("differs")?)?))
                })?,
            });
        }
        if let Some(first) = open.get("repeats") {
            let fields = node.fields(&["repeats", "written"])?;
            let written = fields.need("written")?.json.clone();
            return Ok(Self::Repeat {
                first: first.json.clone(),
                written,
            });
        }
        let fields = node.fields(&["typed", "written"])?;
        let value = |name: &str| fields.get(name).map(|node| node.json.clone());
        Ok(Self::Value {
            typed: value("typed"),
            written: value("written"),
        })
    }
}

fn row_members(row: &Row) -> Vec<(String, Json)> {
    let mut members = vec![("key".to_owned(), Json::text(&row.key))];
    if row.nth > 0 {
        members.push((
            "nth".to_owned(),
            Json::integer(i64::try_from(row.nth).unwrap_or(0)),
        ));
    }
    members
}

fn read_row(node: &Node<'_>, known: &[&str]) -> Result<Row, Refusal> {
    let fields = node.fields(known)?;
    let nth = fields
        .maybe("nth", |node| node.integer(0..=i64::from(u32::MAX)))?
        .unwrap_or(0);
    let nth = usize::try_from(nth).unwrap_or(usize::MAX);
    Ok(Row {
        key: fields.need("key")?.string()?,
        nth,
    })
}
