//! Step 5b: contact, spending, approvals.

use super::apps::{Explicit, Said};
use super::clock::Day;
use super::compile::Layer;
use super::question::{Progress, Question};
use super::spending::Purchase;
use super::tally::{Rules, Tally};
use super::{Action, Effect, Reason};
use crate::policy::{Currency, SpendingPeriod};

/// Step 5b of one layer; returns whether it denies.
pub(super) fn approval<N: Rules>(
    question: &Question<'_>,
    layer: &Layer,
    said: &Explicit,
    day: &Day,
    progress: &Progress,
    tally: &mut Tally<N>,
) -> bool {
    let (contact, incoming) = match question.context.action {
        Action::Device
        | Action::App(_)
        | Action::Host(_)
        | Action::UnnamedHost
        | Action::Content(_) => return false,
        Action::Contact { id, incoming } => (id.as_ref(), *incoming),
        // Off the floor, a service is an outgoing contact whose identifier is its URN.
        Action::Service(urn) => (Some(urn.contact()), false),
        Action::Feature(_) => {
            if let Said::Ask(rule) = said.says {
                tally.note(Effect::Ask, Reason::Approval, Some(rule));
            }
            return false;
        }
        Action::Install(_) | Action::AddContact(_) => {
            let flag = match question.context.action {
                Action::Install(_) => layer.install_approval,
                _ => layer.communication.contact_approval,
            };
            if flag.is_some() {
                tally.note(Effect::Ask, Reason::Approval, flag);
            }
            return false;
        }
        Action::Purchase { price, kind } => {
            let spent = |currency, period| question.spent(layer, currency, period, progress);
            return match layer.spending.judge(*price, *kind, spent) {
                Purchase::Admitted => false,
                Purchase::Approval(rule) => {
                    tally.note(Effect::Ask, Reason::Approval, Some(rule));
                    false
                }
                Purchase::Denied(rule) => {
                    tally.deny(Reason::Spending, rule);
                    true
                }
            };
        }
    };
    let closed = question.closed_for_contact(layer, day);
    let rule = layer.communication.denies(contact, incoming, closed);
    if let Some(rule) = rule {
        tally.deny(Reason::Contact, rule);
    }
    rule.is_some()
}

impl Question<'_> {
    /// Minor units of a currency spent in a period, as far as it is still the same one.
    fn spent(
        &self,
        layer: &Layer,
        currency: Currency,
        period: SpendingPeriod,
        progress: &Progress,
    ) -> u64 {
        let begun_anew = match period {
            SpendingPeriod::Day => progress.day_refilled,
            SpendingPeriod::Week => progress.week_refilled,
            SpendingPeriod::Month => progress.month_refilled,
        };
        if begun_anew {
            return 0;
        }
        let author = self.policy.names.author(layer.author);
        self.usage.minor(currency, author, period)
    }
}
