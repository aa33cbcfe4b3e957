//! What would change an answer: tried out, not guessed. Each way is a decision from the same rules
//! with one act more or less.

use super::people::Teller;
use crate::decide::Question;
use crate::failure::Failure;
use crate::rules::Rules;
use jiff::SignedDuration;
use parcep_core::decide::{Action, RuleRef};
use parcep_core::decide::{Decision, Effect, Reason, Usage, decide};
use parcep_core::policy::{BudgetTarget, LayerAuthor, Override, OverrideKind, UnblockItem};
use parcep_core::texts::Text;

/// How much extra time is tried.
const TRIED_SECONDS: u32 = 900;

/// Tries ways to another answer.
pub(super) struct Trial<'a> {
    pub(super) teller: &'a Teller<'a>,
    pub(super) question: &'a Question,
    pub(super) usage: &'a Usage,
}

impl Trial<'_> {
    /// What the catalogue advises, ways that work, and how to ask; empty where nothing is in the way.
    /// Where a law denies, no advice to a guardian helps.
    pub(super) fn ways(&self, decision: &Decision<'_>) -> Result<Vec<String>, Failure> {
        if decision.effect() == Effect::Allow {
            return Ok(Vec::new());
        }
        let rules: Vec<RuleRef> = decision.rules().map(RuleRef::from).collect();
        let mut found = Vec::new();
        if decision.effect() == Effect::Ask {
            found.extend(self.by(Text::WayAsk, self.teller.guardians()));
        }
        found.extend(self.unlocked(decision.reason(), &rules)?);
        let budgets = self.targets(&rules);
        let time = self.who_can(|author| self.extra(author, &budgets, false))?;
        found.extend(self.by(Text::WayExtraTime, time.clone()));
        if time.is_empty() {
            let hours = self.who_can(|author| self.extra(author, &budgets, true))?;
            found.extend(self.by(Text::WayExtraHours, hours));
        }
        let exception = self.who_can(|author| self.exception(author).into_iter().collect())?;
        found.extend(self.by(Text::WayUnblock, exception));
        let law = |rule: &RuleRef| matches!(rule.author, LayerAuthor::Jurisdiction(_));
        let voice = self.teller.voice;
        if found.is_empty() && rules.iter().any(law) {
            return Ok(vec![voice.text(Text::WayLaw).to_owned()]);
        }
        found.insert(0, voice.what_to_do(decision.reason()).to_owned());
        if decision.reason().row().can_ask {
            found.push(voice.text(Text::HowToAsk).to_owned());
        }
        Ok(found)
    }

    fn by(&self, text: Text, authors: Vec<&LayerAuthor>) -> Option<String> {
        let names = self.teller.everybody(authors);
        let who = self.teller.voice.or(&names);
        (!who.is_empty()).then(|| self.teller.voice.say(text, &[("who", &who)]))
    }

    /// The locks that hold, lifted.
    fn unlocked(&self, reason: Reason, rules: &[RuleRef]) -> Result<Option<String>, Failure> {
        if reason != Reason::Locked {
            return Ok(None);
        }
        let holds = |act: &Override| {
            let mut named = rules.iter();
            named.any(|rule| rule.author == *act.author() && rule.rule == act.id().as_str())
        };
        let acts = &self.teller.rules.overrides;
        let rest = acts.iter().filter(|act| !holds(act)).cloned().collect();
        if self.effect_with(rest)? != Effect::Allow {
            return Ok(None);
        }
        let names = self.teller.everybody(rules.iter().map(|rule| &rule.author));
        let who = self.teller.voice.and(&names);
        Ok(Some(
            self.teller.voice.say(Text::WayUnlock, &[("who", &who)]),
        ))
    }

    /// What the budgets among the binding rules are for.
    fn targets(&self, rules: &[RuleRef]) -> Vec<BudgetTarget> {
        let mut targets = Vec::new();
        for rule in rules {
            let layer = self.teller.layer(&rule.author);
            let budgets = layer.into_iter().flat_map(|layer| &layer.budgets.budgets);
            for budget in budgets.filter(|budget| budget.id.as_str() == rule.rule) {
                if !targets.contains(&budget.target) {
                    targets.push(budget.target.clone());
                }
            }
        }
        targets
    }

    /// Guardians for whom the acts that `acts` makes for them lead to ALLOW.
    fn who_can(
        &self,
        acts: impl Fn(&LayerAuthor) -> Vec<OverrideKind>,
    ) -> Result<Vec<&LayerAuthor>, Failure> {
        let mut able = Vec::new();
        for guardian in self.teller.guardians() {
            let kinds = acts(guardian);
            if kinds.is_empty() {
                continue;
            }
            let mut all = self.teller.rules.overrides.clone();
            for (number, kind) in kinds.into_iter().enumerate() {
                all.extend(self.act(guardian, number, kind));
            }
            if self.effect_with(all)? == Effect::Allow {
                able.push(guardian);
            }
        }
        Ok(able)
    }

    fn extra(&self, _: &LayerAuthor, budgets: &[BudgetTarget], hours: bool) -> Vec<OverrideKind> {
        let everything = [BudgetTarget::Overall];
        let targets = if hours && budgets.is_empty() {
            &everything
        } else {
            budgets
        };
        let kind = |target: &BudgetTarget| OverrideKind::ExtraTime {
            target: target.clone(),
            seconds: TRIED_SECONDS,
            extends_window: hours,
        };
        targets.iter().map(kind).collect()
    }

    fn exception(&self, _: &LayerAuthor) -> Option<OverrideKind> {
        let item = match &self.question.action {
            Action::App(app) | Action::Install(app) => UnblockItem::App(app.clone()),
            Action::Host(host) => UnblockItem::Host(host.clone()),
            _ => return None,
        };
        Some(OverrideKind::Unblock { item })
    }

    /// An act of now that nothing in the log displaces.
    fn act(&self, author: &LayerAuthor, number: usize, kind: OverrideKind) -> Option<Override> {
        let from = self.question.at;
        let until = from.checked_add(SignedDuration::from_hours(1)).ok()?;
        let id = format!("explain/{number}").parse().ok()?;
        Override::new(author.clone(), id, u64::MAX, from, Some(until), kind).ok()
    }

    fn effect_with(&self, overrides: Vec<Override>) -> Result<Effect, Failure> {
        let tried = Rules {
            overrides,
            ..self.teller.rules.clone()
        };
        let question = self.question;
        let policy = tried.compile(&question.ratings)?;
        let context = question.context();
        Ok(decide(&policy, self.usage, &context).effect())
    }
}
