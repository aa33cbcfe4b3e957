//! The headings of requirements in `spec/`, and the ids that a text cites.

use std::collections::BTreeMap;
use std::path::Path;

/// Every requirement by id, in the order of the chapters.
#[derive(Debug, Default)]
pub(crate) struct Clauses {
    known: BTreeMap<String, Clause>,
    order: Vec<String>,
}

/// Where a requirement stands.
#[derive(Debug)]
pub(crate) struct Clause {
    pub(crate) title: String,
    pub(crate) chapter: String,
}

impl Clauses {
    pub(crate) fn read(spec: &Path) -> Self {
        let mut chapters: Vec<_> = std::fs::read_dir(spec)
            .expect("the spec folder")
            .map(|entry| entry.expect("a folder entry").path())
            .filter(|path| path.extension().is_some_and(|e| e == "md"))
            .collect();
        chapters.sort();
        let mut clauses = Self::default();
        for path in chapters {
            let name = path.file_name().expect("a file").to_string_lossy();
            clauses.add(&name, &std::fs::read_to_string(&path).expect("readable"));
        }
        clauses
    }

    pub(crate) fn of(chapter: &str, text: &str) -> Self {
        let mut clauses = Self::default();
        clauses.add(chapter, text);
        clauses
    }

    fn add(&mut self, chapter: &str, text: &str) {
        for line in text.lines() {
            let heading = line.strip_prefix("### ").and_then(|l| l.split_once(" {#"));
            let Some((id, title)) = heading.and_then(|(text, _)| text.split_once(' ')) else {
                continue;
            };
            if cited(id) == [id] {
                let clause = Clause {
                    title: title.to_owned(),
                    chapter: chapter.to_owned(),
                };
                self.known.insert(id.to_owned(), clause);
                self.order.push(id.to_owned());
            }
        }
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Clause> {
        self.known.get(id)
    }

    /// Ids in the order in which the chapters give them.
    pub(crate) fn in_order(&self) -> impl Iterator<Item = (&str, &Clause)> {
        let with_clause = |id: &String| self.known.get_key_value(id);
        let pairs = self.order.iter().filter_map(with_clause);
        pairs.map(|(id, clause)| (id.as_str(), clause))
    }

    /// A link to a requirement, as it stands in a page of `spec/`.
    pub(crate) fn link(&self, id: &str) -> String {
        match self.get(id) {
            Some(clause) => format!("[{id}]({}#{})", clause.chapter, id.to_lowercase()),
            None => id.to_owned(),
        }
    }
}

/// The ids of the form R-AREA-NNN that a text names, each once, in their order.
pub(crate) fn cited(text: &str) -> Vec<&str> {
    let mut ids = Vec::new();
    for word in text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-') {
        let mut parts = word.split('-');
        let shape = (parts.next(), parts.next(), parts.next(), parts.next());
        let (Some("R"), Some(area), Some(number), None) = shape else {
            continue;
        };
        let is_area = !area.is_empty() && area.bytes().all(|b| b.is_ascii_uppercase());
        let is_number = number.len() == 3 && number.bytes().all(|b| b.is_ascii_digit());
        if is_area && is_number && !ids.contains(&word) {
            ids.push(word);
        }
    }
    ids
}
