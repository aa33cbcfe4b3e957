//! Writing the files, without writing over anything else.

use super::{Site, SiteError};
use std::path::Path;

const PAGE: &str = "index.html";
const LIST: &str = "requirements.json";
/// Stands in every page of ours.
const MARK: &str = "<meta name=\"generator\" content=\"parcep-conform spec\"/>";

/// Writes a site into a folder that is not there, is empty, or holds a site written before.
pub fn write(site: &Site, folder: &Path) -> Result<(), SiteError> {
    let cannot = |path: &Path, error| SiteError::Unwritable(path.to_owned(), error);
    std::fs::create_dir_all(folder).map_err(|error| cannot(folder, error))?;
    own(folder)?;
    for (name, text) in [(PAGE, &site.page), (LIST, &site.requirements)] {
        let path = folder.join(name);
        std::fs::write(&path, text).map_err(|error| cannot(&path, error))?;
    }
    Ok(())
}

/// Fails if the folder holds anything that [`write`] did not make.
fn own(folder: &Path) -> Result<(), SiteError> {
    let cannot = |error| SiteError::Unwritable(folder.to_owned(), error);
    let foreign = |name: String| SiteError::Foreign {
        folder: folder.to_owned(),
        name,
    };
    let mut names: Vec<String> = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(cannot)? {
        let entry = entry.map_err(cannot)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let plain = entry.file_type().map_err(cannot)?.is_file();
        if !plain || ![PAGE, LIST].contains(&name.as_str()) {
            return Err(foreign(name));
        }
        names.push(name);
    }
    if names.iter().any(|name| name == PAGE) {
        let page = std::fs::read(folder.join(PAGE)).map_err(cannot)?;
        if !String::from_utf8_lossy(&page).contains(MARK) {
            return Err(foreign(PAGE.to_owned()));
        }
    } else if let Some(name) = names.pop() {
        return Err(foreign(name));
    }
    Ok(())
}
