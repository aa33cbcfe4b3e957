//! The registries, the wire and the code name the same things.

use crate::model::*;
use crate::rust::CATEGORIES;
use parcep_core::log::MAX_BODY;
use parcep_core::policy::{FeatureCode, SectionName};
use parcep_core::register::MAX_VALUE;
use parcep_core::registry::constants;
use prost::Message as _;
use prost_types::{DescriptorProto, EnumDescriptorProto, FileDescriptorSet};
use std::collections::BTreeSet;

/// Areas of rules: the sections of a layer, and overrides.
const AREAS: [&str; 10] = [
    "schedule",
    "budget",
    "app",
    "web",
    "rating",
    "communication",
    "spending",
    "feature",
    "age",
    "override",
];

/// Areas of features.
const AREAS_OF_FEATURES: [&str; 5] = ["device", "ai", "social", "feed", "privacy"];

#[test]
fn every_number_of_the_wire_has_exactly_one_row_and_no_row_is_without_one() {
    let all = Registries::read();
    let wire = Wire::read();
    fn pair(number: i32, name: &str) -> (i32, String) {
        (number, name.to_owned())
    }
    let rows = all.payload_types.iter().map(|r| pair(r.number, &r.name));
    assert_eq!(
        wire.values("PayloadType", "PAYLOAD_TYPE_"),
        rows.collect::<Vec<_>>()
    );
    let rows = all.section_kinds.iter().map(|r| pair(r.number, &r.name));
    assert_eq!(
        wire.values("SectionKind", "SECTION_KIND_"),
        rows.collect::<Vec<_>>()
    );
    let rows = all.error_reasons.iter().map(|r| pair(r.number, &r.name));
    assert_eq!(
        wire.values("ErrorReason", "ERROR_REASON_"),
        rows.collect::<Vec<_>>()
    );
    let categories = wire.values("PepCategory", "PEP_CATEGORY_");
    assert!(categories.iter().map(|(_, name)| name).eq(&CATEGORIES));
}

/// R-MEM-010: a row that is in effect says everything that decides it.
#[test]
fn a_payload_type_in_effect_has_a_full_row_and_a_reserved_one_no_sections() {
    for row in Registries::read().payload_types {
        let name = &row.name;
        let decided = [
            row.writer.is_some(),
            row.scope.is_some(),
            row.consent.is_some(),
            row.dependant.is_some(),
            row.max_bytes.is_some() == (row.place != Place::Embedded),
        ];
        let in_log = row.place == Place::Log;
        match row.state {
            State::V1 => {
                assert!(decided.iter().all(|present| *present), "{name}");
                assert_eq!(row.sections.is_some(), in_log, "{name}");
                assert_eq!(row.replaces.is_some(), in_log, "{name}");
            }
            State::Reserved => {
                assert!(row.writer.is_none() && row.sections.is_none(), "{name}");
            }
        }
        let in_register = row.place == Place::Register;
        assert_eq!(row.writers.is_some(), in_register, "{name}");
        // R-WIRE-006: the general bounds hold for every row, and bodies are powers of two (R-DOC-013).
        let most = row.max_bytes.unwrap_or(0);
        let shared = row.writers == Some(Writers::Many);
        assert!(most <= if in_log { MAX_BODY } else { 16_384 }, "{name}");
        assert!(!in_log || most == 0 || most.is_power_of_two(), "{name}");
        assert!(!in_register || shared || most == MAX_VALUE, "{name}");
        assert!(
            row.sealed_under.is_none() || row.place == Place::Register,
            "{name}"
        );
        assert!(!row.roles.is_empty() && sentence(&row.text), "{name}");
    }
}

/// R-DOC-005.
#[test]
fn section_tables_are_ascending_and_name_kinds_that_exist() {
    let all = Registries::read();
    for row in &all.payload_types {
        let number = |name: &String| {
            let mut kinds = all.section_kinds.iter();
            kinds.find(|kind| &kind.name == name).unwrap().number
        };
        let numbers: Vec<_> = row.sections.iter().flatten().map(number).collect();
        assert!(numbers.is_sorted_by(|a, b| a < b), "{}", row.name);
        assert!(numbers.len() <= 12, "{} (R-WIRE-006)", row.name);
    }
}

/// R-DOC-011.
#[test]
fn a_section_kind_names_a_message_of_the_wire_and_categories_only_below_a_dependant() {
    let wire = Wire::read();
    for kind in Registries::read().section_kinds {
        let name = &kind.name;
        if let Some(message) = kind.message.strip_prefix("parcep.v1alpha1.") {
            assert!(wire.message(message).is_some(), "{name}");
        } else {
            assert!(kind.message.is_empty(), "{name}");
        }
        assert_eq!(kind.of_dependant(), kind.number >= 16, "{name}");
        assert_eq!(kind.categories.is_some(), kind.of_dependant(), "{name}");
        let mut given = kind.categories.iter().flatten();
        assert!(given.all(|c| CATEGORIES.contains(&c.as_str())), "{name}");
    }
}

#[test]
fn every_field_of_a_section_belongs_to_exactly_one_kind_of_rule() {
    let wire = Wire::read();
    let sections = [
        "ScheduleSection",
        "BudgetSection",
        "AppSection",
        "WebSection",
        "RatingSection",
        "CommunicationSection",
        "SpendingSection",
        "FeatureSection",
        "AgeSection",
    ];
    let of = |message: &str, of_act: bool| {
        let fields = wire.message(message).unwrap().field.clone();
        let acts = fields
            .into_iter()
            .filter(move |f| !of_act || f.oneof_index.is_some());
        let names: Vec<_> = acts.map(|f| format!("{message}.{}", f.name())).collect();
        names
    };
    let mut expected: BTreeSet<_> = sections.iter().flat_map(|m| of(m, false)).collect();
    expected.retain(|field| !field.ends_with(".extension_rules"));
    // `until` is optional, which the descriptor writes as a oneof of its own.
    expected.extend(of("Override", true));
    expected.remove("Override.until");
    let rows = Registries::read().rule_kinds;
    let listed: Vec<_> = rows.iter().flat_map(|row| row.fields.clone()).collect();
    assert_eq!(listed.len(), expected.len(), "a field stands twice");
    assert_eq!(listed.into_iter().collect::<BTreeSet<_>>(), expected);
}

#[test]
fn a_kind_of_rule_has_an_area_a_class_one_of_the_four_cs_and_a_capability() {
    let all = Registries::read();
    let known: Vec<_> = all.capabilities.iter().map(|row| &row.name).collect();
    let mut names = BTreeSet::new();
    for row in &all.rule_kinds {
        let name = &row.name;
        assert!(names.insert(name), "{name} stands twice");
        assert!(AREAS.contains(&row.area.as_str()), "{name}");
        let mut kinds = all.section_kinds.iter();
        let section = kinds.find(|kind| kind.name.eq_ignore_ascii_case(&row.area));
        assert_eq!(row.number / 100, section.unwrap().number, "{name}");
        assert_ne!(row.concern, Concern::None, "{name}");
        assert!(!row.capabilities.is_empty(), "{name}");
        assert_eq!(row.which.is_some(), row.capabilities.len() > 1, "{name}");
        assert!(
            row.capabilities.iter().all(|c| known.contains(&c)),
            "{name}"
        );
        let of_time = ["schedule", "budget"].contains(&row.area.as_str());
        if row.area != "override" {
            assert_eq!(row.class == Class::Lifestyle, of_time, "{name}");
        }
        assert!(sentence(&row.text), "{name}");
    }
    assert!(all.rule_kinds.is_sorted_by(|a, b| a.number < b.number));
}

#[test]
fn a_capability_has_areas_that_exist_and_enforces_a_kind_of_rule_in_each() {
    let all = Registries::read();
    for row in &all.capabilities {
        let name = &row.name;
        assert!(name.len() <= 64 && name.is_ascii(), "{name}");
        assert!(row.areas.iter().all(|a| AREAS.contains(&a.as_str())));
        for area in &row.areas {
            let mut kinds = all.rule_kinds.iter();
            assert!(
                kinds.any(|kind| &kind.area == area && kind.capabilities.contains(name)),
                "{name} enforces nothing in {area}"
            );
        }
    }
}

#[test]
fn areas_are_the_sections_of_a_layer_and_overrides() {
    let mut names = AREAS.to_vec();
    assert_eq!(names.pop(), Some("override"));
    for name in names {
        let quoted = format!("\"{name}\"");
        assert!(
            serde_json::from_str::<SectionName>(&quoted).is_ok(),
            "{name}"
        );
    }
}

/// R-EVAL-052. That `decide` returns nothing else is seen from its type, which is generated.
#[test]
fn a_decision_reason_has_texts_and_one_of_the_four_cs_unless_it_denies_nothing() {
    let rows = Registries::read().decision_reasons;
    for (index, row) in rows.iter().enumerate() {
        let code = &row.code;
        assert_eq!(row.number, index + 1, "{code}");
        let denies_nothing = row.effects == [Effect::Allow];
        assert_eq!(row.concern == Concern::None, denies_nothing, "{code}");
        assert_eq!(row.can_ask, !denies_nothing, "{code}");
        assert!(row.areas.iter().all(|a| AREAS.contains(&a.as_str())));
        assert!(sentence(&row.text) && sentence(&row.what_to_do), "{code}");
        for text in [&row.adult, &row.child] {
            assert!(!text.is_empty() && !text.ends_with('.'), "{code}");
        }
        // A child reads it: short, and no word of the trade.
        assert!(row.child.split_whitespace().count() <= 14, "{code}");
    }
}

#[test]
fn answers_and_reports_have_codes_of_their_own_and_statuses_that_exist() {
    let all = Registries::read();
    let mut codes = BTreeSet::new();
    for (index, row) in all.answer_reasons.iter().enumerate() {
        assert_eq!(row.number, index + 1, "{}", row.code);
        assert!(codes.insert(&row.code) && sentence(&row.child));
        assert_ne!(row.concern, Concern::None, "{}", row.code);
    }
    let states = Wire::read().values("RuleState", "RULE_STATE_");
    for row in &all.report_reasons {
        assert!(
            codes.insert(&row.code) && !row.text.is_empty(),
            "{}",
            row.code
        );
        for status in &row.statuses {
            assert!(states.iter().any(|(_, name)| name == status), "{status}");
            assert_ne!(status, "ENFORCED", "{}", row.code);
        }
        assert!(!row.statuses.is_empty() && row.code.len() <= 32);
    }
}

#[test]
fn a_category_has_names_for_both_and_one_of_the_four_cs() {
    let mut seen = BTreeSet::new();
    for row in Registries::read().categories {
        assert!(seen.insert(row.code.clone()), "{} stands twice", row.code);
        assert_eq!(
            (row.taxonomy.as_str(), row.version.as_str()),
            ("pcps", "1.0")
        );
        assert_ne!(row.concern, Concern::None, "{}", row.code);
        assert!(!row.adult.is_empty() && !row.child.is_empty() && !row.example.is_empty());
    }
}

/// R-POL-018: each code is one that a policy takes, has names, and a capability of its area.
#[test]
fn a_feature_has_a_code_that_is_one_names_for_both_and_a_capability_that_enforces_it() {
    let all = Registries::read();
    let kinds = &all.rule_kinds;
    let kind = kinds.iter().find(|kind| kind.name == "feature").unwrap();
    let mut seen = BTreeSet::new();
    for row in &all.features {
        let code = &row.code;
        assert!(code.parse::<FeatureCode>().is_ok(), "{code}");
        assert!(seen.insert(code), "{code} stands twice");
        assert_ne!(row.concern, Concern::None, "{code}");
        assert!(!row.adult.is_empty() && !row.child.is_empty(), "{code}");
        assert!(row.child.split_whitespace().count() <= 9, "{code}");
        // What stands below one area stands in it.
        let head = code.split('.').next().unwrap();
        let of_area = AREAS_OF_FEATURES.contains(&head);
        assert!(AREAS_OF_FEATURES.contains(&row.area.as_str()), "{code}");
        assert!(!of_area || head == row.area, "{code}");
        assert!(kind.capabilities.contains(&row.capability), "{code}");
        let mut others = all.features.iter().filter(|other| other.area == row.area);
        assert!(
            others.all(|other| other.capability == row.capability),
            "{code}"
        );
    }
    assert!(seen.len() >= 30);
}

/// R-PRIV-006
#[test]
fn every_data_flow_is_off_by_default_and_what_no_consent_brings_has_no_class() {
    let flows = Registries::read().defaults.data_flows;
    assert!(flows.iter().any(|flow| flow.class == FlowClass::M));
    for flow in flows {
        // `default` has two values, off and never, so nothing can be on.
        assert_eq!(
            flow.default == Flow::Never,
            flow.class == FlowClass::None,
            "{}",
            flow.name
        );
        assert_eq!(
            flow.consent.is_none(),
            flow.default == Flow::Never,
            "{}",
            flow.name
        );
        assert!(sentence(&flow.text) && !flow.from.is_empty() && !flow.to.is_empty());
    }
}

#[test]
fn a_default_is_about_a_field_that_exists_and_can_be_absent() {
    let wire = Wire::read();
    for row in Registries::read().defaults.values {
        let (message, name) = row.field.split_once('.').unwrap();
        let message = wire.message(message).unwrap();
        let field = message.field.iter().find(|f| f.name() == name);
        let field = field.unwrap_or_else(|| panic!("{}", row.field));
        let presence = field.proto3_optional() || field.type_name.is_some();
        assert!(presence && !row.absent.is_empty(), "{}", row.field);
    }
}

#[test]
fn a_constant_has_a_name_of_its_own_a_value_and_a_clause_that_exists() {
    let known = requirements();
    let mut seen = BTreeSet::new();
    for row in Registries::read().defaults.constants {
        assert!(seen.insert(row.name.clone()), "{} stands twice", row.name);
        assert!(row.value > 0 && sentence(&row.text), "{}", row.name);
        assert!(known.contains(&row.clause), "{}", row.clause);
    }
    assert_eq!(constants::EXPIRED_AFTER, 7 * constants::STALE_AFTER);
}

#[test]
fn ages_are_sorted_plausible_and_co_signature_is_only_ever_lowered() {
    let ages = Registries::read().ages;
    assert_eq!((ages.default.majority, ages.default.co_signature), (18, 13));
    let date = |text: &str| text.parse::<jiff::civil::Date>().is_ok();
    assert!(date(&ages.default.checked) && !ages.default.basis.is_empty());
    let rows = &ages.jurisdictions;
    assert!(rows.is_sorted_by(|a, b| a.region < b.region));
    for row in rows {
        let region = &row.region;
        assert!((16..=21).contains(&row.majority), "{region}");
        let co_signature = row.co_signature.unwrap_or(ages.default.co_signature);
        assert!(
            (10..=ages.default.co_signature).contains(&co_signature),
            "{region}"
        );
        assert!(!row.basis.is_empty() && !row.name.is_empty(), "{region}");
        assert!(date(&row.checked), "{region}");
        // What is only announced is looked at again.
        let settled = row.status == LawStatus::InForce;
        assert!(settled || row.certainty == Certainty::Recheck, "{region}");
        let (country, part) = region.split_once('-').unwrap_or((region, "A"));
        let capitals = |text: &str| {
            text.bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        };
        assert!(country.len() == 2 && capitals(country), "{region}");
        assert!((1..=3).contains(&part.len()) && capitals(part), "{region}");
        let mut countries = rows.iter();
        assert!(
            countries.any(|row| row.region == country),
            "{region} has no country"
        );
    }
}

/// R-WIRE-010.
#[test]
fn one_suite_is_in_use_and_it_is_complete() {
    let suites = Registries::read().suites;
    let in_use: Vec<_> = suites.iter().filter(|s| s.state == State::V1).collect();
    let [suite] = in_use.as_slice() else {
        panic!("{} suites are in use", in_use.len());
    };
    assert_eq!(suite.number, 1);
    assert_eq!(
        (suite.kem, suite.kdf, suite.aead),
        (Some(0x20), Some(1), Some(3))
    );
    let parts = [
        &suite.hash,
        &suite.mac,
        &suite.derivation,
        &suite.signature,
        &suite.seal,
    ];
    assert!(parts.into_iter().all(|part| part.is_some()));
    assert!(suites.iter().all(|s| sentence(&s.text)));
}

#[test]
fn every_error_reason_says_what_it_means_and_what_to_do() {
    for row in Registries::read().error_reasons {
        assert!(!row.text.is_empty() && !row.action.is_empty());
        // The reasons of a relay all travel on gRPC; those of a reader mostly do not.
        assert!(row.number >= 32 || row.status.is_some(), "{}", row.name);
    }
}

fn sentence(text: &str) -> bool {
    text.ends_with('.') && text.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
}

fn requirements() -> BTreeSet<String> {
    let chapters = super::files_below(&super::root().join("spec"), "md");
    let texts = chapters
        .iter()
        .map(|path| std::fs::read_to_string(path).unwrap());
    let all = texts.collect::<Vec<_>>().concat();
    let heads = all.lines().filter_map(|line| line.strip_prefix("### "));
    heads
        .filter_map(|line| Some(line.split_once(' ')?.0.to_owned()))
        .collect()
}

/// The descriptor of the package.
struct Wire(FileDescriptorSet);

impl Wire {
    fn read() -> Self {
        Self(FileDescriptorSet::decode(parcep_proto::DESCRIPTOR_SET).unwrap())
    }

    fn message(&self, name: &str) -> Option<&DescriptorProto> {
        let mut all = self.0.file.iter().flat_map(|file| &file.message_type);
        all.find(|message| message.name() == name)
    }

    /// Numbers and names of an enum without its zero value, by number.
    fn values(&self, name: &str, prefix: &str) -> Vec<(i32, String)> {
        let mut all = self.0.file.iter().flat_map(|file| &file.enum_type);
        let found: &EnumDescriptorProto = all.find(|of| of.name() == name).unwrap();
        let values = found.value.iter().filter(|value| value.number() != 0);
        let mut values: Vec<_> = values
            .map(|value| {
                let name = value.name().strip_prefix(prefix).unwrap();
                (value.number(), name.to_owned())
            })
            .collect();
        values.sort();
        values
    }
}
