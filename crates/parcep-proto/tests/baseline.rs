//! The wire keeps what `proto/baseline.binpb` promises (R-WIRE-020), without any tool but cargo.
//!
//! `python3 proto/baseline.py check` asks `buf` the same, with more rules, and renews the baseline.

#![expect(clippy::expect_used, reason = "a test may stop at the first surprise")]

use prost::Message as _;
use prost_types::{DescriptorProto, FieldDescriptorProto, FileDescriptorProto, FileDescriptorSet};
use std::collections::BTreeMap;
use std::path::Path;

/// What a peer may rely on, by what it is found under.
type Promises = BTreeMap<String, String>;

fn baseline() -> FileDescriptorSet {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../proto/baseline.binpb");
    let image = std::fs::read(path).expect("the baseline");
    FileDescriptorSet::decode(image.as_slice()).expect("an image")
}

fn now() -> FileDescriptorSet {
    FileDescriptorSet::decode(parcep_proto::DESCRIPTOR_SET).expect("the generated descriptors")
}

fn promises(set: &FileDescriptorSet) -> Promises {
    let ours = set
        .file
        .iter()
        .filter(|file| file.package().starts_with("parcep."));
    ours.flat_map(file).collect()
}

fn file(file: &FileDescriptorProto) -> Promises {
    let mut all = Promises::new();
    let package = file.package();
    for message in &file.message_type {
        let name = format!("{package}.{}", message.name());
        all.insert(name.clone(), format!("in {}", file.name()));
        for field in &message.field {
            all.insert(
                format!("{name} field {}", field.number()),
                told(field, message),
            );
        }
        for range in &message.reserved_range {
            let numbers = range.start()..range.end();
            all.extend(numbers.map(|n| (format!("{name} number {n}"), "reserved".to_owned())));
        }
    }
    for one in &file.enum_type {
        let name = format!("{package}.{}", one.name());
        all.insert(name.clone(), format!("in {}", file.name()));
        for value in &one.value {
            all.insert(
                format!("{name} value {}", value.number()),
                value.name().to_owned(),
            );
        }
    }
    for service in &file.service {
        for call in &service.method {
            let (input, output) = (call.input_type(), call.output_type());
            let streams = (call.client_streaming(), call.server_streaming());
            let name = format!("{package}.{} call {}", service.name(), call.name());
            all.insert(name, format!("{input} to {output}, streams {streams:?}"));
        }
    }
    all
}

fn told(field: &FieldDescriptorProto, message: &DescriptorProto) -> String {
    let index = field.oneof_index.and_then(|n| usize::try_from(n).ok());
    let oneof = index.and_then(|n| message.oneof_decl.get(n));
    format!(
        "{} {:?} {} {:?} in {}",
        field.name(),
        field.r#type(),
        field.type_name(),
        field.label(),
        oneof.map(|oneof| oneof.name()).unwrap_or_default()
    )
}

/// What was promised and is otherwise now.
fn broken(promised: &Promises, now: &Promises) -> Vec<String> {
    let broken = promised
        .iter()
        .filter(|(place, was)| now.get(*place) != Some(was));
    let told = broken.map(|(place, was)| match now.get(place) {
        Some(is) => format!("{place}: was {was}, is {is}"),
        None => format!("{place}: was {was}, is gone"),
    });
    told.collect()
}

#[test]
fn the_wire_breaks_no_promise() {
    let (promised, now) = (promises(&baseline()), promises(&now()));
    assert!(
        promised.len() > 400,
        "only {} promises read",
        promised.len()
    );
    let broken = broken(&promised, &now);
    assert!(
        broken.is_empty(),
        "a break needs a starred line of CHANGELOG.md, and `python3 proto/baseline.py renew LINE`:\n{}",
        broken.join("\n")
    );
    let new: Vec<_> = now
        .keys()
        .filter(|place| !promised.contains_key(*place))
        .collect();
    assert!(
        new.is_empty(),
        "nothing guards what is new: `python3 proto/baseline.py renew`: {new:?}"
    );
}

#[test]
fn what_breaks_a_peer_is_found() {
    let promised = promises(&baseline());
    let changes: [fn(&mut FileDescriptorProto); 8] = [
        |file| rename(&mut first_field(file).name),
        |file| first_field(file).number = Some(400),
        |file| first_field(file).r#type = Some(3),
        |file| first_field(file).label = Some(3),
        |file| first_message(file).field.truncate(1),
        |file| rename(&mut first_message(file).name),
        |file| {
            file.enum_type
                .iter_mut()
                .for_each(|one| one.value.truncate(1))
        },
        |file| {
            file.service
                .iter_mut()
                .for_each(|one| one.method.truncate(1))
        },
    ];
    for (n, change) in changes.iter().enumerate() {
        let mut changed = now();
        changed.file.iter_mut().for_each(change);
        let found = broken(&promised, &promises(&changed));
        assert!(!found.is_empty(), "change {n} is not found");
    }
}

fn first_message(file: &mut FileDescriptorProto) -> &mut DescriptorProto {
    if file.message_type.is_empty() {
        file.message_type.push(DescriptorProto::default());
    }
    file.message_type.first_mut().expect("just made")
}

fn first_field(file: &mut FileDescriptorProto) -> &mut FieldDescriptorProto {
    let message = first_message(file);
    if message.field.is_empty() {
        message.field.push(FieldDescriptorProto::default());
    }
    message.field.first_mut().expect("just made")
}

fn rename(name: &mut Option<String>) {
    *name = Some("renamed".to_owned());
}
