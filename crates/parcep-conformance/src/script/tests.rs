use super::*;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Word {
    say: Value,
    #[serde(rename = "as")]
    role: StepRole,
}

impl Played for Word {
    fn role(&self) -> Option<StepRole> {
        Some(self.role)
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// A file with one test that cites R-CONF-001 and has these lines.
fn built(lines: &str) -> Result<Vec<Case<Nothing, Word>>, String> {
    let hash = sentence_hash(&spec::requirement("R-CONF-001").unwrap().sentence);
    let text = format!(
        "about = \"x\"\n[[test]]\nid = \"T-X-001-x\"\ntitle = \"x\"\ncites = [\"R-CONF-001 {hash}\"]\ngrade = \"wire\"\n{lines}"
    );
    cases(&read(&[("x.toml", &text)])?)
}

const CHECK: &str = "{ say = \"{a.b} and {c}\", as = \"check\" }";

#[test]
fn every_combination_of_axes_is_a_case() {
    let lines = format!(
        "kind = \"positive\"\naxes.a = [{{ is = \"one\", b = 1 }}, {{ is = \"two\", b = 2 }}]\naxes.c = [3, \"four\"]\nsteps = [{CHECK}, {{ say = \"{{a.b}}\", as = \"check\" }}]"
    );
    let cases = built(&lines).unwrap();
    let seen: Vec<_> = cases
        .iter()
        .map(|case| {
            let said = |step: &Word| step.say.to_string();
            (case.id.as_str(), case.steps.iter().map(said).collect())
        })
        .collect();
    let expected: Vec<(&str, Vec<String>)> = vec![
        ("T-X-001-x/one/3", vec!["\"1 and 3\"".into(), "1".into()]),
        ("T-X-001-x/two/3", vec!["\"2 and 3\"".into(), "2".into()]),
        (
            "T-X-001-x/one/four",
            vec!["\"1 and four\"".into(), "1".into()],
        ),
        (
            "T-X-001-x/two/four",
            vec!["\"2 and four\"".into(), "2".into()],
        ),
    ];
    assert_eq!(seen, expected);
}

#[test]
fn each_item_of_a_list_is_a_step_or_a_round_of_steps() {
    let said = |lines: &str| -> Vec<String> {
        let cases = built(&format!("kind = \"positive\"\nsteps = [{lines}]")).unwrap();
        let steps = cases.iter().flat_map(|case| &case.steps);
        steps.map(|step| step.say.to_string()).collect()
    };
    let one = "{ each = [1, 2], say = \"{it}\", as = \"check\" }";
    assert_eq!(said(one), ["1", "2"]);
    let two = "{ each = [{ b = 3 }, { b = 4 }], steps = [{ say = \"{it.b}\", as = \"check\" }, { say = \"x{it.b}\", as = \"check\" }] }";
    assert_eq!(said(two), ["3", "\"x3\"", "4", "\"x4\""]);
}

#[test]
fn what_is_wrong_with_a_catalogue_is_said_when_it_is_built() {
    let check = "{ say = 1, as = \"check\" }";
    for (lines, expected) in [
        (
            format!("kind = \"negative\"\nsteps = [{check}]"),
            "no step of role Refusal",
        ),
        (
            format!("kind = \"positive\"\nsteps = [{CHECK}]"),
            "no axis `a.b`",
        ),
        (
            format!("kind = \"positive\"\naxes.a = [1, 2]\nsteps = [{check}]"),
            "does what another case does",
        ),
        (
            "kind = \"positive\"\nsteps = [{ shout = 1 }]".into(),
            "step 1: unknown field `shout`",
        ),
        (
            format!("kind = \"positive\"\ncolour = 1\nsteps = [{check}]"),
            "unknown field `colour`",
        ),
        (
            format!("kind = \"positive\"\nhome = {{ cats = 1 }}\nsteps = [{check}]"),
            "unknown field `cats`",
        ),
    ] {
        let error = built(&lines).unwrap_err();
        assert!(error.contains(expected), "{lines}: {error}");
    }
    assert!(built(&format!("kind = \"positive\"\nsteps = [{check}]")).is_ok());
}

#[test]
fn a_sentence_that_changed_makes_its_tests_suspect() {
    for (cites, expected) in [
        (
            "R-CONF-001 0000000000000000",
            "R-CONF-001 says something else now",
        ),
        ("R-CONF-001", "R-CONF-001 says something else now"),
        (
            "R-EXAMPLE-999 0000000000000000",
            "there is no R-EXAMPLE-999",
        ),
    ] {
        let text = format!(
            "about = \"x\"\n[[test]]\nid = \"T-X-001-x\"\ntitle = \"x\"\ncites = [\"{cites}\"]\ngrade = \"wire\"\nkind = \"positive\"\nsteps = [{{ say = 1, as = \"check\" }}]"
        );
        let error = cases::<Nothing, Word>(&read(&[("x.toml", &text)]).unwrap()).unwrap_err();
        assert!(error.contains(expected), "{error}");
    }
}
