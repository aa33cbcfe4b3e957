//! Two transcripts and two stores, compared field by field: equal in clear once the ids of one are those of
//! the other, of equal lengths where they are sealed, and sealed bytes like chance.

use super::types::Types;
use super::wire::Left;
use parcep_conformance::canary::Value;
use prost::Message as _;
use redb::{ReadableDatabase as _, ReadableTable as _, TableDefinition, TableHandle as _};
use std::collections::BTreeMap;
use std::path::Path;

/// What `spec/registry/relay-learns.toml` says of each field of the relay's interface.
pub(super) struct Learns(BTreeMap<String, String>);

impl Learns {
    pub(super) fn read() -> Self {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../spec/registry/relay-learns.toml"
        );
        let file: toml::Table = std::fs::read_to_string(path).unwrap().parse().unwrap();
        let rows = file["field"].as_array().unwrap().iter();
        let text = |row: &toml::Value, key: &str| row[key].as_str().unwrap().to_owned();
        Self(
            rows.map(|row| (text(row, "name"), text(row, "class")))
                .collect(),
        )
    }

    fn class(&self, field: &str) -> &str {
        let class = self.0.get(field);
        class.unwrap_or_else(|| panic!("{field} has no row"))
    }
}

/// Fields of what a relay draws.
const DRAWN_BY_RELAYS: [&str; 4] = [".nonce", ".relay_id", ".session", ".signature"];

/// A value as anybody sees it who does not know whose it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Seen {
    Number(u64),
    /// Bytes: how long, and which of those seen so far.
    Bytes(usize, usize),
}

pub(super) type Row = Vec<(String, Seen)>;

/// A transcript in which every id is the number of its first appearance.
pub(super) struct Shape {
    pub(super) calls: Vec<(String, Row)>,
    /// Bytes of each class, in the order in which they were first seen.
    pub(super) bytes: BTreeMap<String, Vec<Vec<u8>>>,
}

/// What all relays of one household together were told and said.
pub(super) fn shape(relays: &[Left], types: &Types, learns: &Learns) -> Shape {
    let messages = methods();
    let mut ids: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
    let mut shape = Shape {
        calls: Vec::new(),
        bytes: BTreeMap::new(),
    };
    for one in relays.iter().flat_map(|relay| &relay.said) {
        let (request, response) = &messages[one.method.path()];
        let mut see = |message: &str, bytes: &[u8]| -> Row {
            let mut row = Row::new();
            types.visit(message, bytes, &mut |field, value| {
                let seen = match value {
                    Value::Number(_, number) => Seen::Number(number),
                    Value::Bytes(bytes) | Value::Hashed(bytes) => {
                        let class = learns.class(field).to_owned();
                        let by_relay = DRAWN_BY_RELAYS.iter().any(|name| field.ends_with(name));
                        let (next, length) = (ids.len(), bytes.len());
                        let id = *ids.entry(bytes.clone()).or_insert_with(|| {
                            let field = match class.as_str() {
                                "sealed" => field.to_owned(),
                                _ => class,
                            };
                            // What the relay draws says nothing of a family.
                            if !by_relay {
                                shape.bytes.entry(field).or_default().push(bytes);
                            }
                            next
                        });
                        Seen::Bytes(length, id)
                    }
                };
                row.push((field.to_owned(), seen));
            });
            row
        };
        let asked = see(request, &one.body);
        let answered = match &one.reply {
            Ok(reply) => see(response, reply),
            Err(refusal) => vec![(format!("{refusal:?}"), Seen::Number(0))],
        };
        let (asked, answered) = (keys_sorted(asked), keys_sorted(answered));
        shape.calls.push((request.clone(), asked));
        shape.calls.push((response.clone(), answered));
    }
    let is_register = |call: &(String, Row)| {
        call.0 == "WatchResponse" && call.1.iter().any(|(field, _)| field == "Register.value")
    };
    // So do those of a watch.
    let calls = shape
        .calls
        .chunk_by_mut(|one, other| one.0.starts_with("Watch") && other.0.starts_with("Watch"));
    for chunk in calls {
        if chunk.iter().any(is_register) {
            chunk.sort();
        }
    }
    shape
}

/// Access keys that stand beside each other in the order of their bytes, in that of their numbers.
fn keys_sorted(row: Row) -> Row {
    let mut keys: Vec<Row> = Vec::new();
    let mut rest = Row::new();
    for field in row {
        match keys.last_mut() {
            _ if field.0 == "AccessKey.access_key" => keys.push(vec![field]),
            Some(key) if field.0.starts_with("AccessKey.") => key.push(field),
            _ => rest.push(field),
        }
    }
    keys.sort();
    rest.extend(keys.into_iter().flatten());
    rest
}

/// Request and response of every method, by its path.
fn methods() -> BTreeMap<String, (String, String)> {
    let set = prost_types::FileDescriptorSet::decode(parcep_proto::DESCRIPTOR_SET).unwrap();
    let short = |full: &str| full.rsplit('.').next().unwrap().to_owned();
    let services = set.file.iter().flat_map(|file| {
        let package = file.package().to_owned();
        file.service
            .iter()
            .map(move |service| (package.clone(), service))
    });
    let methods = services.flat_map(|(package, service)| {
        service.method.iter().map(move |method| {
            let path = format!("/{package}.{}/{}", service.name(), method.name());
            (
                path,
                (short(method.input_type()), short(method.output_type())),
            )
        })
    });
    methods.collect()
}

/// How long the rows of each table of a store are: all that differs not by chance alone.
pub(super) fn tables(left: &Left) -> BTreeMap<&'static str, Vec<(usize, usize)>> {
    let copy = left.store.with_extension("copy");
    std::fs::write(&copy, &left.file).unwrap();
    let database = redb::Database::open(&copy).unwrap();
    let read = database.begin_read().unwrap();
    let mut found = BTreeMap::new();
    macro_rules! table {
        ($name:literal, $key:ty, $value:ty, |$row_key:ident, $row:ident| $lengths:expr) => {
            let definition: TableDefinition<'_, $key, $value> = TableDefinition::new($name);
            let table = read.open_table(definition).unwrap();
            let rows = table.iter().unwrap().map(|row| {
                let (key, value) = row.unwrap();
                let ($row_key, $row) = (key.value(), value.value());
                $lengths
            });
            let mut rows: Vec<(usize, usize)> = rows.collect();
            // In the order of their keys they are only where those are numbers.
            if !matches!($name, "entries" | "acts") {
                rows.sort_unstable();
            }
            found.insert($name, rows);
        };
    }
    table!("meta", &str, &[u8], |key, row| (key.len(), row.len()));
    table!("logs", &[u8], &[u8], |key, row| (key.len(), row.len()));
    table!("entries", (u64, u64), &[u8], |key, row| (
        usize::try_from(key.1).unwrap(),
        row.len()
    ));
    table!("registers", (u64, &[u8; 32]), &[u8], |key, row| (
        key.1.len(),
        row.len()
    ));
    table!("expiry", (i64, u64, &[u8; 32]), (), |key, _row| (
        key.2.len(),
        0
    ));
    table!("access", (u64, &[u8; 32]), &[u8], |key, row| (
        key.1.len(),
        row.len()
    ));
    table!("usage", (u64, &[u8; 32]), u64, |key, row| (
        key.1.len(),
        usize::try_from(row).unwrap()
    ));
    table!("vouchers", &[u8; 32], (), |key, _row| (key.len(), 0));
    table!("slots", (u64, &[u8], u64), &[u8], |key, row| (
        key.1.len(),
        row.len()
    ));
    table!("acts", (u64, u64), &[u8], |key, row| (
        usize::try_from(key.1).unwrap(),
        row.len()
    ));
    let names = read
        .list_tables()
        .unwrap()
        .map(|table| table.name().to_owned());
    let mut names: Vec<_> = names.collect();
    names.sort();
    assert!(
        names.iter().eq(found.keys()),
        "tables of a store: {names:?}"
    );
    forget(&copy);
    found
}

fn forget(path: &Path) {
    std::fs::remove_file(path).unwrap();
}

/// Takes from a body what a relay can count: how many wraps of which length, and zeros behind the seals.
pub(super) fn sealed_part(field: &str, bytes: &[u8]) -> Vec<u8> {
    let bytes = match field {
        "Entry.body" => &bytes[8..],
        _ => bytes,
    };
    let zeros = bytes.iter().rev().take_while(|byte| **byte == 0).count();
    bytes[..bytes.len() - zeros].to_vec()
}

/// Asserts that these bytes are such as chance makes: every value as often as every other, bits even, and
/// no byte that says anything of the next. Bounds are eight standard deviations.
pub(super) fn looks_random(what: &str, bytes: &[u8]) {
    let count = bytes.len() as f64;
    assert!(bytes.len() >= 256, "{what}: only {count} bytes");
    let ones: u32 = bytes.iter().map(|byte| byte.count_ones()).sum();
    let bits = (f64::from(ones) - count * 4.0) / (count * 2.0).sqrt();
    assert!(bits.abs() < 8.0, "{what}: bits lean by {bits:.1}");
    let neighbours = bytes.windows(2).map(|pair| pair[0] ^ pair[1]);
    let neighbours: Vec<u8> = neighbours.collect();
    for (part, bytes) in [("bytes", bytes), ("neighbours", &neighbours)] {
        let mut often = [0_u32; 256];
        for byte in bytes {
            often[usize::from(*byte)] += 1;
        }
        let expected = bytes.len() as f64 / 256.0;
        let differ = often
            .iter()
            .map(|n| (f64::from(*n) - expected).powi(2) / expected);
        let differ: f64 = differ.sum();
        // 255 degrees of freedom.
        let far = (differ - 255.0) / (2.0 * 255.0_f64).sqrt();
        assert!(far.abs() < 8.0, "{what}: {part} lean by {far:.1}");
    }
}

#[cfg(test)]
mod tests {
    use super::looks_random;
    use parcep_conformance::stage::Seeded;
    use parcep_core::crypto::{Random as _, sha256};

    fn leans(bytes: &[u8]) -> bool {
        std::panic::catch_unwind(|| looks_random("bytes", bytes)).is_err()
    }

    #[test]
    fn what_chance_makes_passes_and_what_says_something_does_not() {
        let chance = Seeded::new(7).array::<8192>().unwrap();
        assert!(!leans(&chance));
        let hashes = (0..256_u32).flat_map(|n| sha256(&n.to_be_bytes()).0);
        assert!(!leans(&hashes.collect::<Vec<u8>>()));
        let texts = b"no games after eight, and none before school ".repeat(100);
        assert!(leans(&texts));
        // A name of 24 bytes in every kilobyte is little; a counter in every eighth byte is enough.
        let mut counted = chance;
        for (number, byte) in counted.iter_mut().step_by(8).enumerate() {
            *byte = u8::try_from(number % 16).unwrap();
        }
        assert!(leans(&counted));
        let mut padded = chance;
        padded[..700].fill(0);
        assert!(leans(&padded));
    }
}
