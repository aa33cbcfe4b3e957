//! Values of flags: the names of the chapter, with `-` or `_`.

use parcep_core::age::{AgeAssurance, AgeEstablished, AgeMethod, AgePurpose, Born};
use parcep_core::registry::{self, REGIMES, RegimeRow};

/// How an age is known.
pub(super) fn method(text: &str) -> Result<AgeMethod, String> {
    named(text, AgeMethod::ALL, AgeMethod::name)
}

/// What a claim may be used for.
pub(super) fn purpose(text: &str) -> Result<AgePurpose, String> {
    named(text, AgePurpose::ALL, AgePurpose::name)
}

/// How sure somebody is of an age.
pub(super) fn assurance(text: &str) -> Result<AgeAssurance, String> {
    named(text, AgeAssurance::ALL, AgeAssurance::name)
}

/// How long ago somebody was checked.
pub(super) fn established(text: &str) -> Result<AgeEstablished, String> {
    named(text, AgeEstablished::ALL, AgeEstablished::name)
}

/// A regime of the registry.
pub(super) fn regime(text: &str) -> Result<&'static RegimeRow, String> {
    registry::regime(text).ok_or_else(|| {
        let codes: Vec<_> = REGIMES.iter().map(|row| row.code).collect();
        format!("give one of {}", codes.join(", "))
    })
}

/// A month of birth, `YYYY-MM`.
pub(super) fn month(text: &str) -> Result<Born, String> {
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let born = text
        .split_once('-')
        .filter(|(year, month)| {
            year.len() == 4 && month.len() == 2 && digits(year) && digits(month)
        })
        .and_then(|(year, month)| Born::in_month(year.parse().ok()?, month.parse().ok()?).ok());
    born.ok_or_else(|| "give year and month as `2012-05`".to_owned())
}

fn named<T: Copy>(text: &str, all: &[T], name: fn(T) -> &'static str) -> Result<T, String> {
    let wanted = text.replace('-', "_");
    let found = all.iter().copied().find(|value| name(*value) == wanted);
    found.ok_or_else(|| {
        let names: Vec<_> = all
            .iter()
            .map(|value| name(*value).replace('_', "-"))
            .collect();
        format!("give one of {}", names.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_taken_with_either_stroke_and_an_unknown_one_lists_them_all() {
        assert_eq!(
            method("gov-id").unwrap_err().split(", ").count(),
            AgeMethod::ALL.len()
        );
        assert_eq!(method("self-declared"), Ok(AgeMethod::SelfDeclared));
        assert_eq!(method("self_declared"), Ok(AgeMethod::SelfDeclared));
    }

    #[test]
    fn a_month_is_year_and_month_and_nothing_else() {
        assert_eq!(month("2012-05"), Ok(Born::in_month(2012, 5).unwrap()));
        for wrong in [
            "2012-13",
            "2012-5",
            "2012-05-17",
            "05-2012",
            "+012-05",
            "2012",
            "",
        ] {
            assert!(month(wrong).is_err(), "{wrong}");
        }
    }
}
