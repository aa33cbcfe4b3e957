//! The imported policy file as its own format.

use crate::support::{OKAFOR, import, with_policy};
use parcep_interchange::{Code, file};

#[test]
fn a_pcps_document_is_loaded_as_if_it_were_imported() {
    assert_eq!(file::load(OKAFOR.as_bytes()).unwrap(), import(OKAFOR));
}

// R-PCPS-022
#[test]
fn files_with_something_wrong_are_refused_at_the_place() {
    let saved = file::save(&import(&with_policy(
        r#"{"time_limits": {"daily": {"weekday": 60}}, "apps": {"blocked": [{"app_name": "A"}]}}"#,
    )))
    .unwrap();
    let budget = "/family/children/0/layer/budgets/budgets/0/allowance/daily/0";
    let table = [
        (
            "parcep-policy/1",
            "parcep-policy/2",
            Code::UnsupportedVersion,
            "/format",
        ),
        (
            "\"seconds\": 3600",
            "\"seconds\": -1",
            Code::BadRule,
            &format!("{budget}/seconds"),
        ),
        (
            "[\"monday\"",
            "[\"someday\"",
            Code::BadRule,
            &format!("{budget}/days/0"),
        ),
        (
            "\"pcps/A\"",
            "\"A\"",
            Code::BadRule,
            "/family/children/0/layer/apps/rules/0/target/app",
        ),
        (
            "\"Europe/Berlin\"",
            "\"Europe/Nowhere\"",
            Code::UnknownZone,
            "/family/children/0/profile/zone",
        ),
        (
            "\"primary\": true",
            "\"primary\": false",
            Code::NoPrimaryGuardian,
            "/family/guardians",
        ),
        ("\"residue\"", "\"left\"", Code::UnknownMember, "/left"),
        (
            "\"active\"",
            "\"alive\"",
            Code::BadRule,
            "/family/children/0/alive",
        ),
        ("\"format\"", "\"from\"", Code::UnknownFormat, ""),
    ];
    for (from, to, code, pointer) in table {
        assert!(saved.contains(from), "{from}");
        // The zone stands twice: both are changed, and the child's is looked at first.
        let text = if from.contains("Europe") {
            saved.replace(from, to)
        } else {
            saved.replacen(from, to, 1)
        };
        let refusal = file::load(text.as_bytes()).expect_err(from);
        assert_eq!(
            (refusal.code, refusal.pointer.as_str()),
            (code, pointer),
            "{refusal}"
        );
    }
}

#[test]
fn a_hundred_thousand_nested_arrays_are_one_refusal_here_too() {
    let text = format!(
        r#"{{"format": "parcep-policy/1", "family": {}"#,
        "[".repeat(100_000)
    );
    assert_eq!(
        file::load(text.as_bytes()).unwrap_err().code,
        Code::NestedTooDeep
    );
}
