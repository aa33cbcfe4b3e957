//! What a relay learns is a table, and the table is complete: `spec/registry/relay-learns.toml` has one row
//! for every field that crosses the relay's interface, and no other.
//!
//! The chapter shows it too. After a change of the table run `PARCEP_REGENERATE=1 cargo test -p parcep-proto`.

#![expect(clippy::expect_used, reason = "a test may stop at the first surprise")]

use prost::Message as _;
use prost_types::field_descriptor_proto::Type;
use prost_types::{DescriptorProto, FieldDescriptorProto, FileDescriptorSet};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

const REGISTRY: &str = "spec/registry/relay-learns.toml";
const CHAPTER: &str = "spec/24-privacy.md";
const KEPT: &[&str] = &[
    "never",
    "challenge",
    "session",
    "watch",
    "log",
    "body",
    "register",
    "access",
    "relay",
];

/// One row of the table.
struct Row {
    name: String,
    side: String,
    class: String,
    kept: String,
}

/// R-PRIV-001
#[test]
fn every_field_of_the_relays_interface_has_one_row_and_every_row_a_field() {
    let rows = rows();
    let listed: BTreeSet<_> = rows.iter().map(|row| row.name.clone()).collect();
    assert_eq!(listed.len(), rows.len(), "a field stands twice");
    let interface = Interface::read();
    let there: BTreeSet<_> = interface.fields().map(|(name, _)| name).collect();
    assert!(
        there.len() > 60,
        "only {} fields: the interface was not read",
        there.len()
    );
    let no_row: Vec<_> = there.difference(&listed).collect();
    let no_field: Vec<_> = listed.difference(&there).collect();
    assert!(
        no_row.is_empty() && no_field.is_empty(),
        "fields without a row: {no_row:?}; rows without a field: {no_field:?}"
    );
}

/// R-PRIV-001: the side is what the calls say, and no class fits a name, an address or a text.
#[test]
fn every_row_has_the_side_and_the_type_that_the_wire_has() {
    let interface = Interface::read();
    let rows = rows();
    for (name, field) in interface.fields() {
        let row = rows.iter().find(|row| row.name == name);
        let row = row.expect("the test above says which row is missing");
        let message = name.split('.').next().unwrap_or_default();
        let told = interface.told.contains(message);
        assert_eq!(row.side, if told { "told" } else { "says" }, "{name}");
        assert!(fits(&row.class, field), "{name} is no {}", row.class);
        assert!(KEPT.contains(&row.kept.as_str()), "{name}: {}", row.kept);
    }
}

/// R-PRIV-004: what a relay says of time is its own clock, the 7 days of an act that was announced to all, or an end
/// that is the caller's own or a register's.
#[test]
fn a_relay_has_no_field_in_which_to_tell_when_somebody_else_called() {
    let times: BTreeSet<_> = rows()
        .into_iter()
        .filter(|row| row.class == "time")
        .map(|row| row.name)
        .collect();
    let known = [
        "AdminAct.announced_at",
        "AdminAct.due_at",
        "Bookmark.time",
        "ChallengeResponse.expires_at",
        "CreateLogRequest.expires_at",
        "OpenSessionRequest.expires_at",
        "OpenSessionResponse.expires_at",
        "Register.expires_at",
    ];
    assert_eq!(times, known.map(String::from).into());
}

#[test]
fn the_chapter_shows_the_table_as_it_is() {
    let path = path(CHAPTER);
    let chapter = std::fs::read_to_string(&path).expect("the chapter");
    let (begin, end) = ("<!-- relay-learns -->\n", "<!-- /relay-learns -->");
    let (before, rest) = chapter.split_once(begin).expect("the table begins");
    let (_, after) = rest.split_once(end).expect("the table ends");
    let fresh = format!("{before}{begin}{}{end}{after}", table());
    if std::env::var_os("PARCEP_REGENERATE").is_some() {
        std::fs::write(&path, &fresh).expect("the chapter is writable");
    } else {
        assert!(
            chapter == fresh,
            "{CHAPTER} is stale: run `PARCEP_REGENERATE=1 cargo test -p parcep-proto`"
        );
    }
}

/// One line per message of the interface, in the order of the registry.
fn table() -> String {
    let mut lines: Vec<(String, String, Vec<String>)> = Vec::new();
    for row in rows() {
        let (message, field) = row.name.split_once('.').expect("`Message.field`");
        let cell = format!("`{field}` {} ({})", row.class, row.kept);
        match lines.last_mut() {
            Some((last, _, cells)) if last == message => cells.push(cell),
            _ => lines.push((message.to_owned(), row.side, vec![cell])),
        }
    }
    let mut out = String::from("| Message | Side | Fields: class (kept) |\n|---|---|---|\n");
    for (message, side, cells) in lines {
        let _ = writeln!(out, "| `{message}` | {side} | {} |", cells.join("; "));
    }
    out
}

fn fits(class: &str, field: &FieldDescriptorProto) -> bool {
    let wire = field.r#type();
    match class {
        "random" | "key" | "token" | "sealed" | "hash" | "signature" => wire == Type::Bytes,
        "place" => matches!(wire, Type::Uint32 | Type::Uint64),
        "time" => wire == Type::Int64,
        "right" => matches!(wire, Type::Enum | Type::Uint32 | Type::Uint64),
        "flag" => wire == Type::Bool,
        "message" => wire == Type::Message,
        _ => false,
    }
}

fn rows() -> Vec<Row> {
    let text = std::fs::read_to_string(path(REGISTRY)).expect("the registry");
    let file: toml::Table = text.parse().expect("the registry is TOML");
    let mut classes: BTreeSet<&str> = BTreeSet::new();
    if let Some(toml::Value::Table(known)) = file.get("class") {
        classes.extend(known.keys().map(String::as_str));
    }
    let rows = file
        .get("field")
        .and_then(toml::Value::as_array)
        .expect("rows");
    let read = |row: &toml::Value, key: &str| {
        let text = row.get(key).and_then(toml::Value::as_str);
        text.expect("every row has name, side, class, kept and why")
            .to_owned()
    };
    let rows: Vec<Row> = rows
        .iter()
        .map(|row| {
            assert_eq!(row.as_table().map_or(0, toml::Table::len), 5, "{row}");
            assert!(!read(row, "why").is_empty(), "{row}");
            Row {
                name: read(row, "name"),
                side: read(row, "side"),
                class: read(row, "class"),
                kept: read(row, "kept"),
            }
        })
        .collect();
    let used: BTreeSet<&str> = rows.iter().map(|row| row.class.as_str()).collect();
    assert_eq!(used, classes, "classes that are explained, and used");
    rows
}

fn path(file: &str) -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(file)
}

/// The messages that can be reached from a call of a service whose name begins with `Relay`.
struct Interface {
    messages: BTreeMap<String, DescriptorProto>,
    told: BTreeSet<String>,
    reached: BTreeSet<String>,
}

impl Interface {
    fn read() -> Self {
        let set = FileDescriptorSet::decode(parcep_proto::DESCRIPTOR_SET).expect("descriptors");
        let mut messages = BTreeMap::new();
        let (mut requests, mut responses) = (Vec::new(), Vec::new());
        for file in set.file {
            for service in &file.service {
                if service.name().starts_with("Relay") {
                    requests.extend(service.method.iter().map(|m| short(m.input_type())));
                    responses.extend(service.method.iter().map(|m| short(m.output_type())));
                }
            }
            for message in file.message_type {
                messages.insert(message.name().to_owned(), message);
            }
        }
        let told = reach(&messages, requests);
        let mut reached = reach(&messages, responses);
        reached.extend(told.iter().cloned());
        Self {
            messages,
            told,
            reached,
        }
    }

    fn fields(&self) -> impl Iterator<Item = (String, &FieldDescriptorProto)> {
        self.reached.iter().flat_map(|name| {
            let fields = self
                .messages
                .get(name)
                .into_iter()
                .flat_map(|message| &message.field);
            fields.map(move |field| (format!("{name}.{}", field.name()), field))
        })
    }
}

fn reach(messages: &BTreeMap<String, DescriptorProto>, from: Vec<String>) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut open = from;
    while let Some(name) = open.pop() {
        let fields = messages.get(&name).into_iter().flat_map(|m| &m.field);
        let inner = fields.filter(|field| field.r#type() == Type::Message);
        let inner: Vec<_> = inner.map(|field| short(field.type_name())).collect();
        if reached.insert(name) {
            open.extend(inner);
        }
    }
    reached
}

/// The last part of `.parcep.v1alpha1.Name`.
fn short(full: &str) -> String {
    full.rsplit('.').next().unwrap_or_default().to_owned()
}
