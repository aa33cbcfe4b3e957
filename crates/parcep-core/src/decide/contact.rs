//! With whom (R-EVAL-018, R-EVAL-028).

use super::hash::TextMap;
use super::names::RuleNumber;
use crate::policy::{CommunicationMode, CommunicationRule, CommunicationSection, ContactId, Flag};

/// The communication rules of one layer.
#[derive(Debug, Default)]
pub(super) struct Communication {
    mode: Option<Mode>,
    /// In the place of the mode while the layer's windows close contact.
    pub(super) when_closed: Option<Mode>,
    no_unknown_callers: Option<RuleNumber>,
    pub(super) contact_approval: Option<RuleNumber>,
    listed: TextMap<()>,
}

/// A mode and the rule that sets it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mode(CommunicationMode, RuleNumber);

impl Communication {
    pub(super) fn compile(
        section: &CommunicationSection,
        mut name: impl FnMut(&str) -> RuleNumber,
    ) -> Self {
        let mut mode = |rule: &CommunicationRule| Mode(rule.mode, name(rule.id.as_str()));
        let (normal, when_closed) = (
            section.mode.as_ref().map(&mut mode),
            section.when_closed.as_ref().map(&mut mode),
        );
        let mut if_on = |flag: &Option<Flag>| {
            let flag = flag.as_ref().filter(|flag| flag.on);
            flag.map(|flag| name(flag.id.as_str()))
        };
        let people = section.contacts.iter();
        let identifiers = people.flat_map(|contact| &contact.identifiers);
        Self {
            mode: normal,
            when_closed,
            no_unknown_callers: if_on(&section.block_unknown_callers),
            contact_approval: if_on(&section.contact_approval),
            listed: identifiers.map(|id| (id.as_str().into(), ())).collect(),
        }
    }

    /// The rule that denies contact, with nobody known where there is no identifier; `closed`
    /// while the layer's windows close it.
    pub(super) fn denies(
        &self,
        id: Option<&ContactId>,
        incoming: bool,
        closed: bool,
    ) -> Option<RuleNumber> {
        let unlisted = || id.is_none_or(|id| !self.listed.contains_key(id.as_str()));
        let mode = self.when_closed.filter(|_| closed).or(self.mode);
        let by_mode = mode.and_then(|Mode(mode, rule)| match mode {
            CommunicationMode::Unrestricted => None,
            CommunicationMode::ContactsOnly => unlisted().then_some(rule),
            CommunicationMode::Disabled => Some(rule),
        });
        let callers = || self.no_unknown_callers.filter(|_| incoming && unlisted());
        by_mode.or_else(callers)
    }
}
