//! What stands in the folder of a specification: chapters, annexes, registries and pictures.

use super::SiteError;
use std::collections::BTreeMap;
use std::path::Path;

/// The files that a site is made of, by their path below the folder, with `/` between names.
#[derive(Debug, Default)]
pub(super) struct Source {
    /// Markdown, such as `04-documents.md` or `profiles/relay.md`.
    pub(super) texts: BTreeMap<String, String>,
    /// TOML below `registry/`.
    pub(super) registries: BTreeMap<String, String>,
    /// SVG below `figures/`.
    pub(super) figures: BTreeMap<String, String>,
}

/// Reads the folder. Folders that are not part of the text, such as those of vectors, give only a README.
pub(super) fn read(folder: &Path) -> Result<Source, SiteError> {
    if !folder.is_dir() {
        return Err(SiteError::NoFolder(folder.to_owned()));
    }
    let mut source = Source {
        texts: files(folder, "", "md")?,
        registries: files(folder, "registry", "toml")?,
        figures: files(folder, "figures", "svg")?,
    };
    source.texts.extend(files(folder, "profiles", "md")?);
    let mut vectors = files(folder, "vectors", "md")?;
    vectors.retain(|path, _| path == "vectors/README.md");
    source.texts.extend(vectors);
    if source.texts.is_empty() {
        return Err(SiteError::Nothing(folder.to_owned()));
    }
    Ok(source)
}

/// The files of one folder with one ending; none if there is no such folder.
fn files(folder: &Path, below: &str, ending: &str) -> Result<BTreeMap<String, String>, SiteError> {
    let mut found = BTreeMap::new();
    let here = folder.join(below);
    if !here.is_dir() {
        return Ok(found);
    }
    let cannot = |path: &Path, error| SiteError::Unreadable(path.to_owned(), error);
    for entry in std::fs::read_dir(&here).map_err(|error| cannot(&here, error))? {
        let path = entry.map_err(|error| cannot(&here, error))?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        let Some(name) = name.filter(|_| path.extension().is_some_and(|e| e == ending)) else {
            continue;
        };
        let text = std::fs::read_to_string(&path).map_err(|error| cannot(&path, error))?;
        let key = match below {
            "" => name.to_owned(),
            below => format!("{below}/{name}"),
        };
        found.insert(key, text.replace("\r\n", "\n"));
    }
    Ok(found)
}
