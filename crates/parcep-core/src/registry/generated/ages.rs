//! Generated from `spec/registry/ages.toml` by `tests/registry_codegen`: do not edit.

use crate::registry::AgeRow;

/// Completed years of majority for a jurisdiction without a row.
pub const DEFAULT_MAJORITY_AGE: u8 = 18;

/// Completed years from which class M needs the dependant's signature, where no row says less.
pub const DEFAULT_CO_SIGNATURE_AGE: u8 = 13;

/// Ages of jurisdictions, by region.
pub static AGES: [AgeRow; 83] = [
    AgeRow {
        region: "AE",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "AR",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "AT",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "AU",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "BE",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "BG",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "BR",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "CA",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "CA-AB",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "CA-BC",
        majority: 19,
        co_signature: None,
    },
    AgeRow {
        region: "CA-MB",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "CA-NB",
        majority: 19,
        co_signature: None,
    },
    AgeRow {
        region: "CA-NL",
        majority: 19,
        co_signature: None,
    },
    AgeRow {
        region: "CA-NS",
        majority: 19,
        co_signature: None,
    },
    AgeRow {
        region: "CA-NT",
        majority: 19,
        co_signature: None,
    },
    AgeRow {
        region: "CA-NU",
        majority: 19,
        co_signature: None,
    },
    AgeRow {
        region: "CA-ON",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "CA-PE",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "CA-QC",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "CA-SK",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "CA-YT",
        majority: 19,
        co_signature: None,
    },
    AgeRow {
        region: "CH",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "CL",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "CN",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "CO",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "CY",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "CZ",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "DE",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "DK",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "DZ",
        majority: 19,
        co_signature: None,
    },
    AgeRow {
        region: "EE",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "EG",
        majority: 21,
        co_signature: None,
    },
    AgeRow {
        region: "ES",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "FI",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "FR",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "GB",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "GB-SCT",
        majority: 16,
        co_signature: Some(12),
    },
    AgeRow {
        region: "GR",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "HK",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "HR",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "HU",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "IE",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "IL",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "IN",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "IS",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "IT",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "JP",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "KE",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "KR",
        majority: 19,
        co_signature: None,
    },
    AgeRow {
        region: "KW",
        majority: 21,
        co_signature: None,
    },
    AgeRow {
        region: "LI",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "LT",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "LU",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "LV",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "MA",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "MT",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "MX",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "MY",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "NL",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "NO",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "NZ",
        majority: 20,
        co_signature: None,
    },
    AgeRow {
        region: "PE",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "PH",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "PL",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "PR",
        majority: 21,
        co_signature: None,
    },
    AgeRow {
        region: "PT",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "RO",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "RS",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "SE",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "SG",
        majority: 21,
        co_signature: None,
    },
    AgeRow {
        region: "SI",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "SK",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "TH",
        majority: 20,
        co_signature: None,
    },
    AgeRow {
        region: "TN",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "TR",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "TW",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "UA",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "US",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "US-AL",
        majority: 19,
        co_signature: None,
    },
    AgeRow {
        region: "US-MS",
        majority: 21,
        co_signature: None,
    },
    AgeRow {
        region: "US-NE",
        majority: 19,
        co_signature: None,
    },
    AgeRow {
        region: "VN",
        majority: 18,
        co_signature: None,
    },
    AgeRow {
        region: "ZA",
        majority: 18,
        co_signature: None,
    },
];
