//! Frozen revisions of the catalogue: two reports of one revision asked the same.
//!
//! `catalogue/revisions.toml` has each with the hash of its catalogue and the ids of its tests, without the cases
//! of their axes. What was frozen once never goes without a word: a test that is taken out stands among `retired`.

use serde::Deserialize;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::LazyLock;

/// The file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Revisions {
    /// Oldest first.
    #[serde(default, rename = "revision")]
    revisions: Vec<Revision>,
    /// Ids that stand for nothing any more and are never used again.
    #[serde(default)]
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "read by the test that looks for what has gone")
    )]
    retired: Vec<Retired>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Revision {
    name: String,
    digest: String,
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "read by the test that looks for what has gone")
    )]
    tests: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(not(test), expect(dead_code, reason = "for people and for a test"))]
struct Retired {
    id: String,
    why: String,
}

static REVISIONS: LazyLock<Revisions> = LazyLock::new(|| {
    // A damaged file freezes nothing; a test reads it with its errors.
    toml::from_str(TEXT).unwrap_or_default()
});

const TEXT: &str = include_str!("../catalogue/revisions.toml");

/// The name of the revision whose catalogue has this hash.
pub(crate) fn frozen(digest: &str) -> Option<&'static str> {
    let mut revisions = REVISIONS.revisions.iter();
    let found = revisions.find(|revision| revision.digest == digest);
    found.map(|revision| revision.name.as_str())
}

/// The catalogue of this program as a row for the file.
pub(crate) fn freeze(name: &str) -> String {
    let tests: BTreeSet<&str> = crate::catalogue::tests()
        .map(|test| crate::catalogue::template(test.id))
        .collect();
    let digest = crate::catalogue::digest();
    let mut out = format!("[[revision]]\nname = \"{name}\"\ndigest = \"{digest}\"\ntests = [\n");
    for id in tests {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "    \"{id}\",");
    }
    out.push_str("]\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_test_of_a_frozen_revision_has_gone_without_a_word() {
        let revisions: Revisions = toml::from_str(TEXT).unwrap();
        assert!(!revisions.revisions.is_empty());
        let now: BTreeSet<&str> = crate::catalogue::tests()
            .map(|test| crate::catalogue::template(test.id))
            .collect();
        let retired: BTreeSet<&str> = revisions
            .retired
            .iter()
            .map(|row| row.id.as_str())
            .collect();
        for row in &revisions.retired {
            assert!(
                !row.why.is_empty(),
                "{} is retired without a reason",
                row.id
            );
            assert!(!now.contains(row.id.as_str()), "{} is used again", row.id);
        }
        for revision in &revisions.revisions {
            for id in &revision.tests {
                let known = now.contains(id.as_str()) || retired.contains(id.as_str());
                assert!(known, "{id} of revision {} has gone", revision.name);
            }
        }
    }

    #[test]
    fn names_and_hashes_of_revisions_are_used_once() {
        let revisions: Revisions = toml::from_str(TEXT).unwrap();
        let (mut names, mut digests) = (BTreeSet::new(), BTreeSet::new());
        for revision in &revisions.revisions {
            assert!(names.insert(&revision.name), "{} twice", revision.name);
            assert!(digests.insert(&revision.digest), "{} twice", revision.name);
        }
    }

    #[test]
    fn a_frozen_catalogue_is_found_by_its_hash_and_any_other_is_none() {
        let row: Revisions = toml::from_str(&freeze("next")).unwrap();
        assert_eq!(row.revisions[0].digest, crate::catalogue::digest());
        assert!(row.revisions[0].tests.len() > 50);
        assert_eq!(frozen("0000"), None);
        let first = &REVISIONS.revisions[0];
        assert_eq!(frozen(&first.digest), Some(first.name.as_str()));
    }
}
