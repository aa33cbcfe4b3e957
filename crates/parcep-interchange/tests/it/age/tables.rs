//! Samples of platforms, each naming its document, and what is read from them.
//!
//! The tables are `tests/age/tables/*.json`; their documents are listed in `tests/age/README.md`.

use parcep_core::age::{AgeOutcome, Cuts, Statement};
use parcep_core::reason::Reason;
use parcep_interchange::age::{AdaptError, Platform, adapt};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sample {
    title: String,
    /// Named by every sample that is read; `none` for what no document has.
    #[serde(default)]
    document: String,
    json: Value,
    gates: Option<Vec<u32>>,
    /// Members of the statement, as JSON.
    says: Option<serde_json::Map<String, Value>>,
    /// Members whose loss is told, one line each, in any order.
    #[serde(default)]
    loses: Vec<String>,
    /// Pointer of the member at fault.
    error: Option<String>,
}

const TABLES: &[(Platform, &str)] = &[
    (
        Platform::Amazon,
        include_str!("../../age/tables/amazon.json"),
    ),
    (
        Platform::Samsung,
        include_str!("../../age/tables/samsung.json"),
    ),
    (
        Platform::Windows,
        include_str!("../../age/tables/windows.json"),
    ),
    (
        Platform::Camara,
        include_str!("../../age/tables/camara.json"),
    ),
    (
        Platform::Claims,
        include_str!("../../age/tables/claims.json"),
    ),
];

fn samples() -> impl Iterator<Item = (Platform, Sample)> {
    TABLES.iter().flat_map(|(platform, table)| {
        let samples: Vec<Sample> = serde_json::from_str(table).unwrap();
        samples.into_iter().map(|sample| (*platform, sample))
    })
}

fn read(platform: Platform, sample: &Sample) -> Result<Statement, AdaptError> {
    let gates = sample.gates.clone().map(|gates| Cuts::new(gates).unwrap());
    adapt(platform, sample.json.to_string().as_bytes(), gates.as_ref())
}

/// R-AGE-053, R-AGE-054, R-AGE-060.
#[test]
fn samples_are_read_as_their_documents_mean_them() {
    for (platform, sample) in samples().filter(|(_, sample)| sample.error.is_none()) {
        let place = format!("{}: {}", platform.name(), sample.title);
        assert!(!sample.document.is_empty(), "{place}: names no document");
        let said = read(platform, &sample).unwrap_or_else(|error| panic!("{place}: {error}"));
        let json = serde_json::to_value(&said).unwrap();
        for (member, value) in sample.says.expect(&place) {
            assert_eq!(json[&member], value, "{place}: {member}");
        }
        let mut told: Vec<&str> = said
            .loss
            .iter()
            .map(|line| line.split_once(": ").unwrap().0)
            .collect();
        let mut loses: Vec<&str> = sample.loses.iter().map(String::as_str).collect();
        told.sort_unstable();
        loses.sort_unstable();
        assert_eq!(told, loses, "{place}: losses");
    }
}

/// R-AGE-053: a wrong type is an error at the member at fault, and never a bracket.
#[test]
fn what_is_malformed_is_refused_with_the_pointer_of_the_member() {
    for (platform, sample) in samples() {
        let Some(pointer) = &sample.error else {
            continue;
        };
        let place = format!("{}: {}", platform.name(), sample.title);
        let error = read(platform, &sample).expect_err(&place);
        assert_eq!(&error.pointer, pointer, "{place}");
        assert_eq!(error.reason(), Reason::Malformed, "{place}");
        let message = error.to_string();
        assert!(!message.ends_with('.') && !message.is_empty(), "{place}");
    }
}

/// Nothing that a person is or has stands in an error or among the losses.
#[test]
fn no_value_of_a_platform_is_repeated() {
    let secret = "Federica-1978-08-22";
    for platform in Platform::ALL {
        for member in ["userStatus", "userId", "ageLower", "code", "vct", "name"] {
            let json = format!(r#"{{"{member}": "{secret}"}}"#);
            let said = match adapt(*platform, json.as_bytes(), None) {
                Ok(said) => serde_json::to_string(&said).unwrap(),
                Err(error) => format!("{} {error}", error.pointer),
            };
            assert!(!said.contains(secret), "{}: {said}", platform.name());
        }
    }
}

/// R-AGE-053: no single value that a platform does not document makes a bracket or an adult.
#[test]
fn age_16_nothing_that_is_unknown_makes_an_adult() {
    let empty = [
        "{}",
        r#"{"error": "UNSUPPORTED"}"#,
        r#"{"supported": false}"#,
    ];
    for platform in Platform::ALL {
        for json in empty {
            let said = adapt(*platform, json.as_bytes(), None).unwrap();
            assert_eq!(said.claim(), None, "{}: {json}", platform.name());
        }
    }
    let stores = [
        (
            Platform::Amazon,
            r#"{"responseStatus": "FEATURE_NOT_SUPPORTED", "ageLower": 18}"#,
        ),
        (
            Platform::Samsung,
            r#"{"result_code": 1, "result_message": "It is not a supported method", "ageLower": "18"}"#,
        ),
        (
            Platform::Camara,
            r#"{"status": 501, "code": "NOT_IMPLEMENTED", "message": ""}"#,
        ),
    ];
    for (platform, json) in stores {
        let said = adapt(platform, json.as_bytes(), None).unwrap();
        assert_eq!(
            said.outcome(),
            AgeOutcome::Unsupported,
            "{}",
            platform.name()
        );
        assert_eq!(said.claim(), None, "{}", platform.name());
    }
}
