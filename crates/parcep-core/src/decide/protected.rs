//! What law keeps open (R-EVAL-047).

use super::Action;
use super::hash::TextMap;
use super::input::{ControlLimit, Limited};
use super::suffixes::Suffixes;

/// Apps, hosts and contacts that no rule may deny.
#[derive(Debug, Default)]
pub(super) struct Protected {
    apps: TextMap<()>,
    hosts: Suffixes<()>,
    contacts: TextMap<()>,
    any: bool,
}

impl Protected {
    pub(super) fn compile(limits: &[ControlLimit]) -> Self {
        let mut protected = Self::default();
        for limit in limits {
            match &limit.what {
                Limited::Kind(_) => continue,
                Limited::App(app) => _ = protected.apps.insert(app.as_str().into(), ()),
                Limited::Host(host) => protected.hosts.add(host, (), |(), ()| {}),
                Limited::Contact(id) => _ = protected.contacts.insert(id.as_str().into(), ()),
            }
            protected.any = true;
        }
        protected
    }

    /// Whether the action is on a protected item.
    #[inline]
    pub(super) fn holds(&self, action: &Action) -> bool {
        self.any && self.names(action)
    }

    fn names(&self, action: &Action) -> bool {
        match action {
            Action::App(app) | Action::Install(app) => self.apps.contains_key(app.as_str()),
            Action::Host(host) => self.hosts.longest(host).is_some(),
            Action::Contact { id: Some(id), .. } | Action::AddContact(id) => {
                self.contacts.contains_key(id.as_str())
            }
            Action::Service(urn) => self.contacts.contains_key(urn.contact().as_str()),
            Action::Device
            | Action::UnnamedHost
            | Action::Contact { id: None, .. }
            | Action::Content(_)
            | Action::Purchase { .. }
            | Action::Feature(_) => false,
        }
    }
}
