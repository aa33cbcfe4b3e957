use super::*;
use crate::json::{Limits, parse};
use crate::reader::Node;
use proptest::prelude::*;

/// Lists called `rows` are aligned by `id`; `set` objects may be created.
const SHAPE: Shape = Shape {
    sections: &["set", "rows"],
    row: |list, row| {
        let id = row.member("id")?;
        (list == "rows").then(|| crate::json::canonical(id))
    },
};

fn json(text: &str) -> Json {
    parse(text.as_bytes(), Limits::DOCUMENT).unwrap()
}

fn arbitrary_json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        prop_oneof![Just("5"), Just("5.00"), Just("1e2"), Just("-0")]
            .prop_map(|n| Json::Number(n.into())),
        "[ab]{0,2}".prop_map(Json::String),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        let name = prop_oneof![Just("set"), Just("rows"), Just("id"), Just("x")];
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Json::Array),
            proptest::collection::btree_map(name, inner, 0..4).prop_map(|map| Json::Object(
                map.into_iter().map(|(k, v)| (k.into(), v)).collect()
            )),
        ]
    })
}

proptest! {
    #[test]
    fn whatever_is_rendered_the_residue_gives_back_what_was_written(
        plain in arbitrary_json(), written in arbitrary_json(),
    ) {
        let residue = Residue::difference(&plain, &written, SHAPE);
        prop_assert!(residue.apply(plain, SHAPE).same(&written));
    }

    #[test]
    fn a_residue_survives_its_file_form(plain in arbitrary_json(), written in arbitrary_json()) {
        let residue = Residue::difference(&plain, &written, SHAPE);
        let file = residue.to_json();
        prop_assert_eq!(Residue::read(&Node::root(&file)).unwrap(), residue);
    }
}

#[test]
fn typed_values_win_over_what_was_written() {
    // (rendered at import, written, rendered now, expected)
    let table = [
        // a lexeme holds as long as the number does
        (
            r#"{"n": 5}"#,
            r#"{"n": 5.00}"#,
            r#"{"n": 5}"#,
            r#"{"n": 5.00}"#,
        ),
        (
            r#"{"n": 5}"#,
            r#"{"n": 5.005}"#,
            r#"{"n": 6}"#,
            r#"{"n": 6}"#,
        ),
        // null stays until there is a value, and does not come back over one
        (r#"{}"#, r#"{"n": null}"#, r#"{"n": 7}"#, r#"{"n": 7}"#),
        (
            r#"{"n": 7}"#,
            r#"{"n": 7, "why": "x"}"#,
            r#"{}"#,
            r#"{"why": "x"}"#,
        ),
        // a removed row takes what was attached to it along
        (
            r#"{"rows": [{"id": 1}, {"id": 2}]}"#,
            r#"{"rows": [{"id": 1, "why": "x"}, {"id": 2}]}"#,
            r#"{"rows": [{"id": 2}]}"#,
            r#"{"rows": [{"id": 2}]}"#,
        ),
        // a row without a typed home stays in its place, a new row goes behind
        (
            r#"{"rows": [{"id": 1}, {"id": 3}]}"#,
            r#"{"rows": [{"id": 1}, {"id": 2, "n": null}, {"id": 3}]}"#,
            r#"{"rows": [{"id": 4}, {"id": 3}]}"#,
            r#"{"rows": [{"id": 2, "n": null}, {"id": 3}, {"id": 4}]}"#,
        ),
        // a repetition goes with its first
        (
            r#"{"rows": [{"id": 1}]}"#,
            r#"{"rows": [{"id": 1}, {"id": 1}]}"#,
            r#"{"rows": []}"#,
            r#"{"rows": []}"#,
        ),
        (
            r#"{"rows": [{"id": 1, "n": 40}]}"#,
            r#"{"rows": [{"id": 1, "n": 45}, {"id": 1, "n": 40}]}"#,
            r#"{"rows": [{"id": 1, "n": 50}]}"#,
            r#"{"rows": [{"id": 1, "n": 50}]}"#,
        ),
        // a section that held nothing typed keeps the rest when something typed is added
        (
            r#"{}"#,
            r#"{"set": {"rows": [{"id": 2, "n": null}]}}"#,
            r#"{"set": {"rows": [{"id": 5}]}}"#,
            r#"{"set": {"rows": [{"id": 2, "n": null}, {"id": 5}]}}"#,
        ),
        // an object that is gone is not made again from its remains
        (
            r#"{"bonus": {"n": 1}}"#,
            r#"{"bonus": {"n": 1, "why": "x"}}"#,
            r#"{"bonus": null}"#,
            r#"{"bonus": null}"#,
        ),
    ];
    for (plain, written, now, expected) in table {
        let residue = Residue::difference(&json(plain), &json(written), SHAPE);
        let got = residue.apply(json(now), SHAPE);
        assert!(
            got.same(&json(expected)),
            "{written} with {now} gave {}",
            crate::json::pretty(&got)
        );
    }
}
