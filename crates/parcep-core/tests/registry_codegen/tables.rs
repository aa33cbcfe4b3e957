//! Tables of the chapters, between `<!-- registry: NAME -->` and `<!-- end -->`.

use crate::model::*;
use crate::regimes;
use crate::rust::CATEGORIES;

/// What stands before the name of a table.
pub(crate) const MARK: &str = "<!-- registry: ";
const END: &str = "<!-- end -->";

/// The chapter with every table made anew.
pub(crate) fn fill(chapter: &str, all: &Registries) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = chapter;
    while let Some((before, after)) = rest.split_once(MARK) {
        let (name, after) = after.split_once(" -->").ok_or("a mark without an end")?;
        let (old, after) = after
            .split_once(END)
            .ok_or_else(|| format!("{name} has no {END}"))?;
        if old.contains(MARK) {
            return Err(format!("{name} has no {END}"));
        }
        let table = table(name, all).ok_or_else(|| format!("no table is named {name}"))?;
        out.push_str(&format!("{before}{MARK}{name} -->\n\n{table}\n{END}"));
        rest = after;
    }
    Ok(out + rest)
}

fn table(name: &str, all: &Registries) -> Option<String> {
    Some(match name {
        "need-to-know" => need_to_know(&all.section_kinds),
        "payload-types" => payload_types(&all.payload_types),
        "error-reasons/relay" => error_reasons(&all.error_reasons, 1..32),
        "error-reasons/reader" => error_reasons(&all.error_reasons, 32..64),
        "error-reasons/verifier" => error_reasons(&all.error_reasons, 64..96),
        "decision-reasons" => decision_reasons(&all.decision_reasons),
        "answer-reasons" => answer_reasons(&all.answer_reasons),
        "report-reasons" => report_reasons(&all.report_reasons),
        "rule-kinds" => rule_kinds(&all.rule_kinds),
        "categories" => categories(&all.categories),
        "features" => features(&all.features),
        "capabilities" => capabilities(&all.capabilities),
        "suites" => suites(&all.suites),
        "data-flows" => data_flows(&all.defaults.data_flows),
        "defaults" => values(&all.defaults.values),
        "constants" => constants(&all.defaults.constants),
        "ages" => ages(&all.ages),
        "age-outcomes" => titled(regimes::outcomes_in_chapter(&all.age_outcomes)),
        "regimes" => titled(regimes::regimes_in_chapter(&all.regimes)),
        _ => return None,
    })
}

fn need_to_know(kinds: &[SectionKind]) -> String {
    let rows = kinds.iter().filter_map(|kind| {
        let listed = kind.categories.as_ref()?;
        // A reserved kind that nobody is given yet has no line.
        if listed.is_empty() && kind.message.is_empty() && kind.text.contains("Reserved") {
            return None;
        }
        let dots = CATEGORIES.iter().map(|category| {
            let given = listed.iter().any(|listed| listed == category);
            if given { "●" } else { "" }.to_owned()
        });
        Some([vec![kind.name.clone()], dots.collect()].concat())
    });
    let heads = [&["Section kind"], CATEGORIES.as_slice()].concat();
    markdown(&heads, rows)
}

fn payload_types(rows: &[PayloadType]) -> String {
    let heads = [
        "No.",
        "Payload type",
        "State",
        "Role",
        "Who",
        "Scope",
        "Consent",
        "Dependant",
        "Sections",
        "Register or slot",
        "Replaces",
        "Size",
    ];
    let rows = rows.iter().map(|row| {
        let state = match row.state {
            State::V1 => "v1",
            State::Reserved => "reserved",
        };
        let kept = match (row.place, row.writers) {
            (Place::Log, _) => "log",
            (Place::Embedded, _) => "inside a document",
            (Place::Register, Some(Writers::Many)) => "register, shared",
            (Place::Register, _) => "register, one writer",
        };
        let role = |role: &Role| match role {
            Role::Founder => "founder",
            Role::Guardian => "guardian",
            Role::Dependant => "dependant",
            Role::Recovery => "recovery key",
            Role::EnforcementPoint => "enforcement point",
            Role::Newcomer => "newcomer",
            Role::Authority => "authority outside",
        };
        let scope = row.scope.map(|scope| match scope {
            Scope::Household => "the household",
            Scope::Principal => "own principal, or a dependant in scope",
            Scope::Body => "every dependant in the body",
            Scope::Header => "the dependant in the header",
            Scope::Served => "a dependant that it serves",
            Scope::Proposed => "as of what it proposes",
            Scope::Writer => "own register",
        });
        let dependant = row.dependant.map(|dependant| match dependant {
            Presence::Absent => "absent",
            Presence::Required => "required",
        });
        let roles: Vec<_> = row.roles.iter().map(role).collect();
        let sections = row.sections.as_ref().map(|all| all.join(", "));
        vec![
            row.number.to_string(),
            row.name.clone(),
            state.to_owned(),
            roles.join(", "),
            or_dash(row.writer.as_deref()),
            or_dash(scope),
            or_dash(row.consent.as_deref()),
            or_dash(dependant),
            or_dash(sections.as_deref()),
            kept.to_owned(),
            or_dash(row.replaces.as_deref()),
            or_dash(row.max_bytes.map(|most| most.to_string()).as_deref()),
        ]
    });
    markdown(&heads, rows)
}

fn error_reasons(rows: &[ErrorReason], numbers: std::ops::Range<i32>) -> String {
    let heads = [
        "No.",
        "Reason",
        "gRPC status",
        "Metadata",
        "Means",
        "Retry",
        "Do",
    ];
    let rows = rows.iter().filter(|row| numbers.contains(&row.number));
    let rows = rows.map(|row| {
        vec![
            row.number.to_string(),
            row.name.clone(),
            or_dash(row.status.as_deref()),
            code_list(&row.metadata),
            row.text.clone(),
            yes_or_no(row.retry),
            row.action.clone(),
        ]
    });
    markdown(&heads, rows)
}

fn decision_reasons(rows: &[DecisionReason]) -> String {
    let heads = [
        "No.",
        "Reason",
        "Step",
        "Effects",
        "Areas",
        "4C",
        "Asking helps",
        "To an adult",
        "To a child",
        "What the child can do",
    ];
    let rows = rows.iter().map(|row| {
        let effects: Vec<_> = row.effects.iter().map(|e| word(e).to_uppercase()).collect();
        vec![
            row.number.to_string(),
            format!("`{}`", row.code),
            row.step.clone(),
            effects.join(", "),
            or_dash(Some(&row.areas.join(", "))),
            concern(row.concern),
            yes_or_no(row.can_ask),
            row.adult.clone(),
            row.child.clone(),
            row.what_to_do.clone(),
        ]
    });
    markdown(&heads, rows)
}

fn answer_reasons(rows: &[AnswerReason]) -> String {
    let rows = rows.iter().map(|row| {
        vec![
            row.number.to_string(),
            row.code.clone(),
            concern(row.concern),
            row.child.clone(),
        ]
    });
    markdown(&["No.", "Code", "4C", "What the dependant reads"], rows)
}

fn report_reasons(rows: &[ReportReason]) -> String {
    let rows = rows.iter().map(|row| {
        vec![
            row.code.clone(),
            row.statuses.join(", "),
            or_dash(row.parameter.as_deref()),
            row.text.clone(),
        ]
    });
    markdown(&["Code", "With", "Parameter", "Says"], rows)
}

fn rule_kinds(rows: &[RuleKind]) -> String {
    let heads = [
        "No.",
        "Kind",
        "Area",
        "Class",
        "4C",
        "Stands in",
        "Needs",
        "Says",
    ];
    let rows = rows.iter().map(|row| {
        vec![
            row.number.to_string(),
            format!("`{}`", row.name),
            row.area.clone(),
            word(row.class),
            concern(row.concern),
            code_list(&row.fields),
            row.which
                .clone()
                .unwrap_or_else(|| code_list(&row.capabilities)),
            row.text.clone(),
        ]
    });
    markdown(&heads, rows)
}

fn categories(rows: &[Category]) -> String {
    let heads = ["Category", "4C", "To an adult", "To a child", "Such as"];
    let rows = rows.iter().map(|row| {
        vec![
            format!("`{}@{}/{}`", row.taxonomy, row.version, row.code),
            concern(row.concern),
            row.adult.clone(),
            row.child.clone(),
            row.example.clone(),
        ]
    });
    markdown(&heads, rows)
}

fn features(rows: &[Feature]) -> String {
    let heads = ["Code", "Area", "4C", "To an adult", "To a child", "Needs"];
    let rows = rows.iter().map(|row| {
        vec![
            format!("`{}`", row.code),
            row.area.clone(),
            concern(row.concern),
            row.adult.clone(),
            row.child.clone(),
            format!("`{}`", row.capability),
        ]
    });
    markdown(&heads, rows)
}

fn capabilities(rows: &[Capability]) -> String {
    let rows = rows.iter().map(|row| {
        vec![
            format!("`{}`", row.name),
            or_dash(Some(&row.areas.join(", "))),
            row.text.clone(),
        ]
    });
    markdown(&["Capability", "Areas", "Means"], rows)
}

fn suites(rows: &[Suite]) -> String {
    let rows = rows.iter().map(|row| {
        let state = match row.state {
            State::V1 => "in use",
            State::Reserved => "reserved",
        };
        vec![
            row.number.to_string(),
            row.name.clone(),
            state.to_owned(),
            row.text.clone(),
        ]
    });
    markdown(&["Suite", "Name", "State", "Is"], rows)
}

fn data_flows(rows: &[DataFlow]) -> String {
    let rows = rows.iter().map(|row| {
        let class = match row.class {
            FlowClass::M => "M",
            FlowClass::Account => "account",
            FlowClass::None => "–",
        };
        vec![
            format!("`{}`", row.name),
            word(row.default),
            class.to_owned(),
            row.from.clone(),
            row.to.clone(),
            or_dash(row.consent.as_deref()),
            row.text.clone(),
        ]
    });
    let heads = ["Flow", "Default", "Class", "From", "To", "Consent", "What"];
    markdown(&heads, rows)
}

fn values(rows: &[Value]) -> String {
    let rows = rows
        .iter()
        .map(|row| vec![format!("`{}`", row.field), row.absent.clone()]);
    markdown(&["Field", "Absent means"], rows)
}

fn constants(rows: &[Constant]) -> String {
    let rows = rows.iter().map(|row| {
        let unit = match row.unit {
            Unit::Seconds => " s",
            Unit::Months => " months",
            Unit::Count => "",
        };
        vec![
            format!("`{}`", row.name),
            format!("{}{unit}", row.value),
            row.clause.clone(),
            row.text.clone(),
        ]
    });
    markdown(&["Name", "Value", "Clause", "Means"], rows)
}

/// The default and those that differ from it; the rest would fill pages with 18.
fn ages(ages: &Ages) -> String {
    let default = vec![
        "–".to_owned(),
        "any other".to_owned(),
        ages.default.majority.to_string(),
        ages.default.co_signature.to_string(),
        ages.default.basis.clone(),
        ages.default.checked.clone(),
        "–".to_owned(),
    ];
    let others = ages.jurisdictions.iter().filter(|row| {
        let lower = row
            .co_signature
            .is_some_and(|age| age != ages.default.co_signature);
        row.majority != ages.default.majority || lower
    });
    let others = others.map(|row| {
        let co_signature = row.co_signature.unwrap_or(ages.default.co_signature);
        vec![
            row.region.clone(),
            row.name.clone(),
            row.majority.to_string(),
            co_signature.to_string(),
            row.basis.clone(),
            row.checked.clone(),
            word(row.certainty),
        ]
    });
    let heads = [
        "Region",
        "Name",
        "Majority",
        "Co-signature",
        "Basis",
        "Checked",
        "Certainty",
    ];
    markdown(&heads, std::iter::once(default).chain(others))
}

fn titled((heads, rows): (Vec<&str>, Vec<Vec<String>>)) -> String {
    markdown(&heads, rows.into_iter())
}

fn markdown(heads: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut out = line(heads);
    out.push_str(&line(&vec!["---"; heads.len()]).replace(' ', ""));
    for row in rows {
        assert_eq!(row.len(), heads.len(), "{row:?}");
        let cells: Vec<_> = row.iter().map(|cell| cell.replace('|', "\\|")).collect();
        out.push_str(&line(&cells));
    }
    out
}

fn line(cells: &[impl AsRef<str>]) -> String {
    let cells = cells.iter().map(|cell| match cell.as_ref() {
        "" => " |".to_owned(),
        cell => format!(" {cell} |"),
    });
    format!("|{}\n", cells.collect::<String>())
}

fn or_dash(text: Option<&str>) -> String {
    text.filter(|text| !text.is_empty()).unwrap_or("–").into()
}

fn yes_or_no(yes: bool) -> String {
    if yes { "yes" } else { "no" }.into()
}

fn code_list(words: &[String]) -> String {
    let words: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
    or_dash(Some(&words.join(", ")))
}

fn concern(concern: Concern) -> String {
    match concern {
        Concern::None => "–".into(),
        some => word(some),
    }
}

/// A variant's name in lower case.
fn word(variant: impl std::fmt::Debug) -> String {
    format!("{variant:?}").to_lowercase()
}

#[test]
fn a_chapter_keeps_its_text_and_gets_its_table() {
    let all = Registries::read();
    let chapter = "before\n<!-- registry: suites -->\nold\n<!-- end -->\nafter\n";
    let filled = fill(chapter, &all).unwrap();
    assert!(filled.starts_with("before\n<!-- registry: suites -->\n\n| Suite | Name |"));
    assert!(filled.ends_with("|\n\n<!-- end -->\nafter\n"), "{filled}");
    assert!(!filled.contains("old"));
    assert_eq!(fill(&filled, &all).unwrap(), filled, "it is stable");
    assert!(fill("<!-- registry: nothing -->\n<!-- end -->", &all).is_err());
    assert!(fill("<!-- registry: suites -->\n", &all).is_err());
}
