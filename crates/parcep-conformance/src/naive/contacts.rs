//! Step 5b for contacts: reaching them, and adding them.

use super::asked::{Asked, Laid, Now};
use super::custody;
use super::model::Layer;
use super::question::Action;
use super::windows;
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

fn is_listed(asked: &Asked<'_>, layer: &Layer) -> bool {
    let contacts = layer.communication.contacts.iter();
    let mut listed = contacts.flat_map(|contact| &contact.identifiers);
    let identifier = asked.identifier.as_deref();
    identifier.is_some_and(|identifier| listed.any(|listed| normal(listed) == identifier))
}

/// R-POL-006: what is unknown is contacts only, and disabled in `when_closed`.
pub(super) fn mode(rule: &pb::CommunicationRule, unknown: Mode) -> Mode {
    match Mode::try_from(rule.mode) {
        Ok(Mode::Disabled) => Mode::Disabled,
        Ok(Mode::Unrestricted) => Mode::Unrestricted,
        Ok(Mode::ContactsOnly) => Mode::ContactsOnly,
        Ok(Mode::Unspecified) | Err(_) => unknown,
    }
}

/// R-EVAL-028: a layer that says what holds while it is closed, asked about communication.
pub(super) fn has_when_closed(now: &Now<'_>, laid: &Laid<'_>) -> bool {
    let action = &now.asked.question.action;
    laid.layer.communication.when_closed.is_some()
        && matches!(action, Action::Communicate { .. } | Action::Service(_))
}

/// R-EVAL-028: the rule that stands where the mode stands, and what it says.
fn rule_now<'a>(now: &Now<'_>, laid: &Laid<'a>) -> Option<(&'a pb::CommunicationRule, Mode)> {
    let section = &laid.layer.communication;
    let is_closed = has_when_closed(now, laid)
        && custody::is_in_force(now, laid)
        && !windows::closed(now, laid).is_empty();
    let (rule, unknown) = if is_closed {
        (&section.when_closed, Mode::Disabled)
    } else {
        (&section.mode, Mode::ContactsOnly)
    };
    rule.as_ref().map(|rule| (rule, mode(rule, unknown)))
}

/// R-EVAL-018: the rule that denies a contact.
pub(super) fn denied(now: &Now<'_>, laid: &Laid<'_>, incoming: bool) -> Option<String> {
    let listed = is_listed(now.asked, laid.layer);
    if let Some((rule, mode)) = rule_now(now, laid) {
        let denies = match mode {
            Mode::Disabled => true,
            Mode::Unrestricted => false,
            Mode::ContactsOnly | Mode::Unspecified => !listed,
        };
        if denies {
            return Some(rule.id.clone());
        }
    }
    let flag = laid.layer.communication.block_unknown_callers.as_ref()?;
    (flag.on && incoming && !listed).then(|| flag.id.clone())
}

/// R-EVAL-022: the flag by which a guardian is asked about a new contact.
pub(super) fn approval(layer: &Layer) -> Option<String> {
    let flag = layer.communication.contact_approval.as_ref()?;
    flag.on.then(|| flag.id.clone())
}
