//! Finding the tests in Rust source: their paths, the ids they cite, the vectors they read.

use super::rust::{Token, tokens};
use super::{TraceError, folder};
use crate::spec;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Folders with packages.
const FOLDERS: &[&str] = &["crates", "benches", "examples"];

/// One program of tests: a library, a binary, or an integration test with its modules.
#[derive(Debug, Clone, Default)]
pub(super) struct Target {
    /// Name of the package.
    pub(super) package: String,
    /// Root source file, relative to the package.
    pub(super) root: String,
    /// Every test below it.
    pub(super) tests: Vec<SourceTest>,
}

/// One test function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SourceTest {
    /// Its path, as the log has it.
    pub(super) name: String,
    /// File and line.
    pub(super) place: String,
    /// Ids in its comments and its body, and in the header of its own module.
    pub(super) cites: BTreeSet<String>,
    /// Paths below `spec/vectors/` that its body names.
    pub(super) vectors: BTreeSet<String>,
    /// Requirements that a fault breaks which the test puts in by itself and has to notice: ids behind
    /// `Seeded fault:` in a comment.
    pub(super) seeded: BTreeSet<String>,
}

/// Every test program of the packages below a folder.
pub(super) fn targets(code: &Path) -> Result<Vec<Target>, TraceError> {
    let mut found = Vec::new();
    for name in FOLDERS {
        let below = code.join(name);
        if !below.is_dir() {
            continue;
        }
        for manifest in folder::files(&below, &["toml"])? {
            if manifest
                .file_name()
                .is_some_and(|name| name == "Cargo.toml")
            {
                found.extend(package(code, &manifest)?);
            }
        }
    }
    Ok(found)
}

fn package(code: &Path, manifest: &Path) -> Result<Vec<Target>, TraceError> {
    let home = manifest.parent().unwrap_or(code);
    let table: toml::Table =
        folder::read(manifest)?
            .parse()
            .map_err(|error: toml::de::Error| TraceError::Shape {
                path: manifest.to_owned(),
                cause: error.to_string(),
            })?;
    let name = table.get("package").and_then(|p| p.get("name"));
    let Some(name) = name.and_then(toml::Value::as_str) else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    for root in roots(home)? {
        let mut scan = Scan {
            code,
            tests: Vec::new(),
        };
        let relative = folder::relative(&root, home);
        let testing = relative.starts_with("tests/");
        scan.file(&root, true, &Module::root(testing))?;
        found.push(Target {
            package: name.to_owned(),
            root: relative,
            tests: scan.tests,
        });
    }
    Ok(found)
}

/// Root files as cargo finds them by itself.
fn roots(home: &Path) -> Result<Vec<PathBuf>, TraceError> {
    let mut found: Vec<PathBuf> = ["src/lib.rs", "src/main.rs"]
        .iter()
        .map(|root| home.join(root))
        .filter(|root| root.is_file())
        .collect();
    for folder in ["src/bin", "tests", "examples"].map(|name| home.join(name)) {
        if !folder.is_dir() {
            continue;
        }
        let is_root = |path: &PathBuf| {
            let depth = path
                .strip_prefix(&folder)
                .map_or(0, |p| p.components().count());
            depth == 1 || (depth == 2 && path.ends_with("main.rs"))
        };
        found.extend(folder::files(&folder, &["rs"])?.into_iter().filter(is_root));
    }
    Ok(found)
}

/// The module whose items are being read.
#[derive(Debug, Clone)]
struct Module {
    /// Names from the root of the target on.
    path: Vec<String>,
    /// Whether it is built for tests only: then its header is about tests.
    testing: bool,
    /// Ids in its header, if it is.
    header: BTreeSet<String>,
    /// Modules inline in one file count as folders.
    folders: Vec<String>,
}

impl Module {
    fn root(testing: bool) -> Self {
        Self {
            path: Vec::new(),
            testing,
            header: BTreeSet::new(),
            folders: Vec::new(),
        }
    }

    fn child(&self, name: &str, testing: bool) -> Self {
        let mut path = self.path.clone();
        path.push(name.to_owned());
        Self {
            path,
            testing: self.testing || testing,
            header: BTreeSet::new(),
            folders: Vec::new(),
        }
    }
}

/// What stands before an item.
#[derive(Default)]
struct Before<'a> {
    comments: Vec<&'a str>,
    /// Words of each attribute, in order.
    attributes: Vec<Vec<Token<'a>>>,
}

impl Before<'_> {
    fn is_test(&self) -> bool {
        self.attributes.iter().any(|attribute| {
            let name = attribute
                .iter()
                .take_while(|t| !matches!(t, Token::Open(_)));
            name.last() == Some(&Token::Word("test"))
        })
    }

    fn is_for_tests(&self) -> bool {
        self.attributes.iter().any(|attribute| {
            attribute.first() == Some(&Token::Word("cfg"))
                && attribute.contains(&Token::Word("test"))
        })
    }

    fn path(&self) -> Option<&str> {
        self.attributes
            .iter()
            .find_map(|attribute| match attribute.as_slice() {
                [Token::Word("path"), Token::Sign('='), Token::Text(path)] => Some(*path),
                _ => None,
            })
    }
}

/// Tokens that have not been read yet.
type Rest<'t, 'a> = std::iter::Peekable<std::slice::Iter<'t, (usize, Token<'a>)>>;

struct Scan<'c> {
    code: &'c Path,
    tests: Vec<SourceTest>,
}

impl Scan<'_> {
    fn file(&mut self, path: &Path, root: bool, module: &Module) -> Result<(), TraceError> {
        let text = folder::read(path)?;
        let tokens = tokens(&text);
        let parent = path.parent().unwrap_or(path);
        let own = root || path.ends_with("mod.rs");
        let below = match path.file_stem() {
            Some(stem) if !own => parent.join(stem),
            _ => parent.to_owned(),
        };
        let place = Place {
            file: path,
            below: &below,
        };
        self.items(&mut tokens.iter().peekable(), &place, module.clone())
    }

    /// Reads items up to the bracket that closes them, or to the end of the file.
    fn items(
        &mut self,
        rest: &mut Rest<'_, '_>,
        place: &Place<'_>,
        mut module: Module,
    ) -> Result<(), TraceError> {
        let mut before = Before::default();
        while let Some((line, token)) = rest.next() {
            match token {
                Token::Comment { text, inner: true } if module.testing => {
                    module.header.extend(spec::cited(text).map(str::to_owned));
                }
                Token::Comment { text, inner: false } => before.comments.push(text),
                // A comment with an empty line behind it is about no single item.
                Token::Blank if before.attributes.is_empty() => before.comments.clear(),
                Token::Sign('#') => before.attributes.extend(attribute(rest)),
                Token::Word("mod") => {
                    self.module(rest, place, &module, &before)?;
                    before = Before::default();
                }
                Token::Word("fn") => {
                    if let Some(test) = function(rest, &before, &module) {
                        self.tests.push(SourceTest {
                            place: format!("{}:{line}", folder::relative(place.file, self.code)),
                            ..test
                        });
                    }
                    before = Before::default();
                }
                Token::Word("proptest") if opens_macro(rest) => {
                    self.items(rest, place, module.clone())?;
                    before = Before::default();
                }
                Token::Open(bracket) => {
                    skip(rest);
                    if *bracket == '{' {
                        before = Before::default();
                    }
                }
                Token::Sign(';') => before = Before::default(),
                Token::Close(_) => break,
                _ => {}
            }
        }
        Ok(())
    }

    fn module(
        &mut self,
        rest: &mut Rest<'_, '_>,
        place: &Place<'_>,
        around: &Module,
        before: &Before<'_>,
    ) -> Result<(), TraceError> {
        let Some((_, Token::Word(name))) = rest.next() else {
            return Ok(());
        };
        let mut module = around.child(name, before.is_for_tests());
        match rest.next() {
            Some((_, Token::Open('{'))) => {
                // An inline module of a file of tests keeps what the file says of itself.
                module.header.clone_from(&around.header);
                module.folders = around.folders.clone();
                module.folders.push((*name).to_owned());
                self.items(rest, place, module)
            }
            Some((_, Token::Sign(';'))) => {
                let below = around
                    .folders
                    .iter()
                    .fold(place.below.to_owned(), |path, name| path.join(name));
                let candidates = match before.path() {
                    Some(path) => vec![place.file.with_file_name("").join(path)],
                    None => vec![
                        below.join(format!("{name}.rs")),
                        below.join(name).join("mod.rs"),
                    ],
                };
                // A module that is not there is the compiler's to complain about.
                match candidates.iter().find(|path| path.is_file()) {
                    Some(path) => self.file(path, false, &module),
                    None => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }
}

struct Place<'p> {
    file: &'p Path,
    /// Where modules without a body are looked for.
    below: &'p Path,
}

/// The attribute behind a `#`; none for one that is about what it stands in.
fn attribute<'a>(rest: &mut Rest<'_, 'a>) -> Option<Vec<Token<'a>>> {
    let inner = rest
        .next_if(|(_, token)| *token == Token::Sign('!'))
        .is_some();
    rest.next_if(|(_, token)| *token == Token::Open('['))?;
    let tokens = group(rest);
    (!inner).then_some(tokens)
}

/// A test function, if it is one; its body is read in any case.
fn function(rest: &mut Rest<'_, '_>, before: &Before<'_>, module: &Module) -> Option<SourceTest> {
    // `fn` without a name is a type.
    let (_, Token::Word(name)) = rest.next_if(|(_, token)| matches!(token, Token::Word(_)))? else {
        return None;
    };
    let mut body = Vec::new();
    while let Some((_, token)) = rest.next() {
        match token {
            Token::Open('{') => {
                body = group(rest);
                break;
            }
            Token::Open(_) => skip(rest),
            Token::Sign(';') => break,
            _ => {}
        }
    }
    if !before.is_test() {
        return None;
    }
    let said = body.iter().filter_map(|token| match token {
        Token::Text(text) | Token::Comment { text, .. } => Some(*text),
        _ => None,
    });
    let texts: Vec<&str> = before.comments.iter().copied().chain(said).collect();
    let mut path = module.path.clone();
    path.push((*name).to_owned());
    let cited = texts.iter().flat_map(|text| spec::cited(text));
    let seeded = texts
        .iter()
        .filter_map(|text| text.split_once("Seeded fault:"));
    let seeded = seeded.flat_map(|(_, ids)| spec::cited(ids));
    Some(SourceTest {
        name: path.join("::"),
        place: String::new(),
        cites: cited
            .map(str::to_owned)
            .chain(module.header.clone())
            .collect(),
        vectors: texts.iter().filter_map(|text| vectors(text)).collect(),
        seeded: seeded.map(str::to_owned).collect(),
    })
}

/// `v1/document` of `…/spec/vectors/v1/document`. A version without an area is none: who lists its files
/// has read nothing of them.
fn vectors(text: &str) -> Option<String> {
    let (_, below) = text.split_once("spec/vectors/")?;
    let ends = |c: char| c.is_whitespace() || matches!(c, '`' | '*' | '{' | '"' | ')' | ',');
    let path = below.split(ends).next()?.trim_end_matches(['/', '.']);
    path.contains('/').then(|| path.to_owned())
}

/// Whether `! {` comes next; then both are taken.
fn opens_macro(rest: &mut Rest<'_, '_>) -> bool {
    rest.next_if(|(_, token)| *token == Token::Sign('!'))
        .is_some()
        && rest
            .next_if(|(_, token)| *token == Token::Open('{'))
            .is_some()
}

fn skip(rest: &mut Rest<'_, '_>) {
    group(rest);
}

/// Everything up to the bracket that closes the one just read.
fn group<'a>(rest: &mut Rest<'_, 'a>) -> Vec<Token<'a>> {
    let mut depth = 1usize;
    let mut inside = Vec::new();
    for (_, token) in rest.by_ref() {
        match token {
            Token::Open(_) => depth += 1,
            Token::Close(_) => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
        inside.push(*token);
    }
    inside
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A package with these files; the tests of its only target.
    fn tests_of(files: &[(&str, &str)]) -> Vec<SourceTest> {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().join("crates/thing");
        let manifest = ("Cargo.toml", "[package]\nname = \"a-thing\"\n");
        for (name, text) in files.iter().chain([&manifest]) {
            let path = home.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let targets = targets(folder.path()).unwrap();
        assert_eq!(targets.len(), 1, "{targets:?}");
        targets[0].tests.clone()
    }

    fn cites(test: &SourceTest) -> Vec<&str> {
        test.cites.iter().map(String::as_str).collect()
    }

    #[test]
    fn a_test_has_its_path_and_cites_what_stands_on_it_and_in_it() {
        let found = tests_of(&[
            (
                "src/lib.rs",
                "//! R-EXAMPLE-001\nmod a;\n/// R-EXAMPLE-002\nfn not_a_test() { /* R-EXAMPLE-003 */ }\n",
            ),
            (
                "src/a.rs",
                "impl X { fn x() {} }\n#[cfg(test)]\nmod tests {\n  /// R-EXAMPLE-004\n  #[test]\n  \
                 fn it_holds() {\n    // R-EXAMPLE-005\n    assert!(true, \"R-EXAMPLE-006 {}\", '}');\n  }\n}\n",
            ),
        ]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].name, "a::tests::it_holds");
        assert_eq!(found[0].place, "crates/thing/src/a.rs:6");
        let expected = ["R-EXAMPLE-004", "R-EXAMPLE-005", "R-EXAMPLE-006"];
        assert_eq!(cites(&found[0]), expected);
    }

    #[test]
    fn a_header_counts_for_the_tests_of_its_own_file_and_only_in_files_of_tests() {
        let found = tests_of(&[
            (
                "tests/it/main.rs",
                "//! R-EXAMPLE-001\nmod one;\n#[test]\nfn root() {}\n",
            ),
            (
                "tests/it/one.rs",
                "//! R-EXAMPLE-002\n#[tokio::test(flavor = \"x\")]\nasync fn deep() {}\n",
            ),
        ]);
        let all: Vec<_> = found.iter().map(|t| (t.name.as_str(), cites(t))).collect();
        let expected = [
            ("one::deep", vec!["R-EXAMPLE-002"]),
            ("root", vec!["R-EXAMPLE-001"]),
        ];
        assert_eq!(all, expected);
        let source = "//! R-EXAMPLE-001\n#[test]\nfn plain() {}\n";
        assert!(cites(&tests_of(&[("src/lib.rs", source)])[0]).is_empty());
    }

    #[test]
    fn properties_are_tests_too() {
        let source = "proptest! {\n  #![proptest_config(x { a: 1 })]\n  /// R-EXAMPLE-001\n  #[test]\n  \
                      fn any(x in vec![1]) { a(x); }\n}\n#[test]\nfn after() {}\n";
        let found = tests_of(&[("tests/laws.rs", source)]);
        let names: Vec<_> = found.iter().map(|t| t.name.as_str()).collect();
        assert_eq!(names, ["any", "after"]);
        assert_eq!(cites(&found[0]), ["R-EXAMPLE-001"]);
    }

    #[test]
    fn a_comment_with_an_empty_line_behind_it_belongs_to_no_test() {
        let source = "// R-EXAMPLE-001\n\n#[test]\nfn one() {}\n// R-EXAMPLE-002\nconst A: u8 = 1;\n\
                      #[test]\n#[should_panic]\nfn two() {}\n";
        let found = tests_of(&[("tests/t.rs", source)]);
        assert_eq!(found.len(), 2);
        assert!(found.iter().all(|test| test.cites.is_empty()), "{found:?}");
    }

    #[test]
    fn modules_are_found_where_the_compiler_finds_them() {
        let leaf = "#[test]\nfn leaf() {}\n";
        let found = tests_of(&[
            (
                "src/lib.rs",
                "mod a; mod b { mod c; } #[path = \"odd.rs\"] mod d; mod gone;",
            ),
            ("src/a/mod.rs", "mod e;"),
            ("src/a/e.rs", "#[cfg(test)] mod tests;"),
            ("src/a/e/tests.rs", leaf),
            ("src/b/c.rs", leaf),
            ("src/odd.rs", leaf),
        ]);
        let names: Vec<_> = found.iter().map(|t| t.name.as_str()).collect();
        assert_eq!(names, ["a::e::tests::leaf", "b::c::leaf", "d::leaf"]);
    }

    #[test]
    fn a_path_of_vectors_in_the_body_is_noted() {
        let source = "#[test]\nfn reads() { run(\"../../spec/vectors/v1/log\"); }\n";
        let found = tests_of(&[("tests/t.rs", source)]);
        assert!(found[0].vectors.contains("v1/log"), "{found:?}");
        let source = "#[test]\nfn lists() { list(\"../../spec/vectors/v1/\"); }\n";
        assert!(tests_of(&[("tests/t.rs", source)])[0].vectors.is_empty());
    }

    #[test]
    fn a_seeded_fault_names_the_requirement_it_breaks() {
        let source =
            "/// R-EXAMPLE-001\n#[test]\nfn law() {\n  // Seeded fault: R-EXAMPLE-002\n}\n";
        let found = tests_of(&[("tests/t.rs", source)]);
        assert_eq!(cites(&found[0]), ["R-EXAMPLE-001", "R-EXAMPLE-002"]);
        assert_eq!(
            found[0].seeded.iter().collect::<Vec<_>>(),
            ["R-EXAMPLE-002"]
        );
    }
}
