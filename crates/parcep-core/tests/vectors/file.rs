//! Files of vectors: reading them, and comparing what a reader did with what is expected.

use parcep_core::crypto::{SealingKey, Secret, VerifyingKey};
use parcep_core::hex;
use parcep_core::reason::{Reason, code};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::path::{Path, PathBuf};

/// Areas below `spec/vectors/v1alpha1` that this program reads.
pub(crate) const AREAS: &[&str] = &[
    "age",
    "document",
    "epoch",
    "fork",
    "hash",
    "joining",
    "keys",
    "log",
    "register",
    "sealed",
    "session",
    "time",
    "transcript",
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    format: String,
    area: String,
    #[serde(rename = "about")]
    _about: String,
    #[serde(rename = "requirements")]
    _requirements: Vec<String>,
    #[serde(default)]
    shared: Map<String, Value>,
    vectors: Vec<Vector>,
}

/// One vector; its inputs are its own and those that its file shares.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Vector {
    pub(crate) id: String,
    pub(crate) title: String,
    #[serde(rename = "requirements")]
    _requirements: Vec<String>,
    pub(crate) inputs: Map<String, Value>,
    pub(crate) expected: Option<Map<String, Value>>,
    pub(crate) reason: Option<String>,
    pub(crate) twin_of: Option<String>,
}

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

pub(crate) fn files_of(area: &str) -> Vec<PathBuf> {
    let folder = root().join("spec/vectors/v1alpha1").join(area);
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
}

pub(crate) fn vectors(area: &str) -> Vec<Vector> {
    files_of(area)
        .iter()
        .flat_map(|path| read(area, path))
        .collect()
}

fn read(area: &str, path: &Path) -> Vec<Vector> {
    let text = std::fs::read_to_string(path).unwrap();
    let file: File =
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert_eq!(file.format, "parcep-vectors/1", "{}", path.display());
    assert_eq!(file.area, area, "{}", path.display());
    let with_shared = |mut vector: Vector| {
        for (name, value) in &file.shared {
            vector
                .inputs
                .entry(name.clone())
                .or_insert_with(|| value.clone());
        }
        vector
    };
    file.vectors.into_iter().map(with_shared).collect()
}

/// Reads every vector of an area and compares: values where it is accepted, the reason where not.
pub(crate) fn run(folder: &str, read: impl FnMut(&Vector) -> Result<Value, Reason>) {
    let area = folder.strip_prefix("spec/vectors/v1alpha1/").unwrap();
    compare(&vectors(area), read);
}

/// The same for the vectors of one file that this program reads; the suite reads all of it.
pub(crate) fn run_file(
    path: &str,
    chosen: impl Fn(&Vector) -> bool,
    read: impl FnMut(&Vector) -> Result<Value, Reason>,
) {
    let below = path.strip_prefix("spec/vectors/v1alpha1/").unwrap();
    let (area, _) = below.split_once('/').unwrap();
    let mut all = self::read(area, &root().join(path));
    all.retain(chosen);
    compare(&all, read);
}

fn compare(all: &[Vector], mut read: impl FnMut(&Vector) -> Result<Value, Reason>) {
    let mut wrong = Vec::new();
    for vector in all {
        let told = read(vector);
        let told = told.as_ref().map_err(|reason| code(*reason));
        let fits = match (&told, &vector.reason) {
            (Ok(told), None) => vector.tells(told),
            (Err(reason), Some(expected)) => reason == expected,
            _ => false,
        };
        if !fits {
            wrong.push(format!("{}, {}: {told:?}", vector.id, vector.title));
        }
    }
    report(&wrong, all.len());
}

pub(crate) fn report(wrong: &[String], all: usize) {
    assert!(
        wrong.is_empty(),
        "{} of {all} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

impl Vector {
    /// Whether everything expected is among what was computed.
    pub(crate) fn tells(&self, told: &Value) -> bool {
        let mut expected = self.expected.iter().flatten();
        expected.all(|(name, value)| told.get(name) == Some(value))
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.inputs.contains_key(name)
    }

    pub(crate) fn text(&self, name: &str) -> &str {
        self.inputs[name].as_str().unwrap()
    }

    pub(crate) fn bytes(&self, name: &str) -> Vec<u8> {
        hex::decode(self.text(name)).unwrap()
    }

    pub(crate) fn number(&self, name: &str) -> u64 {
        self.inputs[name].as_u64().unwrap()
    }

    pub(crate) fn seconds(&self, name: &str) -> i64 {
        self.inputs[name].as_i64().unwrap()
    }

    pub(crate) fn small(&self, name: &str) -> u32 {
        u32::try_from(self.number(name)).unwrap()
    }

    pub(crate) fn id<T>(&self, name: &str) -> T
    where
        T: for<'a> TryFrom<&'a [u8]>,
    {
        let bytes = self.bytes(name);
        let id = T::try_from(bytes.as_slice());
        id.unwrap_or_else(|_| panic!("{}: {name}", self.id))
    }

    pub(crate) fn secret(&self, name: &str) -> Secret {
        Secret::from_bytes(self.bytes(name).try_into().unwrap())
    }

    pub(crate) fn sealing_key(&self, name: &str) -> SealingKey {
        SealingKey::from_seed(self.bytes(name).try_into().unwrap())
    }

    pub(crate) fn key(&self, name: &str) -> VerifyingKey {
        VerifyingKey::try_from(self.bytes(name).as_slice()).unwrap()
    }
}

pub(crate) fn shown(bytes: impl AsRef<[u8]>) -> Value {
    Value::String(hex::encode(bytes.as_ref()))
}
