//! Apps and contacts as PCPS can say them.

use super::{Members, Notes};
use crate::json::Json;
use crate::pcps::model;
use parcep_core::policy::{
    AppAccess, AppId, AppRule, AppSection, AppTarget, Category, CommunicationMode,
    CommunicationSection,
};

pub(super) fn apps(section: &AppSection, notes: &mut Notes<'_>) -> Members {
    let (mut blocked, mut always) = (Vec::new(), Vec::new());
    for rule in &section.rules {
        let pointer = "/apps";
        let AppTarget::App(app) = &rule.target else {
            let text = format!("rule `{}` for more than one app", rule.id);
            notes.inexpressible(pointer, &text);
            continue;
        };
        if !rule.counts_toward_budget {
            let text = format!("rule `{}`: use that is not counted", rule.id);
            notes.inexpressible(pointer, &text);
        }
        if rule.access == Some(AppAccess::Allow) {
            let text = format!("rule `{}`: an app admitted in spite of its rating", rule.id);
            notes.inexpressible(pointer, &text);
        }
        let list = match rule.access {
            Some(AppAccess::Block) => &mut blocked,
            _ if rule.always_allowed => &mut always,
            _ => continue,
        };
        list.push(entry(app, rule, notes));
    }
    Members::new()
        .flag("require_approval", section.install_approval.as_ref())
        .list("blocked", blocked)
        .list("always_allowed", always)
}

fn entry(app: &AppId, rule: &AppRule, notes: &mut Notes<'_>) -> Json {
    Members::new()
        .text(
            "app_name",
            &app_name(app, rule.display_name.as_ref(), "/apps", notes),
        )
        .maybe_text("reason", rule.reason.as_ref())
        .into_json()
}

/// PCPS knows apps by name: an app of another namespace goes out under its display name.
pub(super) fn app_name(
    app: &AppId,
    display_name: Option<&String>,
    pointer: &str,
    notes: &mut Notes<'_>,
) -> String {
    if app.namespace() == "pcps" {
        return app.id().to_owned();
    }
    let text = "an app by its id: PCPS has names only";
    notes.inexpressible(pointer, text);
    display_name.map_or_else(|| app.id().to_owned(), Clone::clone)
}

/// Whether a category is one of the nine of PCPS.
pub(super) fn is_pcps(category: &Category) -> bool {
    category.taxonomy() == "pcps"
        && model::Category::WORDS
            .iter()
            .any(|(word, _)| *word == category.code())
}

pub(super) fn communication(section: &CommunicationSection, notes: &mut Notes<'_>) -> Members {
    if section.when_closed.is_some() {
        let text = "with whom there is contact while windows are closed";
        notes.inexpressible("/communication", text);
    }
    if section
        .contact_approval
        .as_ref()
        .is_some_and(|flag| flag.on)
    {
        notes.inexpressible("/communication", "approval of new contacts");
    }
    let mode = section.mode.as_ref().map(|rule| {
        Json::text(match rule.mode {
            CommunicationMode::Unrestricted => "unrestricted",
            CommunicationMode::ContactsOnly => "contacts_only",
            CommunicationMode::Disabled => "disabled",
        })
    });
    let contacts = section.contacts.iter().map(|contact| {
        let identifiers = contact
            .identifiers
            .iter()
            .map(|id| Json::text(id.as_str()))
            .collect();
        Members::new()
            .text("name", &contact.name)
            .with("identifiers", Json::Array(identifiers))
            .into_json()
    });
    Members::new()
        .maybe("mode", mode)
        .list("allowed_contacts", contacts.collect())
        .flag(
            "block_unknown_callers",
            section.block_unknown_callers.as_ref(),
        )
}
