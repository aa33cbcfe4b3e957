//! `parcep explain week`: a page that a browser shows, and what must hold of every one.

use crate::explain::{TWO_HOMES, settle};
use crate::support::{OKAFOR, run};
use serde_json::Value;

struct Page {
    html: String,
    week: Value,
}

fn draw(policy: &str, child: &str, from: &str, more: &[&str]) -> Page {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("week.html");
    let out = out.to_str().unwrap();
    let week = ["explain", "week", "--policy", policy, "--child", child];
    let week = [&week[..], &["--from", from, "--out", out, "--json"], more].concat();
    let run = run(&week);
    assert_eq!(run.code, 0, "{run:?}");
    Page {
        html: std::fs::read_to_string(out).unwrap(),
        week: run.json()["week"].take(),
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// As it stands in HTML.
fn escaped(text: &str) -> String {
    text.replace('&', "&#38;")
        .replace('\'', "&#39;")
        .replace('"', "&#34;")
}

fn seconds(row: &Value) -> i64 {
    let at = |name: &str| {
        text(&row[name])
            .parse::<jiff::Timestamp>()
            .unwrap()
            .as_second()
    };
    at("until") - at("from")
}

/// Weeks with clocks that go back, forward, at midnight, by half an hour, and a date that is missing.
fn pages() -> Vec<(&'static str, Page)> {
    let weeks = [
        (
            "back",
            TWO_HOMES,
            "Yuna",
            "2026-10-19",
            &["--lang", "fr", "--for", "child"][..],
        ),
        ("plain", TWO_HOMES, "Yuna", "2026-11-02", &[]),
        (
            "forward",
            TWO_HOMES,
            "Yuna",
            "2027-03-25",
            &["--action", "app:pcps/Chess", "--category", "games"],
        ),
        (
            "imported",
            OKAFOR,
            "child-tobias",
            "2026-05-04",
            &["--action", "content:pegi/16"],
        ),
    ];
    let draw = |(name, policy, child, from, more)| (name, draw(policy, child, from, more));
    weeks.map(draw).into()
}

#[test]
fn the_page_is_as_it_was_looked_at() {
    let page = draw(TWO_HOMES, "Yuna", "2026-10-19", &[]);
    settle("week.guardian.en.html", &page.html);
}

/// R-EVAL-003: seven policy days without gaps; every second is told once.
#[test]
fn the_stretches_of_a_day_add_up_to_its_length() {
    for (name, page) in pages() {
        let days = list(&page.week["days"]);
        assert_eq!(days.len(), 7, "{name}");
        let mut last = None;
        for day in days {
            let rows = list(&day["rows"]);
            let sum: i64 = rows.iter().map(seconds).sum();
            assert_eq!(Some(sum), day["seconds"].as_i64(), "{name} {}", day["date"]);
            for row in rows {
                let before = last.replace(text(&row["until"]));
                assert!(
                    before.is_none_or(|before| before == row["from"]),
                    "{name} {row}"
                );
                let arcs = list(&row["arcs"]).iter();
                let drawn =
                    arcs.map(|arc| arc["until"].as_i64().unwrap() - arc["from"].as_i64().unwrap());
                assert_eq!(drawn.sum::<i64>(), seconds(row), "{name} {row}");
            }
        }
    }
    let (back, forward) = (&pages()[0].1, &pages()[2].1);
    let lengths = |page: &Page| -> Vec<i64> {
        let days = list(&page.week["days"]).iter();
        days.map(|day| day["seconds"].as_i64().unwrap() / 3600)
            .collect()
    };
    assert_eq!(lengths(back), [24, 24, 24, 24, 24, 24, 25]);
    assert_eq!(lengths(forward), [24, 24, 24, 23, 24, 24, 24]);
}

/// Nobody needs the picture.
#[test]
fn picture_and_table_say_the_same() {
    for (name, page) in pages() {
        let table = page.html.split("<table class=\"week\">").nth(1).unwrap();
        let table = table.split("</table>").next().unwrap();
        let (mut rows, mut arcs) = (0, 0);
        for day in list(&page.week["days"]) {
            for row in list(&day["rows"]) {
                rows += 1;
                let pieces = list(&row["arcs"]).len();
                arcs += pieces;
                let (starts, ends) = (text(&row["starts"]), text(&row["ends"]));
                let who = match text(&row["who"]) {
                    "" => String::new(),
                    who => format!(", {who}"),
                };
                let tip = format!(
                    "<title>{}, {starts} – {ends}: {}{who}</title>",
                    text(&day["name"]),
                    text(&row["says"])
                );
                assert_eq!(
                    page.html
                        .matches(&escaped(&tip).replace("&#38;", "&"))
                        .count(),
                    pieces,
                    "{name} {tip}"
                );
                let cells = format!(
                    "<td>{starts}</td><td>{ends}</td><td>{}</td>",
                    text(&row["length"])
                );
                assert!(table.contains(&cells), "{name} {cells}");
                for told in ["says", "who", "rule"] {
                    assert!(
                        table.contains(&escaped(text(&row[told]))),
                        "{name} {}",
                        row[told]
                    );
                }
            }
        }
        assert_eq!(table.matches("class=\"chip ").count(), rows, "{name}");
        assert_eq!(
            page.html.matches("<g class=\"block ").count(),
            arcs,
            "{name}"
        );
    }
}

/// Every state in the picture is an answer of `decide`, at its first second and at its last.
#[test]
fn the_picture_shows_what_decide_says() {
    let page = draw(TWO_HOMES, "Yuna", "2026-10-19", &[]);
    let (mut asked, mut reasons) = (0, std::collections::BTreeSet::new());
    for day in list(&page.week["days"]).iter().skip(4) {
        for row in list(&day["rows"]) {
            let until: jiff::Timestamp = text(&row["until"]).parse().unwrap();
            let last = until - jiff::SignedDuration::from_secs(1);
            for at in [text(&row["from"]).to_owned(), last.to_string()] {
                let question = [
                    "decide", "--policy", TWO_HOMES, "--child", "Yuna", "--at", &at,
                ];
                let answer =
                    run(&[&question[..], &["--action", "device", "--json"]].concat()).json();
                let state = match (text(&answer["effect"]), text(&answer["reason"])) {
                    ("allow", _) => "open",
                    (_, "window") => "closed",
                    (_, "budget") => "spent",
                    (_, reason) => reason,
                };
                assert_eq!(row["state"], state, "{at} {answer}");
                reasons.insert(state.to_owned());
                asked += 1;
            }
        }
    }
    assert!(asked >= 30, "{asked}");
    assert_eq!(reasons.len(), 4, "{reasons:?}");
}

/// R-EVAL-061: whose rules bind changes with custody.
#[test]
fn the_author_who_binds_follows_custody() {
    let page = draw(TWO_HOMES, "Yuna", "2026-10-19", &[]);
    let who = |day: usize| -> Vec<&str> {
        let rows = list(&list(&page.week["days"])[day]["rows"]).iter();
        rows.map(|row| text(&row["who"])).collect()
    };
    assert!(
        who(0).iter().all(|who| !who.contains("Gaspard")),
        "{:?}",
        who(0)
    );
    assert!(
        who(5).iter().all(|who| !who.contains("Solveig")),
        "{:?}",
        who(5)
    );
    assert!(
        who(6).iter().any(|who| who.contains("Solveig")),
        "{:?}",
        who(6)
    );
    assert!(
        who(6).iter().any(|who| who.contains("Gaspard")),
        "{:?}",
        who(6)
    );
}

#[test]
fn budgets_stand_on_their_days() {
    let page = draw(TWO_HOMES, "Yuna", "2026-10-19", &[]);
    let limits: Vec<_> = list(&page.week["budgets"]).iter().collect();
    assert_eq!(
        limits[0]["days"],
        serde_json::json!([3600, 3600, 7200, 3600, 3600, 7200, 7200])
    );
    assert_eq!(limits[1]["week"], 18_000);
    let none = Value::Null;
    assert_eq!(
        limits[2]["days"],
        serde_json::json!([none, none, none, none, none, 9000, 0])
    );
}

/// The page can be kept and mailed: it loads nothing and runs nothing.
#[test]
fn the_page_loads_nothing() {
    for (name, page) in pages() {
        for sign in [
            "<script",
            "http:",
            "https:",
            " src=",
            "<link",
            "@import",
            "javascript:",
        ] {
            assert!(!page.html.contains(sign), "{name}: {sign}");
        }
        let outside = page.html.match_indices("url(").filter(|(at, _)| {
            !page
                .html
                .get(*at..)
                .is_some_and(|rest| rest.starts_with("url(#"))
        });
        assert_eq!(outside.count(), 0, "{name}");
    }
}

#[test]
fn a_name_cannot_break_the_page() {
    let mut policy: Value =
        serde_json::from_str(&std::fs::read_to_string(TWO_HOMES).unwrap()).unwrap();
    policy["child"] = "<b>Y & \"una\"</b>".into();
    policy["names"]["solveig"] = "<script>alert(1)</script>".into();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("policy.json");
    std::fs::write(&path, policy.to_string()).unwrap();
    let page = draw(
        path.to_str().unwrap(),
        "<b>Y & \"una\"</b>",
        "2026-10-19",
        &[],
    );
    assert!(!page.html.contains("<script") && !page.html.contains("<b>"));
}

#[test]
fn a_wrong_week_is_refused_in_words() {
    let wrong = |more: &[&str]| {
        let week = [
            "explain", "week", "--policy", TWO_HOMES, "--child", "Yuna", "--out", "-", "--json",
        ];
        run(&[&week[..], more].concat())
    };
    assert_eq!(
        wrong(&["--from", "9999-12-31"]).json()["error"]["code"],
        "BAD_DATE"
    );
    assert_eq!(wrong(&["--from", "tomorrow"]).code, 2);
    assert_eq!(
        wrong(&["--action", "fly"]).json()["error"]["code"],
        "UNKNOWN_ACTION"
    );
}
