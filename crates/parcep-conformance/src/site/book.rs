//! The order of a site: which file is which chapter or annex, what it is called, and where it is found in the page.

use super::SiteError;
use super::markdown::{Node, anchors, heading, parse, plain, slug};
use super::registry::{self, Registry};
use super::source::Source;
use std::collections::{BTreeMap, BTreeSet};

/// Everything between the title page and the index, in order.
#[derive(Debug, Default)]
pub(super) struct Book {
    /// The README, which introduces the rest.
    pub(super) front: Option<Part>,
    /// Chapters, then annexes.
    pub(super) parts: Vec<Part>,
}

/// One chapter or annex, or one file of an annex that has several.
#[derive(Debug, Default)]
pub(super) struct Part {
    /// Path below the folder of the specification.
    pub(super) path: String,
    /// Its place in the page.
    pub(super) anchor: String,
    /// Number of a chapter or letter of an annex; empty for the front.
    pub(super) label: String,
    /// Title without the number.
    pub(super) title: String,
    /// Markdown.
    pub(super) text: String,
    /// Or a registry.
    pub(super) registry: Option<Registry>,
    /// Headings below the title, in order.
    pub(super) heads: Vec<Head>,
    /// Ids of anchors in the text, which stay as they are.
    pub(super) anchors: Vec<String>,
    /// The files of an annex that has several.
    pub(super) members: Vec<Self>,
}

/// One heading.
#[derive(Debug, Clone, Default)]
pub(super) struct Head {
    /// How deep below the part's title: 1 for its sections.
    pub(super) depth: usize,
    /// Its place in the page.
    pub(super) anchor: String,
    /// What a link inside the same file calls it.
    pub(super) fragment: String,
    /// Number of a section, such as `4.2`.
    pub(super) number: Option<String>,
    /// Words of the heading.
    pub(super) title: String,
    /// Id, if it is a requirement's heading.
    pub(super) requirement: Option<String>,
}

impl Part {
    /// What a reader calls it: `chapter 4, Documents`.
    pub(super) fn spoken(&self) -> String {
        match self.label.as_str() {
            "" => self.title.clone(),
            label if self.is_chapter() => format!("chapter {label}, {}", self.title),
            label => format!("annex {label}, {}", self.title),
        }
    }

    /// `4. Documents`, or `Annex B. Registries`.
    pub(super) fn full_title(&self) -> String {
        match self.label.as_str() {
            "" => self.title.clone(),
            label if self.is_chapter() || label.contains('.') => format!("{label}. {}", self.title),
            label => format!("Annex {label}. {}", self.title),
        }
    }

    /// Whether it has a number and no letter.
    pub(super) fn is_chapter(&self) -> bool {
        self.label.starts_with(|c: char| c.is_ascii_digit())
    }

    /// This part and the files in it.
    pub(super) fn all(&self) -> impl Iterator<Item = &Self> {
        std::iter::once(self).chain(&self.members)
    }
}

impl Book {
    /// Puts the files of a specification in order.
    pub(super) fn arrange(source: &Source) -> Result<Self, SiteError> {
        let mut rest: BTreeMap<&str, &str> = source
            .texts
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str()))
            .collect();
        let front = rest
            .remove("README.md")
            .map(|text| part("README.md", text, String::new()));
        let mut parts = Vec::new();
        let chapters: Vec<_> = rest
            .keys()
            .filter_map(|path| Some((chapter_number(path)?, *path)))
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
        for (number, path) in chapters {
            if let Some(text) = rest.remove(path) {
                parts.push(part(path, text, number.to_string()));
            }
        }
        let mut letters = Letters::default();
        parts.extend(profiles(&mut rest, &mut letters));
        parts.extend(registries(source, &mut letters)?);
        for first in [
            "wire-reference.md",
            "vectors/README.md",
            "driver.md",
            "X-PARCEP.md",
            "COP.md",
            "DECISIONS.md",
            "SOURCES.md",
            "OPEN.md",
        ] {
            if let Some(text) = rest.remove(first) {
                parts.push(part(first, text, letters.next()));
            }
        }
        for (path, text) in rest {
            parts.push(part(path, text, letters.next()));
        }
        Ok(Self { front, parts })
    }

    /// Every file that is shown, in order.
    pub(super) fn files(&self) -> impl Iterator<Item = &Part> {
        self.front
            .iter()
            .chain(self.parts.iter().flat_map(Part::all))
    }
}

/// The letters of the annexes.
#[derive(Default)]
struct Letters(u8);

impl Letters {
    fn next(&mut self) -> String {
        let letter = char::from(b'A'.saturating_add(self.0.min(25)));
        self.0 = self.0.saturating_add(1);
        letter.to_string()
    }
}

fn profiles(rest: &mut BTreeMap<&str, &str>, letters: &mut Letters) -> Option<Part> {
    let paths: Vec<&str> = rest
        .keys()
        .copied()
        .filter(|path| path.starts_with("profiles/"))
        .collect();
    if paths.is_empty() {
        return None;
    }
    let label = letters.next();
    let mut annex = match rest.remove("profiles/README.md") {
        Some(text) => part("profiles/README.md", text, label.clone()),
        None => Part {
            path: "profiles".to_owned(),
            anchor: "profiles".to_owned(),
            label: label.clone(),
            title: "Profiles".to_owned(),
            ..Part::default()
        },
    };
    let members = paths
        .into_iter()
        .filter_map(|path| Some((path, rest.remove(path)?)));
    annex.members = members
        .enumerate()
        .map(|(index, (path, text))| part(path, text, format!("{label}.{}", index + 1)))
        .collect();
    Some(annex)
}

fn registries(source: &Source, letters: &mut Letters) -> Result<Option<Part>, SiteError> {
    if source.registries.is_empty() {
        return Ok(None);
    }
    let label = letters.next();
    let mut members = Vec::new();
    for (index, (path, text)) in source.registries.iter().enumerate() {
        let stem = stem(path);
        members.push(Part {
            path: path.clone(),
            anchor: format!("registry.{stem}"),
            label: format!("{label}.{}", index + 1),
            title: sentence_case(&stem.replace('-', " ")),
            registry: Some(registry::read(path, text)?),
            ..Part::default()
        });
    }
    Ok(Some(Part {
        path: "registry".to_owned(),
        anchor: "registry".to_owned(),
        label,
        title: "Registries".to_owned(),
        text: "The registries are data, as TOML files in the folder `registry`. Programs read those; here they are shown as tables."
            .to_owned(),
        members,
        ..Part::default()
    }))
}

fn part(path: &str, text: &str, label: String) -> Part {
    let nodes = parse(text);
    let written = nodes
        .iter()
        .find_map(|node| heading(node).map(|(_, _, inside)| plain(inside)));
    let written = written.unwrap_or_else(|| stem(path).to_owned());
    let title = match written.split_once(". ") {
        Some((number, title)) if number.parse::<u8>().is_ok() => title.to_owned(),
        _ => written,
    };
    let anchor = match path {
        "README.md" => "about".to_owned(),
        "vectors/README.md" => "vectors".to_owned(),
        "profiles/README.md" => "profiles".to_owned(),
        path if path.starts_with("profiles/") => format!("profiles.{}", stem(path)),
        path => stem(path).to_lowercase(),
    };
    let numbered = !label.is_empty() && !label.contains('.') && path != "wire-reference.md";
    let number = numbered.then_some(label.as_str());
    let heads = heads(&nodes, &anchor, number);
    let anchors = anchors(&nodes);
    Part {
        path: path.to_owned(),
        anchor,
        label,
        title,
        text: text.to_owned(),
        heads,
        anchors,
        ..Part::default()
    }
}

/// Every heading but the first, which is the title.
fn heads(nodes: &[Node<'_>], anchor: &str, number: Option<&str>) -> Vec<Head> {
    let mut heads = Vec::new();
    let mut above = Vec::new();
    let mut taken = BTreeSet::new();
    let mut sections = 0_usize;
    for (level, id, inside) in nodes.iter().filter_map(heading).skip(1) {
        let title = plain(inside);
        above.retain(|higher| *higher < level);
        above.push(level);
        let mut fragment = id.map_or_else(|| slug(&title), str::to_owned);
        let base = fragment.clone();
        for again in 1.. {
            if taken.insert(fragment.clone()) {
                break;
            }
            fragment = format!("{base}-{again}");
        }
        let requirement = requirement(&title, &fragment);
        let numbers_itself = title.starts_with(|c: char| c.is_ascii_digit());
        let section = above.len() == 1 && requirement.is_none() && !numbers_itself;
        sections += usize::from(section);
        heads.push(Head {
            depth: above.len(),
            anchor: match &requirement {
                Some(_) => fragment.clone(),
                None => format!("{anchor}.{fragment}"),
            },
            fragment,
            number: number
                .filter(|_| section)
                .map(|number| format!("{number}.{sections}")),
            title,
            requirement,
        });
    }
    heads
}

/// The id at the beginning of a heading, if its anchor is that id.
fn requirement(title: &str, fragment: &str) -> Option<String> {
    let (id, _) = title.split_once(' ')?;
    (id.starts_with("R-") && id.to_ascii_lowercase() == fragment).then(|| id.to_owned())
}

/// The number at the beginning of a chapter's file name.
fn chapter_number(path: &str) -> Option<u8> {
    path.split_once('-')
        .filter(|_| !path.contains('/'))?
        .0
        .parse()
        .ok()
}

/// The name of a file without folder, ending and number.
fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    let name = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    match name.split_once('-') {
        Some((number, rest)) if number.parse::<u8>().is_ok() => rest,
        _ => name,
    }
}

fn sentence_case(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}
