//! One question: words of the contract on one side, the decision on the other.

use crate::product::{Told, Trouble};
use crate::request::Ask;
use jiff::Timestamp;
use parcep_core::age::AgeInterval;
use parcep_core::decide::{
    Action, ActionError, Content, Context, Decision, Effect, KnownAge, Period, Reason, RuleRef,
    Subject, Usage, UsageRow, UsageTarget,
};
use parcep_core::help::RightsFloor;
use parcep_core::policy::{Category, LabelName, LayerAuthor};
use parcep_core::ratings::{LabelRef, RatingTable};

/// What was asked, read.
#[derive(Debug)]
pub(crate) struct Question {
    action: Action,
    categories: Vec<Category>,
    labels: Vec<LabelRef>,
    age: Option<KnownAge>,
    /// What was spent.
    pub(crate) usage: Usage,
    /// Who is in front of the device is not known.
    pub(crate) unidentified: bool,
    guardian_present: bool,
}

impl Question {
    /// Reads what does not depend on who is asked.
    pub(crate) fn read(
        ask: &Ask,
        ratings: &RatingTable,
        floor: &RightsFloor,
    ) -> Result<Self, Trouble> {
        // A label that the table lacks is as if it were not there (R-EVAL-015).
        let action = match Action::parse(&ask.action, ratings) {
            Err(ActionError::System(_) | ActionError::Label { .. }) => {
                Action::Content(Content::Unrated(None))
            }
            action => action.map_err(Trouble::cannot)?,
        };
        let (unidentified, guardian_present) = match ask.subject.as_deref() {
            None | Some("dependant") => (false, false),
            Some("unidentified") => (true, false),
            Some("guardian_present") => (false, true),
            Some(other) => return Err(Trouble::cannot(format!("no subject is `{other}`"))),
        };
        let categories = ask.categories.0.iter().map(|word| word.parse());
        let labels = ask.labels.0.iter().map(|word| word.parse());
        let labels: Vec<LabelName> = labels.collect::<Result<_, _>>().map_err(Trouble::cannot)?;
        let found = |label: &LabelName| ratings.find(label.system(), label.label());
        Ok(Self {
            action: floor.apply(action),
            categories: categories
                .collect::<Result<_, _>>()
                .map_err(Trouble::cannot)?,
            labels: labels.iter().filter_map(found).collect(),
            age: ask.age.as_deref().map(age).transpose()?,
            usage: usage(&ask.usage.0)?,
            unidentified,
            guardian_present,
        })
    }

    /// Whether no rule reaches what is asked (R-FLOOR-001).
    pub(crate) fn is_on_floor(&self) -> bool {
        matches!(&self.action, Action::Service(urn) if urn.on_rights_floor())
    }

    /// The question to the library. Instants are put in by whoever asks.
    pub(crate) fn context<'a>(&'a self, ask: &'a Ask) -> Context<'a> {
        let mut context = Context::new(Timestamp::UNIX_EPOCH, &self.action)
            .with_categories(&self.categories)
            .with_labels(&self.labels);
        if self.guardian_present {
            context = context.with_subject(Subject::GuardianPresent);
        }
        context.publisher = ask.publisher.as_deref();
        context.explicit = ask.explicit;
        context.can_ask = ask.can_ask;
        context.age = self.age;
        context
    }
}

/// What is said of everything on the rights floor.
pub(crate) const fn floor_told() -> Told {
    Told {
        effect: Effect::Allow,
        reason: Reason::RightsFloor,
        rules: Vec::new(),
        remaining_seconds: None,
        next_change: None,
    }
}

/// What the library decided, in words.
pub(crate) fn told(decision: &Decision<'_>) -> Told {
    let answer = decision.answer();
    Told {
        effect: answer.effect,
        reason: answer.reason,
        rules: answer.rules.iter().map(rule).collect(),
        remaining_seconds: answer.remaining_seconds,
        next_change: answer.next_change,
    }
}

fn rule(named: &RuleRef) -> String {
    let author = match &named.author {
        LayerAuthor::Guardian(id) => id.to_string(),
        LayerAuthor::Jurisdiction(code) => code.to_string(),
    };
    format!("{author}/{}", named.rule)
}

/// `13-16`, or `18-`.
fn age(text: &str) -> Result<KnownAge, Trouble> {
    let bounds = text.split_once('-').and_then(|(lower, upper)| {
        let upper = match upper {
            "" => None,
            upper => Some(upper.parse().ok()?),
        };
        AgeInterval::new(lower.parse().ok()?, upper).ok()
    });
    let no_age = || Trouble::cannot(format!("`{text}` is no age, such as `13-16` or `18-`"));
    bounds.map(KnownAge::new).ok_or_else(no_age)
}

/// Words such as `device/day=3600`.
fn usage(words: &[String]) -> Result<Usage, Trouble> {
    let row = |word: &String| {
        let (what, amount) = word.rsplit_once('=')?;
        let (target, period) = what.rsplit_once('/')?;
        let target: UsageTarget = target.parse().ok()?;
        let period = match period {
            "day" => Period::Day,
            "week" => Period::Week,
            "month" => Period::Month,
            _ => return None,
        };
        Some(UsageRow::new(target, period, amount.parse().ok()?))
    };
    let rows = words.iter().map(|word| {
        let no_row = || Trouble::cannot(format!("`{word}` is no use, such as `device/day=3600`"));
        row(word).ok_or_else(no_row)
    });
    let rows: Vec<UsageRow> = rows.collect::<Result<_, _>>()?;
    Usage::from_rows(rows).map_err(Trouble::cannot)
}
