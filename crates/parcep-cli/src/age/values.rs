//! Values of flags: the names of the chapter, with `-` or `_`.

use parcep_core::age::{AgeAssurance, AgeMethod, AgePurpose};

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
}
