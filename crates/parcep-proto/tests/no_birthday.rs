//! No message has room for a date of birth, or for anything from which one follows (R-AGE-010), and no call of an
//! issuer goes on telling (R-AGE-056).
//!
//! Names alone would not do: a birthday fits into any number. So every number of the whole package stands below with
//! what it is, and in the files of age signals every text and every run of bytes too. A field that nobody wrote down
//! here fails the test, whatever it is called.

#![expect(clippy::expect_used, reason = "a test may stop at the first surprise")]

use prost::Message as _;
use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{DescriptorProto, FieldDescriptorProto, FileDescriptorProto, FileDescriptorSet};
use std::collections::BTreeSet;

/// Words of names that would ask for it, in any message, enumeration or call.
const NEVER: &[&str] = &[
    "birth",
    "birthday",
    "birthdate",
    "born",
    "dob",
    "bday",
    "anniversary",
    "age_in_days",
    "age_days",
    "age_months",
    "age_years",
    "exact_age",
    "date_of_majority",
];

/// Days and instants of the package: what each is of. A date of birth is of none of them.
const TIMES: &[(&str, &str)] = &[
    (
        "AgeSignal.issued_bucket",
        "issue, rounded down to a day (R-AGE-008)",
    ),
    ("AgeSignal.not_after", "the same life for all (R-AGE-014)"),
    (
        "AgeToken.issued_bucket",
        "issue, rounded down to a week (R-AGE-021)",
    ),
    (
        "AgeToken.not_after",
        "whole weeks, the same life for all (R-AGE-019)",
    ),
    (
        "AgeChange.decided_day",
        "the act of somebody who decided (R-AGE-043)",
    ),
    (
        "RevokedAgeHandlesResponse.as_of",
        "the day of a list (R-AGE-046)",
    ),
    (
        "YearMonth.year",
        "of `release_on` alone, in the household's sealed documents: the one exception of R-AGE-010",
    ),
    (
        "YearMonth.month",
        "of `release_on` alone, in the household's sealed documents: the one exception of R-AGE-010",
    ),
    ("ChallengeResponse.expires_at", "of a nonce"),
    ("OpenSessionRequest.expires_at", "of a nonce"),
    ("OpenSessionResponse.expires_at", "of a session"),
    ("CreateLogRequest.expires_at", "of a nonce"),
    ("Bookmark.time", "of the relay's clock"),
    (
        "AdminAct.announced_at",
        "the act of an admin, by the relay's clock",
    ),
    ("AdminAct.due_at", "seven days later"),
    ("Header.issued_at", "the act of an author"),
    ("Header.not_before", "from when a document counts"),
    ("Header.expires_at", "until when a document counts"),
    ("RegisterDocument.issued_at", "the act of a writer"),
    ("Beat.time", "of a guardian's clock"),
    ("Register.expires_at", "until when a register is kept"),
    ("CustodyInterval.from", "custody of a guardian"),
    ("CustodyInterval.until", "custody of a guardian"),
    ("Override.from", "an act of a guardian"),
    ("Override.until", "an act of a guardian"),
    ("DateException.day", "the day on which other windows hold"),
    (
        "*.review_by_day",
        "when a rule is looked at again, at most 12 months on (R-POL-022)",
    ),
];

/// Ages of the package: bounds of cells at least two years wide, and ages that a rule names for everybody.
const AGES: &[(&str, &str)] = &[
    (
        "AgeSignal.lower_inclusive",
        "a cut point of the audience (R-AGE-004, R-AGE-005)",
    ),
    (
        "AgeSignal.upper_exclusive",
        "a cut point of the audience (R-AGE-004, R-AGE-005)",
    ),
    (
        "AgeToken.lower_inclusive",
        "a cut point of the request (R-AGE-004, R-AGE-005)",
    ),
    (
        "AgeToken.upper_exclusive",
        "a cut point of the request (R-AGE-004, R-AGE-005)",
    ),
    (
        "AgeSignalRequest.cuts",
        "asked by the audience, of everybody (R-AGE-005)",
    ),
    (
        "IssueAgeTokensRequest.cuts",
        "asked by the holder, two years apart (R-AGE-005)",
    ),
    (
        "AgeShareRule.cuts",
        "set for an audience, two years apart (R-AGE-005)",
    ),
    (
        "AgeGate.minimum_age",
        "from which something is open, for everybody",
    ),
    ("CeilingRule.max_age", "of a label of content"),
    ("Caps.unblock_max_age", "of a label of content"),
];

/// Numbers that are neither days nor ages: how many, how long, and which one.
const COUNTS: &[&str] = &[
    "below_seq",
    "critical_extensions",
    "day_start_seconds",
    "end_seconds",
    "extend_until_seconds",
    "extra_time_cap_seconds",
    "extra_time_seconds",
    "from_seq",
    "generation",
    "grace_seconds",
    "id",
    "length",
    "limit",
    "min_confidence_percent",
    "min_reader",
    "minor_units",
    "next_seq",
    "number",
    "offset",
    "quota_bytes",
    "rate_per_minute",
    "relay_epoch",
    "retry_after_seconds",
    "seconds",
    "semantics",
    "seq",
    "seqs",
    "start_seconds",
    "threshold",
    "version",
    "warning_seconds",
    "weekly_seconds",
];

/// Texts and bytes in the files of age signals, with the form that leaves no room for a day.
const TEXTS_AND_BYTES: &[(&str, &str)] = &[
    ("SignedAgeSignal.signal", "an encoded AgeSignal"),
    (
        "SignedAgeSignal.issuer_key_id",
        "a hash of a key in the trust list (R-AGE-024)",
    ),
    ("SignedAgeSignal.signature", "a signature"),
    ("AgeSignal.audience", "the audience's own name (R-AGE-013)"),
    ("AgeSignal.nonce", "the audience's own bytes (R-AGE-007)"),
    ("AgeSignal.token_id", "random (R-AGE-009)"),
    (
        "AgeSignal.jurisdiction",
        "what the request named (R-AGE-028)",
    ),
    (
        "AgeSignal.revocation_handle",
        "derived from a secret, the audience and a counter (R-AGE-046)",
    ),
    ("AgeChange.id", "the service's own bytes (R-AGE-043)"),
    ("AgeChange.earlier", "the service's own bytes (R-AGE-043)"),
    (
        "AgeSignalRequest.audience",
        "the audience's own name (R-AGE-013)",
    ),
    (
        "AgeSignalRequest.nonce",
        "the audience's own bytes (R-AGE-007)",
    ),
    (
        "AgeSignalRequest.jurisdiction",
        "what the audience asks under (R-AGE-026)",
    ),
    (
        "AgeSignalRequest.changes",
        "the service's own bytes (R-AGE-026)",
    ),
    ("SignedAgeToken.token", "an encoded AgeToken"),
    (
        "SignedAgeToken.issuer_key_id",
        "a hash of a key in the trust list (R-AGE-024)",
    ),
    ("SignedAgeToken.signature", "a signature"),
    ("AgeToken.holder_key", "a fresh key (R-AGE-020)"),
    (
        "AgePresentation.audience",
        "the audience's own name (R-AGE-013)",
    ),
    (
        "AgePresentation.nonce",
        "the audience's own bytes (R-AGE-007)",
    ),
    ("PresentedAge.presentation", "an encoded AgePresentation"),
    ("PresentedAge.holder_signature", "a signature"),
    (
        "IssueAgeTokensRequest.holder_keys",
        "fresh keys (R-AGE-020)",
    ),
    (
        "RevokedAgeHandlesRequest.audience",
        "the audience's own name (R-AGE-013)",
    ),
    (
        "RevokedAgeHandlesResponse.handles",
        "derived from a secret, the audience and a counter (R-AGE-046)",
    ),
];

/// R-AGE-010, R-PRIV-005
#[test]
fn age_31_no_message_has_room_for_a_date_of_birth() {
    let set = descriptors();
    let faults = faults(&set);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    // Nothing is excused that is not there.
    let fields = all_fields(&set);
    let rows = [TIMES, AGES, TEXTS_AND_BYTES].concat();
    assert!(rows.iter().all(|(_, why)| !why.is_empty()));
    for (row, _) in rows {
        let there = fields.iter().any(|field| is_row(row, field));
        assert!(there, "{row} is listed and there is no such field");
    }
    for count in COUNTS {
        let there = fields
            .iter()
            .any(|field| field.ends_with(&format!(".{count}")));
        assert!(there, "{count} is listed and there is no such field");
    }
}

/// R-AGE-010
#[test]
fn age_31_a_date_of_birth_is_found_wherever_and_under_whatever_name_it_is_put() {
    let foreign = || FieldDescriptorProto {
        type_name: Some(".google.protobuf.Timestamp".into()),
        ..field("since", Type::Message)
    };
    let seeds = [
        field("date_of_birth", Type::String),
        field("dob", Type::Bytes),
        field("since", Type::Int64),
        field("day", Type::Int32),
        field("month", Type::Uint32),
        field("marker", Type::Uint64),
        field("exact", Type::Double),
        field("fixed", Type::Sfixed32),
        foreign(),
    ];
    let everywhere = [
        "AgeSignal",
        "AgeToken",
        "AgeSignalResponse",
        "IdentitySection",
        "Bookmark",
    ];
    for (message, seed) in everywhere
        .iter()
        .flat_map(|m| seeds.iter().map(move |s| (*m, s)))
    {
        let mut set = descriptors();
        let mut all = set.file.iter_mut().flat_map(|file| &mut file.message_type);
        let seeded = all.find(|m| m.name() == message).expect(message);
        seeded.field.push(seed.clone());
        assert_eq!(faults(&set).len(), 1, "{} in {message}", seed.name());
    }
    // Beside an age also texts, bytes and numbers that are excused elsewhere.
    for seed in [
        field("note", Type::String),
        field("extra", Type::Bytes),
        field("number", Type::Uint32),
        field("seconds", Type::Uint64),
        field("review_by", Type::Int32),
    ] {
        let mut set = descriptors();
        let mut all = set.file.iter_mut().flat_map(|file| &mut file.message_type);
        let seeded = all.find(|m| m.name() == "AgeSignal").expect("there");
        seeded.field.push(seed.clone());
        assert_eq!(faults(&set).len(), 1, "{}", seed.name());
    }
}

/// R-AGE-056: who asked is answered once, and nobody subscribes to a person.
#[test]
fn age_46_the_service_of_an_issuer_has_no_call_that_goes_on_telling() {
    let set = descriptors();
    assert_eq!(streams(&set), Vec::<String>::new());
    let services = set.file.iter().flat_map(|file| &file.service);
    let issuer: Vec<_> = services
        .filter(|s| s.name() == "AgeSignalService")
        .collect();
    assert_eq!(issuer.len(), 1);
    let calls = issuer.iter().flat_map(|service| &service.method);
    let calls: Vec<_> = calls.map(|call| call.name()).collect();
    assert_eq!(calls, ["Ask", "IssueTokens", "RevokedHandles"]);
}

/// R-AGE-056
#[test]
fn age_46_a_stream_of_signals_is_found() {
    for outward in [true, false] {
        let mut set = descriptors();
        let services = set.file.iter_mut().flat_map(|file| &mut file.service);
        for service in services.filter(|s| s.name() == "AgeSignalService") {
            let call = service.method.first_mut().expect("a call");
            call.server_streaming = Some(outward);
            call.client_streaming = Some(!outward);
        }
        assert_eq!(streams(&set), ["AgeSignalService.Ask"]);
    }
}

/// Calls that stream and have to do with an age: of the issuer's service, or with a message of its files.
fn streams(set: &FileDescriptorSet) -> Vec<String> {
    let of_age: BTreeSet<_> = set
        .file
        .iter()
        .filter(|file| is_of_age(file))
        .flat_map(|file| file.message_type.iter().map(|m| m.name().to_owned()))
        .collect();
    let short = |full: &str| full.rsplit('.').next().unwrap_or_default().to_owned();
    let mut found = Vec::new();
    for service in set.file.iter().flat_map(|file| &file.service) {
        for call in &service.method {
            let ends = [short(call.input_type()), short(call.output_type())];
            let about = ends.iter().any(|end| of_age.contains(end));
            if about && (call.server_streaming() || call.client_streaming()) {
                found.push(format!("{}.{}", service.name(), call.name()));
            }
        }
    }
    found
}

/// What could carry a date of birth.
fn faults(set: &FileDescriptorSet) -> Vec<String> {
    let mut found = Vec::new();
    for file in &set.file {
        let enums = file.enum_type.iter().flat_map(|one| {
            let values = one.value.iter().map(|value| value.name().to_owned());
            values.chain([one.name().to_owned()])
        });
        let messages = file.message_type.iter().map(|m| m.name().to_owned());
        found.extend(enums.chain(messages).filter(|name| asks(name)));
        for message in &file.message_type {
            assert!(
                message.nested_type.is_empty(),
                "nested types are not looked at"
            );
            let own = message.field.iter();
            found.extend(own.filter_map(|field| fault(file, message, field)));
        }
    }
    found
}

fn fault(
    file: &FileDescriptorProto,
    message: &DescriptorProto,
    field: &FieldDescriptorProto,
) -> Option<String> {
    let name = format!("{}.{}", message.name(), field.name());
    let listed = |rows: &[(&str, &str)]| rows.iter().any(|(row, _)| is_row(row, &name));
    if asks(field.name()) {
        return Some(format!("{name}: the name asks for it"));
    }
    match field.r#type() {
        Type::Bool => None,
        Type::Enum | Type::Message => {
            let foreign = !field.type_name().starts_with(".parcep.");
            foreign.then(|| format!("{name}: a type from elsewhere"))
        }
        Type::String | Type::Bytes if !is_of_age(file) => None,
        Type::String | Type::Bytes => {
            let known = listed(TEXTS_AND_BYTES);
            (!known).then(|| format!("{name}: which form has it?"))
        }
        Type::Int32 | Type::Int64 => (!listed(TIMES)).then(|| format!("{name}: of what?")),
        Type::Uint32 | Type::Uint64 => {
            // Beside an age any other number than a pause would be one too many.
            let pause = field.name() == "retry_after_seconds";
            let count = COUNTS.contains(&field.name()) && (pause || !is_of_age(file));
            let known = listed(TIMES) || listed(AGES) || count;
            (!known).then(|| format!("{name}: a day, an age or a count?"))
        }
        _ => Some(format!(
            "{name}: a kind of number that the package does not use"
        )),
    }
}

fn is_of_age(file: &FileDescriptorProto) -> bool {
    file.name().contains("/age_")
}

/// Whether a row is about a field; `*` stands for every message.
fn is_row(row: &str, field: &str) -> bool {
    match row.strip_prefix('*') {
        Some(end) => field.ends_with(end),
        None => row == field,
    }
}

fn asks(name: &str) -> bool {
    let words = format!("_{}_", snake(name));
    let mut never = NEVER.iter();
    never.any(|word| words.contains(&format!("_{word}_")))
}

/// `BirthDate` and `BIRTH_DATE` as `birth_date`.
fn snake(name: &str) -> String {
    let mut out = String::new();
    let mut after_small = false;
    for c in name.chars() {
        if c.is_ascii_uppercase() && after_small {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
        after_small = c.is_ascii_lowercase() || c.is_ascii_digit();
    }
    out
}

fn descriptors() -> FileDescriptorSet {
    FileDescriptorSet::decode(parcep_proto::DESCRIPTOR_SET).expect("descriptors")
}

fn all_fields(set: &FileDescriptorSet) -> Vec<String> {
    let messages = set.file.iter().flat_map(|file| &file.message_type);
    messages
        .flat_map(|m| {
            m.field
                .iter()
                .map(move |f| format!("{}.{}", m.name(), f.name()))
        })
        .collect()
}

fn field(name: &str, of: Type) -> FieldDescriptorProto {
    FieldDescriptorProto {
        name: Some(name.into()),
        number: Some(900),
        label: Some(Label::Optional.into()),
        r#type: Some(of.into()),
        ..Default::default()
    }
}
