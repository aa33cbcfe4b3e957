//! What the relay's files give away about the family: nothing, in any spelling we know. The same
//! search over the guardian's folder finds every word, so the search works.

use super::Outcome;
use crate::failure::{Failure, Kind};
use aho_corasick::AhoCorasick;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use comfy_table::{Table, presets};
use parcep_core::crypto::sha256;
use parcep_core::hex;
use parcep_core::policy::AppTarget;
use parcep_interchange::family::{Child, Imported};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Shorter words occur in random bytes by chance.
const SHORTEST: usize = 5;

/// Searches the relay's files and, as the control, the guardian's folder.
pub(super) fn compare(
    imported: &Imported,
    relay: &[PathBuf],
    guardian: &Path,
) -> Result<Outcome, Failure> {
    let words = words(imported);
    let spellings = Spellings::of(&words)?;
    let at_relay = spellings.found_in(relay)?;
    let at_guardian = spellings.found_in(&files_of(guardian)?)?;
    let missed: Vec<_> = words
        .iter()
        .filter(|word| !at_guardian.contains_key(*word))
        .collect();
    let bytes: u64 = relay
        .iter()
        .filter_map(|p| p.metadata().ok())
        .map(|m| m.len())
        .sum();

    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header(["searched", "words of the family", "found"]);
    let total = words.len().to_string();
    table.add_row([
        "the relay's store and log",
        &total,
        &at_relay.len().to_string(),
    ]);
    table.add_row([
        "the guardian's folder (control)",
        &total,
        &at_guardian.len().to_string(),
    ]);
    let leaks: Vec<_> = at_relay
        .iter()
        .map(|(word, how)| format!("{word} as {how}"))
        .collect();
    let leaks = if leaks.is_empty() {
        String::new()
    } else {
        format!("\nfound at the relay: {}", leaks.join(", "))
    };
    Ok(Outcome {
        passed: at_relay.is_empty() && missed.is_empty() && !words.is_empty(),
        said: format!(
            "{} names, hosts, apps and addresses of {SHORTEST} bytes or more, none in the relay's {bytes} bytes (raw, base64, \
             hex, UTF-16, SHA-256)",
            words.len()
        ),
        text: format!("{table}{leaks}"),
    })
}

/// Every word of the family that a relay must never show.
fn words(imported: &Imported) -> BTreeSet<String> {
    let family = &imported.family;
    let mut words: BTreeSet<String> = family.name.iter().cloned().collect();
    words.insert(family.id.clone());
    for guardian in &family.guardians {
        words.extend([guardian.id.clone(), guardian.name.clone()]);
        words.extend(guardian.email.clone());
    }
    for child in &family.children {
        words.extend([child.id.clone(), child.name.clone()]);
        for device in &child.devices {
            words.extend([device.id.clone(), device.name.clone()]);
            words.extend(device.model.clone());
        }
        words.extend(words_of_rules(child));
    }
    let plain = |word: &String| {
        let escaped = word.contains(['"', '\\', '/']) || word.chars().any(char::is_control);
        word.len() >= SHORTEST && !escaped
    };
    words.into_iter().filter(plain).collect()
}

fn words_of_rules(child: &Child) -> Vec<String> {
    let layer = &child.layer;
    let hosts = layer.web.allow.iter().chain(&layer.web.block);
    let mut words: Vec<String> = hosts.map(|rule| rule.host.to_string()).collect();
    for rule in &layer.apps.rules {
        if let AppTarget::App(id) = &rule.target {
            let id = id.to_string();
            words.extend(id.split_once('/').map(|(_, name)| name.to_owned()));
        }
        words.extend(rule.reason.clone());
    }
    for contact in &layer.communication.contacts {
        words.push(contact.name.clone());
        words.extend(contact.identifiers.iter().map(ToString::to_string));
    }
    words
}

/// Every way in which a word may be spelled, in one automaton.
struct Spellings {
    automaton: AhoCorasick,
    /// Word and spelling of each pattern.
    patterns: Vec<(String, &'static str)>,
}

impl Spellings {
    fn of(words: &BTreeSet<String>) -> Result<Self, Failure> {
        let mut patterns = Vec::new();
        let mut bytes: Vec<Vec<u8>> = Vec::new();
        for word in words {
            for (how, spelled) in spell(word) {
                patterns.push((word.clone(), how));
                bytes.push(spelled);
            }
        }
        let automaton = AhoCorasick::new(&bytes);
        let automaton =
            automaton.map_err(|e| Failure::new(Kind::Failed, "INTERNAL", e.to_string()))?;
        Ok(Self {
            automaton,
            patterns,
        })
    }

    fn found_in(&self, files: &[PathBuf]) -> Result<BTreeMap<String, &'static str>, Failure> {
        let mut found = BTreeMap::new();
        for path in files {
            let bytes = std::fs::read(path).map_err(|error| {
                Failure::new(Kind::Failed, "READ_FAILED", error.to_string())
                    .in_file(path.display().to_string())
            })?;
            for hit in self.automaton.find_overlapping_iter(&bytes) {
                if let Some((word, how)) = self.patterns.get(hit.pattern().as_usize()) {
                    found.insert(word.clone(), *how);
                }
            }
        }
        Ok(found)
    }
}

fn spell(word: &str) -> Vec<(&'static str, Vec<u8>)> {
    let raw = word.as_bytes();
    let digest = sha256(raw);
    let mut spelled = vec![
        ("text", raw.to_vec()),
        ("lower-case text", word.to_lowercase().into_bytes()),
        ("hex", hex::encode(raw).into_bytes()),
        ("capital hex", hex::encode(raw).to_uppercase().into_bytes()),
        (
            "UTF-16 LE",
            word.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        ),
        (
            "UTF-16 BE",
            word.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        ),
        ("SHA-256", digest.0.to_vec()),
        ("SHA-256 in hex", digest.to_hex().into_bytes()),
        (
            "SHA-256 in base64",
            STANDARD_NO_PAD.encode(digest.0).into_bytes(),
        ),
    ];
    for shift in 0..3 {
        let mut shifted = vec![0; shift];
        shifted.extend_from_slice(raw);
        // Characters that also carry bits of what stands around the word are left out.
        let first = (shift * 8).div_ceil(6);
        let last = shifted.len() * 8 / 6;
        let texts = [
            STANDARD_NO_PAD.encode(&shifted),
            URL_SAFE_NO_PAD.encode(&shifted),
        ];
        for text in texts {
            let inner = text.get(first..last).unwrap_or_default();
            spelled.push(("base64", inner.as_bytes().to_vec()));
        }
    }
    spelled
}

fn files_of(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let entries = std::fs::read_dir(folder).map_err(|error| {
        Failure::new(Kind::Failed, "READ_FAILED", error.to_string())
            .in_file(folder.display().to_string())
    })?;
    Ok(entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_found_wherever_it_stands() {
        let word = "Wolkenburg";
        let words = BTreeSet::from([word.to_owned()]);
        let spellings = Spellings::of(&words).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("haystack");
        let base64 = |before: &str| {
            STANDARD_NO_PAD
                .encode(format!("{before}{word}and more"))
                .into_bytes()
        };
        let haystacks = [
            b"..Wolkenburg..".to_vec(),
            b"..wolkenburg..".to_vec(),
            base64(""),
            base64("x"),
            base64("xy"),
            hex::encode(word.as_bytes()).into_bytes(),
            word.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            sha256(word.as_bytes()).0.to_vec(),
        ];
        for haystack in haystacks {
            std::fs::write(&path, &haystack).unwrap();
            let found = spellings.found_in(std::slice::from_ref(&path)).unwrap();
            assert_eq!(found.len(), 1, "{haystack:?}");
        }
        std::fs::write(&path, b"Wolkenbur g").unwrap();
        assert!(spellings.found_in(&[path]).unwrap().is_empty());
    }
}
