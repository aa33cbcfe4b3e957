//! Where a link of a Markdown file leads inside the one page.

use super::book::{Book, Part};
use super::markdown::plain;
use super::markdown::{Node, parse};
use pulldown_cmark::Tag;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Goal {
    /// To this anchor in the page.
    Here(String),
    /// To the web.
    Web(String),
    /// To a file that is not part of the page.
    File,
    /// Nowhere, and why.
    Nowhere(&'static str),
}

/// Every place in the page that something can lead to.
#[derive(Debug, Default)]
pub(super) struct Targets {
    /// Files, and what readers call them.
    files: BTreeMap<String, (String, String)>,
    /// Headings, by file and fragment.
    fragments: BTreeMap<(String, String), String>,
    /// Requirements with their titles.
    requirements: BTreeMap<String, String>,
    /// What stands in backticks: names of messages, fields, files.
    names: BTreeMap<String, String>,
    /// The folder of the specification, to tell other files from nothing.
    folder: PathBuf,
}

impl Targets {
    /// Collects them.
    pub(super) fn of(book: &Book, folder: &Path) -> Self {
        let mut targets = Self {
            folder: folder.to_owned(),
            ..Self::default()
        };
        for part in book.files() {
            targets.add(part);
        }
        for part in book.files().filter(|part| part.path == "wire-reference.md") {
            targets.add_wire(part);
        }
        for folder in ["profiles", "vectors"] {
            if let Some(known) = targets.files.get(&format!("{folder}/README.md")).cloned() {
                targets.files.insert(folder.to_owned(), known);
            }
        }
        targets
    }

    fn add(&mut self, part: &Part) {
        let name = (part.anchor.clone(), part.spoken());
        if part.registry.is_some()
            && let Some((_, file)) = part.path.rsplit_once('/')
        {
            self.names.insert(file.to_owned(), part.anchor.clone());
        }
        self.names.insert(part.path.clone(), part.anchor.clone());
        self.files.insert(part.path.clone(), name);
        for anchor in &part.anchors {
            let key = (part.path.clone(), anchor.clone());
            self.fragments.insert(key, anchor.clone());
        }
        for head in &part.heads {
            let key = (part.path.clone(), head.fragment.clone());
            self.fragments.insert(key, head.anchor.clone());
            if let Some(id) = &head.requirement {
                let title = head.title.split_once(' ').map_or("", |(_, title)| title);
                self.requirements.insert(id.clone(), title.to_owned());
            }
        }
    }

    /// Anchors of the wire reference are full names of files, messages, fields, values and calls. In backticks they
    /// stand without the package; fields and values also alone, if only one has that name.
    fn add_wire(&mut self, part: &Part) {
        let mut alone: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for anchor in &part.anchors {
            if let Some(name) = anchor.strip_prefix("parcep/v1alpha1/") {
                self.names.insert(name.to_owned(), anchor.clone());
            }
            let Some(name) = anchor.strip_prefix("parcep.v1alpha1.") else {
                continue;
            };
            self.names.insert(name.to_owned(), anchor.clone());
            if let Some((_, last)) = name.rsplit_once('.') {
                alone.entry(last).or_default().push(anchor);
            }
        }
        for (name, anchors) in alone {
            if let ([anchor], true) = (anchors.as_slice(), name.contains('_')) {
                self.names.insert(name.to_owned(), (*anchor).to_owned());
            }
        }
    }

    /// Where `link`, as written in the file `from`, leads.
    pub(super) fn resolve(&self, from: &str, link: &str) -> Goal {
        if ["https://", "http://", "mailto:"]
            .iter()
            .any(|scheme| link.starts_with(scheme))
        {
            return Goal::Web(link.to_owned());
        }
        let (path, fragment) = link.split_once('#').unwrap_or((link, ""));
        if path.contains(':') || path.starts_with('/') {
            return Goal::Nowhere(
                "only links to files beside this one, https, http and mailto are allowed",
            );
        }
        let path = match path {
            "" => from.to_owned(),
            path => join(from, path),
        };
        match (self.files.get(&path), fragment) {
            (Some((anchor, _)), "") => Goal::Here(anchor.clone()),
            (Some(_), fragment) => {
                let key = (path, fragment.to_owned());
                match self.fragments.get(&key) {
                    Some(anchor) => Goal::Here(anchor.clone()),
                    None => Goal::Nowhere("the file has no such heading"),
                }
            }
            (None, _) => self.elsewhere(&path),
        }
    }

    fn elsewhere(&self, path: &str) -> Goal {
        let file = path.rsplit('/').next().unwrap_or(path);
        if let Some(anchor) = self
            .names
            .get(file)
            .filter(|_| path.starts_with("../proto/"))
        {
            return Goal::Here(anchor.clone());
        }
        if let Some((anchor, _)) = self
            .files
            .get("wire-reference.md")
            .filter(|_| path.starts_with("../proto"))
        {
            return Goal::Here(anchor.clone());
        }
        if self.folder.join(path).exists() {
            Goal::File
        } else {
            Goal::Nowhere("there is no such file")
        }
    }

    /// The title of a requirement, if there is one with this id.
    pub(super) fn requirement(&self, id: &str) -> Option<&str> {
        self.requirements.get(id).map(String::as_str)
    }

    /// The place of what stands in backticks.
    pub(super) fn name(&self, code: &str) -> Option<&str> {
        let found = self.names.get(code).or_else(|| {
            let file = code.strip_prefix("registry/")?;
            self.names.get(file)
        });
        found.map(String::as_str)
    }

    /// What readers call a file, if the words of a link are no more than its name.
    pub(super) fn spoken(&self, words: &str) -> Option<&str> {
        let (_, spoken) = self.files.get(words).filter(|_| is_file(words, "md"))?;
        Some(spoken)
    }
}

/// Every link of a text that leads nowhere: its line, itself, and why.
pub(super) fn dead(targets: &Targets, part: &Part) -> Vec<(usize, String, &'static str)> {
    let mut all = Vec::new();
    collect(&parse(&part.text), &mut all);
    all.into_iter()
        .filter_map(|link| match targets.resolve(&part.path, &link) {
            Goal::Nowhere(why) => {
                let written = format!("]({link}");
                let line = part.text.lines().position(|line| line.contains(&written));
                Some((line.map_or(0, |line| line + 1), link, why))
            }
            _ => None,
        })
        .collect()
}

fn collect(nodes: &[Node<'_>], links: &mut Vec<String>) {
    for node in nodes {
        if let Node::Block(tag, inside) = node {
            if let Tag::Link { dest_url, .. } = tag {
                links.push(dest_url.to_string());
            }
            collect(inside, links);
        }
    }
}

/// Whether all words of a link are a name of a file.
pub(super) fn names_file(inside: &[Node<'_>]) -> Option<String> {
    let words = plain(inside);
    is_file(&words, "md").then_some(words)
}

fn is_file(words: &str, ending: &str) -> bool {
    Path::new(words)
        .extension()
        .is_some_and(|found| found == ending)
}

/// A path relative to a file, as a path below the folder; `..` at the front if it leads out.
fn join(from: &str, path: &str) -> String {
    let mut names: Vec<&str> = from.split('/').collect();
    names.pop();
    for name in path.split('/') {
        match name {
            "" | "." => {}
            ".." if names.last().is_some_and(|last| *last != "..") => {
                names.pop();
            }
            name => names.push(name),
        }
    }
    names.join("/")
}
