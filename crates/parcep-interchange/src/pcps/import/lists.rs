//! Apps, contacts, and what an entry of a host list says.

use super::{Notes, app_id, rule};
use crate::family::LossCode;
use crate::pcps::model::{self, AppEntry, Apps};
use parcep_core::policy::{
    AppAccess, AppRule, AppSection, AppTarget, CommunicationMode, CommunicationRule,
    CommunicationSection, Contact, ContactId, Flag, HostName, OnUnenforceable,
};
use std::collections::HashSet;

/// Always-allowed apps are outside windows and budgets and stay under content rules (PCPS §10.2),
/// so no explicit ALLOW is made of them.
pub(super) fn apps(apps: &Apps, notes: &mut Notes) -> AppSection {
    let mut rules = Vec::new();
    let mut seen = HashSet::new();
    let lists = [
        ("apps/blocked", &apps.blocked, Some(AppAccess::Block)),
        ("apps/always_allowed", &apps.always_allowed, None),
    ];
    for (list, entries, access) in lists {
        for (index, entry) in entries.iter().enumerate() {
            let place = format!("{list}/{index}");
            let Some(mut rule) = app_rule(&place, entry, access, notes) else {
                continue;
            };
            rule.always_allowed = access.is_none();
            if seen.insert(rule.target.clone()) {
                rules.push(rule);
            } else {
                let text = "the same app a second time: read once";
                notes.loss(&format!("/{place}"), LossCode::RepeatedRow, text);
            }
        }
    }
    if !rules.is_empty() {
        let text = "apps are known by name only: enforced where a catalogue knows the name";
        notes.loss("/apps", LossCode::AppNamesUnresolved, text);
    }
    AppSection {
        rules,
        install_approval: flag("apps/require_approval", apps.require_approval),
    }
}

fn app_rule(
    place: &str,
    entry: &AppEntry,
    access: Option<AppAccess>,
    notes: &mut Notes,
) -> Option<AppRule> {
    let Some(app) = app_id(&entry.name) else {
        let text = "this name cannot identify an app: the row is kept and has no effect";
        notes.loss(&format!("/{place}"), LossCode::NotAnApp, text);
        return None;
    };
    let mut rule = AppRule::block(rule(place)?, AppTarget::App(app));
    rule.access = access;
    rule.reason = notes.text(&format!("/{place}/reason"), entry.reason.as_ref());
    Some(rule)
}

/// A rule that is on or off, if the document says which.
pub(super) fn flag(place: &str, on: Option<bool>) -> Option<Flag> {
    Some(Flag::new(rule(place)?, on?))
}

/// Contacts in the normal form of the policy model.
pub(super) fn communication(
    communication: &model::Communication,
    notes: &mut Notes,
) -> CommunicationSection {
    let mode = communication.mode.and_then(|mode| {
        let mode = match mode {
            model::CommunicationMode::Unrestricted => CommunicationMode::Unrestricted,
            model::CommunicationMode::ContactsOnly => CommunicationMode::ContactsOnly,
            model::CommunicationMode::Disabled => CommunicationMode::Disabled,
        };
        Some(CommunicationRule {
            id: rule("communication/mode")?,
            mode,
            review_by: None,
            on_unenforceable: OnUnenforceable::Report,
        })
    });
    let mut contacts = Vec::new();
    for (index, contact) in communication.allowed_contacts.iter().enumerate() {
        let identifiers = identifiers(contact);
        if identifiers.len() < contact.identifiers.len() {
            let place = format!("/communication/allowed_contacts/{index}");
            let text = "an identifier that is none: the contact is reached by the others only";
            notes.loss(&place, LossCode::NotAContact, text);
        }
        if !identifiers.is_empty() {
            contacts.push(Contact {
                name: contact.name.clone(),
                identifiers,
            });
        }
    }
    let block = "communication/block_unknown_callers";
    let block_unknown_callers = flag(block, communication.block_unknown_callers);
    CommunicationSection {
        mode,
        contacts,
        block_unknown_callers,
        ..CommunicationSection::default()
    }
}

fn identifiers(contact: &model::Contact) -> Vec<ContactId> {
    contact
        .identifiers
        .iter()
        .filter_map(|text| text.parse().ok())
        .collect()
}

/// What one entry of a host list says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::pcps) enum Entry {
    /// A host and all below it.
    Host(HostName),
    /// A host that the entry only means a part of: a path, a scheme, a port or a wildcard.
    PartOf(HostName),
    /// No host at all.
    Nothing,
}

impl Entry {
    pub(in crate::pcps) fn read(text: &str) -> Self {
        if let Ok(host) = text.parse() {
            return Self::Host(host);
        }
        let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
        let rest = rest.split(['/', '\\', '?', '#']).next().unwrap_or_default();
        let rest = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
        let rest = rest.split_once(':').map_or(rest, |(host, _)| host);
        let rest = rest.strip_prefix("*.").unwrap_or(rest);
        rest.parse().map_or(Self::Nothing, Self::PartOf)
    }
}

/// The host that a block-list entry blocks: the whole host even for a part of it (R-PCPS-014).
pub(in crate::pcps) fn blocked(text: &str) -> Option<HostName> {
    match Entry::read(text) {
        Entry::Host(host) | Entry::PartOf(host) => Some(host),
        Entry::Nothing => None,
    }
}

/// The host that an allow-list entry admits: none for a part of a host (R-PCPS-014).
pub(in crate::pcps) fn admitted(text: &str) -> Option<HostName> {
    match Entry::read(text) {
        Entry::Host(host) => Some(host),
        Entry::PartOf(_) | Entry::Nothing => None,
    }
}
