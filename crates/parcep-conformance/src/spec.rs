//! The requirements of the specification: what a report cites, and what a test has to cover.
//!
//! A requirement is a heading `### R-AREA-NNN Title {#r-area-nnn}` and below it exactly one sentence
//! with exactly one keyword of RFC 2119. [`read`] finds them and names every block of another shape.

use std::sync::LazyLock;

macro_rules! chapters {
    ($($name:literal)*) => {
        &[$(($name, include_str!(concat!("../../../spec/", $name)))),*]
    };
}

/// The chapters, by file name, as they stood when this program was built.
pub const CHAPTERS: &[(&str, &str)] = chapters![
    "01-scope.md"
    "02-roles.md"
    "03-wire.md"
    "04-documents.md"
    "05-epochs.md"
    "06-log.md"
    "07-registers.md"
    "08-relay.md"
    "09-restore.md"
    "10-membership.md"
    "11-consent.md"
    "12-permissions.md"
    "13-policy-model.md"
    "14-evaluation.md"
    "15-budgets.md"
    "16-requests.md"
    "17-time.md"
    "18-joining.md"
    "19-age-signals.md"
    "20-artefacts.md"
    "21-capability.md"
    "22-dependant.md"
    "23-rights-floor.md"
    "24-privacy.md"
    "25-security.md"
    "26-errors.md"
    "27-interchange-pcps.md"
    "28-conformance.md"
    "29-operations.md"
    "profiles/README.md"
];

/// Keywords of RFC 2119, the longer ones first.
const KEYWORDS: &[&str] = &[
    "MUST NOT",
    "SHALL NOT",
    "SHOULD NOT",
    "NOT RECOMMENDED",
    "MUST",
    "SHALL",
    "SHOULD",
    "REQUIRED",
    "RECOMMENDED",
    "MAY",
    "OPTIONAL",
];

/// One requirement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement<'a> {
    /// Stable id, such as `R-LOG-001`.
    pub id: &'a str,
    /// Title, as in the heading.
    pub title: &'a str,
    /// File name of the chapter.
    pub chapter: &'a str,
    /// The one sentence that binds.
    pub sentence: String,
    /// Its keyword, such as `MUST NOT`.
    pub keyword: &'static str,
    /// The feature that it belongs to, if the chapter calls that provisional (R-CONF-020).
    pub provisional: Option<&'a str>,
}

impl Requirement<'_> {
    /// Whether an implementation that breaks it is not conformant.
    pub fn is_binding(&self) -> bool {
        is_binding(self.keyword)
    }
}

/// The feature of a line `*[Provisional](28-conformance.md#r-conf-020): some feature.*`.
pub fn provisional_feature(line: &str) -> Option<&str> {
    let rest = line.strip_prefix(PROVISIONAL)?;
    rest.strip_suffix(".*")
        .filter(|feature| !feature.is_empty())
}

/// How a line begins that calls the requirement above it provisional.
pub const PROVISIONAL: &str = "*[Provisional](28-conformance.md#r-conf-020): ";

/// Whether an implementation that breaks a requirement with this keyword is not conformant.
pub fn is_binding(keyword: &str) -> bool {
    matches!(
        keyword,
        "MUST" | "MUST NOT" | "SHALL" | "SHALL NOT" | "REQUIRED"
    )
}

/// Something in a chapter that is not shaped as a requirement has to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// File name of the chapter.
    pub chapter: String,
    /// Line, from 1.
    pub line: usize,
    /// What is wrong, in one line.
    pub what: String,
}

/// Every requirement of the chapters that this program was built with.
pub fn catalogue() -> &'static [Requirement<'static>] {
    static ALL: LazyLock<Vec<Requirement<'static>>> = LazyLock::new(|| {
        CHAPTERS
            .iter()
            .flat_map(|(chapter, text)| read(chapter, text).0)
            .collect()
    });
    &ALL
}

/// The requirement with this id.
pub fn requirement(id: &str) -> Option<&'static Requirement<'static>> {
    catalogue().iter().find(|r| r.id == id)
}

/// Reads the requirements of one chapter, and names what has another shape.
pub fn read<'a>(chapter: &'a str, text: &'a str) -> (Vec<Requirement<'a>>, Vec<Fault>) {
    let mut reader = Reader {
        chapter,
        found: Vec::new(),
        faults: Vec::new(),
        heading: None,
        sentence: Vec::new(),
        explained: None,
        fenced: false,
    };
    for (index, line) in text.lines().enumerate() {
        reader.line(index + 1, line);
    }
    reader.end_of_paragraph();
    reader.end_of_heading();
    (reader.found, reader.faults)
}

/// Every id of the form `R-AREA-NNN` in a text, in order, repeated ones too.
pub fn cited(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-'))
        .filter(|word| is_id(word))
}

/// Whether a word has the form `R-AREA-NNN`.
pub fn is_id(word: &str) -> bool {
    let mut parts = word.split('-');
    let shape = (parts.next(), parts.next(), parts.next(), parts.next());
    let (Some("R"), Some(area), Some(number), None) = shape else {
        return false;
    };
    !area.is_empty()
        && area.bytes().all(|b| b.is_ascii_uppercase())
        && number.len() == 3
        && number.bytes().all(|b| b.is_ascii_digit())
}

struct Heading<'a> {
    line: usize,
    id: &'a str,
    title: &'a str,
}

struct Reader<'a> {
    chapter: &'a str,
    found: Vec<Requirement<'a>>,
    faults: Vec<Fault>,
    /// A heading whose sentence has not come yet.
    heading: Option<Heading<'a>>,
    /// The lines of its sentence so far.
    sentence: Vec<&'a str>,
    /// The requirement whose sentence has just ended.
    explained: Option<usize>,
    fenced: bool,
}

impl<'a> Reader<'a> {
    fn line(&mut self, number: usize, line: &'a str) {
        let fence = line.trim_start().starts_with("```");
        if fence || line.trim().is_empty() || line.starts_with('#') {
            self.end_of_paragraph();
        }
        if fence {
            self.fenced = !self.fenced;
        } else if self.fenced || line.trim().is_empty() {
            // Nothing binds here.
        } else if line.starts_with("### R-") {
            self.end_of_heading();
            self.open(number, line);
        } else if self.heading.is_some() {
            self.sentence.push(line.trim());
        } else if line.starts_with("*[Provisional]") {
            self.provisional(number, line);
        } else {
            self.explained = None;
            if let Some(word) = keywords(line).first() {
                self.fault(number, format!("`{word}` outside a requirement's sentence"));
            }
        }
    }

    /// The first line of the explanation of a requirement may call it provisional.
    fn provisional(&mut self, number: usize, line: &'a str) {
        let feature = provisional_feature(line);
        let above = self.explained.take().and_then(|at| self.found.get_mut(at));
        match (feature, above) {
            (Some(_), Some(one)) => one.provisional = feature,
            _ => self.fault(
                number,
                format!("below a requirement's sentence stands `{PROVISIONAL}FEATURE.*`, on a line of its own"),
            ),
        }
    }

    fn open(&mut self, line: usize, text: &'a str) {
        let parts = text
            .strip_prefix("### ")
            .and_then(|rest| rest.split_once(' '))
            .and_then(|(id, rest)| Some((id, rest.split_once(" {#")?)))
            .and_then(|(id, (title, anchor))| Some((id, title, anchor.strip_suffix('}')?)));
        let Some((id, title, anchor)) =
            parts.filter(|(id, title, _)| is_id(id) && !title.is_empty())
        else {
            return self.fault(
                line,
                "a heading has the form `### R-AREA-NNN Title {#r-area-nnn}`",
            );
        };
        if anchor != id.to_ascii_lowercase() {
            self.fault(line, format!("the anchor of {id} is `{anchor}`"));
        }
        self.heading = Some(Heading { line, id, title });
    }

    /// The first paragraph below a heading is its sentence.
    fn end_of_paragraph(&mut self) {
        if self.sentence.is_empty() {
            return;
        }
        let sentence = std::mem::take(&mut self.sentence).join(" ");
        let Some(Heading { line, id, title }) = self.heading.take() else {
            return;
        };
        let ends = sentence
            .split_inclusive(['.', '!', '?'])
            .filter(|part| part.ends_with(['.', '!', '?']))
            .count();
        let inside = sentence
            .match_indices(['.', '!', '?'])
            .filter(|(at, _)| sentence.as_bytes().get(at + 1) == Some(&b' '))
            .count();
        if ends == 0 || inside > 0 || !sentence.ends_with(['.', '!', '?']) {
            self.fault(line, format!("{id} is not exactly one sentence"));
        }
        match keywords(&sentence).as_slice() {
            [keyword] => {
                self.explained = Some(self.found.len());
                self.found.push(Requirement {
                    id,
                    title,
                    chapter: self.chapter,
                    sentence,
                    keyword,
                    provisional: None,
                });
            }
            others => self.fault(line, format!("{id} has {} keywords, not one", others.len())),
        }
    }

    fn end_of_heading(&mut self) {
        if let Some(heading) = self.heading.take() {
            self.fault(heading.line, format!("{} has no sentence", heading.id));
        }
    }

    fn fault(&mut self, line: usize, what: impl Into<String>) {
        self.faults.push(Fault {
            chapter: self.chapter.to_owned(),
            line,
            what: what.into(),
        });
    }
}

/// The keywords of a line, in order. Code in backticks does not count.
fn keywords(line: &str) -> Vec<&'static str> {
    let prose: String = line.split('`').step_by(2).collect::<Vec<_>>().join(" ");
    let words: Vec<&str> = prose
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
        .collect();
    let mut rest = words.as_slice();
    let mut found = Vec::new();
    while let [first, others @ ..] = rest {
        let pair = [*first, others.first().copied().unwrap_or_default()].join(" ");
        let hit = KEYWORDS.iter().find(|k| **k == pair || *k == first);
        found.extend(hit);
        let used = hit.map_or(1, |k| k.split(' ').count());
        rest = rest.get(used..).unwrap_or_default();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "# A\n\n### R-EXAMPLE-001 Things {#r-example-001}\nA thing MUST NOT be `MAY` 1.5.\n\nBecause.\n";

    #[test]
    fn a_well_formed_block_gives_its_sentence_and_keyword() {
        let (found, faults) = read("a.md", GOOD);
        assert_eq!(faults, []);
        let one = &found[0];
        assert_eq!(
            (one.id, one.title, one.keyword),
            ("R-EXAMPLE-001", "Things", "MUST NOT")
        );
        assert_eq!(one.sentence, "A thing MUST NOT be `MAY` 1.5.");
        assert!(one.is_binding());
    }

    #[test]
    fn every_other_shape_is_a_fault() {
        let bad = [
            (
                "two keywords",
                GOOD.replace("NOT be", "NOT be and SHOULD be"),
            ),
            ("no keyword", GOOD.replace("MUST NOT", "must not")),
            ("two sentences", GOOD.replace("1.5.", "one. It is.")),
            ("no full stop", GOOD.replace("1.5.", "one")),
            (
                "wrong anchor",
                GOOD.replace("{#r-example-001}", "{#r-example-002}"),
            ),
            ("no anchor", GOOD.replace(" {#r-example-001}", "")),
            ("no title", GOOD.replace(" Things", "")),
            (
                "no sentence",
                GOOD.replace("A thing MUST NOT be `MAY` 1.5.\n\nBecause.\n", ""),
            ),
            ("keyword elsewhere", GOOD.replace("Because.", "It MAY be.")),
            ("malformed id", GOOD.replace("R-EXAMPLE-001", "R-EXAMPLE-1")),
        ];
        for (case, text) in bad {
            assert!(!read("a.md", &text).1.is_empty(), "{case}");
        }
    }

    #[test]
    fn a_feature_is_called_provisional_right_below_the_sentence_and_nowhere_else() {
        let mark = format!("{PROVISIONAL}some feature.*");
        let marked = GOOD.replace("Because.", &format!("{mark}\n\nBecause."));
        let (found, faults) = read("a.md", &marked);
        assert_eq!(faults, []);
        assert_eq!(found[0].provisional, Some("some feature"));
        assert_eq!(read("a.md", GOOD).0[0].provisional, None);
        let bad = [
            ("above it", GOOD.replace("# A", &format!("# A\n\n{mark}"))),
            ("after it was explained", format!("{GOOD}\n{mark}\n")),
            ("twice", marked.replace(&mark, &format!("{mark}\n\n{mark}"))),
            ("no feature", marked.replace("some feature", "")),
            ("no full stop", marked.replace(".*", "*")),
        ];
        for (case, text) in bad {
            assert!(!read("a.md", &text).1.is_empty(), "{case}");
        }
    }

    #[test]
    fn ids_are_found_in_prose_and_nothing_else_is() {
        let text = "(R-EXAMPLE-001), R-EXAMPLE-012/R-EXAMPLE-003; R-LOG-0011 XR-LOG-001 R-log-001 R-LOG R-LOG-01";
        let ids: Vec<_> = cited(text).collect();
        assert_eq!(ids, ["R-EXAMPLE-001", "R-EXAMPLE-012", "R-EXAMPLE-003"]);
    }
}
