//! No message has room for what this protocol never asks for.

use prost::Message as _;
use prost_types::{DescriptorProto, EnumDescriptorProto, FileDescriptorSet};

/// Words of names that would ask for it, with what they would ask for.
const NEVER: &[(&str, &[&str])] = &[
    (
        "a date of birth",
        &["birth", "birthday", "birthdate", "born", "dob", "age_years"],
    ),
    (
        "content of messages",
        &[
            "chat",
            "conversation",
            "transcript",
            "inbox",
            "message_text",
            "message_content",
            "plaintext",
        ],
    ),
    (
        "what was typed",
        &[
            "keystroke",
            "keystrokes",
            "keylog",
            "typed",
            "clipboard",
            "password",
        ],
    ),
    (
        "pictures and sound",
        &[
            "screenshot",
            "screenshots",
            "screen_capture",
            "camera",
            "photo",
            "microphone",
            "audio",
            "recording",
        ],
    ),
    (
        "a place",
        &[
            "location",
            "latitude",
            "longitude",
            "gps",
            "geofence",
            "whereabouts",
        ],
    ),
    (
        "what was visited",
        &["history", "visited", "searched", "search_terms", "viewed"],
    ),
    (
        "a way around encryption",
        &[
            "decrypt",
            "decryption",
            "escrow",
            "backdoor",
            "intercept",
            "exceptional_access",
        ],
    ),
    (
        "control that hides itself",
        &[
            "covert",
            "stealth",
            "hide_from",
            "invisible",
            "undetectable",
        ],
    ),
];

/// Names that hold such a word and ask for nothing of the kind, with what they say instead.
const EXCUSED: &[(&str, &str)] = &[(
    "AGE_BASIS_LOCATION",
    "that a place decided whose law applies; the place is told as a country or its part, if at all",
)];

/// R-PRIV-005, R-SCOPE-001, R-DEP-002: nor is there a field by which control could hide from the person controlled.
#[test]
fn no_name_in_the_package_asks_for_what_is_never_asked() {
    let set = FileDescriptorSet::decode(parcep_proto::DESCRIPTOR_SET).expect("descriptors");
    let mut names = Vec::new();
    for file in &set.file {
        for message in &file.message_type {
            names_of_message(message, &mut names);
        }
        for list in &file.enum_type {
            names_of_enum(list, &mut names);
        }
        for service in &file.service {
            names.extend(service.method.iter().map(|method| method.name().to_owned()));
        }
    }
    assert!(names.len() > 400, "only {} names read", names.len());
    for (excused, _) in EXCUSED {
        assert!(names.iter().any(|name| name == excused), "{excused}");
    }
    names.retain(|name| !EXCUSED.iter().any(|(excused, _)| name == excused));
    let asking: Vec<_> = names
        .iter()
        .filter_map(|name| asks_for(name).map(|what| format!("{name} asks for {what}")))
        .collect();
    assert!(asking.is_empty(), "{}", asking.join("\n"));
}

/// R-PRIV-005, R-SCOPE-001: what the registries name asks for no more than messages do, but for the flows that are
/// named there so that a person can read that they are never on.
#[test]
fn no_name_in_a_registry_asks_for_what_is_never_asked() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../spec/registry");
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the registries") {
        let path = entry.expect("a file").path();
        if path.extension().is_some_and(|e| e == "toml") {
            let text = std::fs::read_to_string(&path).expect("a registry");
            let table: toml::Table = text.parse().expect("TOML");
            names_of_rows(&table, &mut names);
        }
    }
    assert!(names.len() > 200, "only {} names read", names.len());
    let asking: Vec<_> = names
        .iter()
        .filter_map(|name| asks_for(name).map(|what| format!("{name} asks for {what}")))
        .collect();
    assert!(asking.is_empty(), "{}", asking.join("\n"));
}

/// Names of all rows, but those whose default is that they never are.
fn names_of_rows(table: &toml::Table, names: &mut Vec<String>) {
    for rows in table.values().filter_map(toml::Value::as_array) {
        for row in rows.iter().filter_map(toml::Value::as_table) {
            let never = row.get("default").and_then(toml::Value::as_str) == Some("never");
            let name = ["name", "id"].into_iter().find_map(|key| row.get(key));
            if let Some(name) = name.and_then(toml::Value::as_str).filter(|_| !never) {
                names.push(name.to_owned());
            }
            names_of_rows(row, names);
        }
    }
}

/// R-PIP-019: a verdict on something that a person looked at has no way out of the device. Rules speak of verdicts,
/// and nothing else does.
#[test]
fn no_message_but_a_rule_has_room_for_a_verdict() {
    let set = FileDescriptorSet::decode(parcep_proto::DESCRIPTOR_SET).expect("descriptors");
    let mut speaking = Vec::new();
    for file in &set.file {
        for message in &file.message_type {
            let mut names = Vec::new();
            names_of_message(message, &mut names);
            let verdict = |name: &String| format!("_{}_", snake(name)).contains("_verdict");
            if names.iter().any(verdict) {
                speaking.push(format!("{}: {}", file.name(), message.name()));
            }
        }
    }
    let policy = |name: &str| format!("parcep/v1alpha1/policy.proto: {name}");
    assert_eq!(speaking, ["RatingSection", "VerdictRule"].map(policy));
}

#[test]
fn names_that_ask_are_found_in_every_spelling_and_others_are_not() {
    for name in [
        "date_of_birth",
        "BirthDate",
        "DATA_KIND_SCREENSHOT",
        "TakeScreenshot",
        "web.history",
        "message_text",
        "DecryptRequest",
    ] {
        assert!(asks_for(name).is_some(), "{name}");
    }
    for name in [
        "Entry",
        "release_on",
        "signature",
        "PayloadType",
        "display_name",
        "seq",
        "PHOTOSYNTHESIS",
    ] {
        assert!(asks_for(name).is_none(), "{name}");
    }
}

fn asks_for(name: &str) -> Option<&'static str> {
    let words = format!("_{}_", snake(name));
    NEVER
        .iter()
        .find(|(_, asking)| {
            asking
                .iter()
                .any(|word| words.contains(&format!("_{word}_")))
        })
        .map(|(what, _)| *what)
}

/// `BirthDate`, `BIRTH_DATE` and `birth.date` as `birth_date`.
fn snake(name: &str) -> String {
    let mut out = String::new();
    let mut after_small = false;
    for c in name.chars() {
        if c.is_ascii_uppercase() && after_small {
            out.push('_');
        }
        out.push(if c.is_ascii_alphanumeric() {
            c.to_ascii_lowercase()
        } else {
            '_'
        });
        after_small = c.is_ascii_lowercase() || c.is_ascii_digit();
    }
    out
}

fn names_of_message(message: &DescriptorProto, names: &mut Vec<String>) {
    names.push(message.name().to_owned());
    names.extend(message.field.iter().map(|field| field.name().to_owned()));
    names.extend(message.oneof_decl.iter().map(|one| one.name().to_owned()));
    for inner in &message.nested_type {
        names_of_message(inner, names);
    }
    for list in &message.enum_type {
        names_of_enum(list, names);
    }
}

fn names_of_enum(list: &EnumDescriptorProto, names: &mut Vec<String>) {
    names.push(list.name().to_owned());
    names.extend(list.value.iter().map(|value| value.name().to_owned()));
}
