//! Who is who, and what their clock shows.

use crate::failure::{Failure, Kind};
use crate::rules::Rules;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use parcep_core::decide::{Action, Content, Price};
use parcep_core::policy::{AppId, AppTarget, LayerAuthor, Override, PolicyLayer};
use parcep_core::ratings::RatingTable;
use parcep_core::texts::{Text, Voice};

/// A child's rules, told by a voice.
#[derive(Debug)]
pub(super) struct Teller<'a> {
    pub(super) voice: Voice,
    pub(super) rules: &'a Rules,
    pub(super) zone: TimeZone,
}

impl<'a> Teller<'a> {
    pub(super) fn new(voice: Voice, rules: &'a Rules) -> Result<Self, Failure> {
        let zone = TimeZone::get(rules.profile.zone.as_str()).map_err(|_| {
            let message = format!("unknown time zone `{}`", rules.profile.zone);
            Failure::new(Kind::Input, "UNKNOWN_ZONE", message)
        })?;
        Ok(Self { voice, rules, zone })
    }

    /// On the clock of the child.
    pub(super) fn local(&self, at: Timestamp) -> Zoned {
        at.to_zoned(self.zone.clone())
    }

    pub(super) fn who(&self, author: &LayerAuthor) -> String {
        let name = match author {
            LayerAuthor::Guardian(id) => self.rules.names.get(id.as_str()),
            LayerAuthor::Jurisdiction(_) => None,
        };
        self.voice.author(author, name.map(String::as_str))
    }

    /// Several, each once.
    pub(super) fn everybody<'b>(
        &self,
        authors: impl IntoIterator<Item = &'b LayerAuthor>,
    ) -> Vec<String> {
        let mut names = Vec::new();
        for author in authors {
            let name = self.who(author);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// Guardians who have a say: those with a layer.
    pub(super) fn guardians(&self) -> Vec<&'a LayerAuthor> {
        let authors = self.rules.layers.iter().map(|layer| &layer.author);
        let guardians = authors.filter(|author| matches!(author, LayerAuthor::Guardian(_)));
        let mut found: Vec<&LayerAuthor> = Vec::new();
        for guardian in guardians {
            if !found.contains(&guardian) {
                found.push(guardian);
            }
        }
        found
    }

    pub(super) fn layer(&self, author: &LayerAuthor) -> Option<&'a PolicyLayer> {
        let mut layers = self.rules.layers.iter();
        layers.find(|layer| layer.author == *author)
    }

    pub(super) fn act(&self, author: &LayerAuthor, id: &str) -> Option<&'a Override> {
        let acts = self.rules.overrides.iter();
        let named = acts.filter(|act| act.author() == author && act.id().as_str() == id);
        named.max_by_key(|act| act.position())
    }

    /// An action in words.
    pub(super) fn action(&self, action: &Action, ratings: &RatingTable) -> String {
        let voice = self.voice;
        let with = |text, item: &str| voice.say(text, &[("item", &item)]);
        match action {
            Action::Device => voice.text(Text::ActionDevice).to_owned(),
            Action::App(app) => with(Text::ActionApp, self.app(app)),
            Action::Host(host) => with(Text::ActionHost, host.as_str()),
            Action::Content(Content::Rated(label)) => {
                let label = ratings.label(*label).map_or("", |label| &label.label);
                let item = voice.say(Text::ContentRated, &[("label", &label)]);
                with(Text::ActionContent, &item)
            }
            Action::Content(Content::Unrated(_)) => {
                with(Text::ActionContent, voice.text(Text::ContentUnrated))
            }
            Action::Contact { id, incoming } => {
                let text = if *incoming {
                    Text::ActionCaller
                } else {
                    Text::ActionContact
                };
                match id {
                    Some(id) => with(text, &self.contact(id.as_str())),
                    None => with(text, voice.text(Text::UnknownContact)),
                }
            }
            Action::Purchase { price, .. } => match price {
                Price::Known(amount) => with(Text::ActionPurchase, &voice.money(*amount)),
                Price::UnknownIn(_) | Price::Unknown => {
                    with(Text::ActionPurchase, voice.text(Text::UnknownPrice))
                }
            },
            Action::Install(app) => with(Text::ActionInstall, self.app(app)),
            Action::Service(urn) => with(Text::ActionService, urn.contact().as_str()),
            Action::UnnamedHost => with(Text::ActionHost, voice.text(Text::UnnamedHost)),
            Action::AddContact(id) => with(Text::ActionAddContact, &self.contact(id.as_str())),
            Action::Feature(code) => with(Text::ActionApp, &voice.feature(code)),
        }
    }

    /// The name that some rule shows for an app, else its id.
    fn app<'b>(&'b self, app: &'b AppId) -> &'b str {
        let mut rules = self.rules.layers.iter().flat_map(|layer| &layer.apps.rules);
        let shown = rules.find_map(|rule| match &rule.target {
            AppTarget::App(known) if known == app => rule.display_name.as_deref(),
            _ => None,
        });
        shown.unwrap_or_else(|| app.id())
    }

    /// The name that some guardian's list has for an identifier, else the identifier.
    fn contact(&self, id: &str) -> String {
        let layers = self.rules.layers.iter();
        let mut listed = layers.flat_map(|layer| &layer.communication.contacts);
        let found = listed.find(|contact| contact.identifiers.iter().any(|one| one.as_str() == id));
        found.map_or_else(|| id.to_owned(), |contact| contact.name.clone())
    }
}
