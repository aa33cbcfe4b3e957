//! A registry: TOML with one list of rows, shown as a table.

use super::SiteError;
use std::path::PathBuf;
use toml::{Table, Value};

/// A value longer than this moves into the last column.
const SHORT: usize = 26;
/// At most so many columns beside the last one.
const COLUMNS: usize = 5;

/// Values of one row, as text; absent is `None`.
pub(super) type Values = Vec<Option<String>>;

/// One registry file.
#[derive(Debug, Clone, Default)]
pub(super) struct Registry {
    /// What its first comment says, in paragraphs.
    pub(super) about: Vec<String>,
    /// Its lists, most often one.
    pub(super) lists: Vec<List>,
}

/// One list of a registry.
#[derive(Debug, Clone, Default)]
pub(super) struct List {
    /// Its name, such as `payload_type`.
    pub(super) name: String,
    /// Columns of short values.
    pub(super) columns: Vec<String>,
    /// Keys whose values are long; they share the last column.
    pub(super) long: Vec<String>,
    /// The rows: values in the order of `columns`, then in the order of `long`.
    pub(super) rows: Vec<(Values, Values)>,
}

/// Reads a registry.
pub(super) fn read(path: &str, text: &str) -> Result<Registry, SiteError> {
    let table: Table = text
        .parse()
        .map_err(|error: toml::de::Error| SiteError::Toml {
            path: PathBuf::from(path),
            error: error.message().to_owned(),
        })?;
    let mut names: Vec<&String> = table.keys().collect();
    names.sort_by_key(|name| position(text, name));
    let plain: Vec<&String> = names
        .iter()
        .copied()
        .filter(|name| table.get(*name).is_some_and(|value| rows(value).is_empty()))
        .collect();
    let mut lists: Vec<List> = Vec::new();
    if !plain.is_empty() {
        let rows = plain
            .iter()
            .map(|name| {
                (
                    vec![Some((*name).clone())],
                    vec![table.get(*name).map(show)],
                )
            })
            .collect();
        lists.push(List {
            name: "values".to_owned(),
            columns: vec!["name".to_owned()],
            long: vec!["value".to_owned()],
            rows,
        });
    }
    for name in names {
        let rows = table.get(name).map(rows).unwrap_or_default();
        if !rows.is_empty() {
            lists.push(list(name, &rows, text));
        }
    }
    Ok(Registry {
        about: about(text),
        lists,
    })
}

/// The rows of a list, or of a table of tables whose keys become the first column.
fn rows(value: &Value) -> Vec<Table> {
    match value {
        Value::Array(all) => all
            .iter()
            .filter_map(|row| row.as_table().cloned())
            .collect(),
        Value::Table(named) if named.values().all(Value::is_table) => named
            .iter()
            .filter_map(|(name, row)| {
                let mut row = row.as_table()?.clone();
                row.insert("name".to_owned(), Value::String(name.clone()));
                Some(row)
            })
            .collect(),
        _ => Vec::new(),
    }
}

fn list(name: &str, rows: &[Table], text: &str) -> List {
    let mut keys: Vec<&String> = rows.iter().flat_map(Table::keys).collect();
    keys.sort();
    keys.dedup();
    keys.sort_by_key(|key| (position(text, key), *key));
    let widest = |key: &String| {
        let longest = rows
            .iter()
            .filter_map(|row| row.get(key))
            .map(|value| show(value).chars().count());
        longest.max().unwrap_or(0)
    };
    let mut columns: Vec<String> = Vec::new();
    let mut long: Vec<String> = Vec::new();
    for key in keys {
        let identity = columns.is_empty() || key == "name";
        if identity || (widest(key) <= SHORT && columns.len() < COLUMNS) {
            columns.push(key.clone());
        } else {
            long.push(key.clone());
        }
    }
    let pick =
        |row: &Table, keys: &[String]| keys.iter().map(|key| row.get(key).map(show)).collect();
    let rows = rows
        .iter()
        .map(|row| (pick(row, &columns), pick(row, &long)))
        .collect();
    List {
        name: name.to_owned(),
        columns,
        long,
        rows,
    }
}

/// Where a key first stands in the file: keys keep the order in which people wrote them.
fn position(text: &str, key: &str) -> usize {
    text.lines()
        .position(|line| {
            let word = line
                .trim_start_matches('[')
                .split([' ', '=', ']', '.'])
                .next();
            word == Some(key)
        })
        .unwrap_or(usize::MAX)
}

fn show(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Boolean(true) => "yes".to_owned(),
        Value::Boolean(false) => "no".to_owned(),
        Value::Array(all) => all.iter().map(show).collect::<Vec<_>>().join(", "),
        Value::Table(table) => table
            .iter()
            .map(|(key, value)| format!("{key}: {}", show(value)))
            .collect::<Vec<_>>()
            .join("; "),
        other => other.to_string(),
    }
}

/// The comment at the top, joined to paragraphs; lines that are indented or aligned stay lines of their own.
fn about(text: &str) -> Vec<String> {
    let mut paragraphs: Vec<String> = Vec::new();
    let mut fresh = true;
    for line in text.lines().map_while(|line| line.strip_prefix('#')) {
        let line = line.strip_prefix(' ').unwrap_or(line);
        let definition = line
            .split_once("  ")
            .is_some_and(|(word, _)| !word.contains(' ') && !word.is_empty());
        let words = line.split_whitespace().collect::<Vec<_>>().join(" ");
        match paragraphs.last_mut() {
            _ if words.is_empty() => {}
            Some(last) if !fresh && !definition => {
                last.push(' ');
                last.push_str(&words);
            }
            _ if definition => {
                let (word, rest) = line.split_once("  ").unwrap_or((line, ""));
                paragraphs.push(format!("`{word}`: {}", rest.trim()));
            }
            _ => paragraphs.push(words.clone()),
        }
        fresh = words.is_empty();
    }
    paragraphs
}
