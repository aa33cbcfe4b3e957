//! One decision, explained.

use super::people::Teller;
use super::rule::Wanted;
use super::ways::Trial;
use crate::decide::Question;
use crate::failure::Failure;
use crate::rules::Rules;
use jiff::Timestamp;
use jiff::civil::Date;
use parcep_core::decide::decide;
use parcep_core::decide::{CompiledPolicy, Context, Decision, Effect, Reason, RuleRef, Usage};
use parcep_core::help::{HelpDirectory, HelpLine};
use parcep_core::registry::constants::CHANGE_HORIZON;
use parcep_core::texts::{Register, Text, Voice, language_name};
use serde::Serialize;
use std::fmt;

/// An answer in words. The words are for people; programs read the members without them.
#[derive(Debug, Serialize)]
pub(super) struct Explanation {
    question: String,
    effect: Effect,
    reason: Reason,
    answer: String,
    remaining_seconds: Option<u64>,
    next_change: Option<Timestamp>,
    /// Time left, until when, and changes of clocks on the way.
    when: Vec<String>,
    rules: Vec<Bound>,
    reviews: Vec<String>,
    ways: Vec<String>,
    help: Vec<String>,
    zone: String,
    #[serde(skip)]
    voice: Voice,
}

/// A rule that binds.
#[derive(Debug, Serialize)]
struct Bound {
    #[serde(flatten)]
    rule: RuleRef,
    who: String,
    text: String,
    /// What its author wrote for the child.
    #[serde(skip_serializing_if = "Option::is_none")]
    says: Option<String>,
    review_by: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    overdue: Option<String>,
}

impl Explanation {
    /// Decides and explains.
    pub(super) fn of(
        question: &Question,
        rules: &Rules,
        usage: &Usage,
        voice: Voice,
    ) -> Result<Self, Failure> {
        let teller = Teller::new(voice, rules)?;
        let policy = rules.compile(&question.ratings)?;
        let context = question.context();
        let decision = decide(&policy, usage, &context);
        let trial = Trial {
            teller: &teller,
            question,
            usage,
        };
        let ways = trial.ways(&decision)?;
        let next_change = decision.next_change();
        let action = teller.action(&question.asked, &question.ratings);
        let at = teller.local(question.at);
        let asked = [
            ("child", &rules.child as &dyn fmt::Display),
            ("moment", &voice.date_and_time(&at)),
            ("action", &action),
        ];
        let reason = voice.reason(decision.reason());
        let effect = voice.effect(decision.effect());
        Ok(Self {
            question: voice.say(Text::Question, &asked),
            effect: decision.effect(),
            reason: decision.reason(),
            answer: voice.say(Text::Answer, &[("effect", &effect), ("reason", &reason)]),
            remaining_seconds: decision.remaining_seconds(),
            next_change,
            when: when(&teller, &policy, &decision, &context, next_change),
            rules: bound(&teller, &decision, at.date()),
            reviews: reviews(&teller, at.date()),
            ways,
            help: help(voice, rules),
            zone: voice.say(Text::Zone, &[("zone", &rules.profile.zone)]),
            voice,
        })
    }
}

/// Time left, the next change, and a change of clocks before it.
fn when(
    teller: &Teller<'_>,
    policy: &CompiledPolicy,
    decision: &Decision<'_>,
    context: &Context<'_>,
    next_change: Option<Timestamp>,
) -> Vec<String> {
    let voice = teller.voice;
    let mut told = Vec::new();
    if let Some(seconds) = decision.remaining_seconds() {
        told.push(voice.say(Text::Left, &[("span", &voice.span(seconds))]));
    }
    let Some(change) = next_change else {
        let text = match decision.effect() {
            // Nothing ends help, so nothing is said about its end.
            Effect::Allow if decision.reason() != Reason::Allowed => return told,
            Effect::Allow => Text::NeverClosed,
            Effect::Ask | Effect::Deny => Text::NeverOpen,
        };
        told.push(voice.say(text, &[("days", &(CHANGE_HORIZON / 86_400))]));
        return told;
    };
    // Whether it is allowed or asked about then does not depend on time spent; where the change is
    // that time runs out, the rules alone would still allow it.
    let later = Context {
        now: change,
        ..*context
    };
    let unused = decide(policy, &Usage::none(), &later).effect();
    let text = match (decision.effect(), unused) {
        (Effect::Allow, Effect::Allow) => Text::ThenClosedUnbroken,
        (Effect::Deny, Effect::Ask) | (Effect::Allow, Effect::Ask) => Text::ThenAsk,
        (_, Effect::Allow) => Text::ThenOpen,
        (_, Effect::Ask | Effect::Deny) => Text::ThenClosed,
    };
    let (then, now) = (teller.local(change), teller.local(context.now));
    let moment = voice.moment(&then, &now);
    told.push(voice.say(text, &[("moment", &moment)]));
    told.extend(voice.clock_change(&then, &now));
    told
}

fn bound(teller: &Teller<'_>, decision: &Decision<'_>, today: Date) -> Vec<Bound> {
    let voice = teller.voice;
    let mut all = Vec::new();
    for rule in decision.rules().map(RuleRef::from) {
        let told = teller.named(&rule.author, &rule.rule);
        let who = teller.who(&rule.author);
        let texts: Vec<String> = told.iter().map(|told| told.text.clone()).collect();
        let text = match texts.as_slice() {
            [] => voice.say(Text::SetByAlone, &[("who", &who)]),
            texts => {
                let rule = texts.join("; ");
                voice.say(Text::SetBy, &[("who", &who), ("rule", &rule)])
            }
        };
        let words = told.iter().find_map(|told| told.words.as_ref());
        let review_by = told.iter().filter_map(|told| told.review_by).min();
        let late = review_by.filter(|day| *day < today);
        all.push(Bound {
            says: words.map(|words| voice.say(Text::Says, &[("who", &who), ("words", words)])),
            overdue: late.map(|day| voice.say(Text::Overdue, &[("date", &voice.date(day, today))])),
            who,
            text,
            review_by,
            rule,
        });
    }
    all
}

/// Every rule of every layer whose review is overdue (R-POL-022).
fn reviews(teller: &Teller<'_>, today: Date) -> Vec<String> {
    let voice = teller.voice;
    let mut rows = Vec::new();
    for layer in &teller.rules.layers {
        let who = teller.who(&layer.author);
        for told in teller.told(layer, Wanted::Overdue(today)) {
            let date = voice.date(told.review_by.unwrap_or(today), today);
            let parts: [(&str, &dyn fmt::Display); 3] =
                [("rule", &told.text), ("who", &who), ("date", &date)];
            rows.push(voice.say(Text::ReviewRow, &parts));
        }
    }
    rows
}

fn help(voice: Voice, rules: &Rules) -> Vec<String> {
    let directory = HelpDirectory::bundled();
    lines(voice, directory.for_zone(rules.profile.zone.as_str()))
}

/// Name, what to call or open, hours and languages (R-FLOOR-013).
fn lines(voice: Voice, line: &HelpLine) -> Vec<String> {
    let mut told = Vec::new();
    let hours = if line.hours == "always" {
        voice.text(Text::HelpAlways)
    } else {
        &line.hours
    };
    let languages = line.languages.iter().map(|tag| language_name(tag));
    let more: Vec<&str> = [hours].into_iter().chain(languages).collect();
    let more = more.join(", ");
    let name = &line.name;
    if let Some(number) = &line.number {
        let call = voice.say(Text::HelpCall, &[("name", name), ("number", number)]);
        told.push(voice.say(Text::HelpLine, &[("line", &call), ("more", &more)]));
    }
    if let Some(number) = &line.sms {
        told.push(voice.say(Text::HelpMessage, &[("name", name), ("number", number)]));
    }
    if let Some(page) = &line.https {
        let open = voice.say(Text::HelpOpen, &[("name", name), ("page", page)]);
        let alone = told.is_empty();
        told.push(if alone {
            voice.say(Text::HelpLine, &[("line", &open), ("more", &more)])
        } else {
            open
        });
    }
    if let Some(number) = &line.emergency {
        told.push(voice.say(Text::HelpEmergency, &[("number", number)]));
    }
    told
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let adult = self.voice.register == Register::Adult;
        writeln!(f, "{}\n", self.question)?;
        writeln!(f, "{}", self.answer)?;
        self.when
            .iter()
            .try_for_each(|line| writeln!(f, "{line}"))?;
        for rule in &self.rules {
            writeln!(f, "{}", rule.text)?;
            if adult {
                let name = &rule.rule.rule;
                let name = self.voice.say(Text::RuleName, &[("name", name)]);
                writeln!(f, "  {name}")?;
            }
            for line in rule.says.iter().chain(&rule.overdue) {
                writeln!(f, "  {line}")?;
            }
        }
        self.list(f, Text::Ways, &self.ways)?;
        if adult {
            self.list(f, Text::Reviews, &self.reviews)?;
        }
        self.list(f, Text::Help, &self.help)?;
        if adult {
            writeln!(f, "\n{}", self.zone)?;
        }
        Ok(())
    }
}

impl Explanation {
    fn list(&self, f: &mut fmt::Formatter<'_>, head: Text, lines: &[String]) -> fmt::Result {
        if lines.is_empty() {
            return Ok(());
        }
        writeln!(f, "\n{}", self.voice.text(head))?;
        lines.iter().try_for_each(|line| writeln!(f, "  - {line}"))
    }
}
