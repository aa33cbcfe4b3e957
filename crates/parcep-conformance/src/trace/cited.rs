//! Whatever cites an id that no chapter has cites nothing.

use super::{Fault, FaultKind, Requirement, TraceError, folder, records};
use crate::spec;
use std::collections::BTreeSet;
use std::path::Path;

/// Folders whose files may cite requirements.
const FOLDERS: &[&str] = &["crates", "proto", "examples", "benches", "fuzz", ".ci"];

/// Endings of files that people and programs write ids in.
const ENDINGS: &[&str] = &[
    "rs", "proto", "md", "toml", "json", "py", "sh", "c", "h", "svg",
];

/// The area of ids that are invented: in examples, and in tests of the tracing itself. No
/// specification has requirements in it, but those that such tests invent.
const INVENTED: &str = "R-EXAMPLE-";

/// Every id that is cited somewhere and stands in no chapter.
pub(super) fn faults(
    code: &Path,
    spec: &Path,
    requirements: &[Requirement],
) -> Result<Vec<Fault>, TraceError> {
    let known: BTreeSet<&str> = requirements.iter().map(|one| one.id.as_str()).collect();
    let invents = known.iter().any(|id| id.starts_with(INVENTED));
    let folders = FOLDERS.iter().map(|name| code.join(name));
    let rows = records::FILES.map(|name| spec.join(name));
    let mut files = folder::files(spec, ENDINGS)?;
    files.retain(|file| !rows.contains(file));
    for folder in folders.filter(|folder| folder.is_dir()) {
        // Scripts of `.ci` have no ending.
        let endings = if folder.ends_with(".ci") {
            &[]
        } else {
            ENDINGS
        };
        files.extend(folder::files(&folder, endings)?);
    }
    let mut faults = Vec::new();
    for file in files {
        // What is not text cites nothing.
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        for (index, line) in text.lines().enumerate() {
            let unknown: BTreeSet<&str> = spec::cited(line)
                .filter(|id| !known.contains(id) && (invents || !id.starts_with(INVENTED)))
                .collect();
            faults.extend(unknown.into_iter().map(|id| Fault {
                kind: FaultKind::UnknownId,
                requirement: Some(id.to_owned()),
                at: format!("{}:{}", folder::relative(&file, code), index + 1),
                what: format!("{id} is cited here, and no chapter has it"),
            }));
        }
    }
    Ok(faults)
}
