//! What a small invented specification becomes. Its ids are of the area `EXAMPLE`, which no chapter uses.

use super::*;
use crate::trace::{Evidence, Mutant, State, Trace, Traced};
use std::collections::BTreeMap;
use std::fs;
use std::sync::LazyLock;

const PICTURE: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\" role=\"img\" \
    aria-labelledby=\"dot-title\"><title id=\"dot-title\">A dot</title><desc>One dot.</desc>\
    <style>.dot { fill: currentColor; }</style><circle class=\"dot\" cx=\"4\" cy=\"4\" r=\"2\"/></svg>\n";

const FILES: &[(&str, &str)] = &[
    (
        "README.md",
        "# Example: the specification\n\nWhat it is.\n\n**Status:** draft.\n\n## How to read it\n\
         Begin with [01-first.md](01-first.md), see [proto](../proto/a.proto).\n\n## Licences\nText: free.\n",
    ),
    (
        "01-first.md",
        "# 1. First\n\nWords, see R-EXAMPLE-002 and [the second](02-second.md#more).\n\n\
         ### R-EXAMPLE-001 One thing {#r-example-001}\nA reader MUST\nNOT do `x` before `02-second.md` says so.\n\n\
         Because.\n\n![A dot, drawn](figures/dot.svg)\n\n| Part | What |\n|---|---|\n| a | ● |\n| b | |\n",
    ),
    (
        "02-second.md",
        "# 2. Second\n\n## More\n\n### R-EXAMPLE-002 Another {#r-example-002}\nA writer MAY do it.\n\n## Less\n\nEnd.\n",
    ),
    (
        "profiles/relay.md",
        "# Relay\n\nWhat a relay needs: `registry/things.toml`.\n",
    ),
    (
        "OPEN.md",
        "# Open\n\n| Requirement | Theme | Why |\n|---|---|---|\n| R-EXAMPLE-001 | theme | no test yet |\n",
    ),
    (
        "registry/things.toml",
        "# Things: `name` and more.\n\n[[thing]]\nnumber = 1\nname = \"A_THING\"\ntext = \"a thing & more\"\n",
    ),
    ("figures/dot.svg", PICTURE),
];

/// A folder with the example, in which some files are others.
fn example(others: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let spec = folder.path().join("spec");
    let files: BTreeMap<&str, &str> = FILES.iter().chain(others).copied().collect();
    for (path, text) in files.into_iter().chain([("../proto/a.proto", "")]) {
        let path = spec.join(path);
        fs::create_dir_all(&spec).unwrap();
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn try_with(others: &[(&str, &str)]) -> Result<Site, SiteError> {
    let folder = example(others);
    render(&folder.path().join("spec"), &Standings::new())
}

fn page_with(others: &[(&str, &str)]) -> String {
    try_with(others).unwrap().page
}

fn refusal(path: &str, text: &str) -> String {
    try_with(&[(path, text)]).unwrap_err().to_string()
}

fn assert_holds(page: &str, what: &[&str]) {
    for part in what {
        assert!(page.contains(part), "`{part}` is not in the page:\n{page}");
    }
}

#[test]
fn a_requirement_becomes_a_card_with_its_keyword_and_sentence() {
    assert_holds(
        &page_with(&[]),
        &[
            "<h3 id=\"r-example-001\"><a class=\"rid\" href=\"#r-example-001\">R-EXAMPLE-001</a> One thing</h3>",
            "<span class=\"keyword binds\">MUST NOT</span>",
            "<span class=\"keyword advises\">MAY</span>",
            "<p class=\"sentence\">A reader <strong class=\"word\">MUST NOT</strong> do <code>x</code>",
        ],
    );
}

#[test]
fn links_between_files_lead_to_places_in_the_page() {
    let page = page_with(&[]);
    assert_holds(
        &page,
        &[
            "<a href=\"#second.more\">the second</a>",
            "<a class=\"rid\" href=\"#r-example-002\" title=\"Another\">R-EXAMPLE-002</a>",
            "Begin with <a href=\"#first\">chapter 1, First</a>",
            "<a href=\"#second\">chapter 2, Second</a>",
            "<a class=\"name\" href=\"#registry.things\"><code>registry/things.toml</code></a>",
            "<span class=\"file\">proto</span>",
        ],
    );
    assert!(!page.contains(".md\""), "a link still leads to a file");
}

#[test]
fn title_page_contents_chapters_annexes_and_index_are_there_in_order() {
    let page = page_with(&[]);
    let order = [
        "<h1>Example: the specification</h1>",
        "<strong>Status:</strong> draft.",
        "Text: free.",
        "<li><a href=\"#first\">1. First</a>",
        "<h2 id=\"first\">1. First",
        "<span class=\"number\">2.1</span> More",
        "<h2 id=\"profiles\">Annex A. Profiles",
        "<h3 id=\"profiles.relay\">",
        "<h2 id=\"registry\">Annex B. Registries",
        "<tr id=\"registry.things.a_thing\">",
        "<h2 id=\"open\">Annex C. Open",
        "<h2 id=\"coverage\">",
        "<h2 id=\"index\">",
    ];
    let places: Vec<_> = order
        .iter()
        .map(|part| page.find(part).unwrap_or_else(|| panic!("no `{part}`")))
        .collect();
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn a_picture_is_inside_the_page_and_the_table_below_it_is_named_after_it() {
    assert_holds(
        &page_with(&[]),
        &[
            "<title id=\"dot-title\">A dot</title>",
            "<figcaption>Figure 1.1 – A dot, drawn</figcaption>",
            "<caption>Table 1.1 – Figure 1.1 in words</caption>",
        ],
    );
}

#[test]
fn tables_say_which_cells_are_heads_and_what_a_circle_means() {
    assert_holds(
        &page_with(&[]),
        &[
            "<th scope=\"col\">Part</th>",
            "<th scope=\"row\">a</th>",
            "<span role=\"img\" aria-label=\"yes\">●</span>",
            "a thing &amp; more",
        ],
    );
}

#[test]
fn states_and_tests_stand_on_the_card_in_the_index_in_the_counts_and_in_the_list() {
    let folder = example(&[]);
    let standing = Standing {
        state: State::Proven,
        suspect: true,
        tests: vec!["one::test".to_owned()],
        faults: vec!["forgets-everything".to_owned()],
        note: None,
    };
    let standings = Standings::from([("R-EXAMPLE-001".to_owned(), standing)]);
    let site = render(&folder.path().join("spec"), &standings).unwrap();
    assert_holds(
        &site.page,
        &[
            "<summary>1 test, 1 faulty implementation caught</summary>",
            "one::<wbr/>test",
            "caught: <code>forgets-everything</code>",
            "suspect</span>",
            "<rect class=\"bar proven\" x=\"",
        ],
    );
    let list: serde_json::Value = serde_json::from_str(&site.requirements).unwrap();
    let rows = list["requirements"].as_array().unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!(
        (rows[0]["id"].as_str(), rows[0]["state"].as_str()),
        (Some("R-EXAMPLE-001"), Some("proven"))
    );
    assert_eq!(
        rows[0]["sentence"],
        "A reader MUST NOT do `x` before `02-second.md` says so."
    );
}

/// R-CONF-020
#[test]
fn a_provisional_feature_is_called_so_on_the_card_and_in_the_list_whatever_ran() {
    let mark = format!("MAY do it.\n\n{}flying.*\n", crate::spec::PROVISIONAL);
    let chapter = FILES[2]
        .1
        .replace("MAY do it.\n", &mark.replace("MAY", "MUST"));
    let suite =
        "# 28. Conformance\n\n### R-CONF-020 Provisional {#r-conf-020}\nNobody MUST claim it.\n";
    let site = try_with(&[("02-second.md", &chapter), ("28-conformance.md", suite)]).unwrap();
    assert_holds(
        &site.page,
        &[
            "<span class=\"keyword advises\">MUST</span> <span class=\"state provisional\"",
            ": flying.",
            "3, of which 3 bind, 1 of these once",
        ],
    );
    let list: serde_json::Value = serde_json::from_str(&site.requirements).unwrap();
    assert_eq!(list["requirements"][1]["provisional"], "flying");
    assert!(list["requirements"][0].get("provisional").is_none());
}

#[test]
fn the_same_files_give_the_same_bytes() {
    assert_eq!(try_with(&[]).unwrap(), try_with(&[]).unwrap());
    let other = page_with(&[("OPEN.md", "# Open\n\nNothing.\n")]);
    assert_ne!(page_with(&[]), other);
}

#[test]
fn markup_in_a_text_is_shown_and_not_obeyed() {
    let text = "# 2. <b>Bold</b> & \"quoted\"\n\n## More\n\n<script>alert(1)</script>\n\nA <img src=x onerror=y> `</code><i>`\n\
                <!-- a note -->\n\n| <u> | b |\n|---|---|\n| <a href=\"http://x\"> | ' |\n\n```x\"><b>\n</pre><script>\n```\n\n\
                ### R-EXAMPLE-002 An <em> {#r-example-002}\nA `<x>` MAY\u{1} do.\n";
    let page = page_with(&[("02-second.md", text)]);
    assert_holds(
        &page,
        &[
            "&lt;script&gt;alert(1)&lt;/script&gt;",
            "&lt;img src=x onerror=y&gt;",
            "&lt;/pre&gt;&lt;script&gt;",
        ],
    );
    for bad in [
        "<script",
        "<img",
        "<i>",
        "<u>",
        "<b>",
        "a note",
        "href=\"http",
    ] {
        assert!(!page.contains(bad), "`{bad}` got through");
    }
}

#[test]
fn a_link_that_leads_nowhere_is_named_with_its_line() {
    let said = refusal(
        "02-second.md",
        "# 2. Second\n\n## More\n\n[a](03-third.md)\n[b](01-first.md#none)\n[c](javascript:x)\n",
    );
    for line in [
        "02-second.md:5: `03-third.md`",
        "02-second.md:6: `01-first.md#none`",
        "02-second.md:7: `javascript:x`",
    ] {
        assert!(said.contains(line), "{said}");
    }
}

#[test]
fn a_picture_that_loads_runs_or_says_nothing_is_refused() {
    let bad = [
        ("`title`", PICTURE.replace("title", "text")),
        ("`desc`", PICTURE.replace("desc", "text")),
        ("`script`", PICTURE.replace("<circle", "<script/><circle")),
        ("`image`", PICTURE.replace("<circle", "<image/><circle")),
        ("`onload`", PICTURE.replace("cx=", "onload=\"x\" cx=")),
        (
            "`xlink:href`",
            PICTURE.replace("cx=", "xlink:href=\"x\" cx="),
        ),
        (
            "load",
            PICTURE.replace("currentColor", "url(https://example.org/a)"),
        ),
        ("load", PICTURE.replace(".dot {", "@import 'x'; .dot {")),
        ("viewBox", PICTURE.replace("viewBox", "viewbox")),
        ("viewBox", PICTURE.replace("role=\"img\"", "")),
        ("not allowed", format!("<!DOCTYPE svg>{PICTURE}")),
        ("closed", PICTURE.replace("</svg>", "")),
    ];
    for (word, svg) in bad {
        let said = refusal("figures/dot.svg", &svg);
        assert!(
            said.starts_with("picture `figures/dot.svg`") && said.contains(word),
            "{word}: {said}"
        );
    }
    let missing = refusal(
        "02-second.md",
        "# 2. Second\n\n## More\n\n![x](figures/none.svg)\n",
    );
    assert!(missing.contains("figures/none.svg"), "{missing}");
}

#[test]
fn folders_and_files_that_cannot_be_used_are_told_apart() {
    let nowhere = Path::new("/nowhere/at/all");
    assert!(matches!(
        render(nowhere, &Standings::new()),
        Err(SiteError::NoFolder(_))
    ));
    let empty = tempfile::tempdir().unwrap();
    assert!(matches!(
        render(empty.path(), &Standings::new()),
        Err(SiteError::Nothing(_))
    ));
    assert!(matches!(
        try_with(&[("registry/things.toml", "= 1")]),
        Err(SiteError::Toml { .. })
    ));
    let folder = example(&[]);
    fs::write(folder.path().join("spec/03-third.md"), [0xff, 0xfe]).unwrap();
    let said = render(&folder.path().join("spec"), &Standings::new()).unwrap_err();
    assert!(
        matches!(said, SiteError::Unreadable(ref path, _) if path.ends_with("03-third.md")),
        "{said}"
    );
}

#[test]
fn only_an_empty_folder_or_one_of_our_own_is_written_to() {
    let site = try_with(&[]).unwrap();
    let out = tempfile::tempdir().unwrap();
    let fresh = out.path().join("a/b");
    write(&site, &fresh).unwrap();
    write(&site, &fresh).unwrap();
    assert_eq!(
        fs::read_to_string(fresh.join("index.html")).unwrap(),
        site.page
    );

    fs::write(fresh.join("letter.txt"), "dear").unwrap();
    let said = write(&site, &fresh).unwrap_err().to_string();
    assert!(said.contains("letter.txt"), "{said}");

    let foreign = tempfile::tempdir().unwrap();
    fs::write(foreign.path().join("index.html"), "<html>mine</html>").unwrap();
    assert!(matches!(
        write(&site, foreign.path()),
        Err(SiteError::Foreign { .. })
    ));
    assert_eq!(
        fs::read_to_string(foreign.path().join("index.html")).unwrap(),
        "<html>mine</html>"
    );

    let file = out.path().join("file");
    fs::write(&file, "").unwrap();
    assert!(matches!(
        write(&site, &file),
        Err(SiteError::Unwritable(..))
    ));
}

#[test]
fn the_last_look_at_a_page_finds_what_is_wrong_with_it() {
    let good = "<!DOCTYPE html><html><a href=\"#x\" id=\"x\">a</a></html>";
    assert_eq!(check::page(good), Ok(()));
    assert_eq!(
        check::page(&good.replace(">a<", ">@import url(y)<")),
        Ok(()),
        "prose about styles loads nothing"
    );
    let bad = [
        good.replace("</a>", ""),
        good.replace("</a>", "</b>"),
        good.replace("#x", "#y"),
        good.replace("#x", "page.html"),
        good.replace("#x", "javascript:x"),
        good.replace("<a ", "<b id=\"x\"/><a "),
        good.replace("<a ", "<img src=\"y\"/><a "),
        good.replace("<a ", "<script></script><a "),
        good.replace("<a ", "<link href=\"https://example.org\"/><a "),
        good.replace("<a ", "<i onclick=\"y\"/><a "),
        good.replace("<a ", "<style>a { background: url(y) }</style><a "),
        good.replace("<a ", "<b style=\"background: url(y)\"/><a "),
        good.replace("<a ", "<b aria-labelledby=\"y\"/><a "),
    ];
    for page in bad {
        assert!(check::page(&page).is_err(), "{page}");
    }
}

#[test]
fn levels_of_headings_leave_none_out() {
    let page = page_with(&[(
        "02-second.md",
        "# 2. Second\n\n### R-EXAMPLE-002 A {#r-example-002}\nIt MAY be.\n\n## More\n\n#### Deep\n\n## End\n",
    )]);
    let mut last = 0;
    for part in page.split("<h").skip(1) {
        if let Some(level) = part.chars().next().and_then(|c| c.to_digit(10)) {
            assert!(
                level <= last + 1,
                "h{level} after h{last}: {}",
                part.chars().take(60).collect::<String>()
            );
            last = level;
        }
    }
    assert!(last > 0);
}

/// This repository's own specification.
fn ours() -> &'static Site {
    static SITE: LazyLock<Site> = LazyLock::new(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec");
        render(&folder, &Standings::new()).unwrap_or_else(|error| panic!("{error}"))
    });
    &SITE
}

#[test]
fn every_requirement_of_our_specification_has_a_card_and_a_line_in_the_index() {
    let site = ours();
    let all = crate::spec::catalogue();
    assert!(all.len() > 100, "only {} requirements", all.len());
    for requirement in all {
        let id = requirement.id;
        let anchor = id.to_lowercase();
        let card = format!("<article class=\"card\" aria-labelledby=\"{anchor}\">");
        assert_eq!(
            site.page.matches(&card).count(),
            1,
            "{id} has no card, or two"
        );
        let line = format!("<th scope=\"row\"><a class=\"rid\" href=\"#{anchor}\">{id}</a></th>");
        assert!(site.page.contains(&line), "{id} is not in the index");
    }
}

#[test]
fn every_picture_of_our_specification_is_shown_once_and_followed_by_a_table() {
    let page = &ours().page;
    for name in ["publish", "pair", "remove", "more-time", "time-states"] {
        let (_, below) = page
            .split_once(&format!("<figure id=\"figure.{name}\">"))
            .unwrap();
        assert_eq!(
            page.matches(&format!("id=\"{name}-title\"")).count(),
            1,
            "{name}"
        );
        let (_, after) = below.split_once("</figure>\n").unwrap();
        assert!(
            after.starts_with("<div class=\"table\""),
            "no table below {name}"
        );
    }
}

#[test]
fn a_requirement_of_our_specification_leads_to_the_wire_and_the_wire_leads_back() {
    let page = &ours().page;
    assert_holds(
        page,
        &[
            "<span id=\"parcep.v1alpha1.Header.body_hash\"></span>",
            "href=\"#parcep.v1alpha1.Header.body_hash\"",
        ],
    );
    let (_, row) = page
        .split_once("<span id=\"parcep.v1alpha1.Header.body_hash\">")
        .unwrap();
    let (row, _) = row.split_once("</tr>").unwrap();
    assert!(row.contains("href=\"#r-doc-022\""), "{row}");
}

#[test]
fn standings_come_from_a_trace_and_count_only_faults_that_were_caught() {
    let mutant = |name: &str, killed| Mutant {
        name: name.to_owned(),
        requirement: "R-EXAMPLE-001".to_owned(),
        killed,
        by: Vec::new(),
    };
    let test = |id: &str| Evidence {
        id: id.to_owned(),
        record: String::new(),
        place: None,
    };
    let folder = example(&[]);
    let (requirements, _) = trace::read_spec(&folder.path().join("spec")).unwrap();
    let mut trace = Trace {
        provisional: vec![],
        requirements: vec![Traced {
            requirement: requirements[0].clone(),
            state: State::Proven,
            suspect: false,
            note: None,
            tests: vec![test("b"), test("a"), test("b")],
            mutants: vec![mutant("caught", true), mutant("alive", false)],
        }],
        faults: Vec::new(),
        notes: Vec::new(),
        executed_tests: 2,
        killed_mutants: 1,
    };
    let found = standings(&trace);
    let one = &found["R-EXAMPLE-001"];
    assert_eq!(
        (one.tests.as_slice(), one.faults.as_slice()),
        (
            &["a".to_owned(), "b".to_owned()][..],
            &["caught".to_owned()][..]
        )
    );
    trace.executed_tests = 0;
    assert!(
        standings(&trace).is_empty(),
        "a trace of nothing says something"
    );
}
