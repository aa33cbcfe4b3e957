//! Step 5b for contacts.

use super::model::Layer;
use parcep_proto::v1alpha1 as pb;
use pb::CommunicationMode as Mode;

/// R-POL-014: the form in which identifiers are compared.
pub(super) fn normal(identifier: &str) -> String {
    let text = identifier.trim_matches(|c: char| c.is_ascii_whitespace() || c == '\u{b}');
    let lower = text.to_ascii_lowercase();
    if text.contains('@') || lower.starts_with("urn:") {
        return lower;
    }
    let mut rest = text.chars();
    let first = rest.next();
    let begins = first.is_some_and(|c| c.is_ascii_digit() || c == '+' || c == '(');
    let number = rest.all(|c| c.is_ascii_digit() || "-.()/ ".contains(c));
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if begins && number && !digits.is_empty() {
        let plus = if first == Some('+') { "+" } else { "" };
        return format!("{plus}{digits}");
    }
    text.to_owned()
}

fn is_listed(layer: &Layer, identifier: Option<&str>) -> bool {
    let Some(identifier) = identifier.map(normal) else {
        return false;
    };
    let contacts = layer.communication.contacts.iter();
    contacts
        .flat_map(|contact| &contact.identifiers)
        .any(|listed| normal(listed) == identifier)
}

/// R-EVAL-018: the rule that denies a contact.
pub(super) fn denied(layer: &Layer, identifier: Option<&str>, incoming: bool) -> Option<String> {
    let listed = is_listed(layer, identifier);
    if let Some(rule) = &layer.communication.mode {
        let denies = match Mode::try_from(rule.mode) {
            Ok(Mode::Disabled) => true,
            Ok(Mode::Unrestricted) => false,
            // R-POL-006: what is unknown is contacts only.
            Ok(Mode::ContactsOnly | Mode::Unspecified) | Err(_) => !listed,
        };
        if denies {
            return Some(rule.id.clone());
        }
    }
    let flag = layer.communication.block_unknown_callers.as_ref()?;
    (flag.on && incoming && !listed).then(|| flag.id.clone())
}
